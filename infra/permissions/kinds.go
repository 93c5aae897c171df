package permissions

import (
	"fmt"
	"regexp"
	"strings"
)

// A kind is a resource type of the Service Authorization Reference.
type kind struct {
	// arn is the ARN's form. Braces contain the inputs for its parts, the first of which that
	// is set is used; "id" is the physical ID.
	arn string
	// pattern is the narrowest pattern that matches the resources of one stack.
	pattern string
	// tagged kinds have the key aws:ResourceTag. It has values in calls for the types in
	// owners; the others are distinguished by name.
	tagged bool
	owners []string
}

// anything is for actions without a resource type.
var anything = kind{arn: "*", pattern: "*"}

// partsOfAPIs are the authorizers, integrations and routes of every HTTP API.
const partsOfAPIs = "arn:aws:apigateway:REGION::/apis/*/*"

// tables are the tables of a stack, with their indexes and streams.
const tables = "arn:aws:dynamodb:REGION:ACCOUNT:table/PROJECT--STACK--*"

// kinds maps service and name to kinds.
//
// HTTP APIs, distributions, certificates and log deliveries have generated IDs, so they are
// distinguished by tags (guards). The parts of an HTTP API do not inherit its tags, unlike
// those of a REST API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html
// A bucket's tags count only with attribute-based access, which is off by default; buckets
// are distinguished by name.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
var kinds = map[string]kind{
	"acm certificate": {arn: "arn:aws:acm:{region}:{account}:certificate/{certificateArn|id}", pattern: "arn:aws:acm:us-east-1:ACCOUNT:certificate/*",
		tagged: true, owners: []string{"aws:acm/certificate:Certificate", "aws:acm/certificateValidation:CertificateValidation"}},

	"apigateway Apis": {arn: "arn:aws:apigateway:{region}::/apis", pattern: "arn:aws:apigateway:REGION::/apis", tagged: true},
	"apigateway Api": {arn: "arn:aws:apigateway:{region}::/apis/{apiId|id}", pattern: "arn:aws:apigateway:REGION::/apis/*",
		tagged: true, owners: []string{"aws:apigatewayv2/api:Api"}},
	"apigateway Cors":         {arn: "arn:aws:apigateway:{region}::/apis/{id}/cors", pattern: partsOfAPIs, tagged: true},
	"apigateway Authorizers":  {arn: "arn:aws:apigateway:{region}::/apis/{apiId}/authorizers", pattern: partsOfAPIs, tagged: true},
	"apigateway Authorizer":   {arn: "arn:aws:apigateway:{region}::/apis/{apiId}/authorizers/{id}", pattern: partsOfAPIs, tagged: true},
	"apigateway Integrations": {arn: "arn:aws:apigateway:{region}::/apis/{apiId}/integrations", pattern: partsOfAPIs, tagged: true},
	"apigateway Integration":  {arn: "arn:aws:apigateway:{region}::/apis/{apiId}/integrations/{id}", pattern: partsOfAPIs, tagged: true},
	"apigateway Routes":       {arn: "arn:aws:apigateway:{region}::/apis/{apiId}/routes", pattern: partsOfAPIs, tagged: true},
	"apigateway Route":        {arn: "arn:aws:apigateway:{region}::/apis/{apiId}/routes/{id}", pattern: partsOfAPIs, tagged: true},
	"apigateway Stages":       {arn: "arn:aws:apigateway:{region}::/apis/{apiId}/stages", pattern: partsOfAPIs, tagged: true},
	"apigateway Stage": {arn: "arn:aws:apigateway:{region}::/apis/{apiId}/stages/{id}", pattern: partsOfAPIs,
		tagged: true, owners: []string{"aws:apigatewayv2/stage:Stage"}},

	"cloudfront distribution": {arn: "arn:aws:cloudfront::{account}:distribution/{resourceArn|id}", pattern: "arn:aws:cloudfront::ACCOUNT:distribution/*",
		tagged: true, owners: []string{"aws:cloudfront/distribution:Distribution", "aws:cloudwatch/logDeliverySource:LogDeliverySource"}},
	"cloudfront function":                {arn: "arn:aws:cloudfront::{account}:function/{id}", pattern: "arn:aws:cloudfront::ACCOUNT:function/PROJECT--STACK--*", tagged: true},
	"cloudfront origin-access-control":   {arn: "arn:aws:cloudfront::{account}:origin-access-control/{id}", pattern: "arn:aws:cloudfront::ACCOUNT:origin-access-control/*"},
	"cloudfront response-headers-policy": {arn: "arn:aws:cloudfront::{account}:response-headers-policy/{id}", pattern: "arn:aws:cloudfront::ACCOUNT:response-headers-policy/*"},

	"cloudwatch alarm":     {arn: "arn:aws:cloudwatch:{region}:{account}:alarm:{id}", pattern: "arn:aws:cloudwatch:REGION:ACCOUNT:alarm:PROJECT--STACK--*", tagged: true},
	"cloudwatch dashboard": {arn: "arn:aws:cloudwatch::{account}:dashboard/{id}", pattern: "arn:aws:cloudwatch::ACCOUNT:dashboard/PROJECT-STACK-REGION", tagged: true},

	"dynamodb table":  {arn: "arn:aws:dynamodb:{region}:{account}:table/{id}", pattern: tables, tagged: true},
	"dynamodb index":  {arn: "arn:aws:dynamodb:{region}:{account}:table/{id}/index/any", pattern: tables},
	"dynamodb stream": {arn: "arn:aws:dynamodb:{region}:{account}:table/{id}/stream/any", pattern: tables},

	"iam role": {arn: "arn:aws:iam::{account}:role/{role|target.roleArn|id}", pattern: "arn:aws:iam::ACCOUNT:role/PROJECT--STACK--*", tagged: true},

	// Each pattern for client IDs and topics ends where names begin that are not known in
	// advance. Neither is a resource in AWS IoT Core, so they have no tags.
	// https://docs.aws.amazon.com/iot/latest/developerguide/iot-action-resources.html
	"iot function-client":   {arn: "arn:aws:iot:{region}:{account}:client/{id}", pattern: "arn:aws:iot:REGION:ACCOUNT:client/PROJECT--STACK--fn-*"},
	"iot developer-client":  {arn: "arn:aws:iot:{region}:{account}:client/{id}", pattern: "arn:aws:iot:REGION:ACCOUNT:client/PROJECT--STACK--dev-*"},
	"iot function-filter":   {arn: "arn:aws:iot:{region}:{account}:topicfilter/{id}", pattern: "arn:aws:iot:REGION:ACCOUNT:topicfilter/live/PROJECT/STACK/*"},
	"iot presence-filter":   {arn: "arn:aws:iot:{region}:{account}:topicfilter/{id}", pattern: "arn:aws:iot:REGION:ACCOUNT:topicfilter/live/PROJECT/STACK/dev/*"},
	"iot session-filter":    {arn: "arn:aws:iot:{region}:{account}:topicfilter/{id}", pattern: "arn:aws:iot:REGION:ACCOUNT:topicfilter/live/PROJECT/STACK/to/*"},
	"iot presence-topic":    {arn: "arn:aws:iot:{region}:{account}:topic/{id}", pattern: "arn:aws:iot:REGION:ACCOUNT:topic/live/PROJECT/STACK/dev/*"},
	"iot beat-topic":        {arn: "arn:aws:iot:{region}:{account}:topic/{id}", pattern: "arn:aws:iot:REGION:ACCOUNT:topic/live/PROJECT/STACK/beat/*"},
	"iot session-topic":     {arn: "arn:aws:iot:{region}:{account}:topic/{id}", pattern: "arn:aws:iot:REGION:ACCOUNT:topic/live/PROJECT/STACK/to/*"},
	"iot environment-topic": {arn: "arn:aws:iot:{region}:{account}:topic/{id}", pattern: "arn:aws:iot:REGION:ACCOUNT:topic/live/PROJECT/STACK/env/*"},

	"lambda function": {arn: "arn:aws:lambda:{region}:{account}:function:{function|id}", pattern: "arn:aws:lambda:REGION:ACCOUNT:function:PROJECT--STACK--*", tagged: true},
	"lambda eventSourceMapping": {arn: "arn:aws:lambda:{region}:{account}:event-source-mapping:{id}", pattern: "arn:aws:lambda:REGION:ACCOUNT:event-source-mapping:*",
		tagged: true, owners: []string{"aws:lambda/eventSourceMapping:EventSourceMapping"}},

	"logs log-group": {arn: "arn:aws:logs:{region}:{account}:log-group:{id}", pattern: "arn:aws:logs:REGION:ACCOUNT:log-group:PROJECT--STACK--*", tagged: true},
	// The API's access log, whose prefix CloudWatch prescribes. The name for a stack dev-2
	// also begins with that for dev.
	"logs vended-log-group": {arn: "arn:aws:logs:{region}:{account}:log-group:{logGroupName|id}", pattern: "arn:aws:logs:REGION:ACCOUNT:log-group:/aws/vendedlogs/PROJECT-STACK-*",
		tagged: true, owners: []string{"aws:cloudwatch/logGroup:LogGroup", "aws:cloudwatch/logMetricFilter:LogMetricFilter"}},
	"logs log-stream": {arn: "arn:aws:logs:{region}:{account}:log-group:{id}:log-stream:any", pattern: "arn:aws:logs:REGION:ACCOUNT:log-group:PROJECT--STACK--*:*", tagged: true},
	"logs delivery": {arn: "arn:aws:logs:{region}:{account}:delivery:{id}", pattern: "arn:aws:logs:us-east-1:ACCOUNT:delivery:*",
		tagged: true, owners: []string{"aws:cloudwatch/logDelivery:LogDelivery"}},
	"logs delivery-destination": {arn: "arn:aws:logs:{region}:{account}:delivery-destination:{deliveryDestinationArn|id}", pattern: "arn:aws:logs:us-east-1:ACCOUNT:delivery-destination:PROJECT--STACK--*", tagged: true},
	"logs delivery-source":      {arn: "arn:aws:logs:{region}:{account}:delivery-source:{deliverySourceName|id}", pattern: "arn:aws:logs:us-east-1:ACCOUNT:delivery-source:PROJECT--STACK--*", tagged: true},

	"route53 hostedzone": {arn: "arn:aws:route53:::hostedzone/{zoneId}", pattern: "arn:aws:route53:::hostedzone/ZONE"},
	"route53 change":     {arn: "arn:aws:route53:::change/C0123456789", pattern: "arn:aws:route53:::change/*"},

	"s3 bucket":      {arn: "arn:aws:s3:::{bucket|id}", pattern: "arn:aws:s3:::PROJECT--STACK--*"},
	"s3 object":      {arn: "arn:aws:s3:::{bucket|id}/{key}", pattern: "arn:aws:s3:::PROJECT--STACK--*/*"},
	"s3 site-object": {arn: "arn:aws:s3:::{bucket}/{key}", pattern: "arn:aws:s3:::PROJECT--STACK--site-*/*"},

	// A schedule's group is the default one, which does not have the stack's tags.
	"scheduler schedule": {arn: "arn:aws:scheduler:{region}:{account}:schedule/{id}", pattern: "arn:aws:scheduler:REGION:ACCOUNT:schedule/default/PROJECT--STACK--*"},

	"sqs queue": {arn: "arn:aws:sqs:{region}:{account}:{queueUrl|id}", pattern: "arn:aws:sqs:REGION:ACCOUNT:PROJECT--STACK--*", tagged: true},

	"ssm parameter": {arn: "arn:aws:ssm:{region}:{account}:parameter/{id}", pattern: "arn:aws:ssm:REGION:ACCOUNT:parameter/PROJECT--STACK--*", tagged: true},

	"sts role": {arn: "arn:aws:iam::{account}:role/{id}", pattern: "arn:aws:iam::ACCOUNT:role/PROJECT--STACK--*"},

	"sns topic": {arn: "arn:aws:sns:{region}:{account}:{topic|arn|id}", pattern: "arn:aws:sns:REGION:ACCOUNT:PROJECT--STACK--*", tagged: true},
}

