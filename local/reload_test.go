package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/watch"
)

// watched is a local cloud that watches a copy of the project.
type watched struct {
	*Cloud
	root string
	said *lockedBuffer
}

// lockedBuffer is a terminal's output that a test may read meanwhile.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// newWatched copies what handlers and the site are made of, and more folders.
func newWatched(t testing.TB, more ...string) *watched {
	t.Helper()
	said := &lockedBuffer{}
	w := newWatchedOn(t, newTerminal(said), more...)
	w.said = said
	return w
}

func newWatchedOn(t testing.TB, terminal *terminal, more ...string) *watched {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{root: t.TempDir()}
	if err := copyProject(root, w.root); err != nil {
		t.Fatal(err)
	}
	for _, name := range more {
		if err := os.CopyFS(filepath.Join(w.root, name), os.DirFS(filepath.Join(root, name))); err != nil {
			t.Fatal(err)
		}
	}
	w.write(t, "Pulumi.dev.yaml", benchStack) // no throttle in the way
	w.Cloud = newCloudWith(t, Config{Root: w.root, Stack: "dev", Terminal: terminal})
	watcher, err := w.watch()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Watch(ctx, watcher)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		if err := watcher.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *watched) write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.root, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// replace changes a file as an editor's save does.
func (w *watched) replace(t testing.TB, name, old, new string) {
	t.Helper()
	text := readText(t, filepath.Join(w.root, name))
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	w.write(t, name, strings.Replace(text, old, new, 1))
}

func (w *watched) await(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !done(); {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s; the terminal says:\n%s", what, lastLines(w.said.String()))
		}
		w.get(t, "/api/public", "")
	}
}

// lastLines leaves out what the handlers logged.
func lastLines(text string) string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.Contains(line, " | {") })
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

// get returns an answer's status and body.
func (w *watched) get(t testing.TB, path, token string) string {
	t.Helper()
	c := loadClient{http: http.DefaultClient}
	got, err := c.get(w.SiteURL()+path, token)
	if err != nil {
		t.Error(err)
	}
	return fmt.Sprint(got.status, " ", got.body)
}

func (w *watched) mustSay(t testing.TB, want string) {
	t.Helper()
	w.await(t, "the terminal says "+want, func() bool { return strings.Contains(w.said.String(), want) })
}

const publicHandler = "lambdas/public/handler.go"

func TestSavedHandlerAnswersTheNextRequest(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.replace(t, publicHandler, "Hello stranger!", "Hello reader!")
	w.await(t, "the new code answers", func() bool { return w.get(t, "/api/public", "") == "200 Hello reader!" })
	w.mustSay(t, "reloaded "+publicHandler)
	w.mustSay(t, "~ Function dev-public")
	if strings.Contains(w.said.String(), "Function dev-private") {
		t.Errorf("the other handler was touched:\n%s", w.said)
	}
}

// TestHandlerThatDoesNotBuildFailsItsRequests: the old code must not go on
// answering, the other handlers must, and the mended one as well.
func TestHandlerThatDoesNotBuildFailsItsRequests(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.replace(t, publicHandler, "Hello stranger!", "Hello \" + undefined + \"!")
	w.await(t, "the request fails", func() bool { return w.get(t, "/api/public", "") == `500 {"message":"Internal Server Error"}` })
	w.mustSay(t, publicHandler+":")
	w.mustSay(t, "undefined: undefined")
	token := signIn(t, w.SiteURL())
	if got := w.get(t, "/api/private", token); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected the other handler to answer, got %q", got)
	}
	w.replace(t, publicHandler, "Hello \" + undefined + \"!", "Hello again!")
	w.await(t, "the mended code answers", func() bool { return w.get(t, "/api/public", "") == "200 Hello again!" })
}

func TestSavedSettingsApplyWithoutSigningAnyoneOut(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	token := signIn(t, w.SiteURL())
	w.write(t, "Pulumi.dev.yaml", benchStack+"  api-auth-jwt-auth0:accessTokenLifetime: 60\n")
	w.mustSay(t, "~ ResourceServer api")
	if got := w.get(t, "/api/private", token); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected the token to stay good, got %q", got)
	}
	w.write(t, "Pulumi.dev.yaml", benchStack+"  api-auth-jwt-auth0:accessTokenLifetime: 59\n")
	w.mustSay(t, "pulumi config set --stack dev accessTokenLifetime 60")
	if got := w.get(t, "/api/private", token); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected what was served before to stay, got %q", got)
	}
}

