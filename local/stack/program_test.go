package stack

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/project"
	"api-auth-jwt-auth0/local/stack/stacktest"
)

// projectCopy returns a copy of the project, whose program can be changed.
func projectCopy(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := stacktest.CopyInstalledProject(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func replace(t *testing.T, path, old, new string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s does not hold %q", path, old)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

var origins = Origins{Site: "http://localhost:1", API: "http://localhost:2"}

// request returns a request for a run with the credentials of the local cloud.
func request(set map[string]string) Request {
	r := Request{
		Stack: "dev", Origins: origins,
		Set:       map[string]string{"auth0:domain": "http://localhost:3002", "auth0:clientId": "local"},
		SetSecret: map[string]string{"auth0:clientSecret": "local"},
	}
	maps.Copy(r.Set, set)
	return r
}

// newProgram returns the program of the project in root, with its own cache, and a record
// of what it builds and logs.
func newProgram(t *testing.T, root string) (*Program, *record) {
	t.Helper()
	r := &record{}
	builder := artifact.Builder{Target: artifact.Host(), Root: root, CacheDir: t.TempDir(), Local: true, Report: r.step}
	return New(builder, r.line), r
}

// record is what a program built and logged.
type record struct {
	mu    sync.Mutex
	built []string
	lines []Line
}

func (r *record) step(s artifact.Step) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.Done {
		r.built = append(r.built, s.Name)
	}
}

func (r *record) line(l Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, l)
}

// take returns the record and resets it.
func (r *record) take() (built []string, lines []Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	built, lines = r.built, r.lines
	r.built, r.lines = nil, nil
	slices.Sort(built)
	return built, lines
}

// TestRunFollowsTheSources changes the route table, breaks a handler, and breaks the
// program.
func TestRunFollowsTheSources(t *testing.T) {
	t.Parallel()
	root := projectCopy(t)
	program, record := newProgram(t, root)
	routes := filepath.Join(root, "infra", "routes.go")
	replace(t, routes, `Path: "/public"`, `Path: "/open"`)
	replace(t, filepath.Join(root, "infra", "program.go"), "if err := d.check(cfg)", "println(\"printed\\nagain\")\n\tctx.Log.Debug(\"hidden\", nil)\n\tctx.Log.Warn(\"logged\", nil)\n\tif err := d.check(cfg)")
	logged := []Line{{"warning", "logged"}, {"", "printed"}, {"", "again"}}
	graph, err := program.Run(t.Context(), request(nil))
	if err != nil {
		t.Fatal(err)
	}
	built, lines := record.take()
	if !slices.Equal(lines, logged) {
		t.Errorf("expected what the program logs and prints, got %q", lines)
	}
	folders, err := artifact.Builder{Root: root}.HandlerFolders()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"program", "web app"}
	for _, name := range folders {
		want = append(want, "handler "+name)
	}
	if slices.Sort(want); !slices.Equal(slices.DeleteFunc(built, func(name string) bool { return name == "npm packages" }), want) {
		t.Errorf("expected the builds %q, got %q", want, built)
	}
	var keys []string
	for _, r := range graph.Of("aws:apigatewayv2/route:Route") {
		keys = append(keys, r.Inputs["routeKey"].(string))
	}
	if !slices.Contains(keys, "GET /open") || slices.Contains(keys, "GET /public") {
		t.Errorf("expected the changed table, got %q", keys)
	}

	again, err := program.Run(t.Context(), request(nil))
	if diff := cmp.Diff(graph, again); err != nil || diff != "" {
		t.Errorf("from the cache: %v (-first +second):\n%s", err, diff)
	}
	if built, lines := record.take(); len(built) > 0 || !slices.Equal(lines, logged) {
		t.Errorf("expected no build and the same lines, got %q and %q", built, lines)
	}

	handler := filepath.Join(root, "lambdas", "public", "handler.go")
	replace(t, handler, "\nfunc ", "\nvar _ = missing\n\nfunc ")
	_, err = program.Run(t.Context(), request(nil))
	if failed, all := artifact.HandlerErrors(err); !all || len(failed) != 1 || failed[0].Handler != "public" || !strings.Contains(err.Error(), "undefined: missing") {
		t.Errorf("expected the handler's own error, got %v", err)
	}
	if _, err := program.Run(t.Context(), request(map[string]string{stacktest.ProjectName(t) + ":throttleRate": "0"})); err == nil || !strings.Contains(err.Error(), "pulumi config set --stack dev throttleRate 1") {
		t.Errorf("expected the program's own error, got %v", err)
	}
	replace(t, routes, "\nvar ", "\nvar _ = missing\n\nvar ")
	if _, err := program.Run(t.Context(), request(nil)); !errors.Is(err, ErrProgram) || !strings.Contains(err.Error(), ": undefined: missing") {
		t.Errorf("expected the compiler's words, got %v", err)
	}
}

// TestBrokenHandlerWithoutRouteStopsNothing: only what the program deploys must build.
func TestBrokenHandlerWithoutRouteStopsNothing(t *testing.T) {
	t.Parallel()
	root := projectCopy(t)
	program, record := newProgram(t, root)
	if err := os.Mkdir(filepath.Join(root, "lambdas", "unfinished"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "lambdas", "unfinished", "main.go"), "package main\n\nfunc main() { missing() }\n")
	if _, err := program.Run(t.Context(), request(nil)); err != nil {
		t.Fatal(err)
	}
	if _, lines := record.take(); len(lines) != 1 || !strings.Contains(lines[0].Text, "lambdas/unfinished has no route") {
		t.Errorf("expected the program to name the handler, got %q", lines)
	}
}