// referenceName returns a kind's name in the reference, which lacks two of ours.
func referenceName(name string) string {
	switch name {
	case "vended-log-group":
		return "log-group"
	case "site-object":
		return "object"
	case "function-client", "developer-client":
		return "client"
	case "function-filter", "presence-filter", "session-filter":
		return "topicfilter"
	case "presence-topic", "beat-topic", "session-topic", "environment-topic":
		return "topic"
	}
	return name
}

var part = regexp.MustCompile(`\{[a-zA-Z.|]+\}`)

// arnOf fills in the parts of the ARN. If a value is an ARN or a queue's URL itself, its last
// part is used.
func (k kind) arnOf(r Resource) (string, error) {
	missing := ""
	arn := part.ReplaceAllStringFunc(k.arn, func(names string) string {
		for _, name := range strings.Split(strings.Trim(names, "{}"), "|") {
			value := map[string]string{"id": r.ID, "region": r.Region, "account": r.Account}[name]
			if value == "" {
				value = r.text(name)
			}
			if strings.HasPrefix(value, "arn:") || strings.HasPrefix(value, "https://") {
				value = value[strings.LastIndexAny(value, ":/")+1:]
			}
			if value != "" {
				return value
			}
		}
		missing = names
		return ""
	})
	if missing == "{key}" { // an object of a bucket that is emptied
		return arn + "any", nil
	}
	if missing != "" {
		return "", fmt.Errorf("no input for %s of the ARN", missing)
	}
	return arn, nil
}
