// Package debug tests breakpoints in handlers, with Delve.
package debug

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/project"
	"api-auth-jwt-auth0/local/reloadtest"
	"api-auth-jwt-auth0/local/scripttest"
	"api-auth-jwt-auth0/local/sitetest"
)

func TestMain(m *testing.M) { testscript.Main(cloudtest.Tests{M: m}, nil) }

// TestBreakpoint stops a request at a breakpoint in the handler's source, and answers it
// once the debugger continues.
func TestBreakpoint(t *testing.T) { // not parallel: it sets PATH
	reloadtest.InstallDelve(t)
	root := cloudtest.Project(t)
	c := cloudtest.Start(t, cloud.Config{Root: root, Stack: "dev", Debug: "public"})
	source := filepath.Join(root, reloadtest.PublicHandler)
	call := func() string {
		answer, err := sitetest.Get(c.SiteURL()+"/api/public", "")
		return answer + errorText(err)
	}
	// Delve starts the handler by itself, which would conflict with an editor that is
	// attached before.
	if answer := call(); answer != "200 Hello stranger!" {
		t.Fatalf("got %q", answer)
	}
	d := reloadtest.Attach(t, c.Debugger())
	d.Break(source, "slog.InfoContext")
	answered := make(chan string, 1)
	go func() { answered <- call() }()
	d.MustStop(source)
	select {
	case answer := <-answered:
		t.Fatalf("answered while it was stopped at the breakpoint: %q", answer)
	default:
	}
	d.Continue()
	if answer := <-answered; answer != "200 Hello stranger!" {
		t.Errorf("got %q", answer)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestDebugMistakes tests that each mistake is reported before anything is built.
func TestDebugMistakes(t *testing.T) {
	root, err := project.Root()
	if err != nil {
		t.Fatal(err)
	}
	goroot, err := scripttest.GoEnv("GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir()+string(os.PathListSeparator)+filepath.Join(goroot, "bin"))
	t.Setenv("GOBIN", t.TempDir())
	handlers, err := artifact.Builder{Root: root}.HandlerFolders()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, handler, want string }{
		{"no such handler", "absent", "-debug absent: there is no such handler: those here are " + strings.Join(handlers, ", ")},
		{"no Delve", "public", "install it with\n  go install github.com/go-delve/delve/cmd/dlv@latest"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := cloud.Listen(cloud.Config{Root: root, Stack: "dev", Debug: test.handler})
			if err != nil {
				t.Fatal(err)
			}
			err = errors.Join(c.Deploy(t.Context()), c.Close())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("expected %q, got %v", test.want, err)
			}
		})
	}
}
