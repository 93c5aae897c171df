package wiring

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
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

	Aliases                                         noEffect // names that lead nowhere here
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

// site reads the distribution with what belongs to it.
func (w *wiring) site() cdn.Config {
	r := w.one(provider.CloudFrontDistribution)
	if r == nil {
		return cdn.Config{}
	}
	in := read[distributionInputs](r)
	if !in.Enabled {
		w.problem(r, "a distribution that is not enabled serves nothing: set enabled")
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
	w.problem(r, "its CloudFront function %q is none of the program's", arn)
	return nil
}

// origin finds what serves an origin's domain name: a bucket, or the HTTP API.
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
			// The API itself ends what takes 30 s; it waits only for code that is being
			// built, and at breakpoints, which CloudFront never sees.
			return cdn.Origin{ID: in.OriginID, URL: u, ReadTimeout: 24 * time.Hour}
		}
	}
	w.problem(r, "the origin %q has the domain name %q, which is neither a bucket nor the API of the program", in.OriginID, in.DomainName)
	return cdn.Origin{ID: in.OriginID}
}

type bucketInputs struct {
	Bucket             noEffect // its name, which is the ID too
	ForceDestroy, Tags noEffect
}

// bucket reads a bucket as the distribution sees it: nothing but 403 unless it
// signs its requests and the bucket's policy allows them.
func (w *wiring) bucket(distribution, r *stack.Resource, signed bool) *cdn.Bucket {
	arn := r.Output("arn")
	allows := func(action, resource string) bool {
		return signed && w.bucketAllows(r.ID, distribution.Output("arn"), action, resource)
	}
	bucket := &cdn.Bucket{Listable: allows("s3:ListBucket", arn)}
	if allows("s3:GetObject", arn+"/*") {
		bucket.Objects = w.objects(r.ID)
	}
	return bucket
}

type bucketPolicyInputs struct{ Bucket, Policy string }

// statement is a statement of a bucket's policy. Other elements are refused.
type statement struct {
	Sid, Effect      string
	Principal        struct{ Service, AWS string }
	Action, Resource []string
	Condition        map[string]map[string]string
}

// bucketAllows reports whether the bucket's policy lets a distribution do an
// action, as far as the wiring understands policies: an Allow for CloudFront on
// condition of its source, and a Deny of requests without TLS, which
// CloudFront's are not. Everything else is a problem.
func (w *wiring) bucketAllows(bucket, distributionARN, action, resource string) bool {
	allowed := false
	for _, r := range w.graph.Of(provider.S3BucketPolicy) {
		in := read[bucketPolicyInputs](r)
		if in.Bucket != bucket {
			continue
		}
		var document struct {
			Version   string
			Statement []statement
		}
		decoder := json.NewDecoder(strings.NewReader(in.Policy))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&document); err != nil {
			w.problem(r, "the local cloud does not understand the bucket's policy: %w: change bucketAllows in local/wiring", err)
		}
		for _, s := range document.Statement {
			switch {
			case s.Effect == "Allow" && s.Principal.Service == "cloudfront.amazonaws.com" && s.hasOnly("StringEquals", "AWS:SourceArn"):
				allowed = allowed || s.Condition["StringEquals"]["AWS:SourceArn"] == distributionARN &&
					slices.Contains(s.Action, action) && slices.Contains(s.Resource, resource)
			case s.Effect == "Deny" && s.hasOnly("Bool", "aws:SecureTransport") && s.Condition["Bool"]["aws:SecureTransport"] == "false":
			default:
				w.problem(r, "the local cloud does not understand the statement %q of the bucket's policy: change bucketAllows in local/wiring", s.Sid)
			}
		}
	}
	return allowed
}

// hasOnly reports whether the statement has one condition, with this operator
// on this key.
func (s statement) hasOnly(operator, key string) bool {
	_, ok := s.Condition[operator][key]
	return ok && len(s.Condition) == 1 && len(s.Condition[operator]) == 1
}

type objectInputs struct {
	Bucket       string
	Key          string
	Source       file
	Content      string
	ContentType  string
	CacheControl string
}

func (w *wiring) objects(bucket string) []cdn.Object {
	var objects []cdn.Object
	for _, r := range w.graph.Of(provider.S3Object) {
		in := read[objectInputs](r)
		if in.Bucket != bucket {
			continue
		}
		body := []byte(in.Content)
		if in.Source.Path != "" {
			var err error
			if body, err = os.ReadFile(in.Source.Path); err != nil {
				w.problem(r, "reading the object: %w", err)
			}
		}
		objects = append(objects, cdn.Object{Key: in.Key, ContentType: in.ContentType, CacheControl: in.CacheControl, Body: body})
	}
	return objects
}

type headersInputs struct {
	SecurityHeadersConfig struct {
		ContentSecurityPolicy *struct {
			ContentSecurityPolicy string
			Override              bool
		}
		ContentTypeOptions *struct{ Override bool }
		FrameOptions       *struct {
			FrameOption string
			Override    bool
		}
		ReferrerPolicy *struct {
			ReferrerPolicy string
			Override       bool
		}
		StrictTransportSecurity *struct {
			AccessControlMaxAgeSec               int
			IncludeSubdomains, Preload, Override bool
		}
	}
	CustomHeadersConfig struct {
		Items []struct {
			Header, Value string
			Override      bool
		}
	}

	Comment noEffect
}

// responseHeaders reads a response-headers policy as the headers that it adds.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
func (w *wiring) responseHeaders(r *stack.Resource, id string) []cdn.Header {
	if id == "" {
		return nil
	}
	i := slices.IndexFunc(w.graph.Of(provider.CloudFrontResponseHeadersPolicy), func(p *stack.Resource) bool { return p.ID == id })
	if i < 0 {
		w.problem(r, "its response-headers policy %q is none of the program's", id)
		return nil
	}
	in := read[headersInputs](w.graph.Of(provider.CloudFrontResponseHeadersPolicy)[i])
	var headers []cdn.Header
	add := func(name, value string, override bool) {
		headers = append(headers, cdn.Header{Name: name, Value: value, Override: override})
	}
	s := in.SecurityHeadersConfig
	if h := s.ContentSecurityPolicy; h != nil {
		add("Content-Security-Policy", h.ContentSecurityPolicy, h.Override)
	}
	if h := s.ContentTypeOptions; h != nil {
		add("X-Content-Type-Options", "nosniff", h.Override)
	}
	if h := s.FrameOptions; h != nil {
		add("X-Frame-Options", h.FrameOption, h.Override)
	}
	if h := s.ReferrerPolicy; h != nil {
		add("Referrer-Policy", h.ReferrerPolicy, h.Override)
	}
	if h := s.StrictTransportSecurity; h != nil {
		value := fmt.Sprintf("max-age=%d", h.AccessControlMaxAgeSec)
		if h.IncludeSubdomains {
			value += "; includeSubDomains"
		}
		if h.Preload {
			value += "; preload"
		}
		add("Strict-Transport-Security", value, h.Override)
	}
	for _, item := range in.CustomHeadersConfig.Items {
		add(item.Header, item.Value, item.Override)
	}
	return headers
}
