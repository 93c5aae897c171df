package wiring

import (
	"net/url"
	"time"

	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

type distributionInputs struct {
	DefaultRootObject     string
	DefaultCacheBehavior  behaviorInputs
	OrderedCacheBehaviors []behaviorInputs
	Origins               []originInputs
	Enabled               bool

	Aliases                                         noEffect // names that do not resolve to this machine
	Comment, HTTPVersion, IsIPv6Enabled, PriceClass noEffect
	Restrictions, ViewerCertificate                 noEffect
	WaitForDeployment, Tags                         noEffect
}

type behaviorInputs struct {
	PathPattern             string
	TargetOriginID          string
	ViewerProtocolPolicy    string
	AllowedMethods          []string
	Compress                bool
	CachePolicyID           string
	OriginRequestPolicyID   string
	ResponseHeadersPolicyID string
	FunctionAssociations    []struct{ EventType, FunctionARN string }

	CachedMethods noEffect
}

type originInputs struct {
	OriginID              string
	DomainName            string
	OriginAccessControlID string

	CustomOriginConfig noEffect // ports and TLS, which the local API does not have
}

// site returns the configuration of the distribution and its origins.
func (w *wiring) site() cdn.Config {
	r := w.one(provider.CloudFrontDistribution)
	if r == nil {
		return cdn.Config{}
	}
	in := read[distributionInputs](r)
	if !in.Enabled {
		w.problem(r, "the distribution is not enabled and serves nothing: set enabled")
	}
	cfg := cdn.Config{
		ID:                r.ID,
		DefaultRootObject: in.DefaultRootObject,
		Default:           w.behavior(r, in.DefaultCacheBehavior),
	}
	for _, b := range in.OrderedCacheBehaviors {
		cfg.Behaviors = append(cfg.Behaviors, w.behavior(r, b))
	}
	for _, o := range in.Origins {
		cfg.Origins = append(cfg.Origins, w.origin(r, o))
	}
	return cfg
}

func (w *wiring) behavior(r *stack.Resource, in behaviorInputs) cdn.Behavior {
	cache, err := cdn.ManagedCache(in.CachePolicyID)
	if err != nil {
		w.problem(r, "%w", err)
	}
	forward, err := cdn.ManagedForward(in.OriginRequestPolicyID)
	if err != nil {
		w.problem(r, "%w", err)
	}
	b := cdn.Behavior{
		PathPattern:          in.PathPattern,
		OriginID:             in.TargetOriginID,
		AllowedMethods:       in.AllowedMethods,
		Compress:             in.Compress,
		Cache:                cache,
		Forward:              forward,
		ViewerProtocolPolicy: in.ViewerProtocolPolicy,
		ResponseHeaders:      w.responseHeaders(r, in.ResponseHeadersPolicyID),
	}
	for _, association := range in.FunctionAssociations {
		function := w.edgeFunction(r, association.FunctionARN)
		switch association.EventType {
		case "viewer-request":
			b.Functions.ViewerRequest = function
		case "viewer-response":
			b.Functions.ViewerResponse = function
		default:
			w.problem(r, "a CloudFront function runs at viewer-request or viewer-response, got %q", association.EventType)
		}
	}
	return b
}

type edgeFunctionInputs struct {
	Runtime, Code string

	Name, Comment, Publish noEffect
}

func (w *wiring) edgeFunction(r *stack.Resource, arn string) *cdn.Function {
	for _, f := range w.graph.Of(provider.CloudFrontFunction) {
		if f.Output("arn") == arn {
			in := read[edgeFunctionInputs](f)
			return &cdn.Function{Name: f.Name, Runtime: in.Runtime, Code: in.Code}
		}
	}
	w.problem(r, "the program has no CloudFront function %q", arn)
	return nil
}

// origin returns the bucket or the HTTP API that has an origin's domain name.
func (w *wiring) origin(r *stack.Resource, in originInputs) cdn.Origin {
	for _, b := range w.graph.Of(provider.S3Bucket) {
		if b.Output("bucketRegionalDomainName") == in.DomainName {
			return cdn.Origin{ID: in.OriginID, Bucket: w.bucket(r, b, in.OriginAccessControlID != "")}
		}
	}
	for _, api := range w.graph.Of(provider.APIGatewayAPI) {
		endpoint := api.Output("apiEndpoint")
		u, err := url.Parse(endpoint)
		if err == nil && u.Host == in.DomainName {
			// The API itself ends requests after 30 s. It waits longer only while code is
			// being built and at breakpoints, which do not exist on AWS.
			return cdn.Origin{ID: in.OriginID, URL: u, ReadTimeout: 24 * time.Hour}
		}
	}
	w.problem(r, "the origin %q has the domain name %q, which is neither a bucket's nor the API's", in.OriginID, in.DomainName)
	return cdn.Origin{ID: in.OriginID}
}