// TestSettingsOfAnotherStackAreNotRead, even where they are no YAML; those of the
// project are.
func TestSettingsOfAnotherStackAreNotRead(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.write(t, "Pulumi.prod.yaml", "config: {")
	w.replace(t, "Pulumi.yaml", "description: ", "description: Another ")
	w.mustSay(t, "reloaded Pulumi.yaml")
	if strings.Contains(w.said.String(), "Pulumi.prod.yaml") {
		t.Errorf("the settings of prod were read:\n%s", w.said)
	}
}

func TestSavedPageIsServed(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.replace(t, "web/index.html", "<title>", "<title>Changed: ")
	w.await(t, "the new page is served", func() bool { return strings.Contains(w.get(t, "/", ""), "<title>Changed: ") })
	w.mustSay(t, "~ BucketObjectv2 index.html")
}

// TestSavedProgramIsServed changes the route table: a new route serves, one that
// is gone gives 404, and a changed scope bites.
func TestSavedProgramIsServed(t *testing.T) {
	t.Parallel()
	w := newWatched(t, "infra", "local/stack", "local/provider")
	token := signIn(t, w.SiteURL())
	const routes = "infra/routes.go"
	w.replace(t, routes, `Path: "/public"`, `Path: "/open"`)
	w.await(t, "the new route serves", func() bool { return w.get(t, "/api/open", "") == "200 Hello stranger!" })
	if got := w.get(t, "/api/public", ""); got != `404 {"message":"Not Found"}` {
		t.Errorf("expected the old route to be gone, got %q", got)
	}
	w.mustSay(t, "+ Route get-open")
	w.mustSay(t, "- Route get-public")
	if got := w.get(t, "/api/private", token); !strings.HasPrefix(got, "200 ") {
		t.Errorf("expected the token to stay good, got %q", got)
	}
	w.replace(t, routes, `Scopes: []string{"read:private"}`, `Scopes: []string{"write:private"}`)
	w.replace(t, routes, `"read:private"`, `"write:private"`)
	w.replace(t, "lambdas/private/handler.go", "Hello ", "Secret ")
	w.await(t, "the changed scope bites", func() bool {
		got := w.get(t, "/api/private", token)
		if strings.Contains(got, "Secret") {
			t.Errorf("expected the new code to be out of the old route's reach, got %q", got)
		}
		return got == `403 {"message":"Forbidden"}`
	})
	w.replace(t, routes, "\nvar ", "\nvar _ = missing\n\nvar ")
	w.mustSay(t, "undefined: missing")
	if got := w.get(t, "/api/open", ""); got != "200 Hello stranger!" {
		t.Errorf("expected what was served before to stay, got %q", got)
	}
}

// TestSavedPackageRebuildsWhoImportsIt, wherever it is in the module.
func TestSavedPackageRebuildsWhoImportsIt(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	if err := os.MkdirAll(filepath.Join(w.root, "greeting", "notes"), 0o755); err != nil {
		t.Fatal(err)
	}
	const greeting = "greeting/greeting.go"
	w.write(t, greeting, "package greeting\n\nconst Stranger = \"Hello there!\"\n")
	w.replace(t, publicHandler, `"Hello stranger!"`, "greeting.Stranger")
	w.replace(t, publicHandler, "import (", "import (\n\t\"api-auth-jwt-auth0/greeting\"")
	w.await(t, "the package is used", func() bool { return w.get(t, "/api/public", "") == "200 Hello there!" })
	w.replace(t, greeting, "Hello there!", "Hello again!")
	w.await(t, "the saved package is used", func() bool { return w.get(t, "/api/public", "") == "200 Hello again!" })
	w.mustSay(t, "reloaded "+greeting)
	w.replace(t, greeting, "package greeting", "package greeting\n\nvar _ = missing\n")
	w.await(t, "the handler that imports it fails", func() bool { return strings.HasPrefix(w.get(t, "/api/public", ""), "500 ") })
	if got := w.get(t, "/api/private", signIn(t, w.SiteURL())); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected the handler that does not to answer, got %q", got)
	}
	if strings.Contains(w.said.String(), "Function dev-private") {
		t.Errorf("the other handler was touched:\n%s", w.said)
	}
}

