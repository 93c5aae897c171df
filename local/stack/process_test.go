//go:build unix

package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"api-auth-jwt-auth0/infra/artifact"
)

// smallProject returns a project with a program of one file, no handlers, and a built site.
func smallProject(t *testing.T) artifact.Builder {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example\n\ngo 1.26\n", "go.sum": "",
		"Pulumi.yaml": "name: example\n", "Pulumi.dev.yaml": "config: {}\n",
		command + "/main.go": "package main\n\nfunc main() {}\n", "site/index.html": "",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, path, text)
	}
	return artifact.Builder{Target: artifact.Host(), Root: root, SiteDir: filepath.Join(root, "site"), CacheDir: t.TempDir(), Local: true}
}

// scripted returns a program whose process runs a shell script instead of the compiled
// sources.
func scripted(t *testing.T, b artifact.Builder, script string) (*Program, *record) {
	t.Helper()
	r := &record{}
	p := New(b, r.line)
	binary, _, err := p.binary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(binary, []byte("#!/bin/sh\nread -r request\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return p, r
}

// TestProgramSavedWhileItIsCompiled: if sources change during a compilation, the program is
// not cached under the key of the old ones, even if no caller waits for it anymore.
func TestProgramSavedWhileItIsCompiled(t *testing.T) {
	t.Parallel()
	b := smallProject(t)
	ctx, cancel := context.WithCancel(t.Context())
	var save sync.Once
	b.Report = func(s artifact.Step) {
		save.Do(func() {
			write(t, filepath.Join(b.Root, command, "main.go"), "package main\n\nfunc main() { println() }\n")
		})
		if s.Done {
			cancel()
		}
	}
	p := New(b, nil)
	before, _, err := p.binary(ctx)
	if err != nil {
		t.Fatal(err)
	}
	_ = p.Compile(ctx) // which may be canceled
	if exists(before) {
		t.Error("the program of the changed sources is found under the key of those before")
	}
}

// TestSettingsSavedWhileTheProgramRuns: a result that may be of other settings than
// those of its key is served, but not cached.
func TestSettingsSavedWhileTheProgramRuns(t *testing.T) {
	t.Parallel()
	b := smallProject(t)
	p, _ := scripted(t, b, `
echo '# saved' >>Pulumi.dev.yaml
echo '{"Graph":{"Exports":{"run":"'$$'"}}}' >&3
`)
	settings := filepath.Join(b.Root, "Pulumi.dev.yaml")
	var runs []any
	for range 2 {
		write(t, settings, "config: {}\n")
		graph, err := p.Run(t.Context(), Request{Stack: "dev"})
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, graph.Exports["run"])
	}
	if runs[0] == runs[1] {
		t.Error("a result of changed settings was found under the key of those before")
	}
}

// TestLinesOfAProgramThatFails are shown: they often contain the reason.
func TestLinesOfAProgramThatFails(t *testing.T) {
	t.Parallel()
	p, record := scripted(t, smallProject(t), `
echo printed
echo '{"Line":{"Level":"warning","Text":"logged"}}' >&3
echo '{"Err":"refused"}' >&3
`)
	if _, err := p.Run(t.Context(), Request{Stack: "dev"}); err == nil || err.Error() != "refused" {
		t.Errorf("expected the program's own error, got %v", err)
	}
	if _, lines := record.take(); fmt.Sprint(lines) != "[{warning logged} { printed}]" {
		t.Errorf("expected what it logged and printed, got %q", lines)
	}
}

// TestProgramThatEndsWithoutAResult is an error that contains what it printed.
func TestProgramThatEndsWithoutAResult(t *testing.T) {
	t.Parallel()
	p, _ := scripted(t, smallProject(t), "echo broken >&2\nexit 3\n")
	if _, err := p.Run(t.Context(), Request{Stack: "dev"}); err == nil || !strings.Contains(err.Error(), "exit status 3\nbroken") {
		t.Errorf("got %v", err)
	}
}

// TestParentThatIsGone: the end of the parent ends the wait for a build, and is detected
// without one.
func TestParentThatIsGone(t *testing.T) {
	t.Parallel()
	in, parent, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := fmt.Fprintln(parent, `{"Stack":"dev"}`+"\n"+`{"Site":"dist"}`); err != nil {
		t.Fatal(err)
	}
	p, r, err := Accept(in, io.Discard)
	if err != nil || r.Stack != "dev" {
		t.Fatalf("got %+v (%v)", r, err)
	}
	if site, err := p.Site(t.Context()); site != "dist" || err != nil {
		t.Errorf("got %q (%v)", site, err)
	}
	parent.Close()
	<-p.Gone()
	if _, err := p.Site(t.Context()); !errors.Is(err, errGone) {
		t.Errorf("expected an error of the missing parent, got %v", err)
	}
}

// TestDescribedWithABrokenHandlerWithoutRoute: as in a run, only what is deployed must
// build.
func TestDescribedWithABrokenHandlerWithoutRoute(t *testing.T) {
	t.Parallel()
	b := smallProject(t)
	for name, main := range map[string]string{"deployed": "func main() {}", "unfinished": "func main() { missing() }"} {
		dir := filepath.Join(b.Root, "lambdas", name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "main.go"), "package main\n\n"+main+"\n")
	}
	p := New(b, nil)
	key, err := p.descriptionKey("dev")
	if err != nil {
		t.Fatal(err)
	}
	d := &description{Key: key, Resources: []*Resource{{
		URN: "urn:a", Name: "deployed", Component: true, Inputs: map[string]any{"code": File{Path: handlerPrefix + "deployed"}},
	}, {URN: "urn:b", Component: true, Inputs: map[string]any{"source": File{Path: siteFolder + "index.html"}}}}}
	if err := os.MkdirAll(filepath.Dir(p.descriptionPath("dev")), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, p.descriptionPath("dev"), string(d.encode()))
	if graph, err := p.Described(t.Context(), Request{Stack: "dev"}); graph != nil || err != nil {
		t.Errorf("expected nothing at a tenant of the stack's own, got %v (%v)", graph, err)
	}
	graph, err := p.Described(t.Context(), request(nil))
	if err != nil || graph == nil {
		t.Fatalf("got %v (%v)", graph, err)
	}
	if code, _ := graph.Resources[0].Inputs["code"].(File); !exists(code.Path) {
		t.Errorf("expected the deployed handler's build, got %v", graph.Resources[0].Inputs)
	}
}
