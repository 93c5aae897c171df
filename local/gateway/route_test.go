package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustTable(t testing.TB, keys ...string) routeTable {
	t.Helper()
	var table routeTable
	for _, key := range keys {
		r, err := parseRouteKey(key)
		if err != nil {
			t.Fatalf("%q: %v", key, err)
		}
		table = append(table, r)
	}
	table.sort()
	return table
}

// describe names a match: the route's key and its path parameters.
func describe(r *route, params []pathVariable) string {
	if r == nil {
		return "404"
	}
	text := r.key
	for _, p := range params {
		text += " " + p.name + "=" + p.value
	}
	return text
}

// TestWorkedTable is that of AWS: an API with a $default stage and five routes.
// The last two requests are not in it, but follow from its explanations.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func TestWorkedTable(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Stages, cfg.Routes = []Stage{{Name: defaultStage}}, nil
	for _, key := range []string{"GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"} {
		cfg.Routes = append(cfg.Routes, Route{Key: key, Function: named(func(_ context.Context, event []byte) ([]byte, error) {
			e := decodeEvent(t, event)
			return json.Marshal(fmt.Sprint(e.RouteKey, e.PathParameters))
		})})
	}
	g := mustNew(t, cfg)
	for _, test := range []struct{ method, url, want string }{
		{"GET", "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/pets/dog/1", "GET /pets/dog/1map[]"},
		{"GET", "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/pets/dog/2", "GET /pets/dog/{id}map[id:2]"},
		{"GET", "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/pets/cat/1", "GET /pets/{proxy+}map[proxy:cat/1]"},
		{"POST", "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/test/5", "ANY /{proxy+}map[proxy:test/5]"},
		{"GET", "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/", "$defaultmap[]"},
		{"POST", "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/pets/dog/1", "ANY /{proxy+}map[proxy:pets/dog/1]"},
	} {
		if got := readAll(t, do(t, g, test.method, test.url).Body); got != test.want {
			t.Errorf("%s %s: expected %s, got %s", test.method, test.url, test.want, got)
		}
	}
}

func TestRouteChoice(t *testing.T) {
	t.Parallel()
	private := []string{"GET /public", "GET /private"}
	for _, test := range []struct {
		name          string
		routes        []string
		method, path  string
		wantAndParams string
	}{
		{"another method is a 404", private, "POST", "/private", "404"},
		{"HEAD is another method", private, "HEAD", "/private", "404"},
		{"unknown method", []string{"$default", "ANY /private"}, "TRACE", "/private", "404"},
		{"lower-case method", []string{"$default"}, "get", "/private", "404"},
		{"trailing slash", private, "GET", "/private/", "404"},
		{"doubled slash", private, "GET", "//private", "404"},
		{"case", private, "GET", "/Private", "404"},
		{"prefix", private, "GET", "/privateer", "404"},
		{"longer", private, "GET", "/private/x", "404"},
		{"dot segments stay", private, "GET", "/public/../private", "404"},
		{"semicolon", private, "GET", "/private;a=b", "404"},

		{"exact method before ANY", []string{"ANY /x", "GET /x"}, "GET", "/x", "GET /x"},
		{"ANY for the rest", []string{"ANY /x", "GET /x"}, "PUT", "/x", "ANY /x"},
		{"literal before variable", []string{"GET /{a}/y", "GET /x/{b}"}, "GET", "/x/y", "GET /x/{b} b=y"},
		{"literal with ANY before variable with a method", []string{"GET /{a}", "ANY /x"}, "GET", "/x", "ANY /x"},
		{"variable when the literal has another method", []string{"GET /{a}", "POST /x"}, "GET", "/x", "GET /{a} a=x"},
		{"full match before greedy", []string{"GET /x/{proxy+}", "GET /{a}/{b}"}, "GET", "/x/y", "GET /{a}/{b} a=x b=y"},
		{"longer greedy prefix", []string{"GET /{proxy+}", "GET /a/{proxy+}", "GET /{x}/{proxy+}"}, "GET", "/a/b/c", "GET /a/{proxy+} proxy=b/c"},
		{"variable before greedy", []string{"GET /{proxy+}", "GET /{x}/{proxy+}"}, "GET", "/a/b/c", "GET /{x}/{proxy+} x=a proxy=b/c"},
		{"greedy before default", []string{"$default", "GET /{proxy+}"}, "GET", "/a", "GET /{proxy+} proxy=a"},
		{"greedy needs a segment", []string{"GET /files/{proxy+}"}, "GET", "/files", "404"},
		{"greedy needs a segment that is not empty", []string{"GET /files/{proxy+}"}, "GET", "/files/", "404"},
		{"greedy keeps slashes", []string{"GET /files/{proxy+}"}, "GET", "/files/a//b/", "GET /files/{proxy+} proxy=a//b/"},
		{"variable needs text", []string{"GET /{x}"}, "GET", "/", "404"},
		{"root", []string{"GET /"}, "GET", "/", "GET /"},
		{"route with a trailing slash", []string{"GET /a/"}, "GET", "/a/", "GET /a/"},
		{"no routes", nil, "GET", "/", "404"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := describe(mustTable(t, test.routes...).match(test.method, test.path))
			if got != test.wantAndParams {
				t.Errorf("expected %q, got %q", test.wantAndParams, got)
			}
		})
	}
}