// TestImportersOfAPackage: a file that nobody's build has in it is nothing to
// anyone.
func TestImportersOfAPackage(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                 "module example.com/project\n",
		"infra/program.go":       "package infra\n\nimport _ \"example.com/project/names\"\n",
		"lambdas/one/main.go":    "package main\n\nimport _ \"example.com/project/words/plural\"\n",
		"lambdas/two/main.go":    "package main\n\nimport _ \"example.com/project/names\"\n",
		"names/names.go":         "package names\n\nimport _ \"example.com/project/deep\"\n",
		"words/words.go":         "package words\n",
		"words/plural/plural.go": "package plural\n",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cloud := &Cloud{cfg: Config{Root: root}}
	for file, want := range map[string]string{
		"names/names.go":           "[two] true",
		"deep/missing/list.txt":    "[two] true",
		"words/plural/irregular.s": "[one] false",
		"words/words.go":           "[] false",
		"docs/guide.md":            "[] false",
	} {
		handlers, program := cloud.importers(file)
		if got := fmt.Sprint(handlers, program); got != want {
			t.Errorf("%s: expected %s, got %s", file, want, got)
		}
	}
}

func TestReloadUnderLoadFailsNoRequest(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	ctx, stop := context.WithCancel(t.Context())
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for ctx.Err() == nil {
				if got := w.get(t, "/api/public", ""); !strings.HasPrefix(got, "200 Hello ") {
					t.Errorf("expected a greeting, got %q", got)
					return
				}
			}
		})
	}
	before := "stranger"
	for i := range 5 {
		next := fmt.Sprintf("reader %d", i)
		w.replace(t, publicHandler, "Hello "+before+"!", "Hello "+next+"!")
		w.await(t, "version "+next+" answers", func() bool { return w.get(t, "/api/public", "") == "200 Hello "+next+"!" })
		before = next
	}
	stop()
	callers.Wait()
}

// TestInterruptedReloadLetsNothingGo: another change ends the work on a handler,
// whose requests must not get the code before in the meantime.
func TestInterruptedReloadLetsNothingGo(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	cloud.pause.begin("public")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	change := watch.Change{Files: []string{publicHandler}}
	if cloud.Reload(ended, change) {
		t.Error("expected an interrupted reload to have served nothing")
	}
	if err := cloud.pause.wait(ended, "public"); err == nil {
		t.Error("expected the handler to stay held back")
	}
	if !cloud.Reload(t.Context(), change) {
		t.Error("expected the next reload to serve it")
	}
	if err := cloud.pause.wait(t.Context(), "public"); err != nil {
		t.Errorf("expected the handler to be let go, got %v", err)
	}
}

func TestSourceOf(t *testing.T) {
	t.Parallel()
	tests := map[string]source{
		"lambdas/private/handler.go":      {handlerSource, "private"},
		"lambdas/private/data/words.txt":  {handlerSource, "private"},
		"lambdas/private/handler_test.go": {},
		"lambdas/shared.go":               {kind: handlerSource},
		"go.mod":                          {kind: handlerSource},
		"infra/routes.go":                 {kind: programSource},
		"infra/deep-link.js":              {kind: programSource},
		"infra/config_test.go":            {},
		"Pulumi.yaml":                     {kind: settingsSource},
		"Pulumi.dev.yaml":                 {kind: settingsSource},
		"Pulumi.prod.yaml":                {},
		"Pulumi.dev.yml":                  {},
		"web/src/main.tsx":                {kind: siteSource},
		"README.md":                       {},
		"greeting/greeting.go":            {kind: sharedSource},
		"greeting/greeting_test.go":       {},
		"main.go":                         {},
	}
	cloud := &Cloud{cfg: Config{Stack: "dev"}}
	for file, want := range tests {
		if got := cloud.sourceOf(file); got != want {
			t.Errorf("%s: expected %+v, got %+v", file, want, got)
		}
	}
}

