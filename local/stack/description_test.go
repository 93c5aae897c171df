package stack

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/project"
)

var (
	update  = flag.Bool("update", false, "write the stacks' descriptions")
	current = flag.Bool("current", false, "fail where a description is not of the sources and settings as they are")
)

// TestDescriptions: a served description equals the program's result, also at other
// origins. A description of other sources or settings is not served.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	root, err := project.Root()
	if err != nil {
		t.Fatal(err)
	}
	program := New(artifact.Builder{Target: artifact.Host(), Root: root, Local: true}, nil)
	for _, name := range []string{"dev", "prod"} {
		t.Run(name, func(t *testing.T) {
			if *update {
				if err := program.Describe(t.Context(), name); err != nil {
					t.Fatal(err)
				}
			}
			d, err := program.readDescription(name)
			if err != nil {
				t.Fatal(err)
			}
			if d == nil {
				const stale = "the description is not of these sources and settings, and not served: go test ./local/stack -run Descriptions -update writes it again"
				if t.Log(stale); *current {
					t.Fail()
				}
				return
			}
			for _, r := range []Request{requestAt(name, "3000", "3001", "3002"), requestAt(name, "4300", "4301", "4302")} {
				b, err := startBuilds(t.Context(), program.builder, r.Origins)
				if err != nil {
					t.Fatal(err)
				}
				site, handlers, err := b.all()
				if err != nil {
					t.Fatal(err)
				}
				got, err := d.graph(r, site, handlers)
				if err != nil || got == nil {
					t.Fatalf("got %v (%v)", got, err)
				}
				want, err := program.Run(t.Context(), r)
				if err != nil {
					t.Fatal(err)
				}
				delete(want.Exports, "assets")
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("at %s: run go test ./local/stack -run Descriptions -update (-program +description):\n%s", r.Origins.Site, diff)
				}
			}
		})
	}
}

func requestAt(stackName, site, api, tenant string) Request {
	const host = "http://localhost:"
	return Request{
		Stack:     stackName,
		Origins:   Origins{Site: host + site, API: host + api, Domain: host + site},
		Set:       map[string]string{"auth0:domain": host + tenant, "auth0:clientId": "local"},
		SetSecret: map[string]string{"auth0:clientSecret": "local"},
	}
}

// TestDescribedUntilCompiled writes a project's description and uses it as another machine
// would, with a changed site and a changed handler. The description is not used if the
// sources, the settings or the kinds of files have changed, or the program is compiled.
func TestDescribedUntilCompiled(t *testing.T) {
	t.Parallel()
	root := projectCopy(t)
	first, _ := newProgram(t, root)
	if err := first.Describe(t.Context(), "dev"); err != nil {
		t.Fatal(err)
	}
	if graph, err := first.Described(t.Context(), request(nil)); graph != nil || err != nil {
		t.Errorf("expected nothing of a program that is compiled, got %v (%v)", graph, err)
	}

	other, _ := newProgram(t, root) // with an empty cache
	replace(t, filepath.Join(root, "lambdas", "public", "handler.go"), "\nfunc ", "\nvar _ = 1\n\nfunc ")
	replace(t, filepath.Join(root, "web", "site", "src", "main.tsx"), "createRoot(", "console.log(1);\ncreateRoot(")
	described, err := other.Described(t.Context(), request(nil))
	if err != nil || described == nil {
		t.Fatalf("expected the description, got %v (%v)", described, err)
	}
	check := func(file, old, new string) {
		t.Helper()
		path := filepath.Join(root, filepath.FromSlash(file))
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		replace(t, path, old, new)
		if graph, err := other.Described(t.Context(), request(nil)); graph != nil || err != nil {
			t.Errorf("%s: expected nothing of other sources, got %v (%v)", file, graph, err)
		}
		write(t, path, string(before))
	}
	check("infra/routes.go", `"/public"`, `"/open"`)
	check("Pulumi.dev.yaml", "config:", "config:\n  api-auth-jwt-auth0:throttleBurst: 7")
	write(t, filepath.Join(root, "web", "site", "public", "new.txt"), "new")
	if graph, err := other.Described(t.Context(), request(nil)); graph != nil || err != nil {
		t.Errorf("expected nothing of a site with another file, got %v (%v)", graph, err)
	}
	if err := os.Remove(filepath.Join(root, "web", "site", "public", "new.txt")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "local", "descriptions", "dev.json"), "{")
	if _, err := other.Described(t.Context(), request(nil)); err == nil || !strings.Contains(err.Error(), "go test ./local/stack -run Descriptions -update") {
		t.Errorf("expected an error that says how to fix the file, got %v", err)
	}

	ran, err := other.Run(t.Context(), request(nil))
	if err != nil {
		t.Fatal(err)
	}
	delete(ran.Exports, "assets")
	if diff := cmp.Diff(ran, described, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-program +description):\n%s", diff)
	}
	if !slices.ContainsFunc(described.Resources, func(r *Resource) bool { return strings.Contains(r.Name, "assets/index-") }) {
		t.Error("expected the site's hashed files")
	}
}
