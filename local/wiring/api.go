package wiring

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

type functionInputs struct {
	Name          string
	Code          file
	Handler       string
	Runtime       string
	MemorySize    int
	Timeout       int
	LoggingConfig struct {
		LogFormat           string
		LogGroup            string
		ApplicationLogLevel string

		SystemLogLevel noEffect
	}
	Environment struct{ Variables map[string]string }

	Architectures noEffect // the handler is built for this machine
	Role, Tags    noEffect
}

// functions reads the Lambda functions. The caller adds where logs go.
func (w *wiring) functions() lambda.Config {
	var cfg lambda.Config
	for _, r := range w.graph.Of(provider.LambdaFunction) {
		in := read[functionInputs](r)
		arn := strings.Split(r.Output("arn"), ":")
		cfg.Region, cfg.AccountID = arn[3], arn[4]
		cfg.Functions = append(cfg.Functions, lambda.Function{
			Name:        r.Output("name"),
			ARN:         r.Output("arn"),
			Version:     r.Output("version"),
			Archive:     in.Code.Path,
			Handler:     in.Handler,
			Runtime:     in.Runtime,
			MemoryMB:    in.MemorySize,
			Timeout:     secondsOf(in.Timeout),
			Environment: in.Environment.Variables,
			LogGroup:    in.LoggingConfig.LogGroup,
			LogFormat:   in.LoggingConfig.LogFormat,
			LogLevel:    in.LoggingConfig.ApplicationLogLevel,
		})
	}
	return cfg
}

type apiInputs struct {
	ProtocolType      string
	CORSConfiguration *struct {
		AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders []string
		AllowCredentials                                        bool
		MaxAge                                                  int
	}

	Name, Description, Tags noEffect
}

type stageInputs struct {
	APIID                string
	Name                 string
	AutoDeploy           bool
	DefaultRouteSettings struct {
		ThrottlingRateLimit  float64
		ThrottlingBurstLimit int

		DetailedMetricsEnabled noEffect
	}
	AccessLogSettings struct {
		Format string

		DestinationARN noEffect
	}

	Tags noEffect
}

type routeInputs struct {
	APIID               string
	RouteKey            string
	Target              string
	AuthorizationType   string
	AuthorizerID        string
	AuthorizationScopes []string
}

type integrationInputs struct {
	APIID                string
	IntegrationType      string
	IntegrationURI       string
	PayloadFormatVersion string
	TimeoutMilliseconds  int
}

type authorizerInputs struct {
	APIID            string
	Name             string
	AuthorizerType   string
	IdentitySources  []string
	JWTConfiguration struct {
		Issuer    string
		Audiences []string
	}
}

// api reads the HTTP API. The caller adds where the access log goes.
func (w *wiring) api() gateway.Config {
	r := w.one(provider.APIGatewayAPI)
	if r == nil {
		return gateway.Config{}
	}
	in := read[apiInputs](r)
	if in.ProtocolType != "HTTP" {
		w.problem(r, "the local gateway serves HTTP APIs, got the protocol %q", in.ProtocolType)
	}
	_, host, _ := strings.Cut(r.Output("apiEndpoint"), "://")
	cfg := gateway.Config{
		ID:         r.ID,
		AccountID:  strings.Split(r.Output("executionArn"), ":")[4],
		DomainName: host,
		CORS:       in.cors(),
		Stages:     w.stages(),
	}
	cfg.Routes = w.routes(r, cfg.Stages)
	return cfg
}

func (in apiInputs) cors() *gateway.CORS {
	c := in.CORSConfiguration
	if c == nil {
		return nil
	}
	return &gateway.CORS{
		AllowOrigins:     c.AllowOrigins,
		AllowMethods:     c.AllowMethods,
		AllowHeaders:     c.AllowHeaders,
		ExposeHeaders:    c.ExposeHeaders,
		AllowCredentials: c.AllowCredentials,
		MaxAge:           secondsOf(c.MaxAge),
	}
}

func (w *wiring) stages() []gateway.Stage {
	var stages []gateway.Stage
	for _, r := range w.graph.Of(provider.APIGatewayStage) {
		in := read[stageInputs](r)
		if !in.AutoDeploy {
			w.problem(r, "the local gateway serves the routes as they are: set autoDeploy")
		}
		stages = append(stages, gateway.Stage{
			Name:            in.Name,
			ThrottleRate:    in.DefaultRouteSettings.ThrottlingRateLimit,
			ThrottleBurst:   in.DefaultRouteSettings.ThrottlingBurstLimit,
			AccessLogFormat: in.AccessLogSettings.Format,
		})
	}
	return stages
}

