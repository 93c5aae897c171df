package gateway

import (
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
func describe(r *route, params []pathParameter) string {
	if r == nil {
		return "404"
	}
	text := r.key
	for _, p := range params {
		text += " " + p.name + "=" + p.value
	}
	return text
}

func TestRouteChoice(t *testing.T) {
	t.Parallel()
	// The worked table of
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
	documented := []string{"GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"}
	private := []string{"GET /public", "GET /private"}
	for _, test := range []struct {
		name          string
		routes        []string
		method, path  string
		wantAndParams string
	}{
		{"documented: full match", documented, "GET", "/pets/dog/1", "GET /pets/dog/1"},
		{"documented: variable", documented, "GET", "/pets/dog/2", "GET /pets/dog/{id} id=2"},
		{"documented: greedy", documented, "GET", "/pets/cat/1", "GET /pets/{proxy+} proxy=cat/1"},
		{"documented: ANY greedy", documented, "POST", "/test/5", "ANY /{proxy+} proxy=test/5"},
		{"documented: default", documented, "GET", "/", "$default"},
		{"documented: method falls through", documented, "POST", "/pets/dog/1", "ANY /{proxy+} proxy=pets/dog/1"},

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

// TestAssumedRoutesMatchDecodedPaths: an encoded slash separates segments, as
// the decoded rawPath suggests, and no encoding leads around a literal.
func TestAssumedRoutesMatchDecodedPaths(t *testing.T) {
	t.Parallel()
	cfg := testConfig(newIssuer(t).authorizer())
	cfg.Routes = append(cfg.Routes, Route{Key: "GET /{x}", Invoke: functionOutput(hello)})
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
	echo := []Route{{Key: "GET /", Invoke: functionOutput(`"root"`)}, {Key: "GET /{proxy+}", Invoke: functionOutput(`"rest"`)}}
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
	random := rand.New(rand.NewPCG(1, 2))
	matched := 0
	for range 20_000 {
		keys := randomKeys(random)
		method := []string{"GET", "POST", "PUT"}[random.IntN(3)]
		path := randomPath(random)
		got := describe(mustTable(t, keys...).match(method, path))
		want := slowMatch(keys, method, path)
		if got != want {
			t.Fatalf("%v\n%s %s: expected %q, got %q", keys, method, path, want, got)
		}
		if want != "404" {
			matched++
		}
	}
	if matched < 5_000 {
		t.Errorf("expected the paths to match often, got %d of 20000", matched)
	}
}

func randomKeys(random *rand.Rand) (keys []string) {
	shapes := map[string]bool{}
	for range 1 + random.IntN(8) {
		key := []string{"ANY", "GET", "POST"}[random.IntN(3)] + " "
		depth := 1 + random.IntN(3)
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

// slowMatch lists every route that matches and keeps the one that no other
// beats.
func slowMatch(keys []string, method, path string) string {
	type candidate struct {
		key, method, params string
		kinds               []string
	}
	var candidates []candidate
	for _, key := range keys {
		if key == "$default" {
			candidates = append(candidates, candidate{key: key, method: "ANY", kinds: []string{"default"}})
			continue
		}
		m, p, _ := strings.Cut(key, " ")
		if kinds, params, ok := slowPath(p, path); ok && (m == "ANY" || m == method) {
			candidates = append(candidates, candidate{key, m, params, kinds})
		}
	}
	rank := map[string]int{"literal": 0, "variable": 1, "greedy": 2, "default": 3}
	beats := func(a, b candidate) bool {
		lastA, lastB := a.kinds[len(a.kinds)-1], b.kinds[len(b.kinds)-1]
		if tierA, tierB := max(rank[lastA], 1), max(rank[lastB], 1); tierA != tierB {
			return tierA < tierB
		}
		for i := range min(len(a.kinds), len(b.kinds)) {
			if a.kinds[i] != b.kinds[i] {
				return rank[a.kinds[i]] < rank[b.kinds[i]]
			}
		}
		return a.method != "ANY" && b.method == "ANY"
	}
	for _, c := range candidates {
		if !slices.ContainsFunc(candidates, func(other candidate) bool { return beats(other, c) }) {
			return c.key + c.params
		}
	}
	return "404"
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
