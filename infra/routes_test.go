package infra

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/local/gateway"
)

func TestCheckRoutesAcceptsTheTable(t *testing.T) {
	t.Parallel()
	if err := checkRoutes(Routes, ProjectRights()); err != nil {
		t.Error(err)
	}
}

// route returns a valid route with this method and path.
func route(method, path string) Route {
	return Route{Method: method, Path: path, Handler: "x", Authorization: Public}
}

func TestCheckRoutesProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		change  func(r *Route)
		problem string
	}{
		{"lower-case method", func(r *Route) { r.Method = "get" }, `the method "get": expected one of ANY, DELETE, GET`},
		{"unknown method", func(r *Route) { r.Method = "TRACE" }, `the method "TRACE"`},
		{"relative path", func(r *Route) { r.Path = "x" }, "starts with a slash"},
		{"part of a segment", func(r *Route) { r.Path = "/files/{y}.png" }, "must be a whole segment"},
		{"unclosed variable", func(r *Route) { r.Path = "/files/{y" }, "must be a whole segment"},
		{"variable without a name", func(r *Route) { r.Path = "/files/{}" }, "has the variable {}"},
		{"variable with a space", func(r *Route) { r.Path = "/files/{a b}" }, "has the variable {a b}"},
		{"greedy variable in the middle", func(r *Route) { r.Path = "/{proxy+}/x" }, "segments after {proxy+}"},
		{"variable twice", func(r *Route) { r.Path = "/{a}/{a}" }, "has the variable {a} twice"},
		{"no handler", func(r *Route) { r.Handler = "" }, "has no handler"},
		{"handler that is a path", func(r *Route) { r.Handler = "../private" }, `names the handler "../private"`},
		{"long handler", func(r *Route) { r.Handler = strings.Repeat("x", 40) }, "expected at most 34 characters"},
		{"no authorization", func(r *Route) { r.Authorization = "" }, "has no authorization"},
		{"public with scopes", func(r *Route) { r.Scopes = []string{Scopes[0].Name} }, "would never be checked"},
		{"JWT without scope", func(r *Route) { r.Authorization = JWT }, "an ID token would be accepted"},
		{"unknown scope", func(r *Route) { r.Authorization, r.Scopes = JWT, []string{"write:all"} }, `"write:all"`},
		{"too many scopes", func(r *Route) { r.Authorization, r.Scopes = JWT, make([]string, 11) }, "11 scopes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := route("GET", "/x")
			test.change(&r)
			mustRefuse(t, []Route{r}, test.problem)
		})
	}
}

// mustRefuse asserts that a table is refused with an error that contains problem and the
// file in which to fix it.
func mustRefuse(t *testing.T, routes []Route, problem string) {
	t.Helper()
	err := checkRoutes(routes, ProjectRights())
	if err == nil || !strings.Contains(err.Error(), problem) || !strings.Contains(err.Error(), "infra/routes.go") {
		t.Errorf("expected infra/routes.go to be refused with %q, got %v", problem, err)
	}
}

func TestCheckRoutesTogether(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		keys    string // "METHOD /path", separated by commas
		problem string // empty: accepted
	}{
		{"the same", "GET /x,GET /x", `matches the same requests as "GET /x"`},
		{"the same but for a variable's name", "GET /x/{a},GET /x/{b}", `matches the same requests as "GET /x/{a}"`},
		{"another method", "GET /x,POST /x", ""},
		{"literal beside variable", "GET /pets/{dog}/{id},GET /pets/dog/{id}", ""},
		{"other names below another parent", "GET /pets/{dog}/{id},GET /pets/dog/{number}", ""},
		{"another name, another method", "GET /items/{id},DELETE /items/{itemId}", `has {itemId} where "GET /items/{id}" has {id}`},
		{"another name on the way", "GET /items/{id},GET /items/{itemId}/parts", `has {itemId} where "GET /items/{id}" has {id}`},
		{"another name below a variable", "GET /a/{x}/{y},GET /a/{x}/{z}/b", `has {z} where "GET /a/{x}/{y}" has {y}`},
		{"greedy beside variable", "GET /items/{id},GET /items/{proxy+}", ""},
		{"punctuation", "GET /a-b,GET /a/b,GET /a.b,GET /a_b", ""},
		{"case", "GET /a,GET /A", ""},
		{"trailing slash", "GET /a,GET /a/", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var routes []Route
			for _, key := range strings.Split(test.keys, ",") {
				method, path, _ := strings.Cut(key, " ")
				routes = append(routes, route(method, path))
			}
			if test.problem != "" {
				mustRefuse(t, routes, test.problem)
			} else if err := checkRoutes(routes, ProjectRights()); err != nil {
				t.Error(err)
			}
		})
	}
	mustRefuse(t, make([]Route, 301), "301 routes")
}

func TestCheckScopes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "read orders", `read"orders`, "lire:pré"} {
		if errs := checkScopes([]Scope{{Name: name}}); len(errs) != 1 {
			t.Errorf("expected the scope %q to be refused, got %v", name, errs)
		}
	}
	if errs := checkScopes([]Scope{{Name: "a"}, {Name: "a"}}); len(errs) != 1 {
		t.Errorf("expected a scope that is there twice to be refused, got %v", errs)
	}
}

