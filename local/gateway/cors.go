package gateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CORS is the API's cross-origin configuration. Origins are exact, or "*",
// "http://*" or "https://*"; "*" means every method or header for which browsers
// accept it, which never includes Authorization.
type CORS struct {
	AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders []string
	AllowCredentials                                        bool
	MaxAge                                                  time.Duration // whole seconds; zero: not sent
}

// corsPolicy is CORS with its header values joined once. A nil policy does
// nothing.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
type corsPolicy struct {
	origins                          []string
	methods, headers, expose, maxAge string
	credentials                      bool
}

func newCORSPolicy(c *CORS) *corsPolicy {
	if c == nil {
		return nil
	}
	p := &corsPolicy{
		origins:     c.AllowOrigins,
		methods:     strings.Join(c.AllowMethods, ","),
		headers:     strings.Join(c.AllowHeaders, ","),
		expose:      strings.Join(c.ExposeHeaders, ","),
		credentials: c.AllowCredentials,
	}
	if c.MaxAge > 0 {
		p.maxAge = strconv.Itoa(int(c.MaxAge / time.Second))
	}
	return p
}

// isPreflight reports whether the gateway answers r itself.
func (p *corsPolicy) isPreflight(r *http.Request) bool {
	return p != nil && r.Method == http.MethodOptions &&
		r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// preflight does not compare the requested method and headers with the lists: the
// browser does that.
func (p *corsPolicy) preflight(r *http.Request) *answer {
	a := &answer{status: http.StatusNoContent}
	if p.allowOrigin(a, r) {
		a.addNonEmpty("access-control-allow-methods", p.methods)
		a.addNonEmpty("access-control-allow-headers", p.headers)
		a.addNonEmpty("access-control-max-age", p.maxAge)
	}
	return a
}

// decorate replaces the CORS headers of a function's answer with the API's own.
func (p *corsPolicy) decorate(a *answer, r *http.Request) {
	if p == nil {
		return
	}
	a.headers = slices.DeleteFunc(a.headers, func(h header) bool {
		return strings.HasPrefix(strings.ToLower(h.name), "access-control-")
	})
	if r.Header.Get("Origin") != "" && p.allowOrigin(a, r) {
		a.addNonEmpty("access-control-expose-headers", p.expose)
	}
}

// allowOrigin adds the headers for an allowed origin, and reports whether the
// origin is allowed. Origins are compared byte by byte, as browsers send them.
func (p *corsPolicy) allowOrigin(a *answer, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	for _, allowed := range p.origins {
		switch {
		case allowed == "*":
			origin = "*"
		case allowed == origin:
		case strings.HasSuffix(allowed, "://*") && strings.HasPrefix(origin, strings.TrimSuffix(allowed, "*")):
		default:
			continue
		}
		a.add("access-control-allow-origin", origin)
		if p.credentials {
			a.add("access-control-allow-credentials", "true")
		}
		return true
	}
	return false
}
