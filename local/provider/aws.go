package provider

import "math"

// The resource types of the aws provider.
const (
	APIGatewayAPI                    = "aws:apigatewayv2/api:Api"
	APIGatewayAuthorizer             = "aws:apigatewayv2/authorizer:Authorizer"
	APIGatewayIntegration            = "aws:apigatewayv2/integration:Integration"
	APIGatewayRoute                  = "aws:apigatewayv2/route:Route"
	APIGatewayStage                  = "aws:apigatewayv2/stage:Stage"
	CloudFrontDistribution           = "aws:cloudfront/distribution:Distribution"
	CloudFrontFunction               = "aws:cloudfront/function:Function"
	CloudFrontOriginAccessControl    = "aws:cloudfront/originAccessControl:OriginAccessControl"
	CloudFrontResponseHeadersPolicy  = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
	ACMCertificate                   = "aws:acm/certificate:Certificate"
	ACMCertificateValidation         = "aws:acm/certificateValidation:CertificateValidation"
	Route53Record                    = "aws:route53/record:Record"
	CloudWatchDashboard              = "aws:cloudwatch/dashboard:Dashboard"
	CloudWatchLogDelivery            = "aws:cloudwatch/logDelivery:LogDelivery"
	CloudWatchLogDeliveryDestination = "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"
	CloudWatchLogDeliverySource      = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
	CloudWatchLogGroup               = "aws:cloudwatch/logGroup:LogGroup"
	CloudWatchLogMetricFilter        = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	CloudWatchMetricAlarm            = "aws:cloudwatch/metricAlarm:MetricAlarm"
	SNSTopic                         = "aws:sns/topic:Topic"
	SNSTopicPolicy                   = "aws:sns/topicPolicy:TopicPolicy"
	SNSTopicSubscription             = "aws:sns/topicSubscription:TopicSubscription"
	IAMRole                          = "aws:iam/role:Role"
	IAMRolePolicy                    = "aws:iam/rolePolicy:RolePolicy"
	LambdaFunction                   = "aws:lambda/function:Function"
	LambdaPermission                 = "aws:lambda/permission:Permission"
	S3Bucket                         = "aws:s3/bucketV2:BucketV2"
	S3BucketEncryption               = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	S3BucketLifecycle                = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	S3BucketLogging                  = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	S3BucketOwnershipControls        = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	S3BucketPolicy                   = "aws:s3/bucketPolicy:BucketPolicy"
	S3BucketPublicAccessBlock        = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	S3Object                         = "aws:s3/bucketObjectv2:BucketObjectv2"

	AWSProvider = "pulumi:providers:aws" // an explicit provider
)

