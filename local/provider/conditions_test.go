package provider

// absent removes a field.
const absent = "\x00absent"

type props = map[string]any

// conditionTests have valid inputs, and a change that makes one invalid.
var conditionTests = []struct {
	name, token    string
	inputs, change props
	want           string
}{
	{"rule without an action", S3BucketLifecycle, lifecycleOf(props{"expiration": props{"days": 1.0}}), lifecycleOf(nil), "rules[0].expiration"},
	{"days and a date", S3BucketLifecycle, lifecycleOf(props{"expiration": props{"days": 1.0}}),
		lifecycleOf(props{"expiration": props{"days": 1.0, "date": "2026-12-24T00:00:00Z"}}), "rules[0].expiration.date"},
	{"neither source nor content", S3Object, props{"bucket": "app-site", "key": "a", "content": ""}, props{"content": absent}, "source"},
	{"source and content", S3Object, props{"bucket": "app-site", "key": "a", "content": ""}, props{"source": struct{}{}}, "source"},
	{"JWT without its issuer", APIGatewayAuthorizer,
		props{"apiId": "a", "authorizerType": "JWT", "identitySources": texts("$request.header.Authorization"),
			"jwtConfiguration": props{"audiences": texts("a"), "issuer": "https://a.example.com/"}},
		props{"jwtConfiguration": absent}, "jwtConfiguration"},
	{"proxy to nothing", APIGatewayIntegration, props{"apiId": "a", "integrationType": "AWS_PROXY", "integrationUri": "a"},
		props{"integrationUri": absent}, "integrationUri"},
	{"JWT without an authorizer", APIGatewayRoute, props{"apiId": "a", "routeKey": "GET /a", "authorizationType": "JWT", "authorizerId": "a"},
		props{"authorizerId": absent}, "authorizerId"},
	{"scopes without JWT", APIGatewayRoute, props{"apiId": "a", "routeKey": "GET /a", "authorizationType": "NONE", "authorizationScopes": texts()},
		props{"authorizationScopes": texts("read:items")}, "authorizationScopes"},
	{"behavior without its origin", CloudFrontDistribution, distributionOf(nil),
		props{"defaultCacheBehavior": behaviorOf("other")}, "origins"},
	{"origin that is two things", CloudFrontDistribution, distributionOf(nil),
		props{"origins": []any{props{"originId": "files", "domainName": "a.example.com"}}}, "origins[0].originAccessControlId"},
	{"alias without a certificate", CloudFrontDistribution, distributionOf(nil), props{"aliases": texts("app.example.com")}, "aliases"},
	{"no certificate", CloudFrontDistribution, distributionOf(nil), props{"viewerCertificate": props{}}, "viewerCertificate.cloudfrontDefaultCertificate"},
	{"certificate without a method", CloudFrontDistribution, distributionOf(nil),
		props{"viewerCertificate": props{"acmCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/a"}}, "viewerCertificate.sslSupportMethod"},
	{"no header", CloudFrontResponseHeadersPolicy, props{"customHeadersConfig": props{}},
		props{"customHeadersConfig": absent}, "securityHeadersConfig"},
	{"certificate without validation", ACMCertificate, props{"domainName": "a.example.com", "validationMethod": "DNS"},
		props{"validationMethod": absent}, "validationMethod"},
	{"record without a time to live", Route53Record, recordOf, props{"ttl": absent}, "ttl"},
	{"record that is an alias too", Route53Record, recordOf,
		props{"aliases": []any{props{"name": "a", "zoneId": "Z1", "evaluateTargetHealth": false}}}, "aliases"},
	{"more points than periods", CloudWatchMetricAlarm, alarmOf, props{"datapointsToAlarm": 4.0}, "datapointsToAlarm"},
	{"alarm without a threshold", CloudWatchMetricAlarm, alarmOf, props{"threshold": absent}, "threshold"},
	{"alarm on two values", CloudWatchMetricAlarm, alarmOf, props{"metricQueries": []any{
		props{"id": "a", "expression": "b", "returnData": true}, props{"id": "b", "expression": "1", "returnData": true}}}, "metricQueries"},
	{"query that is two things", CloudWatchMetricAlarm, alarmOf, props{"metricQueries": []any{props{"id": "a", "returnData": true}}}, "metricQueries[0].expression"},
	{"code without a handler", LambdaFunction, props{"role": someARN, "code": struct{}{}, "runtime": "provided.al2023", "handler": "bootstrap"},
		props{"handler": absent}, "handler"},
	{"key without its attribute", DynamoDBTable, tableOf, props{"rangeKey": "id"}, "attributes"},
	{"attribute that is no key", DynamoDBTable, tableOf, props{"attributes": []any{attribute("customer"), attribute("total")}}, "attributes"},
	{"stream of nothing", DynamoDBTable, tableOf, props{"streamEnabled": true}, "streamViewType"},
	{"expiry without its attribute", DynamoDBTable, tableOf, props{"ttl": props{"enabled": true}}, "ttl.attributeName"},
	{"attributes of a whole projection", DynamoDBTable, tableOf, props{"globalSecondaryIndexes": []any{
		props{"name": "all", "hashKey": "customer", "projectionType": "ALL", "nonKeyAttributes": texts("total")}}}, "globalSecondaryIndexes[0].nonKeyAttributes"},
	{"stream without a start", LambdaEventSourceMapping, props{"eventSourceArn": streamARN, "functionName": "a", "startingPosition": "LATEST"},
		props{"startingPosition": absent}, "startingPosition"},
	{"queue with a start", LambdaEventSourceMapping, mappingOf, props{"startingPosition": "LATEST"}, "startingPosition"},
	{"queue with what a stream has", LambdaEventSourceMapping, mappingOf, props{"bisectBatchOnFunctionError": true}, "bisectBatchOnFunctionError"},
	{"stream with what a queue has", LambdaEventSourceMapping, props{"eventSourceArn": streamARN, "functionName": "a", "startingPosition": "LATEST"},
		props{"scalingConfig": props{"maximumConcurrency": 2.0}}, "scalingConfig"},
	{"large batch without a wait", LambdaEventSourceMapping, mappingOf, props{"batchSize": 11.0}, "batchSize"},
	{"large batch of a FIFO queue", LambdaEventSourceMapping, mappingOf, props{"eventSourceArn": queueARN + ".fifo", "batchSize": 11.0}, "batchSize"},
	{"wait for a FIFO queue", LambdaEventSourceMapping, mappingOf,
		props{"eventSourceArn": queueARN + ".fifo", "maximumBatchingWindowInSeconds": 5.0}, "maximumBatchingWindowInSeconds"},
	{"window without its length", SchedulerSchedule, scheduleOf, props{"flexibleTimeWindow": props{"mode": "FLEXIBLE"}}, "flexibleTimeWindow.maximumWindowInMinutes"},
	{"FIFO queue without its suffix", SQSQueue, props{"name": "mails"}, props{"fifoQueue": true}, "name"},
	{"suffix without a FIFO queue", SQSQueue, props{"name": "mails"}, props{"name": "mails.fifo"}, "name"},
	{"content that is no FIFO queue's", SQSQueue, props{"contentBasedDeduplication": false}, props{"contentBasedDeduplication": true}, "contentBasedDeduplication"},
	{"scope that is no FIFO queue's", SQSQueue, props{}, props{"deduplicationScope": "queue"}, "deduplicationScope"},
	{"throughput of groups alone", SQSQueue, props{"fifoQueue": true}, props{"fifoThroughputLimit": "perMessageGroupId"}, "fifoThroughputLimit"},
	{"dead letters in another kind of queue", SQSQueue, props{"redrivePolicy": redriveTo(queueARN, 5)}, props{"fifoQueue": true}, "redrivePolicy"},
	{"rotation without expiry", Auth0Client, clientOf("expiring", 10, 9), clientOf("non-expiring", 10, 9), "refreshToken.expirationType"},
	{"idle as long as alive", Auth0Client, clientOf("expiring", 10, 9), clientOf("expiring", 10, 10), "refreshToken.idleTokenLifetime"},
	{"web tokens that live longer", Auth0ResourceServer,
		props{"identifier": "a", "tokenLifetime": 60.0, "tokenLifetimeForWeb": 60.0}, props{"tokenLifetimeForWeb": 61.0}, "tokenLifetimeForWeb"},
}

