package cdn

import (
	"fmt"
	"net/http"
	"time"
)

// The managed policies that this package knows, by their IDs in
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
// and .../using-managed-origin-request-policies.html
const (
	CachingOptimizedID          = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	CachingDisabledID           = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	AllViewerExceptHostHeaderID = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
	AllViewerID                 = "216adef6-5c7f-47e4-b989-5492eafa07d3"
)

// Cache is a cache policy. Nothing is cached here; its only visible effect is
// whether answers are compressed. The zero Cache caches nothing.
type Cache struct {
	MinTTL, DefaultTTL, MaxTTL time.Duration
	// Gzip and Brotli are the compressed forms that may be cached, and so served.
	Gzip, Brotli bool
}

// ManagedCache returns the managed cache policy with the given ID. The error
// for any other ID lists the known ones.
func ManagedCache(id string) (Cache, error) {
	switch id {
	case CachingOptimizedID:
		return Cache{MinTTL: time.Second, DefaultTTL: 24 * time.Hour, MaxTTL: 365 * 24 * time.Hour, Gzip: true, Brotli: true}, nil
	case CachingDisabledID:
		return Cache{}, nil
	}
	return Cache{}, fmt.Errorf("cache policy %q is not known here: use CachingOptimized (%s) or CachingDisabled (%s)",
		id, CachingOptimizedID, CachingDisabledID)
}

// compresses reports whether CloudFront compresses under this policy, which must
// allow it to cache the compressed object.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
func (c Cache) compresses() bool { return c.Gzip && c.MaxTTL > 0 }

// Forward is an origin request policy: what a custom origin sees of the
// viewer's headers, cookies and query string.
type Forward int

const (
	// ForwardNone sends only what CloudFront adds to every origin request, the
	// body with its type, and the validators and ranges of a GET.
	ForwardNone Forward = iota
	// ForwardAllViewerExceptHost sends everything, with the origin's own Host.
	ForwardAllViewerExceptHost
	// ForwardAllViewer sends everything, also the viewer's Host.
	ForwardAllViewer
)

// ManagedForward returns the managed origin request policy with the given
// ID; "" is no policy. The error for any other ID lists the known ones.
func ManagedForward(id string) (Forward, error) {
	switch id {
	case "":
		return ForwardNone, nil
	case AllViewerExceptHostHeaderID:
		return ForwardAllViewerExceptHost, nil
	case AllViewerID:
		return ForwardAllViewer, nil
	}
	return 0, fmt.Errorf("origin request policy %q is not known here: use AllViewerExceptHostHeader (%s) or AllViewer (%s)",
		id, AllViewerExceptHostHeaderID, AllViewerID)
}

// responseHeaders is a response-headers policy, its names canonical.
type responseHeaders []Header

// newResponseHeaders makes the names canonical.
func newResponseHeaders(b Behavior) responseHeaders {
	var p responseHeaders
	for _, h := range b.ResponseHeaders {
		h.Name = http.CanonicalHeaderKey(h.Name)
		p = append(p, h)
	}
	return p
}

// apply sets the policy's headers, unless the origin's has precedence.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
func (p responseHeaders) apply(h http.Header) {
	for _, s := range p {
		if s.Override || len(h[s.Name]) == 0 {
			h[s.Name] = []string{s.Value}
		}
	}
}
