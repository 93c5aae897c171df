package provider

import (
	"fmt"
	"strings"
)

// An edge is a value that a rule accepts, and its neighbor that it refuses.
type edge struct {
	path      string
	good, bad any
}

var (
	yes      = true
	someARN  = "arn:aws:iam::000000000000:role/app"
	aTag     = map[string]any{"Project": "app"}
	badTag   = map[string]any{"aws:project": "app"}
	aBucket  = edge{"bucket", "app-site-0123456", "App_Site"}
	aQueue   = edge{"queueUrl", "https://sqs.us-east-1.amazonaws.com/000000000000/mails", "mails"}
	tagEdges = []edge{{"tags", aTag, badTag}, {"tags", many(50), many(51)}, {"tags", map[string]any{"k": chars(256)}, map[string]any{"k": chars(257)}}}
)

// edges has the edges of each type's rules.
var edges = map[string][]edge{
	AWSProvider: {
		{"region", "us-gov-east-1", "Virginia"}, {"skipCredentialsValidation", yes, "true"}, {"skipRegionValidation", yes, "true"},
	},
	APIGatewayAPI: with(tagEdges,
		edge{"name", chars(128), chars(129)}, edge{"description", chars(1024), chars(1025)}, edge{"protocolType", "HTTP", "http"},
		edge{"corsConfiguration.allowOrigins", texts("*"), "*"}, edge{"corsConfiguration.allowMethods", texts("GET"), "GET"},
		edge{"corsConfiguration.allowHeaders", texts("*"), "*"}, edge{"corsConfiguration.exposeHeaders", texts("etag"), "etag"},
		edge{"corsConfiguration.allowOrigins[]", "https://app.example.com", "https://app.example.com/"},
		edge{"corsConfiguration.allowMethods[]", "GET", "get"}, edge{"corsConfiguration.allowHeaders[]", "content-type", "content type"},
		edge{"corsConfiguration.exposeHeaders[]", "etag", "etag:"}, edge{"corsConfiguration.maxAge", 86_400, 86_401},
	),
	APIGatewayAuthorizer: {
		{"apiId", "a1b2c3d4e5", ""}, {"name", chars(128), chars(129)}, {"authorizerType", "JWT", "jwt"},
		{"identitySources", texts("$request.header.Authorization"), texts()},
		{"identitySources[]", "$request.header.Authorization", "$request.headers.Authorization"},
		{"jwtConfiguration.audiences", repeat(50), repeat(51)}, {"jwtConfiguration.audiences[]", "https://api", ""},
		{"jwtConfiguration.issuer", "https://example.eu.auth0.com/", "example.eu.auth0.com"},
		{"jwtConfiguration.issuer", "http://localhost:4000/", "http://example.eu.auth0.com/"},
	},
	APIGatewayIntegration: {
		{"apiId", "a1b2c3d4e5", ""}, {"integrationType", "AWS_PROXY", "LAMBDA"}, {"integrationUri", chars(2048), chars(2049)},
		{"payloadFormatVersion", "2.0", "2"}, {"timeoutMilliseconds", 30_000, 30_001}, {"timeoutMilliseconds", 50, 49},
	},
	APIGatewayRoute: {
		{"apiId", "a1b2c3d4e5", ""}, {"routeKey", "GET /items/{id}", "GET items"}, {"routeKey", "$default", "$other"},
		{"routeKey", "ANY /{proxy+}", "TRACE /items"}, {"target", "integrations/a1b2c3d", "a1b2c3d"},
		{"authorizationType", "JWT", "Bearer"}, {"authorizerId", "a1b2c3", ""},
		{"authorizationScopes", repeat(10), repeat(11)}, {"authorizationScopes[]", chars(64), chars(65)},
	},
	APIGatewayStage: with(tagEdges,
		edge{"apiId", "a1b2c3d4e5", ""}, edge{"name", "$default", "api.v1"}, edge{"autoDeploy", yes, "true"},
		edge{"defaultRouteSettings.detailedMetricsEnabled", yes, "true"},
		edge{"defaultRouteSettings.throttlingBurstLimit", 100, 100.5}, edge{"defaultRouteSettings.throttlingRateLimit", 100.5, -1},
		edge{"accessLogSettings.destinationArn", "arn:aws:logs:us-east-1:000000000000:log-group:a", "arn:aws:s3:::a"},
		edge{"accessLogSettings.format", `{"id":"$context.requestId"}`, `{"path":"$context.path"}`},
		edge{"accessLogSettings.format", "$context.requestId $context.path", "$context.requestId\n$context.path"},
	),
	CloudFrontDistribution: with(tagEdges, with(
		append(behaviorEdges("defaultCacheBehavior"), behaviorEdges("orderedCacheBehaviors[]")...),
		edge{"comment", chars(128), chars(129)}, edge{"enabled", yes, "yes"}, edge{"httpVersion", "http2and3", "http2and3 "},
		edge{"isIpv6Enabled", yes, 1}, edge{"priceClass", "PriceClass_100", "100"}, edge{"defaultRootObject", "index.html", "/index.html"},
		edge{"aliases", texts("app.example.com"), "app.example.com"}, edge{"aliases[]", "app.example.com", "https://app.example.com"},
		edge{"origins", []any{map[string]any{"originId": "a"}}, []any{}},
		edge{"origins", []any{map[string]any{"originId": "a"}, map[string]any{"originId": "b"}}, []any{map[string]any{"originId": "a"}, map[string]any{"originId": "a"}}},
		edge{"origins[].originId", chars(128), chars(129)}, edge{"origins[].originAccessControlId", "E1", ""},
		edge{"origins[].domainName", "a1.execute-api.us-east-1.amazonaws.com", "https://a1.execute-api.us-east-1.amazonaws.com"},
		edge{"origins[].customOriginConfig.httpPort", 80, 81}, edge{"origins[].customOriginConfig.httpsPort", 65_535, 65_536},
		edge{"origins[].customOriginConfig.originProtocolPolicy", "https-only", "https"},
		edge{"origins[].customOriginConfig.originSslProtocols", texts("TLSv1.2"), texts()},
		edge{"origins[].customOriginConfig.originSslProtocols[]", "TLSv1.2", "TLSv1.3"},
		edge{"orderedCacheBehaviors", []any{map[string]any{"pathPattern": "/a"}, map[string]any{"pathPattern": "/b"}},
			[]any{map[string]any{"pathPattern": "/a"}, map[string]any{"pathPattern": "/a"}}},
		edge{"orderedCacheBehaviors[].pathPattern", "/api/*", "/api/{id}"},
		edge{"restrictions.geoRestriction.restrictionType", "none", "None"},
		edge{"viewerCertificate.cloudfrontDefaultCertificate", yes, "true"},
		edge{"viewerCertificate.acmCertificateArn", "arn:aws:acm:us-east-1:000000000000:certificate/a", "arn:aws:acm:eu-central-1:000000000000:certificate/a"},
		edge{"viewerCertificate.sslSupportMethod", "sni-only", "sni"}, edge{"viewerCertificate.minimumProtocolVersion", "TLSv1.2_2021", "TLSv1.2"},
		edge{"waitForDeployment", yes, "true"},
	)...),
	CloudFrontFunction: {
		{"name", chars(64), chars(65)}, {"runtime", "cloudfront-js-2.0", "nodejs22.x"}, {"code", chars(10 << 10), chars(10<<10 + 1)},
		{"publish", yes, "true"}, {"comment", chars(128), chars(129)},
	},
	CloudFrontOriginAccessControl: {
		{"name", chars(64), chars(65)}, {"description", chars(256), chars(257)}, {"originAccessControlOriginType", "s3", "S3"},
		{"signingBehavior", "always", "sometimes"}, {"signingProtocol", "sigv4", "sigv4a"},
	},
	CloudFrontResponseHeadersPolicy: {
		{"name", chars(128), chars(129)}, {"comment", chars(128), chars(129)},
		{"securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy", "default-src 'none'", "default-src\n'none'"},
		{"securityHeadersConfig.contentSecurityPolicy.override", yes, "true"}, {"securityHeadersConfig.contentTypeOptions.override", yes, "true"},
		{"securityHeadersConfig.frameOptions.frameOption", "DENY", "ALLOW-FROM"}, {"securityHeadersConfig.frameOptions.override", yes, "true"},
		{"securityHeadersConfig.referrerPolicy.override", yes, "true"}, {"securityHeadersConfig.referrerPolicy.referrerPolicy", "origin", "none"},
		{"securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec", 0, -1},
		{"securityHeadersConfig.strictTransportSecurity.includeSubdomains", yes, 1}, {"securityHeadersConfig.strictTransportSecurity.override", yes, 1},
		{"securityHeadersConfig.strictTransportSecurity.preload", yes, 1},
		{"customHeadersConfig.items", headers(10), headers(11)}, {"customHeadersConfig.items[].header", "Permissions-Policy", "Permissions Policy"},
		{"customHeadersConfig.items[].value", chars(1783), chars(1784)}, {"customHeadersConfig.items[].override", yes, "true"},
	},
	ACMCertificate: with(tagEdges,
		edge{"domainName", "app.example.com", "app.example.com."}, edge{"validationMethod", "DNS", "dns"},
	),
	ACMCertificateValidation: {
		{"certificateArn", "arn:aws:acm:us-east-1:000000000000:certificate/a", someARN},
		{"validationRecordFqdns", texts("_a.example.com"), "_a.example.com"}, {"validationRecordFqdns[]", "_a.example.com", ""},
	},
	Route53Record: {
		{"name", "app.example.com", ""}, {"zoneId", "Z0123456789ABCDEFGHIJ", "example.com"}, {"type", "AAAA", "aaaa"},
		{"records", texts("a"), texts()}, {"records[]", chars(4000), chars(4001)}, {"ttl", 300, -1}, {"allowOverwrite", yes, "true"},
		{"aliases", []any{map[string]any{}}, []any{map[string]any{}, map[string]any{}}}, {"aliases[].name", "d1.cloudfront.net", ""},
		{"aliases[].zoneId", "Z2FDTNDATAQYW2", "/hostedzone/Z2FDTNDATAQYW2"}, {"aliases[].evaluateTargetHealth", yes, "true"},
	},
	CloudWatchDashboard: {
		{"dashboardName", "app-dev-us-east-1", "app.dev"}, {"dashboardBody", `{"widgets":[]}`, `{"widgets":[}`}, {"dashboardBody", `{}`, `[]`},
	},
	CloudWatchLogDelivery: with(tagEdges,
		edge{"deliveryDestinationArn", "arn:aws:logs:us-east-1:000000000000:delivery-destination:a", "a"},
		edge{"deliverySourceName", chars(60), chars(61)}, edge{"recordFields", repeat(128), repeat(129)}, edge{"recordFields[]", chars(64), chars(65)},
	),
	CloudWatchLogDeliveryDestination: with(tagEdges,
		edge{"name", chars(60), chars(61)}, edge{"outputFormat", "json", "csv"},
		edge{"deliveryDestinationConfiguration.destinationResourceArn", "arn:aws:s3:::app-logs", "app-logs"},
	),
	CloudWatchLogDeliverySource: with(tagEdges,
		edge{"name", chars(60), chars(61)}, edge{"logType", "ACCESS_LOGS", "access"},
		edge{"resourceArn", "arn:aws:cloudfront::000000000000:distribution/E1", "E1"},
	),
	CloudWatchLogMetricFilter: {
		{"name", "throttled", "a:b"}, {"logGroupName", "/aws/vendedlogs/app", "/aws/vendedlogs/app prod"}, {"pattern", chars(1024), chars(1025)},
		{"metricTransformation.name", "ThrottledRequests", "Throttled$Requests"}, {"metricTransformation.namespace", "app/dev", "app:dev"},
		{"metricTransformation.value", chars(100), chars(101)}, {"metricTransformation.defaultValue", "0", "none"},
	},
	CloudWatchMetricAlarm: with(tagEdges,
		edge{"name", chars(255), chars(256)}, edge{"alarmDescription", chars(1024), chars(1025)}, edge{"threshold", 0.5, "0.5"},
		edge{"comparisonOperator", "GreaterThanThreshold", ">"}, edge{"evaluationPeriods", 1, 0}, edge{"datapointsToAlarm", 1, 0},
		edge{"treatMissingData", "notBreaching", "good"}, edge{"alarmActions", repeatOf(someARN, 5), repeatOf(someARN, 6)},
		edge{"alarmActions[]", someARN, "topic"}, edge{"okActions", repeatOf(someARN, 5), repeatOf(someARN, 6)}, edge{"okActions[]", someARN, "arn:aws:sns"},
		edge{"metricQueries", []any{query("a")}, []any{query("a"), query("a")}},
		edge{"metricQueries[].id", "requests", "Requests"}, edge{"metricQueries[].expression", "a / b", ""}, edge{"metricQueries[].returnData", yes, "true"},
		edge{"metricQueries[].metric.namespace", "AWS/Lambda", ":AWS"}, edge{"metricQueries[].metric.metricName", chars(255), chars(256)},
		edge{"metricQueries[].metric.period", 300, 301}, edge{"metricQueries[].metric.period", 30, 0},
		edge{"metricQueries[].metric.stat", "p99.9", "99"}, edge{"metricQueries[].metric.stat", "Sum", "sum"},
		edge{"metricQueries[].metric.dimensions", many(30), many(31)},
	),
	SNSTopic: with(tagEdges, edge{"name", chars(256), chars(257)}),
	SNSTopicPolicy: with(policyEdges("policy", "Principal", "Resource"),
		edge{"arn", "arn:aws:sns:us-east-1:000000000000:alarms", "alarms"}),
	SNSTopicSubscription: {
		{"topic", "arn:aws:sns:us-east-1:000000000000:alarms", someARN}, {"protocol", "email", "mail"},
		{"endpoint", "team@example.com", "Team <team@example.com>"},
	},
	CloudWatchLogGroup: with(tagEdges, edge{"name", "/aws/a.b-c_d#e", "a b"}, edge{"retentionInDays", 30, 31}),
	IAMRole: with(tagEdges, with(policyEdges("assumeRolePolicy", "Principal"), edge{"name", chars(64), chars(65)},
		edge{"permissionsBoundary", "arn:aws:iam::000000000000:policy/github-boundary", "arn:aws:s3:::github-boundary"})...),
	IAMRolePolicy: with(policyEdges("policy", "Resource"), edge{"name", chars(128), chars(129)}, edge{"role", "app", someARN}),
	LambdaFunction: with(tagEdges,
		edge{"name", chars(64), chars(65)}, edge{"code", struct{}{}, "bootstrap.zip"}, edge{"runtime", "provided.al2023", "go1.x"},
		edge{"architectures", texts("arm64"), texts("arm64", "x86_64")}, edge{"architectures[]", "arm64", "aarch64"},
		edge{"handler", "bootstrap", ""}, edge{"role", someARN, "app"}, edge{"memorySize", 10_240, 10_241}, edge{"memorySize", 128, 127},
		edge{"timeout", 900, 901}, edge{"loggingConfig.logFormat", "JSON", "json"}, edge{"loggingConfig.logGroup", "/aws/lambda/a", "a:b"},
		edge{"environment.variables", map[string]any{"TABLE_NAME": "items"}, map[string]any{"TABLE-NAME": "items"}},
		edge{"environment.variables", map[string]any{"REGION": "eu-central-1"}, map[string]any{"AWS_REGION": "eu-central-1"}},
		edge{"environment.variables", map[string]any{"AB": chars(4094)}, map[string]any{"AB": chars(4095)}},
		edge{"reservedConcurrentExecutions", -1, -2}, edge{"reservedConcurrentExecutions", 5, 5.5},
	),
	LambdaPermission: {
		{"statementId", chars(100), chars(101)}, {"action", "lambda:InvokeFunction", "InvokeFunction"}, {"function", "app-items", "app items"},
		{"principal", "apigateway.amazonaws.com", "apigateway"}, {"sourceArn", "arn:aws:execute-api:us-east-1:000000000000:a1/api/GET/items/*", "a1/api/GET/items/*"},
		{"sourceAccount", "000000000000", "1"},
	},
	S3Bucket: with(tagEdges, aBucket, edge{"forceDestroy", yes, "true"}),
	S3Object: {
		aBucket, {"key", chars(1024), chars(1025)}, {"source", struct{}{}, "index.html"},
		{"contentType", "text/html; charset=utf-8", "html"},
	},
	S3BucketLifecycle: {
		aBucket, {"rules", ruleIDs(1000), ruleIDs(1001)}, {"rules", []any{ruleID("a"), ruleID("b")}, []any{ruleID("a"), ruleID("a")}},
		{"rules[].id", chars(255), chars(256)}, {"rules[].status", "Enabled", "enabled"}, {"rules[].filter.prefix", "", 0},
		{"rules[].expiration.date", "2026-12-24T00:00:00Z", "2026-12-24"}, {"rules[].expiration.date", "2026-12-24T00:00:00Z", "2026-12-24T00:00:01Z"},
		{"rules[].expiration.date", "2026-12-24T01:00:00+01:00", "2026-12-24T00:00:00+01:00"},
		{"rules[].expiration.days", 1, 0}, {"rules[].abortIncompleteMultipartUpload.daysAfterInitiation", 1, 0},
	},
	S3BucketLogging:           {aBucket, {"targetBucket", "app-logs", "app_logs"}},
	S3BucketOwnershipControls: {aBucket, {"rule.objectOwnership", "BucketOwnerEnforced", "BucketOwner"}},
	S3BucketPolicy:            with(policyEdges("policy", "Principal", "Resource"), aBucket),
	S3BucketPublicAccessBlock: {
		aBucket, {"blockPublicAcls", yes, "true"}, {"blockPublicPolicy", yes, "true"}, {"ignorePublicAcls", yes, "true"}, {"restrictPublicBuckets", yes, "true"},
	},
	S3BucketEncryption: {
		aBucket, {"rules", []any{map[string]any{}}, []any{}}, {"rules[].applyServerSideEncryptionByDefault.sseAlgorithm", "AES256", "AES-256"},
	},

	DynamoDBTable: with(tagEdges,
		edge{"name", chars(255), chars(256)}, edge{"name", "abc", "ab"}, edge{"name", "a.b-c_d", "a/b"}, edge{"billingMode", "PAY_PER_REQUEST", "ON_DEMAND"},
		edge{"hashKey", chars(255), chars(256)}, edge{"rangeKey", "id", ""},
		edge{"attributes", []any{attribute("a"), attribute("b")}, []any{attribute("a"), attribute("a")}}, edge{"attributes", []any{attribute("a")}, []any{}},
		edge{"attributes[].name", chars(255), chars(256)}, edge{"attributes[].type", "N", "NUMBER"},
		edge{"globalSecondaryIndexes", indexes(20), indexes(21)}, edge{"globalSecondaryIndexes[].name", "day", "by"},
		edge{"globalSecondaryIndexes[].name", chars(255), chars(256)}, edge{"globalSecondaryIndexes[].hashKey", "day", ""},
		edge{"globalSecondaryIndexes[].rangeKey", chars(255), chars(256)}, edge{"globalSecondaryIndexes[].projectionType", "ALL", "all"},
		edge{"globalSecondaryIndexes[].nonKeyAttributes", repeat(20), repeat(21)}, edge{"globalSecondaryIndexes[].nonKeyAttributes[]", "total", ""},
		edge{"ttl.attributeName", "expires", ""}, edge{"ttl.enabled", yes, "true"}, edge{"streamEnabled", yes, "true"},
		edge{"streamViewType", "NEW_AND_OLD_IMAGES", "BOTH"}, edge{"pointInTimeRecovery.enabled", yes, "true"},
		edge{"pointInTimeRecovery.recoveryPeriodInDays", 35, 36}, edge{"deletionProtectionEnabled", yes, "true"},
	),
	LambdaEventSourceMapping: with(tagEdges,
		edge{"eventSourceArn", queueARN, someARN}, edge{"eventSourceArn", streamARN, "arn:aws:kinesis:us-east-1:000000000000:stream/a"},
		edge{"functionName", "app-worker", "app worker"}, edge{"functionName", "arn:aws:lambda:us-east-1:000000000000:function:app", someARN},
		edge{"batchSize", 10_000, 10_001}, edge{"batchSize", 1, 0}, edge{"enabled", yes, "true"}, edge{"startingPosition", "TRIM_HORIZON", "OLDEST"},
		edge{"bisectBatchOnFunctionError", yes, "true"}, edge{"maximumRecordAgeInSeconds", 60, 59}, edge{"maximumRecordAgeInSeconds", -1, 0},
		edge{"maximumRecordAgeInSeconds", 604_800, 604_801}, edge{"maximumRetryAttempts", -1, -2}, edge{"maximumRetryAttempts", 10_000, 10_001},
		edge{"maximumBatchingWindowInSeconds", 300, 301}, edge{"parallelizationFactor", 10, 11},
		edge{"functionResponseTypes", texts("ReportBatchItemFailures"), texts("ReportBatchItemFailures", "ReportBatchItemFailures")},
		edge{"functionResponseTypes[]", "ReportBatchItemFailures", "BatchItemFailures"}, edge{"scalingConfig.maximumConcurrency", 2, 1},
		edge{"scalingConfig.maximumConcurrency", 1000, 1001},
	),
	S3BucketCORS: {
		aBucket, {"corsRules", corsRules(100), corsRules(101)}, {"corsRules", corsRules(1), corsRules(0)},
		{"corsRules[].allowedOrigins", texts("*"), texts()}, {"corsRules[].allowedOrigins[]", "https://*.example.com", "https://*.*.com"},
		{"corsRules[].allowedHeaders", texts("*"), "*"}, {"corsRules[].allowedHeaders[]", "x-amz-*", "*-*"},
		{"corsRules[].allowedMethods", texts("GET", "PUT"), texts()}, {"corsRules[].allowedMethods[]", "DELETE", "PATCH"},
		{"corsRules[].exposeHeaders", texts("ETag"), "ETag"}, {"corsRules[].exposeHeaders[]", "ETag", ""},
		{"corsRules[].maxAgeSeconds", 0, -1}, {"corsRules[].id", chars(255), chars(256)},
	},
	SchedulerSchedule: {
		{"name", chars(64), chars(65)}, {"name", "a.b-c_d", "a b"}, {"description", chars(512), chars(513)}, {"state", "DISABLED", "OFF"},
		{"scheduleExpression", "rate(1 hour)", "every hour"}, {"scheduleExpression", "cron(0 6 * * ? *)", "0 6 * * ? *"},
		{"scheduleExpressionTimezone", chars(50), chars(51)}, {"flexibleTimeWindow.mode", "OFF", "NONE"},
		{"flexibleTimeWindow.maximumWindowInMinutes", 1440, 1441}, {"target.arn", "arn:aws:lambda:us-east-1:000000000000:function:app", someARN},
		{"target.roleArn", someARN, "app"}, {"target.input", "{}", ""},
		{"target.retryPolicy.maximumEventAgeInSeconds", 60, 59}, {"target.retryPolicy.maximumEventAgeInSeconds", 86_400, 86_401},
		{"target.retryPolicy.maximumRetryAttempts", 0, -1}, {"target.retryPolicy.maximumRetryAttempts", 185, 186},
	},
	SQSQueue: with(tagEdges,
		edge{"name", chars(80), chars(81)}, edge{"name", chars(75) + ".fifo", chars(76) + ".fifo"}, edge{"name", "mails", "mails.FIFO"},
		edge{"fifoQueue", yes, "true"}, edge{"contentBasedDeduplication", yes, "true"}, edge{"delaySeconds", 900, 901},
		edge{"maxMessageSize", 1024, 1023}, edge{"maxMessageSize", 262_144, 262_145}, edge{"messageRetentionSeconds", 60, 59},
		edge{"messageRetentionSeconds", 1_209_600, 1_209_601}, edge{"receiveWaitTimeSeconds", 20, 21}, edge{"visibilityTimeoutSeconds", 43_200, 43_201},
		edge{"redrivePolicy", redriveTo(queueARN, 1), redriveTo(queueARN, 0)}, edge{"redrivePolicy", redriveTo(queueARN, 1000), redriveTo(queueARN, 1001)},
		edge{"redrivePolicy", redriveTo(queueARN, 5), redriveTo("mails-dead", 5)}, edge{"redrivePolicy", redriveTo(queueARN, 5), "5"},
		edge{"sqsManagedSseEnabled", yes, "true"}, edge{"deduplicationScope", "messageGroup", "group"},
		edge{"fifoThroughputLimit", "perMessageGroupId", "perMessageGroup"},
	),
	SQSQueuePolicy: with(policyEdges("policy", "Principal", "Resource"), aQueue),
	SQSRedriveAllowPolicy: {
		aQueue, {"redriveAllowPolicy", `{"redrivePermission":"denyAll"}`, `{"redrivePermission":"none"}`},
		{"redriveAllowPolicy", `{"redrivePermission":"byQueue","sourceQueueArns":["` + queueARN + `"]}`, `{"redrivePermission":"byQueue"}`},
		{"redriveAllowPolicy", `{"redrivePermission":"byQueue","sourceQueueArns":["1","2","3","4","5","6","7","8","9","10"]}`,
			`{"redrivePermission":"byQueue","sourceQueueArns":["1","2","3","4","5","6","7","8","9","10","11"]}`},
		{"redriveAllowPolicy", `{"redrivePermission":"allowAll"}`, "allowAll"},
	},
	SSMParameter: with(tagEdges,
		edge{"name", chars(1011), chars(1012)}, edge{"name", "/app/key", "/app//key"}, edge{"name", "app.key", "app key"},
		edge{"name", "the-aws-key", "AWS-key"}, edge{"name", "/app/ssm", "/ssm/app"},
		edge{"type", "SecureString", "Secure"}, edge{"value", chars(4096), chars(4097)}, edge{"value", "x", ""}, edge{"description", chars(1024), chars(1025)},
	),

	Auth0Client: {
		{"name", chars(256), "<b>"}, {"description", chars(140), chars(141)}, {"appType", "spa", "SPA"}, {"isFirstParty", yes, "true"},
		{"oidcConformant", yes, "true"}, {"grantTypes", texts("refresh_token"), "refresh_token"}, {"grantTypes[]", "authorization_code", "code"},
		{"callbacks", texts("https://a.example.com"), "https://a.example.com"}, {"callbacks[]", "https://a.example.com", "a.example.com"},
		{"allowedLogoutUrls", texts("https://a.example.com"), "https://a.example.com"}, {"allowedLogoutUrls[]", "https://a.example.com", "/"},
		{"webOrigins", texts("https://a.example.com"), "https://a.example.com"}, {"webOrigins[]", "http://localhost:3000", "localhost:3000"},
		{"jwtConfiguration.alg", "RS256", "ES256"}, {"jwtConfiguration.lifetimeInSeconds", 2_592_000, 2_592_001},
		{"refreshToken.rotationType", "rotating", "rotate"}, {"refreshToken.expirationType", "expiring", "never"}, {"refreshToken.leeway", 0, -1},
		{"refreshToken.tokenLifetime", maxRefreshLifetime, maxRefreshLifetime + 1}, {"refreshToken.idleTokenLifetime", 1, 0},
		{"refreshToken.infiniteTokenLifetime", false, 0}, {"refreshToken.infiniteIdleTokenLifetime", false, 0},
		{"skipNonVerifiableCallbackUriConfirmationPrompt", "true", yes},
	},
	Auth0ClientCredentials: {{"clientId", "a", ""}, {"authenticationMethod", "none", "None"}},
	Auth0ResourceServer: {
		{"name", chars(200), chars(201)}, {"identifier", chars(600), chars(601)}, {"signingAlg", "RS256", "RS512"}, {"allowOfflineAccess", yes, "true"},
		{"enforcePolicies", yes, "true"}, {"tokenDialect", "access_token_authz", "authz"},
		{"skipConsentForVerifiableFirstPartyClients", yes, "true"}, {"tokenLifetime", 2_592_000, 2_592_001}, {"tokenLifetimeForWeb", 7200, 7200.5},
		{"subjectTypeAuthorization.user.policy", "require_client_grant", "allow"}, {"subjectTypeAuthorization.client.policy", "deny_all", "allow_all"},
	},
	Auth0ClientGrant: {
		{"clientId", "abc", ""}, {"audience", "https://api", ""}, {"scopes", []any{"read:items"}, "read:items"},
		{"scopes[]", chars(280), chars(281)}, {"subjectType", "user", "person"},
	},
	Auth0ResourceServerScopes: {
		{"resourceServerIdentifier", "https://api", ""}, {"scopes", []any{map[string]any{"name": "a"}}, []any{map[string]any{"name": "a"}, map[string]any{"name": "a"}}},
		{"scopes[].name", chars(280), chars(281)}, {"scopes[].name", "read:items", "read items"}, {"scopes[].description", chars(500), chars(501)},
	},
	Auth0Role: {{"name", "manager", ""}, {"description", chars(500), chars(501)}},
	Auth0RolePermissions: {
		{"roleId", "rol_1", ""}, {"permissions", []any{}, "read:items"}, {"permissions[].name", "read:items", "read items"},
		{"permissions[].resourceServerIdentifier", "https://api", ""},
	},
	Auth0Action: {
		{"name", "claims", "<b>"}, {"code", chars(100_000), chars(100_001)}, {"deploy", yes, "true"}, {"runtime", "node22", "node20"},
		{"supportedTriggers.id", "post-login", "login"}, {"supportedTriggers.version", "v3", "3"},
	},
	Auth0TriggerAction: {{"actionId", "a", ""}, {"trigger", "post-login", "login"}},
}

