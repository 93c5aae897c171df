package stack

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
)

// cloud makes up what AWS and Auth0 would return for a new resource. It holds
// no state: a resource's values follow from its URN and its inputs.
type cloud struct {
	region  string
	origins Origins
}

// account is the AWS account of the local cloud.
const account = "000000000000"

// A creator returns a resource's physical id and the outputs that its service
// computes. Outputs that the program has set as inputs stay as they are.
type creator func(c cloud, r *Resource) (id string, computed map[string]any)

// creators are the resource types that the local cloud knows.
var creators = map[string]creator{
	"auth0:index/client:Client":                             createClient,
	"auth0:index/clientCredentials:ClientCredentials":       createPart("clientId"),
	"auth0:index/resourceServer:ResourceServer":             createResourceServer,
	"auth0:index/resourceServerScopes:ResourceServerScopes": createPart("resourceServerIdentifier"),

	"aws:apigatewayv2/api:Api":                 createAPI,
	"aws:apigatewayv2/authorizer:Authorizer":   createShortID,
	"aws:apigatewayv2/integration:Integration": createShortID,
	"aws:apigatewayv2/route:Route":             createShortID,
	"aws:apigatewayv2/stage:Stage":             createStage,

	"aws:cloudfront/distribution:Distribution":                   createDistribution,
	"aws:cloudfront/function:Function":                           createEdgeFunction,
	"aws:cloudfront/originAccessControl:OriginAccessControl":     createNamed,
	"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": createNamed,

	"aws:cloudwatch/logGroup:LogGroup": createLogGroup,
	"aws:iam/role:Role":                createRole,
	"aws:iam/rolePolicy:RolePolicy":    createNamed,
	"aws:lambda/function:Function":     createFunction,
	"aws:lambda/permission:Permission": createNamed,

	"aws:s3/bucketV2:BucketV2":                                                                   createBucket,
	"aws:s3/bucketObjectv2:BucketObjectv2":                                                       createPart("key"),
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     createPart("bucket"),
	"aws:s3/bucketPolicy:BucketPolicy":                                                           createPart("bucket"),
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     createPart("bucket"),
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": createPart("bucket"),
}

func (c cloud) create(r *Resource) (id string, computed map[string]any, err error) {
	create, ok := creators[r.Type]
	if !ok {
		return "", nil, fmt.Errorf("the local cloud does not know the resource type %s of %s: add it to local/stack/cloud.go and local/wire.go", r.Type, r.URN)
	}
	id, computed = create(c, r)
	return id, computed, nil
}

// createPart is for a resource that is part of another and has its id.
func createPart(idInput string) creator {
	return func(_ cloud, r *Resource) (string, map[string]any) {
		id, _ := r.Inputs[idInput].(string)
		return id, nil
	}
}

func createNamed(_ cloud, r *Resource) (string, map[string]any) {
	name := physicalName(r)
	return name, map[string]any{"name": name}
}

func createShortID(_ cloud, r *Resource) (string, map[string]any) { return shortID(r), nil }

func createClient(_ cloud, r *Resource) (string, map[string]any) {
	id := digest(r)[:32] // as long as Auth0's own
	return id, map[string]any{"clientId": id}
}

func createResourceServer(_ cloud, r *Resource) (string, map[string]any) {
	return digest(r)[:24], nil
}

func createAPI(c cloud, r *Resource) (string, map[string]any) {
	id := shortID(r)
	return id, map[string]any{
		"name":         physicalName(r),
		"apiEndpoint":  c.origins.API,
		"arn":          fmt.Sprintf("arn:aws:apigateway:%s::/apis/%s", c.region, id),
		"executionArn": c.arn("execute-api", id),
	}
}

func createStage(_ cloud, r *Resource) (string, map[string]any) {
	name, _ := r.Inputs["name"].(string)
	return name, nil
}

func createDistribution(c cloud, r *Resource) (string, map[string]any) {
	id := "E" + strings.ToUpper(digest(r)[:13])
	return id, map[string]any{
		"arn":        fmt.Sprintf("arn:aws:cloudfront::%s:distribution/%s", account, id),
		"domainName": c.origins.Site,
	}
}

func createEdgeFunction(_ cloud, r *Resource) (string, map[string]any) {
	name := physicalName(r)
	return name, map[string]any{
		"name": name,
		"arn":  fmt.Sprintf("arn:aws:cloudfront::%s:function/%s", account, name),
	}
}

func createLogGroup(c cloud, r *Resource) (string, map[string]any) {
	name := physicalName(r)
	return name, map[string]any{"name": name, "arn": c.arn("logs", "log-group:"+name)}
}

func createRole(_ cloud, r *Resource) (string, map[string]any) {
	name := physicalName(r)
	return name, map[string]any{"name": name, "arn": fmt.Sprintf("arn:aws:iam::%s:role/%s", account, name)}
}

func createFunction(c cloud, r *Resource) (string, map[string]any) {
	name := physicalName(r)
	arn := c.arn("lambda", "function:"+name)
	return name, map[string]any{
		"name":      name,
		"arn":       arn,
		"version":   "$LATEST",
		"invokeArn": fmt.Sprintf("arn:aws:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations", c.region, arn),
	}
}

func createBucket(c cloud, r *Resource) (string, map[string]any) {
	name := physicalName(r)
	return name, map[string]any{
		"bucket":                   name,
		"arn":                      "arn:aws:s3:::" + name,
		"bucketRegionalDomainName": fmt.Sprintf("%s.s3.%s.amazonaws.com", name, c.region),
	}
}

func (c cloud) arn(service, rest string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, c.region, account, rest)
}

// physicalName is the name that the program chose, or the logical one with a
// suffix, as the engine would make it.
func physicalName(r *Resource) string {
	if name, ok := r.Inputs["name"].(string); ok {
		return name
	}
	return r.Name + "-" + digest(r)[:7]
}

// shortID has the ten characters of API Gateway's ids.
func shortID(r *Resource) string {
	sum := sha256.Sum256([]byte(r.URN))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:10])
}

func digest(r *Resource) string {
	sum := sha256.Sum256([]byte(r.URN))
	return hex.EncodeToString(sum[:])
}
