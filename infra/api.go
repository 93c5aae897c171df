package infra

import (
	"encoding/json"

	"api-auth-jwt-auth0/infra/kind"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigatewayv2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// stageName is the stage of the HTTP API, and so the first segment of every
// path. The site's distribution sends "/api/*" here without rewriting it.
const stageName = "api"

// API is the HTTP API with its authorizer, routes and stage.
type API struct {
	pulumi.ResourceState

	// ID names the API in metrics.
	ID pulumi.IDOutput
	// AccessLog is the log group with one JSON object per request.
	AccessLog pulumi.StringOutput
	// Host serves the API, without the stage.
	Host pulumi.StringOutput
	// StageURL is the base of every route's URL, without a trailing slash.
	StageURL pulumi.StringOutput
}

func newAPI(ctx *pulumi.Context, cfg Config, routes []Route, audience *Audience, functions map[string]*Function) (*API, error) {
	a := &API{}
	if err := kind.Register(ctx, "API", "api", a); err != nil {
		return nil, err
	}
	api, err := apigatewayv2.NewApi(ctx, resourceName(ctx, "api"), &apigatewayv2.ApiArgs{
		Description:       pulumi.String(title(ctx)),
		ProtocolType:      pulumi.String("HTTP"),
		CorsConfiguration: cors(cfg, routes),
		Tags:              tags(ctx),
	}, pulumi.Parent(a), pulumi.Protect(cfg.Protect))
	if err != nil {
		return nil, err
	}
	if err := warnRefusedPreflights(ctx, cfg, routes); err != nil {
		return nil, err
	}
	if err := newRoutes(ctx, a, api, routes, audience, functions); err != nil {
		return nil, err
	}
	if err := newStage(ctx, cfg, a, api); err != nil {
		return nil, err
	}
	a.ID = api.ID()
	a.Host = apply(api.ApiEndpoint, originHost)
	a.StageURL = pulumi.Sprintf("%s/%s", api.ApiEndpoint, stageName)
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{"stageUrl": a.StageURL})
}

// cors allows pages of the development origins to call the API's own endpoint. The
// site itself needs no CORS, since it has the same origin as the API.
func cors(cfg Config, routes []Route) apigatewayv2.ApiCorsConfigurationPtrInput {
	if len(cfg.DevelopmentOrigins) == 0 {
		return nil
	}
	headers := []string{"authorization", "content-type"}
	if cfg.Live {
		headers = append(headers, liveHeader)
	}
	return apigatewayv2.ApiCorsConfigurationArgs{
		AllowOrigins:  pulumi.ToStringArray(cfg.DevelopmentOrigins),
		AllowMethods:  pulumi.ToStringArray(methods(routes)),
		AllowHeaders:  pulumi.ToStringArray(headers),
		ExposeHeaders: pulumi.ToStringArray([]string{"apigw-requestid", "www-authenticate"}),
		MaxAge:        pulumi.Int(600),
	}
}

func newRoutes(ctx *pulumi.Context, parent *API, api *apigatewayv2.Api, routes []Route, audience *Audience, functions map[string]*Function) error {
	authorizer, err := apigatewayv2.NewAuthorizer(ctx, "auth0", &apigatewayv2.AuthorizerArgs{
		ApiId:           api.ID(),
		AuthorizerType:  pulumi.String("JWT"),
		IdentitySources: pulumi.ToStringArray([]string{"$request.header.Authorization"}),
		JwtConfiguration: apigatewayv2.AuthorizerJwtConfigurationArgs{
			Issuer:    audience.Issuer,
			Audiences: pulumi.StringArray{audience.Identifier},
		},
	}, pulumi.Parent(parent))
	if err != nil {
		return err
	}
	integrations, err := newIntegrations(ctx, parent, api, routes, functions)
	if err != nil {
		return err
	}
	for _, r := range routes {
		options := []pulumi.ResourceOption{pulumi.Parent(parent)}
		if former := formerName(r, routes); former != "" {
			options = append(options, pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(former)}}))
		}
		if err := newRoute(ctx, api, r, authorizer, integrations[r.Handler], options); err != nil {
			return err
		}
		if err := newPermission(ctx, api, r, functions[r.Handler], options); err != nil {
			return err
		}
	}
	return nil
}