// The sources of a function's events.
const (
	queueARN  = "arn:aws:sqs:us-east-1:000000000000:mails"
	streamARN = "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-01-01T00:00:00.000"
)

func redriveTo(target string, attempts int) string {
	return fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, target, attempts)
}

func attribute(name string) any { return map[string]any{"name": name, "type": "S"} }

func indexes(n int) (list []any) {
	for i := range n {
		list = append(list, map[string]any{"name": fmt.Sprint("by-", i), "hashKey": "a", "projectionType": "ALL"})
	}
	return list
}

func corsRules(n int) []any {
	list := []any{}
	for range n {
		list = append(list, map[string]any{"allowedOrigins": texts("*"), "allowedMethods": texts("GET")})
	}
	return list
}

// behaviorEdges returns the edges of a cache behavior.
func behaviorEdges(path string) []edge {
	get, options := texts("GET", "HEAD"), texts("HEAD", "GET", "OPTIONS")
	return []edge{
		{path + ".targetOriginId", "files", ""}, {path + ".viewerProtocolPolicy", "https-only", "http-only"},
		{path + ".allowedMethods", options, texts("GET", "HEAD", "POST")}, {path + ".cachedMethods", get, texts("GET")},
		{path + ".compress", yes, "true"}, {path + ".cachePolicyId", "id", ""}, {path + ".originRequestPolicyId", "id", ""},
		{path + ".responseHeadersPolicyId", "id", ""},
		{path + ".functionAssociations", []any{map[string]any{"eventType": "viewer-request"}},
			[]any{map[string]any{"eventType": "viewer-request"}, map[string]any{"eventType": "viewer-request"}}},
		{path + ".functionAssociations[].eventType", "viewer-request", "origin-request"},
		{path + ".functionAssociations[].functionArn", "arn:aws:cloudfront::000000000000:function/a", "a"},
	}
}