// TestAssumedRoutesAreCaseSensitive and the two tests after it pin what the
// documentation leaves open.
func TestAssumedRoutesAreCaseSensitive(t *testing.T) {
	t.Parallel()
	if r, _ := mustTable(t, "GET /private").match("GET", "/PRIVATE"); r != nil {
		t.Error("matched")
	}
}

func TestAssumedUnknownMethodIs404(t *testing.T) {
	t.Parallel()
	if r, _ := mustTable(t, "ANY /a", "$default").match("PROPFIND", "/a"); r != nil {
		t.Error("matched")
	}
}

// TestAssumedRoutesMatchDecodedPaths: an encoded slash separates segments, as the
// decoded rawPath suggests, and no encoding bypasses a literal.
func TestAssumedRoutesMatchDecodedPaths(t *testing.T) {
	t.Parallel()
	cfg := testConfig(newIssuer(t).authorizer())
	cfg.Routes = append(cfg.Routes, Route{Key: "GET /{x}", Function: named(functionOutput(hello))})
	g := mustNew(t, cfg)
	for target, want := range map[string]int{
		"/api/%70rivate":  401,
		"/api%2Fprivate":  401,
		"/%61pi/private":  401,
		"/api/a%2Fb":      404,
		"/api/a%20b":      200,
		"/api/priv%61te/": 404,
	} {
		if got := do(t, g, "GET", target); got.StatusCode != want {
			t.Errorf("%s: expected %d, got %d", target, want, got.StatusCode)
		}
	}
}

func TestStageChoice(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	echo := []Route{{Key: "GET /", Function: named(functionOutput(`"root"`))}, {Key: "GET /{proxy+}", Function: named(functionOutput(`"rest"`))}}
	for _, test := range []struct {
		name   string
		stages []string
		target string
		want   string
	}{
		{"named", []string{"api"}, "/api/x", "rest"},
		{"named, its root", []string{"api"}, "/api/", "root"},
		{"named, without slash", []string{"api"}, "/api", "root"},
		{"no such stage", []string{"api"}, "/x/api", `{"message":"Not Found"}`},
		{"prefix of a stage", []string{"api"}, "/apix", `{"message":"Not Found"}`},
		{"case of a stage", []string{"api"}, "/API/x", `{"message":"Not Found"}`},
		{"default", []string{"$default"}, "/x", "rest"},
		{"default by name", []string{"$default"}, "/$default/x", "rest"},
		{"default beside named", []string{"$default", "api"}, "/api", "root"},
		{"default for the rest", []string{"$default", "api"}, "/apis", "rest"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := cfg
			cfg.Routes, cfg.Stages = echo, nil
			for _, name := range test.stages {
				cfg.Stages = append(cfg.Stages, Stage{Name: name})
			}
			if got := readAll(t, do(t, mustNew(t, cfg), "GET", test.target).Body); got != test.want {
				t.Errorf("expected %q, got %q", test.want, got)
			}
		})
	}
}

// TestRouteChoiceProperty compares random tables and paths with the rules
// written down a second time, slowly.
func TestRouteChoiceProperty(t *testing.T) {
	t.Parallel()
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 2))
	matched := map[string]int{}
	for n := range 30_000 {
		keys := randomKeys(random)
		method := []string{"GET", "POST", "PUT"}[random.IntN(3)]
		path := randomPath(random)
		got := describe(mustTable(t, keys...).match(method, path))
		want := slowMatch(keys, method, path)
		if got != want {
			t.Fatalf("seed %d, case %d: %q\n%s %s: expected %q, got %q", seed, n, keys, method, path, want, got)
		}
		matched[kindOf(want)]++
	}
	for _, kind := range []string{"404", "full", "greedy", "$default"} {
		if matched[kind] < 1_000 {
			t.Errorf("expected each kind of match often, got %v", matched)
		}
	}
}

// kindOf returns the kind of a described match.
func kindOf(match string) string {
	switch {
	case match == "404", match == "$default":
		return match
	case strings.Contains(match, "+}"):
		return "greedy"
	}
	return "full"
}