func TestDifferencesReadAsAPlan(t *testing.T) {
	t.Parallel()
	route := func(name string, input string) *stack.Resource {
		return &stack.Resource{URN: "urn::" + name, Type: "aws:apigatewayv2/route:Route", Name: name, Inputs: map[string]any{"routeKey": input}}
	}
	before := &stack.Graph{Resources: []*stack.Resource{route("a", "1"), route("b", "1"), route("c", "1")}}
	after := &stack.Graph{Resources: []*stack.Resource{route("b", "2"), route("c", "1"), route("d", "1"), {URN: "urn::component", Component: true}}}
	if got, want := planBetween(before, after), []string{"- Route a", "~ Route b", "+ Route d"}; !slices.Equal(got, want) {
		t.Errorf("expected %q, got %q", want, got)
	}
}

func TestPauseHoldsBackWhatWasSaved(t *testing.T) {
	t.Parallel()
	var p pause
	p.begin("private")
	mark := p.mark()
	if err := p.wait(t.Context(), "public"); err != nil {
		t.Errorf("expected the other handler to go on, got %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.wait(ended, "private"); err == nil {
		t.Error("expected the handler to be held back")
	}
	p.begin("private") // saved again, while the first is being built
	p.end(mark)
	if err := p.wait(ended, "private"); err == nil {
		t.Error("expected the handler to be held back for the second save")
	}
	p.begin("")
	if err := p.wait(ended, "public"); err == nil {
		t.Error("expected all to be held back")
	}
	p.end(p.mark())
	if err := p.wait(t.Context(), "private"); err != nil {
		t.Errorf("expected the handler to be let go, got %v", err)
	}
}

// TestSavedHandlerIsNotAnsweredByTheCodeBefore where something else keeps it from
// being served: its requests fail until that is mended.
func TestSavedHandlerIsNotAnsweredByTheCodeBefore(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.replace(t, "lambdas/private/handler.go", "package main", "package main\n\nfunc {")
	w.mustSay(t, `handler "private" does not build`)
	if got := w.get(t, "/api/public", ""); got != "200 Hello stranger!" {
		t.Errorf("expected the handler that nobody touched to answer, got %q", got)
	}
	w.replace(t, publicHandler, "Hello stranger!", "Hello reader!")
	w.await(t, "the saved handler is not answered by the code before", func() bool {
		return w.get(t, "/api/public", "") == `500 {"message":"Internal Server Error"}`
	})
	w.replace(t, "lambdas/private/handler.go", "package main\n\nfunc {", "package main")
	w.await(t, "both are served", func() bool { return w.get(t, "/api/public", "") == "200 Hello reader!" })
}

// TestALaterSaveEndsTheWorkOnTheOneBefore, even where that would never end.
func TestALaterSaveEndsTheWorkOnTheOneBefore(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	const config = "web/vite.config.ts"
	before := readText(t, filepath.Join(w.root, config))
	w.write(t, config, before+"\nsetInterval(() => {}, 1000);\nawait new Promise(() => {});\n")
	w.mustSay(t, "building web app")
	w.write(t, config, before)
	w.replace(t, publicHandler, "Hello stranger!", "Hello reader!")
	w.await(t, "the handler is served", func() bool { return w.get(t, "/api/public", "") == "200 Hello reader!" })
}

// TestSavedHandlerLeavesTheRestAlone: the tenant is not asked for its keys again,
// and the site that serves is the one that did.
func TestSavedHandlerLeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.cfg.Terminal.isReady.Store(true) // from then on each request has its line
	site := w.site.handler.Load()
	w.replace(t, publicHandler, "Hello stranger!", "Hello reader!")
	w.mustSay(t, "reloaded "+publicHandler)
	if said := w.said.String(); !strings.Contains(said, "/api/public") || strings.Contains(said, "/.well-known/") {
		t.Errorf("expected lines of the API's requests and none of the tenant's, got:\n%s", lastLines(said))
	}
	if w.site.handler.Load() != site {
		t.Error("the site was replaced")
	}
}
