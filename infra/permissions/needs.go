package permissions

// operations are a type's grants, by operation.
type operations struct{ create, read, update, remove []grant }

func (o operations) grants(op Operation) []grant {
	return map[Operation][]grant{Create: o.create, Read: o.read, Update: o.update, Delete: o.remove}[op]
}

// all joins grants.
func all(lists ...[]grant) (joined []grant) {
	for _, list := range lists {
		joined = append(joined, list...)
	}
	return joined
}

// needs are the grants for each resource type: the calls of the resource of that name in
// hashicorp/terraform-provider-aws (internal/service), on which the Pulumi provider is built,
// and what AWS requires in addition, with its page. No grant changes the tags of an existing
// resource, since tags decide who owns it.
var needs = map[string]operations{
	"aws:acm/certificate:Certificate": { // acm/certificate.go
		create: []grant{"acm:RequestCertificate", "acm:AddTagsToCertificate certificate"},
		read:   []grant{"acm:DescribeCertificate certificate", "acm:ListTagsForCertificate certificate"},
		remove: []grant{"acm:DeleteCertificate certificate"},
	},
	"aws:acm/certificateValidation:CertificateValidation": { // acm/certificate_validation.go
		read: []grant{"acm:DescribeCertificate certificate"},
	},

	// With tags AWS requires TagResource on the collection, which the reference does
	// not list: hashicorp/terraform-provider-aws#20634, cloudtools/awacs#254.
	"aws:apigatewayv2/api:Api": { // apigatewayv2/api.go
		create: []grant{"apigateway:POST Apis", "apigateway:TagResource Apis"},
		read:   []grant{"apigateway:GET Api"},
		update: []grant{"apigateway:PATCH Api", "apigateway:DELETE Cors"},
		remove: []grant{"apigateway:DELETE Api"},
	},
	"aws:apigatewayv2/authorizer:Authorizer": { // apigatewayv2/authorizer.go
		create: []grant{"apigateway:POST Authorizers"},
		read:   []grant{"apigateway:GET Authorizer"},
		update: []grant{"apigateway:PATCH Authorizer"},
		remove: []grant{"apigateway:DELETE Authorizer"},
	},
	"aws:apigatewayv2/integration:Integration": { // apigatewayv2/integration.go
		create: []grant{"apigateway:POST Integrations"},
		read:   []grant{"apigateway:GET Integration"},
		update: []grant{"apigateway:PATCH Integration"},
		remove: []grant{"apigateway:DELETE Integration"},
	},
	"aws:apigatewayv2/route:Route": { // apigatewayv2/route.go
		create: []grant{"apigateway:POST Routes"},
		read:   []grant{"apigateway:GET Route"},
		update: []grant{"apigateway:PATCH Route"},
		remove: []grant{"apigateway:DELETE Route"},
	},
	"aws:apigatewayv2/stage:Stage": { // apigatewayv2/stage.go
		create: all([]grant{"apigateway:POST Stages", "apigateway:TagResource Stages"}, accessLogging),
		read:   []grant{"apigateway:GET Stage", "apigateway:GET Api"},
		update: all([]grant{"apigateway:PATCH Stage"}, accessLogging),
		remove: all([]grant{"apigateway:DELETE Stage"}, accessLogging),
	},

	"aws:cloudfront/distribution:Distribution": { // cloudfront/distribution.go; disabled before it is deleted
		create: []grant{"cloudfront:CreateDistribution", "cloudfront:TagResource distribution"},
		read:   []grant{"cloudfront:GetDistribution distribution", "cloudfront:ListTagsForResource distribution"},
		update: []grant{"cloudfront:UpdateDistribution distribution"},
		remove: []grant{"cloudfront:UpdateDistribution distribution", "cloudfront:DeleteDistribution distribution"},
	},
	"aws:cloudfront/function:Function": { // cloudfront/function.go
		create: []grant{"cloudfront:CreateFunction", "cloudfront:PublishFunction function"},
		read:   []grant{"cloudfront:DescribeFunction function", "cloudfront:GetFunction function"},
		update: []grant{"cloudfront:UpdateFunction function", "cloudfront:PublishFunction function"},
		remove: []grant{"cloudfront:DeleteFunction function"},
	},
	"aws:cloudfront/originAccessControl:OriginAccessControl": { // cloudfront/origin_access_control.go
		create: []grant{"cloudfront:CreateOriginAccessControl"},
		read:   []grant{"cloudfront:GetOriginAccessControl origin-access-control"},
		update: []grant{"cloudfront:UpdateOriginAccessControl origin-access-control"},
		remove: []grant{"cloudfront:DeleteOriginAccessControl origin-access-control"},
	},
	"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": { // cloudfront/response_headers_policy.go
		create: []grant{"cloudfront:CreateResponseHeadersPolicy"},
		read:   []grant{"cloudfront:GetResponseHeadersPolicy response-headers-policy"},
		update: []grant{"cloudfront:UpdateResponseHeadersPolicy response-headers-policy"},
		remove: []grant{"cloudfront:DeleteResponseHeadersPolicy response-headers-policy"},
	},

	"aws:cloudwatch/dashboard:Dashboard": { // cloudwatch/dashboard.go
		create: []grant{"cloudwatch:PutDashboard dashboard"},
		read:   []grant{"cloudwatch:GetDashboard dashboard"},
		update: []grant{"cloudwatch:PutDashboard dashboard"},
		remove: []grant{"cloudwatch:DeleteDashboards dashboard"},
	},
	"aws:cloudwatch/metricAlarm:MetricAlarm": { // cloudwatch/metric_alarm.go
		create: []grant{"cloudwatch:PutMetricAlarm alarm", "cloudwatch:TagResource alarm"},
		read:   []grant{"cloudwatch:DescribeAlarms alarm", "cloudwatch:ListTagsForResource alarm"},
		update: []grant{"cloudwatch:PutMetricAlarm alarm"},
		remove: []grant{"cloudwatch:DeleteAlarms alarm"},
	},

	// The V2 permissions of
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
	"aws:cloudwatch/logDelivery:LogDelivery": { // logs/delivery.go
		create: []grant{"logs:CreateDelivery delivery", "logs:CreateDelivery delivery-destination", "logs:CreateDelivery delivery-source", "logs:TagResource delivery"},
		read:   []grant{"logs:GetDelivery delivery", "logs:ListTagsForResource delivery"},
		update: []grant{"logs:UpdateDeliveryConfiguration delivery", "logs:UpdateDeliveryConfiguration delivery-destination", "logs:UpdateDeliveryConfiguration delivery-source"},
		remove: []grant{"logs:DeleteDelivery delivery"},
	},
	"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": { // logs/delivery_destination.go
		create: []grant{"logs:PutDeliveryDestination delivery-destination", "logs:TagResource delivery-destination"},
		read:   []grant{"logs:GetDeliveryDestination delivery-destination", "logs:ListTagsForResource delivery-destination"},
		update: []grant{"logs:PutDeliveryDestination delivery-destination"},
		remove: []grant{"logs:DeleteDeliveryDestination delivery-destination"},
	},
	// AWS also checks a permission on each distribution:
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
	// The reference lists the destination as the type of DeleteDeliverySource, which
	// seems to be a mistake.
	"aws:cloudwatch/logDeliverySource:LogDeliverySource": { // logs/delivery_source.go
		create: []grant{"logs:PutDeliverySource delivery-source", "logs:TagResource delivery-source", "cloudfront:AllowVendedLogDeliveryForResource distribution"},
		read:   []grant{"logs:GetDeliverySource delivery-source", "logs:ListTagsForResource delivery-source"},
		update: []grant{"logs:PutDeliverySource delivery-source", "cloudfront:AllowVendedLogDeliveryForResource distribution"},
		remove: []grant{"logs:DeleteDeliverySource delivery-source", "logs:DeleteDeliverySource delivery-destination"},
	},
	"aws:cloudwatch/logGroup:LogGroup": { // logs/group.go; one of the two kinds, by name
		create: []grant{
			"logs:CreateLogGroup log-group", "logs:TagResource log-group", "logs:PutRetentionPolicy log-group",
			"logs:CreateLogGroup vended-log-group", "logs:TagResource vended-log-group", "logs:PutRetentionPolicy vended-log-group",
		},
		read:   []grant{"logs:DescribeLogGroups", "logs:ListTagsForResource log-group", "logs:ListTagsForResource vended-log-group"},
		update: []grant{"logs:PutRetentionPolicy log-group", "logs:PutRetentionPolicy vended-log-group"},
		remove: []grant{"logs:DeleteLogGroup log-group", "logs:DeleteLogGroup vended-log-group"},
	},
	"aws:cloudwatch/logMetricFilter:LogMetricFilter": { // logs/metric_filter.go
		create: []grant{"logs:PutMetricFilter vended-log-group"},
		read:   []grant{"logs:DescribeMetricFilters vended-log-group"},
		update: []grant{"logs:PutMetricFilter vended-log-group"},
		remove: []grant{"logs:DeleteMetricFilter vended-log-group"},
	},

	"aws:iam/role:Role": { // iam/role.go
		create: []grant{"iam:CreateRole role", "iam:TagRole role"},
		read:   []grant{"iam:GetRole role", "iam:ListRolePolicies role", "iam:ListAttachedRolePolicies role"},
		update: []grant{"iam:UpdateAssumeRolePolicy role", "iam:PutRolePermissionsBoundary role"},
		remove: []grant{"iam:ListInstanceProfilesForRole role", "iam:DeleteRole role"},
	},
	"aws:iam/rolePolicy:RolePolicy": { // iam/role_policy.go
		create: []grant{"iam:PutRolePolicy role"},
		read:   []grant{"iam:GetRolePolicy role"},
		update: []grant{"iam:PutRolePolicy role"},
		remove: []grant{"iam:DeleteRolePolicy role"},
	},

	"aws:lambda/function:Function": { // lambda/function.go; iot/endpoint_data_source.go if the stack is live
		create: []grant{"lambda:CreateFunction function", "lambda:TagResource function", "lambda:PutFunctionConcurrency function", "iam:PassRole role"},
		read: []grant{"lambda:GetFunction function", "lambda:GetFunctionConfiguration function", "lambda:GetFunctionCodeSigningConfig function",
			"lambda:ListVersionsByFunction function", "lambda:ListTags function", "iot:DescribeEndpoint"},
		update: []grant{"lambda:UpdateFunctionCode function", "lambda:UpdateFunctionConfiguration function",
			"lambda:PutFunctionConcurrency function", "lambda:DeleteFunctionConcurrency function", "iam:PassRole role"},
		remove: []grant{"lambda:DeleteFunction function"},
	},
	"aws:lambda/permission:Permission": { // lambda/permission.go
		create: []grant{"lambda:AddPermission function"},
		read:   []grant{"lambda:GetPolicy function"},
		remove: []grant{"lambda:RemovePermission function"},
	},

	"aws:route53/record:Record": { // route53/record.go; zone_data_source.go if the zone is found by name
		create: []grant{"route53:ChangeResourceRecordSets hostedzone"},
		read: []grant{"route53:GetHostedZone hostedzone", "route53:ListResourceRecordSets hostedzone", "route53:ListTagsForResource hostedzone",
			"route53:ListHostedZones", "route53:GetChange change"},
		update: []grant{"route53:ChangeResourceRecordSets hostedzone"},
		remove: []grant{"route53:ChangeResourceRecordSets hostedzone"},
	},

	// Deleting a bucket's configuration restores S3's default, with the action that
	// sets it.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": { // s3/bucket_lifecycle_configuration.go
		create: []grant{"s3:PutLifecycleConfiguration bucket"},
		read:   []grant{"s3:GetLifecycleConfiguration bucket"},
		update: []grant{"s3:PutLifecycleConfiguration bucket"},
		remove: []grant{"s3:PutLifecycleConfiguration bucket"},
	},
	"aws:s3/bucketLoggingV2:BucketLoggingV2": { // s3/bucket_logging.go
		create: []grant{"s3:PutBucketLogging bucket"},
		read:   []grant{"s3:GetBucketLogging bucket"},
		update: []grant{"s3:PutBucketLogging bucket"},
		remove: []grant{"s3:PutBucketLogging bucket"},
	},
	"aws:s3/bucketObjectv2:BucketObjectv2": { // s3/object.go
		create: []grant{"s3:PutObject site-object"},
		read:   []grant{"s3:GetObject site-object", "s3:GetObjectTagging site-object"},
		update: []grant{"s3:PutObject site-object"},
		remove: []grant{"s3:DeleteObject object"},
	},
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls": { // s3/bucket_ownership_controls.go
		create: []grant{"s3:PutBucketOwnershipControls bucket"},
		read:   []grant{"s3:GetBucketOwnershipControls bucket"},
		update: []grant{"s3:PutBucketOwnershipControls bucket"},
		remove: []grant{"s3:PutBucketOwnershipControls bucket"},
	},
	"aws:s3/bucketPolicy:BucketPolicy": { // s3/bucket_policy.go
		create: []grant{"s3:PutBucketPolicy bucket"},
		read:   []grant{"s3:GetBucketPolicy bucket"},
		update: []grant{"s3:PutBucketPolicy bucket"},
		remove: []grant{"s3:DeleteBucketPolicy bucket"},
	},
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { // s3/bucket_public_access_block.go
		create: []grant{"s3:PutBucketPublicAccessBlock bucket"},
		read:   []grant{"s3:GetBucketPublicAccessBlock bucket"},
		update: []grant{"s3:PutBucketPublicAccessBlock bucket"},
		remove: []grant{"s3:PutBucketPublicAccessBlock bucket"},
	},
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": { // s3/bucket_server_side_encryption_configuration.go
		create: []grant{"s3:PutEncryptionConfiguration bucket"},
		read:   []grant{"s3:GetEncryptionConfiguration bucket"},
		update: []grant{"s3:PutEncryptionConfiguration bucket"},
		remove: []grant{"s3:PutEncryptionConfiguration bucket"},
	},
	// force_destroy empties the bucket, including versions of objects.
	"aws:s3/bucketV2:BucketV2": { // s3/bucket.go, delete.go
		create: []grant{"s3:CreateBucket bucket", "s3:PutBucketTagging bucket"},
		read: []grant{
			"s3:GetAccelerateConfiguration bucket", "s3:GetBucketAcl bucket", "s3:GetBucketCORS bucket", "s3:GetBucketLogging bucket",
			"s3:GetBucketObjectLockConfiguration bucket", "s3:GetBucketPolicy bucket", "s3:GetBucketRequestPayment bucket",
			"s3:GetBucketTagging bucket", "s3:GetBucketVersioning bucket", "s3:GetBucketWebsite bucket", "s3:GetEncryptionConfiguration bucket",
			"s3:GetLifecycleConfiguration bucket", "s3:GetReplicationConfiguration bucket", "s3:ListBucket bucket",
		},
		remove: []grant{"s3:DeleteBucket bucket", "s3:ListBucketVersions bucket", "s3:DeleteObject object", "s3:DeleteObjectVersion object"},
	},

	"aws:sns/topic:Topic": { // sns/topic.go
		create: []grant{"sns:CreateTopic topic", "sns:TagResource topic", "sns:SetTopicAttributes topic"},
		read:   []grant{"sns:GetTopicAttributes topic", "sns:ListTagsForResource topic"},
		update: []grant{"sns:SetTopicAttributes topic"},
		remove: []grant{"sns:DeleteTopic topic"},
	},
	"aws:sns/topicPolicy:TopicPolicy": { // sns/topic_policy.go; deleting sets the default policy
		create: []grant{"sns:SetTopicAttributes topic"},
		read:   []grant{"sns:GetTopicAttributes topic"},
		update: []grant{"sns:SetTopicAttributes topic"},
		remove: []grant{"sns:SetTopicAttributes topic"},
	},
	"aws:sns/topicSubscription:TopicSubscription": { // sns/topic_subscription.go
		create: []grant{"sns:Subscribe topic"},
		read:   []grant{"sns:GetSubscriptionAttributes"},
		remove: []grant{"sns:Unsubscribe"},
	},
}

// accessLogging lists the grants that AWS requires to set or remove the access log of an HTTP
// API's stage, all on every resource.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
var accessLogging = []grant{
	"logs:CreateLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:GetLogDelivery", "logs:ListLogDeliveries",
	"logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
}