// policyEdges returns the edges of a policy whose statements require elements.
func policyEdges(path string, elements ...string) []edge {
	statement := `"Effect":"Allow","Action":"a:B"`
	for _, e := range elements {
		statement += `,"` + e + `":"*"`
	}
	good := `{"Version":"2012-10-17","Statement":[{` + statement + `}]}`
	edges := []edge{
		{path, good, " " + good}, {path, good, strings.Replace(good, "Allow", "allow", 1)}, {path, good, strings.Replace(good, "2012", "2026", 1)},
		{path, good, strings.Replace(good, `"Action"`, `"Actions"`, 1)}, {path, good, strings.Replace(good, `"Effect"`, `"Sid":"a b","Effect"`, 1)},
		{path, good, strings.Replace(good, `"Effect"`, `"Effect":"Deny","Effect"`, 1)}, {path, good, good[:len(good)-1]},
		{path, good, strings.Replace(good, `[{`, `[{"Sid":"A",`+statement+`},{"Sid":"A",`, 1)}, {path, good, `{"Version":"2012-10-17","Statement":[]}`},
		{path, good, strings.Replace(good, `"Effect"`, fmt.Sprintf(`"Condition":%q,"Effect"`, chars(30<<10)), 1)},
	}
	for _, e := range elements {
		edges = append(edges, edge{path, strings.Replace(good, `"`+e, `"Not`+e, 1), strings.Replace(good, `,"`+e+`":"*"`, "", 1)})
	}
	if len(elements) == 1 {
		other := map[string]string{"Principal": "Resource", "Resource": "Principal"}[elements[0]]
		edges = append(edges, edge{path, good, strings.Replace(good, `"Effect"`, `"`+other+`":"*","Effect"`, 1)})
	}
	return edges
}

func with(edges []edge, more ...edge) []edge { return append(more, edges...) }

func chars(n int) string { return strings.Repeat("x", n) }

func texts(list ...string) []any {
	items := []any{}
	for _, text := range list {
		items = append(items, text)
	}
	return items
}

func repeat(n int) []any { return repeatOf("x", n) }

func repeatOf(text string, n int) []any {
	return texts(strings.Split(strings.Repeat(text+" ", n)[:n*(len(text)+1)-1], " ")...)
}

func many(n int) map[string]any {
	entries := map[string]any{}
	for i := range n {
		entries[fmt.Sprint("k", i)] = "v"
	}
	return entries
}

func query(id string) any {
	return map[string]any{"id": id, "expression": "1", "returnData": id == "a"}
}

func ruleID(id string) any { return map[string]any{"id": id} }

func ruleIDs(n int) (list []any) {
	for i := range n {
		list = append(list, ruleID(fmt.Sprint(i)))
	}
	return list
}

func headers(n int) (list []any) {
	for i := range n {
		list = append(list, map[string]any{"header": fmt.Sprint("X-", i)})
	}
	return list
}
