package stack

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"api-auth-jwt-auth0/infra/artifact"
)

func TestGraphSurvivesItsEncoding(t *testing.T) {
	t.Parallel()
	graph, err := Deploy(t.Context(), artifact.Builder{Target: artifact.Host()}, projectSettings(t), Origins{Site: "http://localhost:1", API: "http://localhost:2"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(graph)
	if err != nil {
		t.Fatal(err)
	}
	var again Graph
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(graph.Resources, again.Resources, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	if graph.Exports["siteUrl"] != again.Exports["siteUrl"] {
		t.Errorf("expected the exports, got %v", again.Exports)
	}
}

// projectCopy is the project in a folder of its own, whose program can be
// changed.
func projectCopy(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "main.go", "Pulumi.yaml", "Pulumi.dev.yaml", "infra", "lambdas", "local/provider", "local/stack", "web"} {
		err := filepath.WalkDir(filepath.Join("..", "..", name), func(path string, entry os.DirEntry, err error) error {
			target := filepath.Join(dir, strings.TrimPrefix(path, filepath.Join("..", "..")))
			switch {
			case err != nil:
				return err
			case entry.IsDir() && slices.Contains([]string{"node_modules", "dist"}, entry.Name()):
				return filepath.SkipDir
			case entry.IsDir():
				return os.MkdirAll(target, 0o755)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(target, text, 0o644)
		})
		if err != nil {
			t.Fatal(err)
		}
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

// TestDeployAnewRunsTheProgramAsItIsNow changes the route table, breaks a
// handler, and breaks the program.
func TestDeployAnewRunsTheProgramAsItIsNow(t *testing.T) {
	t.Parallel()
	root := projectCopy(t)
	settings := projectSettings(t)
	settings.Root = root
	builder := artifact.Builder{Target: artifact.Host(), Root: root, CacheDir: t.TempDir(), Store: true}
	routes := filepath.Join(root, "infra", "routes.go")
	replace(t, routes, `Path: "/public"`, `Path: "/open"`)
	program := filepath.Join(root, "infra", "program.go")
	replace(t, program, "if err := checkRoutes(routes)", "println(\"printed\\nagain\")\n\tctx.Log.Debug(\"hidden\", nil)\n\tctx.Log.Warn(\"logged\", nil)\n\tif err := checkRoutes(routes)")
	var said []Line
	settings.Log = func(l Line) { said = append(said, l) }
	var built []string
	builder.Report = func(s artifact.Step) {
		if s.Done {
			built = append(built, s.Name)
		}
	}
	origins := Origins{Site: "http://localhost:1", API: "http://localhost:2"}
	graph, err := DeployAnew(t.Context(), builder, settings, origins)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Line{{"warning", "logged"}, {"", "printed"}, {"", "again"}}; !slices.Equal(said, want) {
		t.Errorf("expected what the program says, got %q", said)
	}
	var keys []string
	for _, r := range graph.Of("aws:apigatewayv2/route:Route") {
		keys = append(keys, r.Inputs["routeKey"].(string))
	}
	slices.Sort(keys)
	if !slices.Equal(keys, []string{"GET /open", "GET /private"}) {
		t.Errorf("expected the changed table, got %q", keys)
	}
	if !slices.Contains(built, "handler public") {
		t.Errorf("expected the builds to be reported, got %q", built)
	}

	handler := filepath.Join(root, "lambdas", "public", "handler.go")
	replace(t, handler, "\nfunc ", "\nvar _ = missing\n\nfunc ")
	_, err = DeployAnew(t.Context(), builder, settings, origins)
	if failed, all := artifact.HandlerErrors(err); !all || len(failed) != 1 || failed[0].Handler != "public" || !strings.Contains(err.Error(), "undefined: missing") {
		t.Errorf("expected the handler's own error, got %v", err)
	}

	settings.Set(settings.Project+":throttleRate", "0")
	if _, err := DeployAnew(t.Context(), builder, settings, origins); err == nil || !strings.Contains(err.Error(), "pulumi config set --stack dev throttleRate 1") {
		t.Errorf("expected the program's own error, got %v", err)
	}

	replace(t, routes, "\nvar ", "\nvar _ = missing\n\nvar ")
	if _, err := DeployAnew(t.Context(), builder, settings, origins); !errors.Is(err, ErrProgram) || !strings.Contains(err.Error(), ": undefined: missing") {
		t.Errorf("expected the compiler's words, got %v", err)
	}
}