func randomKeys(random *rand.Rand) (keys []string) {
	shapes := map[string]bool{}
	for range 1 + random.IntN(12) {
		key := []string{"ANY", "GET", "POST"}[random.IntN(3)] + " "
		depth := 1 + random.IntN(4)
		for i := range depth {
			segment := []string{"a", "b", "", fmt.Sprintf("{v%d}", i), fmt.Sprintf("{v%d}", i)}[random.IntN(5)]
			if i == depth-1 && random.IntN(4) == 0 {
				segment = "{proxy+}"
			}
			key += "/" + segment
		}
		if random.IntN(12) == 0 {
			key = "$default"
		}
		if r, err := parseRouteKey(key); err == nil && !shapes[r.shape()] {
			shapes[r.shape()] = true
			keys = append(keys, key)
		}
	}
	return keys
}

func randomPath(random *rand.Rand) (path string) {
	for range 1 + random.IntN(4) {
		path += "/" + []string{"a", "b", "c", ""}[random.IntN(4)]
	}
	return path
}

// candidate is a route that matches a request.
type candidate struct {
	key, method, params string
	kinds               []string // of its segments, in the documentation's words
}

// slowMatch lists every route that matches, and drops in the order of the rules
// each one that another beats.
func slowMatch(keys []string, method, path string) string {
	var all []candidate
	for _, key := range keys {
		m, p, _ := strings.Cut(key, " ")
		if key == "$default" {
			all = append(all, candidate{key: key, method: "ANY"})
		} else if kinds, params, ok := slowPath(p, path); ok && (m == "ANY" || m == method) {
			all = append(all, candidate{key, m, params, kinds})
		}
	}
	isFull := func(c candidate) bool { return c.key != "$default" && !slices.Contains(c.kinds, "greedy") }
	all = preferred(all, isFull)
	all = preferred(all, func(c candidate) bool { return slices.Contains(c.kinds, "greedy") })
	for i := range strings.Count(path, "/") { // from left to right
		for _, kind := range []string{"literal", "variable"} {
			all = preferred(all, func(c candidate) bool { return i < len(c.kinds) && c.kinds[i] == kind })
		}
	}
	all = preferred(all, func(c candidate) bool { return c.method != "ANY" })
	if len(all) == 0 {
		return "404"
	}
	return all[0].key + all[0].params
}

// preferred keeps those for which is holds, unless there are none.
func preferred(all []candidate, is func(candidate) bool) []candidate {
	var some []candidate
	for _, c := range all {
		if is(c) {
			some = append(some, c)
		}
	}
	if some == nil {
		return all
	}
	return some
}

func slowPath(pattern, path string) (kinds []string, params string, ok bool) {
	want, got := strings.Split(pattern, "/")[1:], strings.Split(path, "/")[1:]
	for i, w := range want {
		if i >= len(got) {
			return nil, "", false
		}
		name := strings.Trim(w, "{+}")
		switch {
		case strings.HasSuffix(w, "+}"):
			rest := strings.Join(got[i:], "/")
			return append(kinds, "greedy"), params + " " + name + "=" + rest, got[i] != ""
		case strings.HasPrefix(w, "{"):
			if got[i] == "" {
				return nil, "", false
			}
			kinds, params = append(kinds, "variable"), params+" "+name+"="+got[i]
		case w == got[i]:
			kinds = append(kinds, "literal")
		default:
			return nil, "", false
		}
	}
	return kinds, params, len(want) == len(got)
}

func TestRouteTableOrderIgnoresInput(t *testing.T) {
	t.Parallel()
	keys := []string{"GET /a", "ANY /a", "GET /{x}", "GET /{x}/b", "GET /{proxy+}", "ANY /{proxy+}", "$default"}
	order := func(keys []string) (list []string) {
		for _, r := range mustTable(t, keys...) {
			list = append(list, r.key)
		}
		return list
	}
	want := order(keys)
	random := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		if diff := cmp.Diff(want, order(keys)); diff != "" {
			t.Fatalf("order (-want +got):\n%s", diff)
		}
	}
}

// FuzzRouteMatch compares with the slow rules on any table and path.
func FuzzRouteMatch(f *testing.F) {
	f.Add("GET /a/{b}\nANY /{proxy+}\n$default", "GET", "/a/b")
	f.Add("GET /private", "GET", "//private/")
	f.Add("GET /{x}/", "GET", "/\x00/")
	f.Fuzz(func(t *testing.T, lines, method, path string) {
		var table routeTable
		var keys []string
		shapes := map[string]bool{}
		for key := range strings.SplitSeq(lines, "\n") {
			if r, err := parseRouteKey(key); err == nil && !shapes[r.shape()] {
				shapes[r.shape()] = true
				table, keys = append(table, r), append(keys, key)
			}
		}
		if !strings.HasPrefix(path, "/") {
			return
		}
		table.sort()
		got := describe(table.match(method, path))
		want := slowMatch(keys, method, path)
		if !slices.Contains(methods, method) {
			want = "404"
		}
		if got != want {
			t.Errorf("%q %s %q: expected %q, got %q", keys, method, path, want, got)
		}
	})
}