// newIntegrations registers one integration for each handler, which its routes
// share.
func newIntegrations(ctx *pulumi.Context, parent *API, api *apigatewayv2.Api, routes []Route, functions map[string]*Function) (map[string]*apigatewayv2.Integration, error) {
	integrations := map[string]*apigatewayv2.Integration{}
	for _, name := range handlerNames(routes) {
		integration, err := apigatewayv2.NewIntegration(ctx, name, &apigatewayv2.IntegrationArgs{
			ApiId:                api.ID(),
			IntegrationType:      pulumi.String("AWS_PROXY"),
			IntegrationUri:       functions[name].InvokeARN,
			PayloadFormatVersion: pulumi.String("2.0"),
		}, pulumi.Parent(parent))
		if err != nil {
			return nil, err
		}
		integrations[name] = integration
	}
	return integrations, nil
}

func newRoute(ctx *pulumi.Context, api *apigatewayv2.Api, r Route, authorizer *apigatewayv2.Authorizer, integration *apigatewayv2.Integration, options []pulumi.ResourceOption) error {
	args := &apigatewayv2.RouteArgs{
		ApiId:             api.ID(),
		RouteKey:          pulumi.String(r.Key()),
		Target:            pulumi.Sprintf("integrations/%s", integration.ID()),
		AuthorizationType: pulumi.String(r.Authorization),
	}
	if r.Authorization == JWT {
		args.AuthorizerId = authorizer.ID()
		args.AuthorizationScopes = pulumi.ToStringArray(r.Scopes)
	}
	_, err := apigatewayv2.NewRoute(ctx, r.name(), args, options...)
	return err
}

// newPermission allows this API to invoke the function, on this stage and route only.
func newPermission(ctx *pulumi.Context, api *apigatewayv2.Api, r Route, function *Function, options []pulumi.ResourceOption) error {
	method := r.Method
	if method == "ANY" {
		method = "*"
	}
	_, err := lambda.NewPermission(ctx, r.name(), &lambda.PermissionArgs{
		Action:    pulumi.String("lambda:InvokeFunction"),
		Function:  function.Name,
		Principal: pulumi.String("apigateway.amazonaws.com"),
		SourceArn: pulumi.Sprintf("%s/%s/%s%s", api.ExecutionArn, stageName, method, r.pattern()),
	}, options...)
	return err
}

func newStage(ctx *pulumi.Context, cfg Config, parent *API, api *apigatewayv2.Api) error {
	// Under this prefix CloudWatch needs no resource policy for each log group,
	// of which an account can have ten.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
	logs, err := cloudwatch.NewLogGroup(ctx, "api-access", &cloudwatch.LogGroupArgs{
		Name:            pulumi.Sprintf("/aws/vendedlogs/%s-%s-%s", ctx.Project(), ctx.Stack(), api.ID()),
		RetentionInDays: pulumi.Int(cfg.LogRetentionDays),
		Tags:            tags(ctx),
	}, pulumi.Parent(parent))
	if err != nil {
		return err
	}
	parent.AccessLog = logs.Name
	format, err := accessLogFormat()
	if err != nil {
		return err
	}
	_, err = apigatewayv2.NewStage(ctx, "api", &apigatewayv2.StageArgs{
		ApiId:      api.ID(),
		Name:       pulumi.String(stageName),
		AutoDeploy: pulumi.Bool(true),
		DefaultRouteSettings: apigatewayv2.StageDefaultRouteSettingsArgs{
			ThrottlingRateLimit:    pulumi.Float64(float64(cfg.ThrottleRate)),
			ThrottlingBurstLimit:   pulumi.Int(cfg.ThrottleBurst),
			DetailedMetricsEnabled: pulumi.Bool(true),
		},
		AccessLogSettings: apigatewayv2.StageAccessLogSettingsArgs{
			DestinationArn: logs.Arn,
			Format:         pulumi.String(format),
		},
		Tags: tags(ctx),
	}, pulumi.Parent(parent))
	return err
}

// accessLogFormat returns the format of a line, one JSON object per request. It
// contains the subject's identifier and the authorizer's error, but neither the token
// nor other claims.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
func accessLogFormat() (string, error) {
	format, err := json.Marshal(map[string]string{
		"requestId":        "$context.requestId",
		"time":             "$context.requestTime",
		"sourceIp":         "$context.identity.sourceIp",
		"userAgent":        "$context.identity.userAgent",
		"method":           "$context.httpMethod",
		"path":             "$context.path",
		"routeKey":         "$context.routeKey",
		"protocol":         "$context.protocol",
		"status":           "$context.status",
		"responseLength":   "$context.responseLength",
		"responseLatency":  "$context.responseLatency",
		"integrationError": "$context.integration.error",
		"authorizerError":  "$context.authorizer.error",
		"subject":          "$context.authorizer.claims.sub",
	})
	return string(format), err
}
