package reload

import (
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/reloadtest"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

// newDescribed starts a local cloud on a project whose program is not compiled on this
// machine, with a description of its stack dev, changed as the test needs it.
func newDescribed(t *testing.T, change func(description string) string) *reloadtest.Watched {
	t.Helper()
	w := reloadtest.Prepare(t)
	// A program that no other test has compiled.
	w.Replace(t, "infra/routes.go", "package infra", "// "+w.Root+"\npackage infra")
	elsewhere := artifact.Builder{Target: artifact.Host(), Root: w.Root, CacheDir: t.TempDir(), Local: true}
	if err := stack.New(elsewhere, nil).Describe(t.Context(), "dev"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("local", "descriptions", "dev.json")
	w.Write(t, file, change(reloadtest.ReadText(t, filepath.Join(w.Root, file))))
	w.Output = &terminaltest.Output{}
	w.Run(t, cloud.Config{Stack: "dev", Terminal: terminal.New(w.Output)})
	return w
}

const servedMeanwhile = "its committed description is served meanwhile"

// TestDescriptionIsServedUntilTheProgramIsCompiled tests that requests are answered and a
// saved handler is served meanwhile, and that the program then matches the description.
func TestDescriptionIsServedUntilTheProgramIsCompiled(t *testing.T) {
	t.Parallel()
	w := newDescribed(t, func(description string) string { return description })
	if output := w.Output.String(); strings.Count(output, servedMeanwhile) != 1 || strings.Contains(output, "built    program") {
		t.Errorf("expected the description to be served before the program is compiled, got:\n%s", output)
	}
	if got := w.Get(t, "/api/private", ""); !strings.HasPrefix(got, "401 ") {
		t.Errorf("expected the authorizer to refuse, got %q", got)
	}
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello reader!")
	w.Await(t, "the saved handler answers", func() bool { return w.Get(t, "/api/public", "") == "200 Hello reader!" })
	w.AwaitOutput(t, "compiled: it gives what its committed description says")
	if got := w.Get(t, "/api/public", ""); got != "200 Hello reader!" {
		t.Errorf("expected the saved handler to answer still, got %q", got)
	}
	w.Replace(t, "infra/routes.go", `Path: "/public"`, `Path: "/open"`)
	w.Await(t, "the changed route answers", func() bool { return w.Get(t, "/api/open", "") == "200 Hello reader!" })
}

// TestProgramReplacesADescriptionThatIsWrong, and the terminal shows the difference.
func TestProgramReplacesADescriptionThatIsWrong(t *testing.T) {
	t.Parallel()
	w := newDescribed(t, func(description string) string {
		return strings.Replace(description, `"GET /private"`, `"GET /other"`, 1)
	})
	if got := w.Get(t, "/api/other", ""); !strings.HasPrefix(got, "401 ") {
		t.Errorf("expected the described route, got %q", got)
	}
	w.AwaitOutput(t, "it gives something else than its committed description")
	w.AwaitOutput(t, "~ Route get-private")
	w.Await(t, "the program's route is served", func() bool { return strings.HasPrefix(w.Get(t, "/api/private", ""), "401 ") })
}

// TestSavedProgramIsCompiledInPlaceOfTheDescribedOne saves the program while it is compiled:
// one with an error, one that matches the description again, and another one.
func TestSavedProgramIsCompiledInPlaceOfTheDescribedOne(t *testing.T) {
	t.Parallel()
	w := newDescribed(t, func(description string) string { return description })
	w.Replace(t, "infra/routes.go", `Path: "/public"`, `Path: "/public" + missing`)
	w.AwaitOutput(t, "undefined: missing")
	w.Replace(t, "infra/routes.go", `Path: "/public" + missing`, `Path: "/public"`)
	w.AwaitOutput(t, "compiled: it gives what its committed description says")
	w.Replace(t, "infra/routes.go", `Path: "/public"`, `Path: "/open"`)
	w.Await(t, "the changed route answers", func() bool { return strings.HasPrefix(w.Get(t, "/api/open", ""), "200 ") })
	if output := w.Output.String(); strings.Count(output, "failed   program") > 1 {
		t.Errorf("expected one failure, got:\n%s", reloadtest.LastLines(output))
	}
}
