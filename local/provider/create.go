package provider

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
)

// account is the AWS account of every resource.
const account = "000000000000"

// createProvider returns a provider's ID. Its settings have no effect on values.
func createProvider(_ Cloud, r Resource) (string, map[string]any) { return Suffix(r.URN), nil }

func createAPI(c Cloud, r Resource) (string, map[string]any) {
	id := shortID(r)
	endpoint := c.API
	if endpoint == "" {
		endpoint = fmt.Sprintf("https://%s.execute-api.%s.amazonaws.com", id, c.Region)
	}
	return id, map[string]any{
		"apiEndpoint":  endpoint,
		"arn":          fmt.Sprintf("arn:aws:apigateway:%s::/apis/%s", c.Region, id),
		"executionArn": c.arn("execute-api", id),
	}
}

func createDistribution(c Cloud, r Resource) (string, map[string]any) {
	id := cloudFrontID(r)
	host := c.Site
	if host == "" {
		host = "d" + digest(r)[:13] + ".cloudfront.net"
	}
	return id, map[string]any{
		"arn":        fmt.Sprintf("arn:aws:cloudfront::%s:distribution/%s", account, id),
		"domainName": host,
		// All distributions are in this zone.
		// https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
		"hostedZoneId": "Z2FDTNDATAQYW2",
	}
}

// createCertificate returns the DNS record that validates the domain. CloudFront
// reads certificates in one region.
func createCertificate(_ Cloud, r Resource) (string, map[string]any) {
	arn := fmt.Sprintf("arn:aws:acm:us-east-1:%s:certificate/%s", account, digest(r)[:32])
	domain := text(r, "domainName")
	return arn, map[string]any{
		"arn": arn,
		"domainValidationOptions": []any{map[string]any{
			"domainName":          domain,
			"resourceRecordName":  "_" + digest(r)[:16] + "." + domain + ".",
			"resourceRecordType":  "CNAME",
			"resourceRecordValue": "_" + digest(r)[16:32] + ".acm-validations.aws.",
		}},
	}
}

func createRecord(c Cloud, r Resource) (string, map[string]any) {
	fqdn := text(r, "name")
	if r.Inputs["aliases"] != nil && c.Domain != "" {
		fqdn = c.Domain
	}
	return text(r, "zoneId") + "_" + text(r, "name") + "_" + text(r, "type"), map[string]any{"fqdn": fqdn}
}

// createDelivery creates a part of a log delivery of CloudFront, which exists in one
// region only.
func createDelivery(kind string) creator {
	return func(_ Cloud, r Resource) (string, map[string]any) {
		name := text(r, "name")
		return name, map[string]any{"arn": fmt.Sprintf("arn:aws:logs:us-east-1:%s:%s:%s", account, kind, name)}
	}
}

func createAlarm(c Cloud, r Resource) (string, map[string]any) {
	name := text(r, "name")
	return name, map[string]any{"arn": c.arn("cloudwatch", "alarm:"+name)}
}

func createTopic(c Cloud, r Resource) (string, map[string]any) {
	arn := c.arn("sns", text(r, "name"))
	return arn, map[string]any{"arn": arn}
}

func createSubscription(_ Cloud, r Resource) (string, map[string]any) {
	return text(r, "topic") + ":" + digest(r)[:32], nil
}

func createEdgeFunction(_ Cloud, r Resource) (string, map[string]any) {
	name := text(r, "name")
	return name, map[string]any{"arn": fmt.Sprintf("arn:aws:cloudfront::%s:function/%s", account, name)}
}

func createCloudFrontID(_ Cloud, r Resource) (string, map[string]any) { return cloudFrontID(r), nil }

func createLogGroup(c Cloud, r Resource) (string, map[string]any) {
	name := text(r, "name")
	return name, map[string]any{"arn": c.arn("logs", "log-group:"+name)}
}

func createRole(_ Cloud, r Resource) (string, map[string]any) {
	name := text(r, "name")
	return name, map[string]any{"arn": fmt.Sprintf("arn:aws:iam::%s:role/%s", account, name)}
}

func createRolePolicy(_ Cloud, r Resource) (string, map[string]any) {
	return text(r, "role") + ":" + text(r, "name"), nil
}

func createFunction(c Cloud, r Resource) (string, map[string]any) {
	name := text(r, "name")
	arn := c.arn("lambda", "function:"+name)
	return name, map[string]any{
		"arn":       arn,
		"version":   "$LATEST",
		"invokeArn": fmt.Sprintf("arn:aws:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations", c.Region, arn),
	}
}

func createPermission(_ Cloud, r Resource) (string, map[string]any) {
	return text(r, "statementId"), nil
}

func createBucket(c Cloud, r Resource) (string, map[string]any) {
	name := text(r, "bucket")
	return name, map[string]any{
		"arn":                      "arn:aws:s3:::" + name,
		"bucketRegionalDomainName": fmt.Sprintf("%s.s3.%s.amazonaws.com", name, c.Region),
	}
}

// createPart creates a part of another resource. The part's ID is one of its inputs.
func createPart(idInput string) creator {
	return func(_ Cloud, r Resource) (string, map[string]any) { return text(r, idInput), nil }
}

func createShortID(_ Cloud, r Resource) (string, map[string]any) { return shortID(r), nil }

func (c Cloud) arn(service, rest string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, c.Region, account, rest)
}

// cloudFrontID returns an ID in the form of CloudFront's.
func cloudFrontID(r Resource) string { return "E" + strings.ToUpper(digest(r)[:13]) }

// shortID returns an ID in the form of API Gateway's.
func shortID(r Resource) string {
	sum := sha256.Sum256([]byte(r.Seed))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:10])
}

// Suffix returns the end of a generated name: seven hexadecimal digits.
func Suffix(seed string) string { return digest(Resource{Seed: seed})[:7] }

func digest(r Resource) string {
	sum := sha256.Sum256([]byte(r.Seed))
	return hex.EncodeToString(sum[:])
}

func text(r Resource, input string) string {
	value, _ := r.Inputs[input].(string)
	return value
}
