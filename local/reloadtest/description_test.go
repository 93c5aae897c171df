package reloadtest

import (
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

// newDescribed is a watched project with a description of its dev stack, changed as a
// test needs it, and with a program that is not compiled on this machine.
func newDescribed(t *testing.T, change func(description string) string) *watched {
	t.Helper()
	w := newUnwatched(t)
	// A program that no other test has compiled, whatever the cache has.
	w.replace(t, "infra/routes.go", "package infra", "// "+w.root+"\npackage infra")
	elsewhere := artifact.Builder{Target: artifact.Host(), Root: w.root, CacheDir: t.TempDir(), Local: true}
	if err := stack.New(elsewhere, nil).Describe(t.Context(), "dev"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("local", "descriptions", "dev.json")
	w.write(t, file, change(readText(t, filepath.Join(w.root, file))))
	w.output = &terminaltest.Output{}
	w.watch(t, terminal.New(w.output))
	return w
}

const servedMeanwhile = "its committed description is served meanwhile"

// TestDescriptionIsServedUntilTheProgramIsCompiled: requests are answered and a saved
// handler is served, and in the end the program is as described.
func TestDescriptionIsServedUntilTheProgramIsCompiled(t *testing.T) {
	t.Parallel()
	w := newDescribed(t, func(description string) string { return description })
	if output := w.output.String(); strings.Count(output, servedMeanwhile) != 1 || strings.Contains(output, "built    program") {
		t.Errorf("expected the description to be served before the program is compiled, got:\n%s", output)
	}
	if got := w.get(t, "/api/private", ""); !strings.HasPrefix(got, "401 ") {
		t.Errorf("expected the authorizer to refuse, got %q", got)
	}
	w.replace(t, publicHandler, "Hello stranger!", "Hello reader!")
	w.await(t, "the saved handler answers", func() bool { return w.get(t, "/api/public", "") == "200 Hello reader!" })
	w.awaitOutput(t, "compiled: it gives what its committed description says")
	if got := w.get(t, "/api/public", ""); got != "200 Hello reader!" {
		t.Errorf("expected the handler to stay, got %q", got)
	}
	w.replace(t, "infra/routes.go", `Path: "/public"`, `Path: "/open"`)
	w.await(t, "the changed route answers", func() bool { return w.get(t, "/api/open", "") == "200 Hello reader!" })
}

// TestProgramReplacesADescriptionThatIsWrong, and says what was.
func TestProgramReplacesADescriptionThatIsWrong(t *testing.T) {
	t.Parallel()
	w := newDescribed(t, func(description string) string {
		return strings.Replace(description, `"GET /private"`, `"GET /other"`, 1)
	})
	if got := w.get(t, "/api/other", ""); !strings.HasPrefix(got, "401 ") {
		t.Errorf("expected the described route, got %q", got)
	}
	w.awaitOutput(t, "it gives something else than its committed description")
	w.awaitOutput(t, "~ Route get-private")
	w.await(t, "the program's route is served", func() bool { return strings.HasPrefix(w.get(t, "/api/private", ""), "401 ") })
}

// TestSavedProgramIsCompiledInPlaceOfTheDescribedOne, which is no failure; and a
// description that is right again is served, and compared, as before.
func TestSavedProgramIsCompiledInPlaceOfTheDescribedOne(t *testing.T) {
	t.Parallel()
	w := newDescribed(t, func(description string) string { return description })
	w.replace(t, "infra/routes.go", `Path: "/public"`, `Path: "/public" + missing`)
	w.awaitOutput(t, "undefined: missing")
	w.replace(t, "infra/routes.go", `Path: "/public" + missing`, `Path: "/public"`)
	w.awaitOutput(t, "compiled: it gives what its committed description says")
	w.replace(t, "infra/routes.go", `Path: "/public"`, `Path: "/open"`)
	w.await(t, "the changed route answers", func() bool { return strings.HasPrefix(w.get(t, "/api/open", ""), "200 ") })
	if output := w.output.String(); strings.Count(output, "failed   program") > 1 {
		t.Errorf("expected one failure, got:\n%s", lastLines(output))
	}
}
