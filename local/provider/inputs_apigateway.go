package provider

import (
	"errors"
	"math"
	"strings"
)

// The HTTP API's inputs.
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
var (
	corsConfiguration = object(fields{
		"allowOrigins": list(0, math.MaxInt, match(math.MaxInt, `\*|https?://(\*|[^/\s]+)`, "https://app.example.com")),
		"allowMethods": list(0, math.MaxInt, oneOf("*", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")),
		"allowHeaders": list(0, math.MaxInt, headerName), "exposeHeaders": list(0, math.MaxInt, headerName),
		"maxAge": integer(-1, 86_400),
	})

	authorizer = object(fields{
		"apiId!^": reference, "name": authorizerNaming.rule(), "authorizerType!": oneOf("JWT", "REQUEST"),
		"identitySources": list(1, 1, match(256, `\$request\.(header|querystring)\.[A-Za-z0-9_.-]+`, "$request.header.Authorization")),
		"jwtConfiguration": object(fields{
			"audiences!": list(1, 50, length(1, 1024)), "issuer!": webURL,
		}),
	}, when("authorizerType", "JWT", "identitySources", "jwtConfiguration"))

	integration = object(fields{
		"apiId!^": reference, "integrationType!^": oneOf("AWS_PROXY", "HTTP_PROXY"), "integrationUri": length(1, 2048),
		"payloadFormatVersion": oneOf("1.0", "2.0"), "timeoutMilliseconds": integer(50, 30_000),
	}, when("integrationType", "AWS_PROXY", "integrationUri"))

	route = object(fields{
		"apiId!^":           reference,
		"routeKey!":         match(math.MaxInt, `\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) /\S*`, "GET /items/{id}"),
		"target":            match(128, `integrations/[A-Za-z0-9-]+`, "integrations/a1b2c3d"),
		"authorizationType": oneOf("NONE", "JWT", "AWS_IAM", "CUSTOM"), "authorizerId": reference,
		"authorizationScopes": list(0, 10, length(1, 64)),
	}, when("authorizationType", "JWT", "authorizerId"), onlyWhen("authorizationScopes", "authorizationType", "JWT"))

	stage = object(fields{
		"apiId!^": reference, "name^": stageNaming.rule(), "autoDeploy": boolean, "tags": tags,
		"defaultRouteSettings": object(fields{
			"detailedMetricsEnabled": boolean,
			"throttlingBurstLimit":   integer(0, math.MaxInt32), "throttlingRateLimit": number(0, math.MaxInt32),
		}),
		"accessLogSettings": object(fields{"destinationArn!": arn("logs", "firehose"), "format!": accessLogFormat}),
	})
)

var headerName = match(math.MaxInt, `\*|[A-Za-z0-9!#$%&'*+.^_|~-]+`, "authorization")

// accessLogFormat accepts one line with the request's ID, as API Gateway does.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
var accessLogFormat = rule{check: ofString(func(text string) error {
	if strings.ContainsAny(text, "\r\n") {
		return errors.New("expected one line")
	}
	if !strings.Contains(text, "$context.requestId") && !strings.Contains(text, "$context.extendedRequestId") {
		return errors.New("expected $context.requestId or $context.extendedRequestId in it")
	}
	return nil
})}
