package infra

import (
	"strings"
	"testing"
)

func TestCheckRoutesAcceptsTheTable(t *testing.T) {
	t.Parallel()
	if err := checkRoutes(Routes); err != nil {
		t.Error(err)
	}
}

func TestCheckRoutesProblems(t *testing.T) {
	t.Parallel()
	good := Route{Method: "GET", Path: "/x", Handler: "x", Authorization: JWT, Scopes: []string{"read:private"}}
	tests := []struct {
		name    string
		change  func(r *Route)
		problem string
	}{
		{"lower-case method", func(r *Route) { r.Method = "get" }, "upper case"},
		{"relative path", func(r *Route) { r.Path = "x" }, "starts with a slash"},
		{"no handler", func(r *Route) { r.Handler = "" }, "names no handler"},
		{"no authorization", func(r *Route) { r.Authorization = "" }, "states no authorization"},
		{"public with scopes", func(r *Route) { r.Authorization = Public }, "would never be checked"},
		{"JWT without scope", func(r *Route) { r.Scopes = nil }, "an ID token would pass"},
		{"unknown scope", func(r *Route) { r.Scopes = []string{"write:all"} }, `"write:all"`},
		{"too many scopes", func(r *Route) { r.Scopes = make([]string, 11) }, "11 scopes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			route := good
			test.change(&route)
			err := checkRoutes([]Route{route})
			if err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("expected an error with %q, got %v", test.problem, err)
			}
			if err != nil && !strings.Contains(err.Error(), "infra/routes.go") {
				t.Errorf("the error does not say where to mend it: %v", err)
			}
		})
	}
	if err := checkRoutes([]Route{good, good}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("expected a repeated route to be refused, got %v", err)
	}
}

func TestRouteName(t *testing.T) {
	t.Parallel()
	route := Route{Method: "GET", Path: "/orders/{id}/{proxy+}"}
	if got := route.name(); got != "get-orders-id-proxy" {
		t.Errorf("expected get-orders-id-proxy, got %q", got)
	}
}
