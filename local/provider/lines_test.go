package provider

import (
	"fmt"
	"strings"
)

// A line is where a rule draws it: a value that passes, and its neighbor that
// does not.
type line struct {
	path      string
	good, bad any
}

var (
	yes      = true
	someARN  = "arn:aws:iam::000000000000:role/app"
	aTag     = map[string]any{"Project": "app"}
	badTag   = map[string]any{"aws:project": "app"}
	aBucket  = line{"bucket", "app-site-0123456", "App_Site"}
	tagLines = []line{{"tags", aTag, badTag}, {"tags", many(50), many(51)}, {"tags", map[string]any{"k": chars(256)}, map[string]any{"k": chars(257)}}}
)

// lines are those of each type.
var lines = map[string][]line{
	AWSProvider: {
		{"region", "us-gov-east-1", "Virginia"}, {"skipCredentialsValidation", yes, "true"}, {"skipRegionValidation", yes, "true"},
	},
	APIGatewayAPI: with(tagLines,
		line{"name", chars(128), chars(129)}, line{"description", chars(1024), chars(1025)}, line{"protocolType", "HTTP", "http"},
		line{"corsConfiguration.allowOrigins", texts("*"), "*"}, line{"corsConfiguration.allowMethods", texts("GET"), "GET"},
		line{"corsConfiguration.allowHeaders", texts("*"), "*"}, line{"corsConfiguration.exposeHeaders", texts("etag"), "etag"},
		line{"corsConfiguration.allowOrigins[]", "https://app.example.com", "https://app.example.com/"},
		line{"corsConfiguration.allowMethods[]", "GET", "get"}, line{"corsConfiguration.allowHeaders[]", "content-type", "content type"},
		line{"corsConfiguration.exposeHeaders[]", "etag", "etag:"}, line{"corsConfiguration.maxAge", 86_400, 86_401},
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
	APIGatewayStage: with(tagLines,
		line{"apiId", "a1b2c3d4e5", ""}, line{"name", "$default", "api.v1"}, line{"autoDeploy", yes, "true"},
		line{"defaultRouteSettings.detailedMetricsEnabled", yes, "true"},
		line{"defaultRouteSettings.throttlingBurstLimit", 100, 100.5}, line{"defaultRouteSettings.throttlingRateLimit", 100.5, -1},
		line{"accessLogSettings.destinationArn", "arn:aws:logs:us-east-1:000000000000:log-group:a", "arn:aws:s3:::a"},
		line{"accessLogSettings.format", `{"id":"$context.requestId"}`, `{"path":"$context.path"}`},
		line{"accessLogSettings.format", "$context.requestId $context.path", "$context.requestId\n$context.path"},
	),
	CloudFrontDistribution: with(tagLines, with(
		append(behaviorLines("defaultCacheBehavior"), behaviorLines("orderedCacheBehaviors[]")...),
		line{"comment", chars(128), chars(129)}, line{"enabled", yes, "yes"}, line{"httpVersion", "http2and3", "http2and3 "},
		line{"isIpv6Enabled", yes, 1}, line{"priceClass", "PriceClass_100", "100"}, line{"defaultRootObject", "index.html", "/index.html"},
		line{"aliases", texts("app.example.com"), "app.example.com"}, line{"aliases[]", "app.example.com", "https://app.example.com"},
		line{"origins", []any{map[string]any{"originId": "a"}}, []any{}},
		line{"origins", []any{map[string]any{"originId": "a"}, map[string]any{"originId": "b"}}, []any{map[string]any{"originId": "a"}, map[string]any{"originId": "a"}}},
		line{"origins[].originId", chars(128), chars(129)}, line{"origins[].originAccessControlId", "E1", ""},
		line{"origins[].domainName", "a1.execute-api.us-east-1.amazonaws.com", "https://a1.execute-api.us-east-1.amazonaws.com"},
		line{"origins[].customOriginConfig.httpPort", 80, 81}, line{"origins[].customOriginConfig.httpsPort", 65_535, 65_536},
		line{"origins[].customOriginConfig.originProtocolPolicy", "https-only", "https"},
		line{"origins[].customOriginConfig.originSslProtocols", texts("TLSv1.2"), texts()},
		line{"origins[].customOriginConfig.originSslProtocols[]", "TLSv1.2", "TLSv1.3"},
		line{"orderedCacheBehaviors", []any{map[string]any{"pathPattern": "/a"}, map[string]any{"pathPattern": "/b"}},
			[]any{map[string]any{"pathPattern": "/a"}, map[string]any{"pathPattern": "/a"}}},
		line{"orderedCacheBehaviors[].pathPattern", "/api/*", "/api/{id}"},
		line{"restrictions.geoRestriction.restrictionType", "none", "None"},
		line{"viewerCertificate.cloudfrontDefaultCertificate", yes, "true"},
		line{"viewerCertificate.acmCertificateArn", "arn:aws:acm:us-east-1:000000000000:certificate/a", "arn:aws:acm:eu-central-1:000000000000:certificate/a"},
		line{"viewerCertificate.sslSupportMethod", "sni-only", "sni"}, line{"viewerCertificate.minimumProtocolVersion", "TLSv1.2_2021", "TLSv1.2"},
		line{"waitForDeployment", yes, "true"},
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
	ACMCertificate: with(tagLines,
		line{"domainName", "app.example.com", "app.example.com."}, line{"validationMethod", "DNS", "dns"},
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
	CloudWatchLogDelivery: with(tagLines,
		line{"deliveryDestinationArn", "arn:aws:logs:us-east-1:000000000000:delivery-destination:a", "a"},
		line{"deliverySourceName", chars(60), chars(61)}, line{"recordFields", repeat(128), repeat(129)}, line{"recordFields[]", chars(64), chars(65)},
	),
	CloudWatchLogDeliveryDestination: with(tagLines,
		line{"name", chars(60), chars(61)}, line{"outputFormat", "json", "csv"},
		line{"deliveryDestinationConfiguration.destinationResourceArn", "arn:aws:s3:::app-logs", "app-logs"},
	),
	CloudWatchLogDeliverySource: with(tagLines,
		line{"name", chars(60), chars(61)}, line{"logType", "ACCESS_LOGS", "access"},
		line{"resourceArn", "arn:aws:cloudfront::000000000000:distribution/E1", "E1"},
	),
	CloudWatchLogMetricFilter: {
		{"name", "throttled", "a:b"}, {"logGroupName", "/aws/vendedlogs/app", "/aws/vendedlogs/app prod"}, {"pattern", chars(1024), chars(1025)},
		{"metricTransformation.name", "ThrottledRequests", "Throttled$Requests"}, {"metricTransformation.namespace", "app/dev", "app:dev"},
		{"metricTransformation.value", chars(100), chars(101)}, {"metricTransformation.defaultValue", "0", "none"},
	},
	CloudWatchMetricAlarm: with(tagLines,
		line{"name", chars(255), chars(256)}, line{"alarmDescription", chars(1024), chars(1025)}, line{"threshold", 0.5, "0.5"},
		line{"comparisonOperator", "GreaterThanThreshold", ">"}, line{"evaluationPeriods", 1, 0}, line{"datapointsToAlarm", 1, 0},
		line{"treatMissingData", "notBreaching", "good"}, line{"alarmActions", repeatOf(someARN, 5), repeatOf(someARN, 6)},
		line{"alarmActions[]", someARN, "topic"}, line{"okActions", repeatOf(someARN, 5), repeatOf(someARN, 6)}, line{"okActions[]", someARN, "arn:aws:sns"},
		line{"metricQueries", []any{query("a")}, []any{query("a"), query("a")}},
		line{"metricQueries[].id", "requests", "Requests"}, line{"metricQueries[].expression", "a / b", ""}, line{"metricQueries[].returnData", yes, "true"},
		line{"metricQueries[].metric.namespace", "AWS/Lambda", ":AWS"}, line{"metricQueries[].metric.metricName", chars(255), chars(256)},
		line{"metricQueries[].metric.period", 300, 301}, line{"metricQueries[].metric.period", 30, 0},
		line{"metricQueries[].metric.stat", "p99.9", "99"}, line{"metricQueries[].metric.stat", "Sum", "sum"},
		line{"metricQueries[].metric.dimensions", many(30), many(31)},
	),
	SNSTopic: with(tagLines, line{"name", chars(256), chars(257)}),
	SNSTopicPolicy: with(policyLines("policy", "Principal", "Resource"),
		line{"arn", "arn:aws:sns:us-east-1:000000000000:alarms", "alarms"}),
	SNSTopicSubscription: {
		{"topic", "arn:aws:sns:us-east-1:000000000000:alarms", someARN}, {"protocol", "email", "mail"},
		{"endpoint", "team@example.com", "Team <team@example.com>"},
	},
	CloudWatchLogGroup: with(tagLines, line{"name", "/aws/a.b-c_d#e", "a b"}, line{"retentionInDays", 30, 31}),
	IAMRole: with(tagLines, with(policyLines("assumeRolePolicy", "Principal"), line{"name", chars(64), chars(65)},
		line{"permissionsBoundary", "arn:aws:iam::000000000000:policy/github-boundary", "arn:aws:s3:::github-boundary"})...),
	IAMRolePolicy: with(policyLines("policy", "Resource"), line{"name", chars(128), chars(129)}, line{"role", "app", someARN}),
	LambdaFunction: with(tagLines,
		line{"name", chars(64), chars(65)}, line{"code", struct{}{}, "bootstrap.zip"}, line{"runtime", "provided.al2023", "go1.x"},
		line{"architectures", texts("arm64"), texts("arm64", "x86_64")}, line{"architectures[]", "arm64", "aarch64"},
		line{"handler", "bootstrap", ""}, line{"role", someARN, "app"}, line{"memorySize", 10_240, 10_241}, line{"memorySize", 128, 127},
		line{"timeout", 900, 901}, line{"loggingConfig.logFormat", "JSON", "json"}, line{"loggingConfig.logGroup", "/aws/lambda/a", "a:b"},
		line{"environment.variables", map[string]any{"TABLE_NAME": "items"}, map[string]any{"TABLE-NAME": "items"}},
		line{"environment.variables", map[string]any{"REGION": "eu-central-1"}, map[string]any{"AWS_REGION": "eu-central-1"}},
		line{"environment.variables", map[string]any{"AB": chars(4094)}, map[string]any{"AB": chars(4095)}},
	),
	LambdaPermission: {
		{"statementId", chars(100), chars(101)}, {"action", "lambda:InvokeFunction", "InvokeFunction"}, {"function", "app-items", "app items"},
		{"principal", "apigateway.amazonaws.com", "apigateway"}, {"sourceArn", "arn:aws:execute-api:us-east-1:000000000000:a1/api/GET/items/*", "a1/api/GET/items/*"},
		{"sourceAccount", "000000000000", "1"},
	},
	S3Bucket: with(tagLines, aBucket, line{"forceDestroy", yes, "true"}),
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
	S3BucketPolicy:            with(policyLines("policy", "Principal", "Resource"), aBucket),
	S3BucketPublicAccessBlock: {
		aBucket, {"blockPublicAcls", yes, "true"}, {"blockPublicPolicy", yes, "true"}, {"ignorePublicAcls", yes, "true"}, {"restrictPublicBuckets", yes, "true"},
	},
	S3BucketEncryption: {
		aBucket, {"rules", []any{map[string]any{}}, []any{}}, {"rules[].applyServerSideEncryptionByDefault.sseAlgorithm", "AES256", "AES-256"},
	},

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
}

// behaviorLines are those of a cache behavior.
func behaviorLines(path string) []line {
	get, options := texts("GET", "HEAD"), texts("HEAD", "GET", "OPTIONS")
	return []line{
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

// policyLines are those of a policy whose statements need elements.
func policyLines(path string, elements ...string) []line {
	statement := `"Effect":"Allow","Action":"a:B"`
	for _, e := range elements {
		statement += `,"` + e + `":"*"`
	}
	good := `{"Version":"2012-10-17","Statement":[{` + statement + `}]}`
	lines := []line{
		{path, good, " " + good}, {path, good, strings.Replace(good, "Allow", "allow", 1)}, {path, good, strings.Replace(good, "2012", "2026", 1)},
		{path, good, strings.Replace(good, `"Action"`, `"Actions"`, 1)}, {path, good, strings.Replace(good, `"Effect"`, `"Sid":"a b","Effect"`, 1)},
		{path, good, strings.Replace(good, `"Effect"`, `"Effect":"Deny","Effect"`, 1)}, {path, good, good[:len(good)-1]},
		{path, good, strings.Replace(good, `[{`, `[{"Sid":"A",`+statement+`},{"Sid":"A",`, 1)}, {path, good, `{"Version":"2012-10-17","Statement":[]}`},
		{path, good, strings.Replace(good, `"Effect"`, fmt.Sprintf(`"Condition":%q,"Effect"`, chars(30<<10)), 1)},
	}
	for _, e := range elements {
		lines = append(lines, line{path, strings.Replace(good, `"`+e, `"Not`+e, 1), strings.Replace(good, `,"`+e+`":"*"`, "", 1)})
	}
	if len(elements) == 1 {
		other := map[string]string{"Principal": "Resource", "Resource": "Principal"}[elements[0]]
		lines = append(lines, line{path, good, strings.Replace(good, `"Effect"`, `"`+other+`":"*","Effect"`, 1)})
	}
	return lines
}

func with(lines []line, more ...line) []line { return append(more, lines...) }

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
