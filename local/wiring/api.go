package wiring

import (
	"regexp"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

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

// api returns the configuration of the HTTP API.
func (w *wiring) api() gateway.Config {
	r := w.one(provider.APIGatewayAPI)
	if r == nil {
		return gateway.Config{}
	}
	in := read[apiInputs](r)
	if in.ProtocolType != "HTTP" {
		w.problem(r, "the local gateway supports HTTP APIs, got the protocol %q", in.ProtocolType)
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
			w.problem(r, "the local gateway deploys each change of a route: set autoDeploy")
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
			w.problem(r, "the API has no integration for the target %q", in.Target)
			continue
		}
		route := gateway.Route{Key: in.RouteKey, Scopes: in.AuthorizationScopes, Timeout: integration.timeout}
		switch in.AuthorizationType {
		case "NONE":
		case "JWT":
			if route.Authorizer = authorizers[in.AuthorizerID]; route.Authorizer == nil {
				w.problem(r, "the API has no authorizer %q", in.AuthorizerID)
			}
		default:
			w.problem(r, "the local gateway supports the authorization types NONE and JWT, got %q", in.AuthorizationType)
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
			w.problem(r, "the local gateway supports JWT authorizers with one identity source, got %s with %q", in.AuthorizerType, in.IdentitySources)
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
	function string // physical name
	timeout  time.Duration
}

// functionOfURI matches the URI by which API Gateway invokes a function, with the
// function's name.
var functionOfURI = regexp.MustCompile(`:lambda:path/2015-03-31/functions/arn:aws:lambda:[^:]*:[^:]*:function:([^/:]+)/invocations$`)

func (w *wiring) integrations() map[string]integration {
	integrations := map[string]integration{}
	for _, r := range w.graph.Of(provider.APIGatewayIntegration) {
		in := read[integrationInputs](r)
		uri := functionOfURI.FindStringSubmatch(in.IntegrationURI)
		if in.IntegrationType != "AWS_PROXY" || in.PayloadFormatVersion != "2.0" || uri == nil {
			w.problem(r, "the local gateway supports AWS_PROXY integrations with Lambda functions in payload format 2.0 only")
			continue
		}
		integrations[r.ID] = integration{function: uri[1], timeout: time.Duration(in.TimeoutMilliseconds) * time.Millisecond}
	}
	return integrations
}
