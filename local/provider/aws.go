package provider

import (
	"fmt"
	"strings"
)

// aws are the types of the aws provider.
var aws = map[string]Type{
	"aws:apigatewayv2/api:Api": {
		create: createAPI, Naming: apiNaming, lengths: map[string]int{"description": 1024},
		inputs: `name description protocolType!^ corsConfiguration tags`,
	},
	"aws:apigatewayv2/authorizer:Authorizer": {
		create: createShortID, Naming: authorizerNaming, Refs: ofAPI,
		inputs: `apiId!^ name authorizerType! identitySources jwtConfiguration`,
	},
	"aws:apigatewayv2/integration:Integration": {
		create: createShortID, Refs: ofAPI,
		inputs: `apiId!^ integrationType!^ integrationUri payloadFormatVersion timeoutMilliseconds`,
	},
	"aws:apigatewayv2/route:Route": {
		create: createShortID, Refs: map[string]string{"apiId": apiType, "authorizerId": "aws:apigatewayv2/authorizer:Authorizer"},
		inputs: `apiId!^ routeKey! target authorizationType authorizerId authorizationScopes`,
	},
	"aws:apigatewayv2/stage:Stage": {
		create: createPart("name"), Naming: stageNaming, Refs: ofAPI,
		inputs: `apiId!^ name^ autoDeploy defaultRouteSettings accessLogSettings tags`,
	},

	"aws:cloudfront/distribution:Distribution": {
		Global: true, create: createDistribution, lengths: map[string]int{"comment": 128},
		inputs: `comment enabled! httpVersion isIpv6Enabled priceClass defaultRootObject origins! defaultCacheBehavior!
			orderedCacheBehaviors restrictions! viewerCertificate! waitForDeployment tags aliases`,
	},
	"aws:cloudfront/function:Function": {
		Global: true, create: createEdgeFunction, Naming: edgeFunctionNaming, lengths: map[string]int{"code": 10 << 10},
		inputs: `name^ runtime! code! publish comment`,
	},
	"aws:cloudfront/originAccessControl:OriginAccessControl": {
		Global: true, create: createCloudFrontID, Naming: accessControlNaming, lengths: map[string]int{"description": 256},
		inputs: `name description originAccessControlOriginType! signingBehavior! signingProtocol!`,
	},
	"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
		Global: true, create: createCloudFrontID, Naming: headersPolicyNaming, lengths: map[string]int{"comment": 128},
		inputs: `name comment securityHeadersConfig customHeadersConfig corsConfig`,
	},

	"aws:acm/certificate:Certificate": {
		create: createCertificate, inputs: `domainName^ validationMethod^ tags`,
	},
	"aws:acm/certificateValidation:CertificateValidation": {
		create: createPart("certificateArn"), inputs: `certificateArn!^ validationRecordFqdns^`,
		Refs: map[string]string{"certificateArn": "aws:acm/certificate:Certificate"},
	},
	"aws:route53/record:Record": {
		Global: true, create: createRecord,
		inputs: `name!^ type! zoneId!^ records ttl aliases allowOverwrite`,
	},

	"aws:cloudwatch/dashboard:Dashboard": {
		Global: true, create: createPart("dashboardName"), Naming: dashboardNaming,
		inputs: `dashboardName!^ dashboardBody!`,
	},
	"aws:cloudwatch/logDelivery:LogDelivery": {
		Global: true, create: createShortID,
		inputs: `deliveryDestinationArn!^ deliverySourceName!^ recordFields tags`,
	},
	"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {
		Global: true, create: createDelivery("delivery-destination"), Naming: deliveryNaming,
		inputs: `name^ deliveryDestinationConfiguration outputFormat^ tags`,
	},
	"aws:cloudwatch/logDeliverySource:LogDeliverySource": {
		Global: true, create: createDelivery("delivery-source"), Naming: deliveryNaming,
		inputs: `name^ logType!^ resourceArn!^ tags`,
	},
	"aws:cloudwatch/logMetricFilter:LogMetricFilter": {
		create: createPart("name"), Naming: metricFilterNaming, Refs: map[string]string{"logGroupName": "aws:cloudwatch/logGroup:LogGroup"},
		inputs: `name^ logGroupName!^ metricTransformation! pattern!`,
	},
	"aws:cloudwatch/metricAlarm:MetricAlarm": {
		create: createAlarm, Naming: alarmNaming, lengths: map[string]int{"alarmDescription": 1024},
		inputs: `name^ comparisonOperator! evaluationPeriods! alarmActions okActions alarmDescription datapointsToAlarm
			metricQueries threshold treatMissingData tags`,
	},
	"aws:sns/topic:Topic": {
		create: createTopic, Naming: topicNaming, inputs: `name^ tags`,
	},
	"aws:sns/topicPolicy:TopicPolicy": {
		create: createPart("arn"), inputs: `arn!^ policy!`, Refs: map[string]string{"arn": topicType},
	},
	"aws:sns/topicSubscription:TopicSubscription": {
		create: createSubscription, inputs: `topic!^ protocol!^ endpoint!^`, Refs: map[string]string{"topic": topicType},
	},

	"aws:cloudwatch/logGroup:LogGroup": {
		create: createLogGroup, Naming: logGroupNaming,
		inputs: `name^ retentionInDays tags`,
	},
	"aws:iam/role:Role": {
		Global: true, create: createRole, Naming: roleNaming,
		inputs: `name^ assumeRolePolicy! permissionsBoundary tags`,
	},
	"aws:iam/rolePolicy:RolePolicy": {
		Global: true, create: createRolePolicy, Naming: rolePolicyNaming, Refs: map[string]string{"role": "aws:iam/role:Role"},
		inputs: `name^ role!^ policy!`,
	},
	"aws:lambda/function:Function": {
		create: createFunction, Naming: functionNaming,
		inputs: `name^ code runtime architectures handler role! memorySize timeout loggingConfig environment tags`,
	},
	"aws:lambda/permission:Permission": {
		create: createPermission, Naming: permissionNaming, Refs: map[string]string{"function": functionType},
		inputs: `statementId^ action!^ function!^ principal!^ sourceArn^ sourceAccount^`,
	},

	"aws:s3/bucketV2:BucketV2": {
		create: createBucket, Naming: bucketNaming,
		inputs: `bucket^ forceDestroy tags`,
	},
	ObjectType: {
		Overwrites: true, // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
		create:     createPart("key"), Refs: inBucket, lengths: map[string]int{"key": 1024},
		inputs: `bucket!^ key!^ source content contentType cacheControl`,
	},
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": {
		create: createPart("bucket"), Refs: inBucket, inputs: `bucket!^ rules`,
	},
	"aws:s3/bucketLoggingV2:BucketLoggingV2": {
		create: createPart("bucket"), Refs: map[string]string{"bucket": BucketType, "targetBucket": BucketType},
		inputs: `bucket!^ targetBucket! targetPrefix!`,
	},
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
		create: createPart("bucket"), Refs: inBucket, inputs: `bucket!^ rule!`,
	},
	"aws:s3/bucketPolicy:BucketPolicy": {
		create: createPart("bucket"), Refs: inBucket, inputs: `bucket!^ policy!`,
	},
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
		create: createPart("bucket"), Refs: inBucket,
		inputs: `bucket!^ blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets`,
	},
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": {
		create: createPart("bucket"), Refs: inBucket, inputs: `bucket!^ rules!`,
	},
}

const (
	apiType      = "aws:apigatewayv2/api:Api"
	functionType = "aws:lambda/function:Function"
	topicType    = "aws:sns/topic:Topic"
	// BucketType is the type of buckets, which can hold what no program made.
	BucketType = "aws:s3/bucketV2:BucketV2"
	// ObjectType is the type of what is in them.
	ObjectType = "aws:s3/bucketObjectv2:BucketObjectv2"
)

var (
	ofAPI    = map[string]string{"apiId": apiType}
	inBucket = map[string]string{"bucket": BucketType}
)

// account is the AWS account of every resource.
const account = "000000000000"

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
		// The one zone of all distributions.
		// https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
		"hostedZoneId": "Z2FDTNDATAQYW2",
	}
}

// createCertificate returns the record by which the owner of the domain proves
// to be that. CloudFront's certificates are in one region.
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

// createDelivery is for the parts of log deliveries of CloudFront, which are in
// one region.
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

func (c Cloud) arn(service, rest string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, c.Region, account, rest)
}

// cloudFrontID looks like CloudFront's ids.
func cloudFrontID(r Resource) string { return "E" + strings.ToUpper(digest(r)[:13]) }
