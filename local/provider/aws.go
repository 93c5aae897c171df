package provider

import "math"

// aws are the types of the aws provider.
var aws = map[string]Type{
	"aws:apigatewayv2/api:Api": {
		create: createAPI, Naming: apiNaming,
		inputs: object(fields{
			"name": apiNaming.rule(), "description": length(0, 1024), "protocolType!^": oneOf("HTTP"),
			"corsConfiguration": corsConfiguration, "tags": tags,
		}),
	},
	"aws:apigatewayv2/authorizer:Authorizer": {
		create: createShortID, Naming: authorizerNaming, Refs: ofAPI, inputs: authorizer,
	},
	"aws:apigatewayv2/integration:Integration": {
		create: createShortID, Refs: ofAPI, inputs: integration,
	},
	"aws:apigatewayv2/route:Route": {
		create: createShortID, Refs: map[string]string{"apiId": apiType, "authorizerId": "aws:apigatewayv2/authorizer:Authorizer"},
		inputs: route,
	},
	"aws:apigatewayv2/stage:Stage": {
		create: createPart("name"), Naming: stageNaming, Refs: ofAPI, inputs: stage,
	},

	"aws:cloudfront/distribution:Distribution": {
		Global: true, create: createDistribution, inputs: distribution,
	},
	"aws:cloudfront/function:Function": {
		Global: true, create: createEdgeFunction, Naming: edgeFunctionNaming,
		inputs: object(fields{
			"name^": edgeFunctionNaming.rule(), "runtime!": oneOf("cloudfront-js-1.0", "cloudfront-js-2.0"),
			// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
			"code!": length(1, 10<<10), "publish": boolean, "comment": length(0, 128),
		}),
	},
	"aws:cloudfront/originAccessControl:OriginAccessControl": {
		Global: true, create: createCloudFrontID, Naming: accessControlNaming,
		// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
		inputs: object(fields{
			"name": accessControlNaming.rule(), "description": length(0, 256),
			"originAccessControlOriginType!": oneOf("s3", "mediastore", "mediapackagev2", "lambda"),
			"signingBehavior!":               oneOf("always", "never", "no-override"), "signingProtocol!": oneOf("sigv4"),
		}),
	},
	"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
		Global: true, create: createCloudFrontID, Naming: headersPolicyNaming, inputs: responseHeaders,
	},

	"aws:acm/certificate:Certificate": {
		create: createCertificate,
		inputs: object(fields{
			"domainName^": hostName, "validationMethod^": oneOf("DNS", "EMAIL"), "tags": tags,
		}, together("domainName", "validationMethod")),
	},
	"aws:acm/certificateValidation:CertificateValidation": {
		create: createPart("certificateArn"), Refs: map[string]string{"certificateArn": "aws:acm/certificate:Certificate"},
		inputs: object(fields{
			"certificateArn!^": arn("acm"), "validationRecordFqdns^": list(0, math.MaxInt, length(1, 1024)),
		}),
	},
	"aws:route53/record:Record": {
		Global: true, create: createRecord, inputs: record,
	},

	"aws:cloudwatch/dashboard:Dashboard": {
		Global: true, create: createPart("dashboardName"), Naming: dashboardNaming,
		inputs: object(fields{"dashboardName!^": dashboardNaming.rule(), "dashboardBody!": jsonObject}),
	},
	"aws:cloudwatch/logDelivery:LogDelivery": {
		Global: true, create: createShortID,
		// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateDelivery.html
		inputs: object(fields{
			"deliveryDestinationArn!^": arn("logs"), "deliverySourceName!^": deliveryNaming.rule(),
			"recordFields": list(0, 128, length(1, 64)), "tags": tags,
		}),
	},
	"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {
		Global: true, create: createDelivery("delivery-destination"), Naming: deliveryNaming,
		// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliveryDestination.html
		inputs: object(fields{
			"name^": deliveryNaming.rule(), "outputFormat^": oneOf("json", "plain", "w3c", "raw", "parquet"), "tags": tags,
			"deliveryDestinationConfiguration": object(fields{"destinationResourceArn!": arn("s3", "logs", "firehose")}),
		}),
	},
	"aws:cloudwatch/logDeliverySource:LogDeliverySource": {
		Global: true, create: createDelivery("delivery-source"), Naming: deliveryNaming,
		// The log type is the one that CloudFront has.
		// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html
		inputs: object(fields{
			"name^": deliveryNaming.rule(), "logType!^": oneOf("ACCESS_LOGS"), "resourceArn!^": arn("cloudfront"), "tags": tags,
		}),
	},
	"aws:cloudwatch/logMetricFilter:LogMetricFilter": {
		create: createPart("name"), Naming: metricFilterNaming, Refs: map[string]string{"logGroupName": "aws:cloudwatch/logGroup:LogGroup"},
		inputs: metricFilter,
	},
	"aws:cloudwatch/metricAlarm:MetricAlarm": {
		create: createAlarm, Naming: alarmNaming, inputs: metricAlarm,
	},
	"aws:sns/topic:Topic": {
		create: createTopic, Naming: topicNaming, inputs: object(fields{"name^": topicNaming.rule(), "tags": tags}),
	},
	"aws:sns/topicPolicy:TopicPolicy": {
		create: createPart("arn"), Refs: map[string]string{"arn": topicType},
		inputs: object(fields{"arn!^": arn("sns"), "policy!": policy(topicPolicy)}),
	},
	"aws:sns/topicSubscription:TopicSubscription": {
		create: createSubscription, Refs: map[string]string{"topic": topicType},
		// Of the protocols the one that needs no endpoint of one's own.
		inputs: object(fields{"topic!^": arn("sns"), "protocol!^": oneOf("email"), "endpoint!^": email}),
	},

	"aws:cloudwatch/logGroup:LogGroup": {
		create: createLogGroup, Naming: logGroupNaming,
		inputs: object(fields{"name^": logGroupNaming.rule(), "retentionInDays": retentionDays, "tags": tags}),
	},
	"aws:iam/role:Role": {
		Global: true, create: createRole, Naming: roleNaming,
		inputs: object(fields{"name^": roleNaming.rule(), "assumeRolePolicy!": policy(trustPolicy), "permissionsBoundary": arn("iam"), "tags": tags}),
	},
	"aws:iam/rolePolicy:RolePolicy": {
		Global: true, create: createRolePolicy, Naming: rolePolicyNaming, Refs: map[string]string{"role": "aws:iam/role:Role"},
		inputs: object(fields{"name^": rolePolicyNaming.rule(), "role!^": roleNaming.rule(), "policy!": policy(identityPolicy)}),
	},
	"aws:lambda/function:Function": {
		create: createFunction, Naming: functionNaming, inputs: function,
	},
	"aws:lambda/permission:Permission": {
		create: createPermission, Naming: permissionNaming, Refs: map[string]string{"function": functionType}, inputs: permission,
	},

	"aws:s3/bucketV2:BucketV2": {
		create: createBucket, Naming: bucketNaming,
		inputs: object(fields{"bucket^": bucketNaming.rule(), "forceDestroy": boolean, "tags": tags}),
	},
	ObjectType: {
		Overwrites: true, // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
		create:     createPart("key"), Refs: inBucket,
		inputs: object(fields{
			"bucket!^": bucketNaming.rule(), "key!^": length(1, 1024), "source": file, "content": freeText,
			"contentType": mediaType, "cacheControl": freeText,
		}, exactlyOne("source", "content")),
	},
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": {
		create: createPart("bucket"), Refs: inBucket, inputs: lifecycle,
	},
	"aws:s3/bucketLoggingV2:BucketLoggingV2": {
		create: createPart("bucket"), Refs: map[string]string{"bucket": BucketType, "targetBucket": BucketType},
		inputs: object(fields{
			"bucket!^": bucketNaming.rule(), "targetBucket!": bucketNaming.rule(), "targetPrefix!": freeText,
		}),
	},
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
		create: createPart("bucket"), Refs: inBucket,
		inputs: object(fields{
			"bucket!^": bucketNaming.rule(),
			"rule!": object(fields{
				"objectOwnership!": oneOf("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"),
			}),
		}),
	},
	"aws:s3/bucketPolicy:BucketPolicy": {
		create: createPart("bucket"), Refs: inBucket,
		inputs: object(fields{"bucket!^": bucketNaming.rule(), "policy!": policy(bucketPolicy)}),
	},
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
		create: createPart("bucket"), Refs: inBucket,
		inputs: object(fields{
			"bucket!^": bucketNaming.rule(), "blockPublicAcls": boolean, "blockPublicPolicy": boolean,
			"ignorePublicAcls": boolean, "restrictPublicBuckets": boolean,
		}),
	},
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": {
		create: createPart("bucket"), Refs: inBucket,
		inputs: object(fields{"bucket!^": bucketNaming.rule(), "rules!": list(1, 1, object(fields{
			"applyServerSideEncryptionByDefault": object(fields{"sseAlgorithm!": oneOf("AES256", "aws:kms", "aws:kms:dsse")}),
		}))}),
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