// TestGatewayAgreesWithCheckRoutes checks tables of unusual parts with the program and
// with the local gateway. Both have the same rules, except that the gateway accepts
// conflicting names of variables (see checkVariables).
func TestGatewayAgreesWithCheckRoutes(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	methods := append([]string{"get", "", "TRACE"}, routeMethods...)
	parts := []string{"a", "a", "b", "", "{x}", "{x}", "{y}", "{x+}", "{y+}", "{}", "{x", "x}", "{x}.png", "{a b}", "a-b", ".", "..", "%2F", "é"}
	accepted := 0
	for range 20_000 {
		var routes []Route
		for range 1 + random.IntN(3) {
			path := ""
			for range 1 + random.IntN(3) {
				path += "/" + parts[random.IntN(len(parts))]
			}
			method := methods[random.IntN(len(methods))]
			routes = append(routes, route(method, strings.TrimPrefix(path, strings.Repeat("/", random.IntN(20)/19))))
		}
		if len(checkVariables(routes)) > 0 {
			continue
		}
		ours, theirs := checkRoutes(routes, ProjectRights()), gatewayProblem(t, routes)
		if (ours == nil) != (theirs == nil) {
			t.Fatalf("%q: the program says %v, the gateway %v", keys(routes), ours, theirs)
		}
		if ours == nil {
			accepted++
		}
	}
	if accepted < 1000 {
		t.Errorf("expected the program to accept many of the tables, got %d", accepted)
	}
}

// gatewayProblem returns the error with which the local gateway refuses the routes, or nil.
func gatewayProblem(t *testing.T, routes []Route) error {
	t.Helper()
	g, err := gateway.New(gateway.Options{Invoke: func(context.Context, string, []byte) ([]byte, error) { return nil, nil }})
	if err != nil {
		t.Fatal(err)
	}
	cfg := gateway.Config{ID: "a1b2c3d4e5", AccountID: "000000000000", DomainName: "localhost", Stages: []gateway.Stage{{Name: stageName}}}
	for _, r := range routes {
		cfg.Routes = append(cfg.Routes, gateway.Route{Key: r.Key(), Function: r.Handler})
	}
	_, err = g.Prepare(t.Context(), cfg)
	return err
}

func keys(routes []Route) (all []string) {
	for _, r := range routes {
		all = append(all, r.Key())
	}
	return all
}

func TestRouteNames(t *testing.T) {
	t.Parallel()
	long := "/" + strings.Repeat("segment/", 20)
	tests := []struct{ method, path, want string }{
		{"GET", "/public", "get-public"},
		{"GET", "/orders/{id}/{proxy+}", "get-orders-VAR-REST"},
		{"ANY", "/{proxy+}", "any-REST"},
		{"GET", "/items/{itemId}", "get-items-VAR"},
		{"GET", "/items/id", "get-items-id"},
		{"GET", "/user-profiles", "get-user_profiles"},
		{"GET", "/user/profiles", "get-user-profiles"},
		{"GET", "/A.b", "get-X41X2Eb"},
		{"GET", "/", "get-"},
		{"GET", "/items/", "get-items-"},
	}
	seen := map[string]string{}
	for _, test := range tests {
		got := route(test.method, test.path).name()
		if got != test.want {
			t.Errorf("%s %s: expected %q, got %q", test.method, test.path, test.want, got)
		}
		if other := seen[got]; other != "" && test.path != "/items/{itemId}" {
			t.Errorf("%s has the name of %s", test.path, other)
		}
		seen[got] = test.path
	}
	a, b := route("GET", long+"a").name(), route("GET", long+"b").name()
	if len(a) != maxRouteName || a == b {
		t.Errorf("expected two names of %d characters, got %q and %q", maxRouteName, a, b)
	}
}

func TestFormerNames(t *testing.T) {
	t.Parallel()
	routes := []Route{route("GET", "/public"), route("GET", "/items/{id}"), route("GET", "/items/id/x"),
		route("GET", "/pets/{dog}/{id}"), route("GET", "/pets/dog/{id}"), route("GET", "/user-profiles")}
	want := []string{"", "get-items-id", "", "", "", "get-user-profiles"} // of the third and fourth, either could be meant
	var got []string
	for _, r := range routes {
		got = append(got, formerName(r, routes))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := formerName(routes[1], append(routes, route("GET", "/items/id"))); got != "" {
		t.Errorf("expected no alias that is another route's name, got %q", got)
	}
}

func TestRefusedPreflights(t *testing.T) {
	t.Parallel()
	secured := func(method, path string) Route {
		return Route{Method: method, Path: path, Handler: "x", Authorization: JWT, Scopes: []string{"a"}}
	}
	routes := []Route{secured("GET", "/a"), secured("ANY", "/b"), route("ANY", "/c"), secured("OPTIONS", "/d"),
		secured("ANY", "/e/{x}"), route("OPTIONS", "/e/{x}")}
	if diff := cmp.Diff([]string{"ANY /b", "OPTIONS /d"}, refusedPreflights(routes)); diff != "" {
		t.Error(diff)
	}
}