var tableOf = props{"hashKey": "customer", "attributes": []any{attribute("customer")}}

var mappingOf = props{"eventSourceArn": queueARN, "functionName": "a", "batchSize": 10.0}

var scheduleOf = props{
	"scheduleExpression": "rate(1 hour)", "flexibleTimeWindow": props{"mode": "OFF"},
	"target": props{"arn": "arn:aws:lambda:us-east-1:000000000000:function:app", "roleArn": someARN},
}

func lifecycleOf(actions props) props {
	rule := props{"id": "a", "status": "Enabled", "filter": props{"prefix": ""}}
	for name, action := range actions {
		rule[name] = action
	}
	return props{"bucket": "app-site", "rules": []any{rule}}
}

func behaviorOf(target string) props {
	return props{"targetOriginId": target, "viewerProtocolPolicy": "https-only", "allowedMethods": texts("GET", "HEAD"),
		"cachedMethods": texts("GET", "HEAD"), "cachePolicyId": "a"}
}

func distributionOf(more props) props {
	d := props{
		"enabled": true, "defaultCacheBehavior": behaviorOf("files"),
		"origins":           []any{props{"originId": "files", "domainName": "a.example.com", "originAccessControlId": "E1"}},
		"restrictions":      props{"geoRestriction": props{"restrictionType": "none"}},
		"viewerCertificate": props{"cloudfrontDefaultCertificate": true},
	}
	for name, value := range more {
		d[name] = value
	}
	return d
}

var recordOf = props{"name": "a.example.com", "zoneId": "Z1", "type": "A", "records": texts("192.0.2.1"), "ttl": 60.0}

var alarmOf = props{
	"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 3.0, "datapointsToAlarm": 3.0, "threshold": 1.0,
	"metricQueries": []any{props{"id": "a", "expression": "1", "returnData": true}},
}

func clientOf(expiration string, lifetime, idle float64) props {
	return props{"refreshToken": props{"rotationType": "rotating", "expirationType": expiration, "tokenLifetime": lifetime, "idleTokenLifetime": idle}}
}
