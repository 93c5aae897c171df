package wiring

import (
	"fmt"
	"slices"

	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

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

// responseHeaders returns the headers that a response-headers policy adds.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
func (w *wiring) responseHeaders(r *stack.Resource, id string) []cdn.Header {
	if id == "" {
		return nil
	}
	i := slices.IndexFunc(w.graph.Of(provider.CloudFrontResponseHeadersPolicy), func(p *stack.Resource) bool { return p.ID == id })
	if i < 0 {
		w.problem(r, "the program has no response-headers policy %q", id)
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