func (w *wiring) routes(api *stack.Resource, stages []gateway.Stage) []gateway.Route {
	authorizers, integrations, permissions := w.authorizers(), w.integrations(), w.permissions()
	var routes []gateway.Route
	for _, r := range w.graph.Of(provider.APIGatewayRoute) {
		in := read[routeInputs](r)
		integration, ok := integrations[strings.TrimPrefix(in.Target, "integrations/")]
		if !ok {
			w.problem(r, "its target %q is no integration of the API", in.Target)
			continue
		}
		route := gateway.Route{Key: in.RouteKey, Scopes: in.AuthorizationScopes, Timeout: integration.timeout}
		switch in.AuthorizationType {
		case "NONE":
		case "JWT":
			if route.Authorizer = authorizers[in.AuthorizerID]; route.Authorizer == nil {
				w.problem(r, "its authorizer %q is none of the API's", in.AuthorizerID)
			}
		default:
			w.problem(r, "the local gateway authorizes by JWT or not at all, got %q", in.AuthorizationType)
		}
		route.Function = integration.function
		route.NotPermitted = !permitted(permissions, integration.function, api.Output("executionArn"), stages, in.RouteKey)
		routes = append(routes, route)
	}
	return routes
}

func (w *wiring) authorizers() map[string]*gateway.JWTAuthorizer {
	authorizers := map[string]*gateway.JWTAuthorizer{}
	for _, r := range w.graph.Of(provider.APIGatewayAuthorizer) {
		in := read[authorizerInputs](r)
		if in.AuthorizerType != "JWT" || len(in.IdentitySources) != 1 {
			w.problem(r, "the local gateway has JWT authorizers with one identity source, got %s with %q", in.AuthorizerType, in.IdentitySources)
			continue
		}
		authorizers[r.ID] = &gateway.JWTAuthorizer{
			Name:           r.Name,
			Issuer:         in.JWTConfiguration.Issuer,
			Audiences:      in.JWTConfiguration.Audiences,
			IdentitySource: in.IdentitySources[0],
		}
	}
	return authorizers
}

type integration struct {
	function string // its name
	timeout  time.Duration
}

// functionOfURI takes the function's name out of the URI by which API Gateway
// invokes it.
var functionOfURI = regexp.MustCompile(`:lambda:path/2015-03-31/functions/arn:aws:lambda:[^:]*:[^:]*:function:([^/:]+)/invocations$`)

func (w *wiring) integrations() map[string]integration {
	integrations := map[string]integration{}
	for _, r := range w.graph.Of(provider.APIGatewayIntegration) {
		in := read[integrationInputs](r)
		uri := functionOfURI.FindStringSubmatch(in.IntegrationURI)
		if in.IntegrationType != "AWS_PROXY" || in.PayloadFormatVersion != "2.0" || uri == nil {
			w.problem(r, "the local gateway has AWS_PROXY integrations with functions, in payload format 2.0")
			continue
		}
		integrations[r.ID] = integration{function: uri[1], timeout: time.Duration(in.TimeoutMilliseconds) * time.Millisecond}
	}
	return integrations
}

type permissionInputs struct{ Action, Function, Principal, SourceARN string }

func (w *wiring) permissions() []permissionInputs {
	var permissions []permissionInputs
	for _, r := range w.graph.Of(provider.LambdaPermission) {
		permissions = append(permissions, read[permissionInputs](r))
	}
	return permissions
}

// permitted reports whether API Gateway may invoke a function for a route on
// each of its stages.
func permitted(permissions []permissionInputs, function, executionARN string, stages []gateway.Stage, routeKey string) bool {
	method, path, _ := strings.Cut(routeKey, " ")
	if method == "ANY" {
		method = "*"
	}
	for _, stage := range stages {
		source := fmt.Sprintf("%s/%s/%s%s", executionARN, stage.Name, method, path)
		granted := false
		for _, p := range permissions {
			granted = granted || p.Action == "lambda:InvokeFunction" && p.Function == function &&
				p.Principal == "apigateway.amazonaws.com" && matchARN(p.SourceARN, source)
		}
		if !granted {
			return false
		}
	}
	return true
}

// matchARN is IAM's ArnLike with "*" for any run of characters.
func matchARN(pattern, arn string) bool {
	expression := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
	return regexp.MustCompile("^" + expression + "$").MatchString(arn)
}