// aws are the rows of the types of the aws provider.
var aws = map[string]Type{
	AWSProvider: {
		Inert: true, Global: true, create: createProvider,
		// https://www.pulumi.com/registry/packages/aws/api-docs/provider/
		inputs: object(fields{
			"region": region, "profile": freeText, "skipCredentialsValidation": boolean, "skipRegionValidation": boolean,
		}),
	},

	APIGatewayAPI: {
		create: createAPI, Naming: apiNaming,
		inputs: object(fields{
			"name": apiNaming.rule(), "description": length(0, 1024), "protocolType!^": oneOf("HTTP"),
			"corsConfiguration": corsConfiguration, "tags": tags,
		}),
	},
	APIGatewayAuthorizer: {
		create: createShortID, Naming: authorizerNaming, Refs: ofAPI, inputs: authorizer,
	},
	APIGatewayIntegration: {
		create: createShortID, Refs: ofAPI, inputs: integration,
	},
	APIGatewayRoute: {
		create: createShortID, Refs: map[string]string{"apiId": APIGatewayAPI, "authorizerId": APIGatewayAuthorizer},
		inputs: route,
	},
	APIGatewayStage: {
		create: createPart("name"), Naming: stageNaming, Refs: ofAPI, inputs: stage,
	},

	CloudFrontDistribution: {
		Global: true, create: createDistribution, inputs: distribution,
	},
	CloudFrontFunction: {
		Global: true, create: createEdgeFunction, Naming: edgeFunctionNaming,
		inputs: object(fields{
			"name^": edgeFunctionNaming.rule(), "runtime!": oneOf("cloudfront-js-1.0", "cloudfront-js-2.0"),
			// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
			"code!": length(1, 10<<10), "publish": boolean, "comment": length(0, 128),
		}),
	},
	CloudFrontOriginAccessControl: {
		Inert: true, Global: true, create: createCloudFrontID, Naming: accessControlNaming,
		// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
		inputs: object(fields{
			"name": accessControlNaming.rule(), "description": length(0, 256),
			"originAccessControlOriginType!": oneOf("s3", "mediastore", "mediapackagev2", "lambda"),
			"signingBehavior!":               oneOf("always", "never", "no-override"), "signingProtocol!": oneOf("sigv4"),
		}),
	},
	CloudFrontResponseHeadersPolicy: {
		Global: true, create: createCloudFrontID, Naming: headersPolicyNaming, inputs: responseHeaders,
	},

	ACMCertificate: {
		Inert: true, create: createCertificate,
		inputs: object(fields{
			"domainName^": hostName, "validationMethod^": oneOf("DNS", "EMAIL"), "tags": tags,
		}, requires("domainName", "validationMethod")),
	},
	ACMCertificateValidation: {
		Inert: true, create: createPart("certificateArn"), Refs: map[string]string{"certificateArn": ACMCertificate},
		inputs: object(fields{
			"certificateArn!^": arn("acm"), "validationRecordFqdns^": list(0, math.MaxInt, length(1, 1024)),
		}),
	},
	Route53Record: {
		Inert: true, Global: true, create: createRecord, inputs: record,
	},

	CloudWatchDashboard: {
		Inert: true, Global: true, create: createPart("dashboardName"), Naming: dashboardNaming,
		inputs: object(fields{"dashboardName!^": dashboardNaming.rule(), "dashboardBody!": jsonObject}),
	},
	CloudWatchLogDelivery: {
		Inert: true, Global: true, create: createShortID,
		// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateDelivery.html
		inputs: object(fields{
			"deliveryDestinationArn!^": arn("logs"), "deliverySourceName!^": deliveryNaming.rule(),
			"recordFields": list(0, 128, length(1, 64)), "tags": tags,
		}),
	},
	CloudWatchLogDeliveryDestination: {
		Inert: true, Global: true, create: createDelivery("delivery-destination"), Naming: deliveryNaming,
		// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliveryDestination.html
		inputs: object(fields{
			"name^": deliveryNaming.rule(), "outputFormat^": oneOf("json", "plain", "w3c", "raw", "parquet"), "tags": tags,
			"deliveryDestinationConfiguration": object(fields{"destinationResourceArn!": arn("s3", "logs", "firehose")}),
		}),
	},
	CloudWatchLogDeliverySource: {
		Inert: true, Global: true, create: createDelivery("delivery-source"), Naming: deliveryNaming,
		// CloudFront has this log type only.
		// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html
		inputs: object(fields{
			"name^": deliveryNaming.rule(), "logType!^": oneOf("ACCESS_LOGS"), "resourceArn!^": arn("cloudfront"), "tags": tags,
		}),
	},
	CloudWatchLogMetricFilter: {
		Inert: true, create: createPart("name"), Naming: metricFilterNaming, Refs: map[string]string{"logGroupName": CloudWatchLogGroup},
		inputs: metricFilter,
	},
	CloudWatchMetricAlarm: {
		Inert: true, create: createAlarm, Naming: alarmNaming, inputs: metricAlarm,
	},
	SNSTopic: {
		Inert: true, create: createTopic, Naming: topicNaming, inputs: object(fields{"name^": topicNaming.rule(), "tags": tags}),
	},
	SNSTopicPolicy: {
		Inert: true, create: createPart("arn"), Refs: map[string]string{"arn": SNSTopic},
		inputs: object(fields{"arn!^": arn("sns"), "policy!": policy(topicPolicy)}),
	},
	SNSTopicSubscription: {
		Inert: true, create: createSubscription, Refs: map[string]string{"topic": SNSTopic},
		// The only protocol that needs no endpoint of the stack.
		inputs: object(fields{"topic!^": arn("sns"), "protocol!^": oneOf("email"), "endpoint!^": email}),
	},

	CloudWatchLogGroup: {
		Inert: true, create: createLogGroup, Naming: logGroupNaming,
		inputs: object(fields{"name^": logGroupNaming.rule(), "retentionInDays": retentionDays, "tags": tags}),
	},
	IAMRole: {
		Global: true, create: createRole, Naming: roleNaming,
		inputs: object(fields{"name^": roleNaming.rule(), "assumeRolePolicy!": policy(trustPolicy), "permissionsBoundary": arn("iam"), "tags": tags}),
	},
	IAMRolePolicy: {
		Global: true, create: createRolePolicy, Naming: rolePolicyNaming, Refs: map[string]string{"role": IAMRole},
		inputs: object(fields{"name^": rolePolicyNaming.rule(), "role!^": roleNaming.rule(), "policy!": policy(identityPolicy)}),
	},
	LambdaFunction: {
		create: createFunction, Naming: functionNaming, inputs: function,
	},
	LambdaPermission: {
		create: createPermission, Naming: permissionNaming, Refs: map[string]string{"function": LambdaFunction}, inputs: permission,
	},

	S3Bucket: {
		create: createBucket, Naming: bucketNaming,
		inputs: object(fields{"bucket^": bucketNaming.rule(), "forceDestroy": boolean, "tags": tags}),
	},
	S3Object: {
		Overwrites: true, // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
		create:     createPart("key"), Refs: inBucket,
		inputs: object(fields{
			"bucket!^": bucketNaming.rule(), "key!^": length(1, 1024), "source": file, "content": freeText,
			"contentType": mediaType, "cacheControl": freeText,
		}, exactlyOne("source", "content")),
	},
	S3BucketLifecycle: {
		create: createPart("bucket"), Refs: inBucket, inputs: lifecycle,
	},
	S3BucketLogging: {
		Inert: true, create: createPart("bucket"), Refs: map[string]string{"bucket": S3Bucket, "targetBucket": S3Bucket},
		inputs: object(fields{
			"bucket!^": bucketNaming.rule(), "targetBucket!": bucketNaming.rule(), "targetPrefix!": freeText,
		}),
	},
	S3BucketOwnershipControls: {
		Inert: true, create: createPart("bucket"), Refs: inBucket,
		inputs: object(fields{
			"bucket!^": bucketNaming.rule(),
			"rule!": object(fields{
				"objectOwnership!": oneOf("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"),
			}),
		}),
	},
	S3BucketPolicy: {
		create: createPart("bucket"), Refs: inBucket,
		inputs: object(fields{"bucket!^": bucketNaming.rule(), "policy!": policy(bucketPolicy)}),
	},
	S3BucketPublicAccessBlock: {
		Inert: true, create: createPart("bucket"), Refs: inBucket,
		inputs: object(fields{
			"bucket!^": bucketNaming.rule(), "blockPublicAcls": boolean, "blockPublicPolicy": boolean,
			"ignorePublicAcls": boolean, "restrictPublicBuckets": boolean,
		}),
	},
	S3BucketEncryption: {
		Inert: true, create: createPart("bucket"), Refs: inBucket,
		inputs: object(fields{"bucket!^": bucketNaming.rule(), "rules!": list(1, 1, object(fields{
			"applyServerSideEncryptionByDefault": object(fields{"sseAlgorithm!": oneOf("AES256", "aws:kms", "aws:kms:dsse")}),
		}))}),
	},
}

var (
	ofAPI    = map[string]string{"apiId": APIGatewayAPI}
	inBucket = map[string]string{"bucket": S3Bucket}
)