// TestResultKey changes each input of a run in turn. Otherwise an outdated result from
// the cache could be served.
func TestResultKey(t *testing.T) {
	t.Setenv("UNRELATED", "1")
	root := projectCopy(t)
	program, _ := newProgram(t, root)
	ready := &builds{
		tools: func() error { return nil },
		site:  func() (string, error) { return filepath.Join(root, "web"), nil },
		zips:  func() (map[string]string, error) { return map[string]string{"public": "a.zip"}, nil },
	}
	key := func(r Request, b *builds) string {
		t.Helper()
		sources, err := program.builder.PackageKey(t.Context(), command)
		if err != nil {
			t.Fatal(err)
		}
		r.Root = root
		key, err := program.resultKey(sources, r, b)
		if err != nil || key == "" {
			t.Fatalf("got the key %q (%v)", key, err)
		}
		return key
	}
	base := request(nil)
	seen := map[string]string{key(base, ready): "nothing"}
	check := func(what, key string) {
		t.Helper()
		if before, ok := seen[key]; ok {
			t.Errorf("%s: the key is as for %s", what, before)
		}
		seen[key] = what
	}
	if key(base, ready) != key(request(nil), ready) {
		t.Error("expected equal inputs to have an equal key")
	}

	for what, change := range map[string]func(*Request){
		"stack":              func(r *Request) { r.Stack = "prod" },
		"origin of the site": func(r *Request) { r.Origins.Site = "http://localhost:9" },
		"origin of the API":  func(r *Request) { r.Origins.API = "http://localhost:9" },
		"domain":             func(r *Request) { r.Origins.Domain = "http://localhost:9" },
		"client ID":          func(r *Request) { r.Origins.ClientID = "other" },
		"setting":            func(r *Request) { r.Set["throttleRate"] = "9" },
		"secret setting":     func(r *Request) { r.SetSecret["auth0:clientSecret"] = "other" },
	} {
		r := request(nil)
		change(&r)
		check(what, key(r, ready))
	}

	other := *ready
	other.zips = func() (map[string]string, error) { return map[string]string{"public": "b.zip"}, nil }
	check("build of a handler", key(base, &other))
	other.zips = func() (map[string]string, error) { return map[string]string{"private": "a.zip"}, nil }
	check("name of a handler", key(base, &other))
	other = *ready
	other.site = func() (string, error) { return filepath.Join(root, "infra"), nil }
	check("build of the site", key(base, &other))

	for _, file := range []string{
		"Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "go.mod", "go.sum", "infra/routes.go", "infra/deep-link.js",
		"infra/new.go", "local/provider/aws.go", "local/stack/graph.go", "local/stack/program/run.go", "web/new.txt", "new.json",
	} {
		path := filepath.Join(root, filepath.FromSlash(file))
		text, _ := os.ReadFile(path) // if missing, it is created
		write(t, path, string(text)+"\n")
		check(file, key(base, ready))
	}
	t.Setenv("UNRELATED", "2")
	check("environment", key(base, ready))

	before := key(base, ready)
	write(t, filepath.Join(root, "infra", "new_test.go"), "package infra\n")
	write(t, filepath.Join(root, ".#Pulumi.yaml"), "an editor's\n")
	if key(base, ready) != before {
		t.Error("expected a test and an editor's file not to change the key")
	}

	failed := *ready
	failed.site = func() (string, error) { return "", errors.New("does not build") }
	if key, err := program.resultKey("sources", base, &failed); key != "" || err != nil {
		t.Errorf("expected no key where a build has failed, got %q (%v)", key, err)
	}
}

func TestUnknownStackIsRefusedBeforeAnythingIsBuilt(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"} {
		write(t, filepath.Join(root, name), "")
	}
	program, record := newProgram(t, root)
	const want = `there is no stack "staging": Pulumi.staging.yaml is missing; the stacks here are dev, prod`
	if _, err := program.Run(t.Context(), Request{Stack: "staging"}); err == nil || err.Error() != want {
		t.Errorf("expected %q, got %v", want, err)
	}
	if built, _ := record.take(); len(built) > 0 {
		t.Errorf("expected no build, got %q", built)
	}
}

func TestCanceledRunEndsItsBuilds(t *testing.T) {
	t.Parallel()
	root, err := project.Root()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	started := make(chan struct{}, 16)
	builder := artifact.Builder{Target: artifact.Host(), Root: root, CacheDir: t.TempDir(), Report: func(step artifact.Step) {
		if !step.Done {
			select {
			case started <- struct{}{}:
			default:
			}
		}
	}}
	go func() {
		<-started
		cancel()
	}()
	if _, err := New(builder, nil).Run(ctx, request(nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("expected the run to end with its context, got %v", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFilesSurviveTheirEncoding at any depth of a property.
func TestFilesSurviveTheirEncoding(t *testing.T) {
	t.Parallel()
	graph := &Graph{
		Resources: []*Resource{{
			URN: "urn:a", Inputs: map[string]any{"code": File{Path: "a.zip"}, "nested": []any{map[string]any{"page": File{Text: "<html>"}}}, "size": 1.5},
			Outputs: map[string]any{"code": File{Path: "a.zip"}},
		}},
		Exports: map[string]any{"siteUrl": "http://localhost:1"},
	}
	text, err := json.Marshal(graph)
	if err != nil {
		t.Fatal(err)
	}
	var decoded Graph
	if err := json.Unmarshal(text, &decoded); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(graph, &decoded); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
