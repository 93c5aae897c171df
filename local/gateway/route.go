package gateway

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The integration timeout of an HTTP API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	minTimeout = 50 * time.Millisecond
	maxTimeout = 30 * time.Second
)

const (
	anyMethod    = "ANY"
	defaultRoute = "$default"
)

// methods are those that an HTTP API routes; any other is a 404, also on ANY
// and $default.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
var methods = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

var variableName = regexp.MustCompile(`^[A-Za-z0-9._:-]+$`)

// A segment's kind, in order of precedence.
const (
	literal = iota
	variable
	greedy
)

// segment is one part of a route's path between slashes.
type segment struct {
	kind int
	text string // the literal, or the variable's name
}

// route is a compiled Route.
type route struct {
	key      string
	method   string    // anyMethod, or one of methods
	segments []segment // nil: the $default route
	index    int       // its place in the table

	authorizer *authorizer
	scopes     []string
	timeout    time.Duration

	function     string
	notPermitted bool // the API may not invoke it
}

type pathVariable struct{ name, value string }

func newRoute(r Route, a *authorizer) *route {
	compiled, _ := parseRouteKey(r.Key) // validated
	compiled.authorizer = a
	compiled.scopes = r.Scopes
	compiled.function, compiled.notPermitted = r.Function, r.NotPermitted
	compiled.timeout = cmp.Or(r.Timeout, maxTimeout)
	if r.NoTimeout {
		compiled.timeout = math.MaxInt64
	}
	return compiled
}

// parseRouteKey reads "METHOD /path" or "$default".
func parseRouteKey(key string) (*route, error) {
	if key == defaultRoute {
		return &route{key: key, method: anyMethod}, nil
	}
	method, path, _ := strings.Cut(key, " ")
	if method != anyMethod && !slices.Contains(methods, method) {
		return nil, fmt.Errorf("expected ANY or one of %s, got %q", strings.Join(methods, ", "), method)
	}
	if !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("expected a path that starts with /, got %q", path)
	}
	r := &route{key: key, method: method}
	names := map[string]bool{}
	texts := strings.Split(path[1:], "/")
	for i, text := range texts {
		s, err := parseSegment(text)
		switch {
		case err != nil:
			return nil, err
		case s.kind == greedy && i < len(texts)-1:
			return nil, fmt.Errorf("the greedy variable %s must end the path", text)
		case s.kind != literal && names[s.text]:
			return nil, fmt.Errorf("the variable %s occurs twice", text)
		}
		names[s.text] = names[s.text] || s.kind != literal
		r.segments = append(r.segments, s)
	}
	return r, nil
}

// parseSegment reads a literal, {name} or {name+}.
func parseSegment(text string) (segment, error) {
	if !strings.ContainsAny(text, "{}") {
		return segment{literal, text}, nil
	}
	name, found := strings.CutPrefix(text, "{")
	name, closed := strings.CutSuffix(name, "}")
	if !found || !closed {
		return segment{}, fmt.Errorf("expected a variable to be a whole segment, got %q", text)
	}
	kind := variable
	if base, plus := strings.CutSuffix(name, "+"); plus {
		name, kind = base, greedy
	}
	if !variableName.MatchString(name) {
		return segment{}, errors.New("expected letters, digits, . _ : - as a variable's name, got " + text)
	}
	return segment{kind, name}, nil
}

// routeTable holds the routes, best match first, so that the first one that
// matches is the one that API Gateway chooses: a full match, then a greedy
// one, then $default; among those, from left to right, a literal before a
// variable; then an exact method before ANY, which stands for the methods
// "that you haven't defined for a resource".
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
type routeTable []*route

// sort orders routes of equal precedence by their keys, so that a table
// does not depend on the order of its configuration.
func (t routeTable) sort() {
	slices.SortFunc(t, func(a, b *route) int {
		return cmp.Or(a.compare(b), strings.Compare(a.key, b.key))
	})
	for i, r := range t {
		r.index = i
	}
}

// match returns the route for a path within a stage, nil when there is none.
func (t routeTable) match(method, path string) (*route, []pathVariable) {
	if !slices.Contains(methods, method) {
		return nil, nil
	}
	for _, r := range t {
		if r.method != anyMethod && r.method != method {
			continue
		}
		if params, ok := r.match(path); ok {
			return r, params
		}
	}
	return nil, nil
}

// match walks path, which starts with a slash, along r's segments.
func (r *route) match(path string) (params []pathVariable, ok bool) {
	if r.segments == nil {
		return nil, true
	}
	rest, more := path[1:], true
	for _, s := range r.segments {
		if !more {
			return nil, false
		}
		all := rest
		var text string
		text, rest, more = strings.Cut(rest, "/")
		switch {
		case s.kind == literal && text != s.text, s.kind != literal && text == "":
			return nil, false
		case s.kind == variable:
			params = append(params, pathVariable{s.text, text})
		case s.kind == greedy:
			return append(params, pathVariable{s.text, all}), true
		}
	}
	return params, !more
}

// compare is negative when r precedes other for a request that both match,
// and zero when they have equal precedence.
func (r *route) compare(other *route) int {
	return cmp.Or(
		cmp.Compare(r.tier(), other.tier()),
		slices.CompareFunc(r.segments, other.segments, func(a, b segment) int { return cmp.Compare(a.kind, b.kind) }),
		cmp.Compare(methodRank(r.method), methodRank(other.method)),
	)
}

// tier is the priority of the kind of match, as documented.
func (r *route) tier() int {
	switch {
	case r.segments == nil:
		return 2
	case r.segments[len(r.segments)-1].kind == greedy:
		return 1
	}
	return 0
}

func methodRank(method string) int {
	if method == anyMethod {
		return 1
	}
	return 0
}

// shape is equal for two keys that match the same requests.
func (r *route) shape() string {
	var b strings.Builder
	b.WriteString(r.method)
	for _, s := range r.segments {
		b.WriteByte('/')
		if s.kind == literal {
			b.WriteString(s.text)
			continue
		}
		b.WriteString([]string{variable: "{}", greedy: "{+}"}[s.kind])
	}
	return b.String()
}
