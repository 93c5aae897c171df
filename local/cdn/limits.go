package cdn

import (
	"net/http"
	"slices"
	"strings"
)

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
// The quota of a whole request has been documented as 20,480 and as 32,768
// bytes; this is the lower one.
const (
	maxURLBytes     = 8192
	maxRequestBytes = 20480
)

// refusal is the reason to refuse the request, or nil. The behavior is already
// known, so that even a refusal has its headers.
func (x *exchange) refusal() *failure {
	r := x.viewer
	switch {
	case urlSize(r) > maxURLBytes, requestSize(r) > maxRequestBytes:
		return &failure{status: http.StatusRequestEntityTooLarge, text: textBadRequest, cache: cacheError}
	case !slices.Contains(x.behavior.methods, r.Method):
		return &failure{status: http.StatusForbidden, text: x.behavior.methodText(), cache: cacheError}
	case isRead(r.Method) && r.ContentLength != 0:
		// A body is refused on GET; for HEAD the same is assumed.
		// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#RequestCustom-get-body
		return &failure{status: http.StatusForbidden, text: textBadRequest, cache: cacheError}
	case !strings.HasPrefix(r.URL.Path, "/"):
		return &failure{status: http.StatusBadRequest, text: textBadRequest, cache: cacheError}
	}
	return nil
}

// methodText is the page's sentence for a method that b does not allow.
func (b *behavior) methodText() string {
	if slices.Contains(b.methods, http.MethodPost) {
		return textMethod
	}
	return textCacheableOnly
}

func isRead(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// urlSize is the length of the request's URL, as CloudFront counts it.
func urlSize(r *http.Request) int {
	if strings.HasPrefix(r.RequestURI, "/") {
		return len("https://") + len(r.Host) + len(r.RequestURI)
	}
	return len(r.RequestURI)
}

// requestSize is the length of request line and headers on an HTTP/1.1 wire.
func requestSize(r *http.Request) int {
	n := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len("  \r\n") + len("Host: \r\n") + len(r.Host)
	for name, values := range r.Header {
		for _, v := range values {
			n += len(name) + len(v) + len(": \r\n")
		}
	}
	return n
}
