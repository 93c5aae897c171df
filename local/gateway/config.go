package gateway

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The quotas of an HTTP API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	maxRoutes    = 300
	maxScopes    = 10
	maxAudiences = 50
)

var (
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
	stageName  = regexp.MustCompile(`^(\$default|[A-Za-z0-9_-]{1,128})$`)
	headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	// scopeToken is the scope-token of RFC 6749, section 3.3. It excludes what
	// would break out of the quotes of a www-authenticate header.
	scopeToken = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]+$`)
)

// problems collects what is wrong with a Config, so that all is reported at once.
type problems struct{ list []error }

func (p *problems) add(format string, args ...any) {
	p.list = append(p.list, fmt.Errorf("gateway: "+format, args...))
}

func (c Config) validate() error {
	var p problems
	if c.ID == "" {
		p.add("ID is empty: set the API's id")
	}
	if !accountID.MatchString(c.AccountID) {
		p.add("AccountID: expected 12 digits, got %q", c.AccountID)
	}
	if c.DomainName == "" {
		p.add("DomainName is empty: set the host that clients use")
	}
	c.validateStages(&p)
	c.validateRoutes(&p)
	if c.CORS != nil {
		c.CORS.validate(&p)
	}
	return errors.Join(p.list...)
}

// validateStages accepts the stage names that CreateStage accepts.
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
func (c Config) validateStages(p *problems) {
	if len(c.Stages) == 0 {
		p.add("no stage: add one, such as %q", defaultStage)
	}
	seen := map[string]bool{}
	for _, s := range c.Stages {
		switch {
		case !stageName.MatchString(s.Name):
			p.add("stage %q: expected $default, or up to 128 letters, digits, - and _ as its name", s.Name)
		case seen[s.Name]:
			p.add("stage %q is given twice", s.Name)
		case s.ThrottleRate < 0 || s.ThrottleBurst < 0:
			p.add("stage %q: the throttle's rate and burst must not be negative", s.Name)
		}
		seen[s.Name] = true
		if _, err := parseLogFormat(s.AccessLogFormat); err != nil {
			p.add("stage %q: access log format: %w", s.Name, err)
		}
	}
}

// validateRoutes also finds keys that differ only in the names of variables: which
// of the two would serve a request is not documented.
func (c Config) validateRoutes(p *problems) {
	if len(c.Routes) > maxRoutes {
		p.add("expected at most %d routes, got %d", maxRoutes, len(c.Routes))
	}
	shapes := map[string]string{}
	for _, r := range c.Routes {
		parsed, err := parseRouteKey(r.Key)
		if err != nil {
			p.add("route %q: %w", r.Key, err)
			continue
		}
		if other, ok := shapes[parsed.shape()]; ok {
			p.add("route %q matches the same requests as %q: remove one", r.Key, other)
		}
		shapes[parsed.shape()] = r.Key
		r.validate(p)
	}
}

func (r Route) validate(p *problems) {
	if r.Function == "" {
		p.add("route %q has no function: give it an integration", r.Key)
	}
	if r.Timeout != 0 && (r.Timeout < minTimeout || r.Timeout > maxTimeout) {
		p.add("route %q: expected a timeout of %s to %s, got %s", r.Key, minTimeout, maxTimeout, r.Timeout)
	}
	if len(r.Scopes) > maxScopes {
		p.add("route %q: expected at most %d scopes, got %d", r.Key, maxScopes, len(r.Scopes))
	}
	for _, scope := range r.Scopes {
		if !scopeToken.MatchString(scope) {
			p.add("route %q: %q is not a scope", r.Key, scope)
		}
	}
	if r.Authorizer != nil {
		r.Authorizer.validate(p)
	} else if len(r.Scopes) > 0 {
		p.add("route %q has scopes but no authorizer: give it one", r.Key)
	}
}

func (a *JWTAuthorizer) validate(p *problems) {
	if err := checkRemoteURL(a.Issuer); err != nil {
		p.add("authorizer %q: issuer: %w", a.Name, err)
	}
	if n := len(a.Audiences); n == 0 || n > maxAudiences || slices.Contains(a.Audiences, "") {
		p.add("authorizer %q: expected 1 to %d audiences, none of them empty, got %q", a.Name, maxAudiences, a.Audiences)
	}
	if _, err := parseIdentitySource(a.IdentitySource); err != nil {
		p.add("authorizer %q: %w", a.Name, err)
	}
}

// checkRemoteURL accepts the URLs that the gateway may fetch: https, and http only
// from this machine, where the local tenant has no certificate.
func checkRemoteURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return err
	case u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "":
		return fmt.Errorf("expected a URL of scheme, host and path, got %q", text)
	case u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())):
		return fmt.Errorf("expected https, or http on localhost, got %q", text)
	}
	return nil
}

// isLoopback does not resolve names: only localhost is always this machine
// (RFC 6761, section 6.3).
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// firstLabel returns requestContext.domainPrefix, without a port.
func firstLabel(domainName string) string {
	if host, _, err := net.SplitHostPort(domainName); err == nil {
		domainName = host
	}
	label, _, _ := strings.Cut(domainName, ".")
	return label
}

// validate accepts the origins that a browser can send, so that a final slash or
// a path, which would never match, is reported here.
func (c *CORS) validate(p *problems) {
	if c.AllowCredentials && slices.Contains(c.AllowOrigins, "*") {
		p.add("CORS: credentials cannot be allowed for the origin *: list the origins")
	}
	if c.MaxAge < 0 || c.MaxAge > maxCORSAge {
		p.add("CORS: expected a max age of 0 to %s, got %s", maxCORSAge, c.MaxAge)
	}
	for _, origin := range c.AllowOrigins {
		u, err := url.Parse(origin)
		wildcard := origin == "*" || origin == "http://*" || origin == "https://*"
		if !wildcard && (err != nil || u.Host == "" || origin != u.Scheme+"://"+u.Host || strings.Contains(u.Host, "*")) {
			p.add("CORS: expected an origin such as https://example.com, without path and final slash, got %q", origin)
		}
	}
	for _, name := range slices.Concat(c.AllowMethods, c.AllowHeaders, c.ExposeHeaders) {
		if !headerName.MatchString(name) {
			p.add("CORS: %q is neither a method, a header's name nor *", name)
		}
	}
}

// maxCORSAge is the largest MaxAge that API Gateway accepts.
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html
const maxCORSAge = 86_400 * time.Second
