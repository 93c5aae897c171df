package reload

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"api-auth-jwt-auth0/local/reloadtest"
	"api-auth-jwt-auth0/local/sitetest"
)

func TestSavedHandlerAnswersTheNextRequest(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello reader!")
	w.Await(t, "the new code answers", func() bool { return w.Get(t, "/api/public", "") == "200 Hello reader!" })
	w.AwaitOutput(t, "reloaded "+reloadtest.PublicHandler)
	w.AwaitOutput(t, "~ Function public")
	if strings.Contains(w.Output.String(), "Function private") {
		t.Errorf("the other handler was changed:\n%s", w.Output)
	}
}

// TestHandlerThatDoesNotBuildFailsItsRequests tests that the old code does not answer. The
// other handlers do, and the fixed one does.
func TestHandlerThatDoesNotBuildFailsItsRequests(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello \" + undefined + \"!")
	w.Await(t, "the request fails", func() bool { return w.Get(t, "/api/public", "") == `500 {"message":"Internal Server Error"}` })
	w.AwaitOutput(t, reloadtest.PublicHandler+":")
	w.AwaitOutput(t, "undefined: undefined")
	token := sitetest.SignIn(t, w.SiteURL())
	if got := w.Get(t, "/api/private", token); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected the other handler to answer, got %q", got)
	}
	w.Replace(t, reloadtest.PublicHandler, "Hello \" + undefined + \"!", "Hello again!")
	w.Await(t, "the fixed code answers", func() bool { return w.Get(t, "/api/public", "") == "200 Hello again!" })
}

func TestSavedSettingsApplyWithoutSigningAnyoneOut(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	token := sitetest.SignIn(t, w.SiteURL())
	w.Write(t, "Pulumi.dev.yaml", reloadtest.Settings+"  accessTokenLifetime: 60\n")
	w.AwaitOutput(t, "~ ResourceServer api")
	if got := w.Get(t, "/api/private", token); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected the token to stay valid, got %q", got)
	}
	w.Write(t, "Pulumi.dev.yaml", reloadtest.Settings+"  accessTokenLifetime: 59\n")
	w.AwaitOutput(t, "pulumi config set --stack dev accessTokenLifetime 60")
	if got := w.Get(t, "/api/private", token); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected what was served before to stay, got %q", got)
	}
}

// TestSettingsOfAnotherStackAreNotRead tests that an invalid settings file of another stack
// changes nothing, while Pulumi.yaml is read.
func TestSettingsOfAnotherStackAreNotRead(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	w.Write(t, "Pulumi.prod.yaml", "config: {")
	w.Replace(t, "Pulumi.yaml", "description: ", "description: Another ")
	w.AwaitOutput(t, "reloaded Pulumi.yaml")
	if strings.Contains(w.Output.String(), "Pulumi.prod.yaml") {
		t.Errorf("the settings of prod were read:\n%s", w.Output)
	}
}

func TestSavedPageIsServed(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	w.Replace(t, "web/site/index.html", "<title>", "<title>Changed: ")
	w.Await(t, "the new page is served", func() bool { return strings.Contains(w.Get(t, "/", ""), "<title>Changed: ") })
	w.AwaitOutput(t, "~ BucketObjectv2 index.html")
}

// TestSavedProgramIsServed changes the table of routes: a new route answers, a removed one
// returns 404, and a changed scope applies.
func TestSavedProgramIsServed(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	token := sitetest.SignIn(t, w.SiteURL())
	const routes = "infra/routes.go"
	w.Replace(t, routes, `Path: "/public"`, `Path: "/open"`)
	w.Await(t, "the new route answers", func() bool { return w.Get(t, "/api/open", "") == "200 Hello stranger!" })
	if got := w.Get(t, "/api/public", ""); got != `404 {"message":"Not Found"}` {
		t.Errorf("expected the old route to be gone, got %q", got)
	}
	w.AwaitOutput(t, "+ Route get-open")
	w.AwaitOutput(t, "- Route get-public")
	if got := w.Get(t, "/api/private", token); !strings.HasPrefix(got, "200 ") {
		t.Errorf("expected the token to stay valid, got %q", got)
	}
	w.Replace(t, routes, `Scopes: []string{"read:private"}`, `Scopes: []string{"write:private"}`)
	w.Replace(t, routes, `"read:private"`, `"write:private"`)
	w.Replace(t, "lambdas/private/handler.go", "Hello ", "Secret ")
	w.Await(t, "the changed scope applies", func() bool {
		got := w.Get(t, "/api/private", token)
		if strings.Contains(got, "Secret") {
			t.Errorf("expected the old route not to reach the new code, got %q", got)
		}
		return got == `403 {"message":"Forbidden"}`
	})
	w.Replace(t, routes, "\nvar ", "\nvar _ = missing\n\nvar ")
	w.AwaitOutput(t, "undefined: missing")
	if got := w.Get(t, "/api/open", ""); got != "200 Hello stranger!" {
		t.Errorf("expected what was served before to stay, got %q", got)
	}
}

// TestSavedPackageRebuildsItsImporters, in any folder of the module.
func TestSavedPackageRebuildsItsImporters(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	if err := os.MkdirAll(filepath.Join(w.Root, "greeting", "notes"), 0o755); err != nil {
		t.Fatal(err)
	}
	const greeting = "greeting/greeting.go"
	w.Write(t, greeting, "package greeting\n\nconst Stranger = \"Hello there!\"\n")
	w.Replace(t, reloadtest.PublicHandler, `"Hello stranger!"`, "greeting.Stranger")
	w.Replace(t, reloadtest.PublicHandler, "import (", "import (\n\t\"api-auth-jwt-auth0/greeting\"")
	w.Await(t, "the package is used", func() bool { return w.Get(t, "/api/public", "") == "200 Hello there!" })
	w.Replace(t, greeting, "Hello there!", "Hello again!")
	w.Await(t, "the saved package is used", func() bool { return w.Get(t, "/api/public", "") == "200 Hello again!" })
	w.AwaitOutput(t, "reloaded "+greeting)
	w.Replace(t, greeting, "package greeting", "package greeting\n\nvar _ = missing\n")
	w.Await(t, "the handler that imports it fails", func() bool { return strings.HasPrefix(w.Get(t, "/api/public", ""), "500 ") })
	if got := w.Get(t, "/api/private", sitetest.SignIn(t, w.SiteURL())); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected the other handler to answer, got %q", got)
	}
	if strings.Contains(w.Output.String(), "Function private") {
		t.Errorf("the other handler was changed:\n%s", w.Output)
	}
}

func TestReloadUnderLoadFailsNoRequest(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	ctx, stop := context.WithCancel(t.Context())
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for ctx.Err() == nil {
				if got := w.Get(t, "/api/public", ""); !strings.HasPrefix(got, "200 Hello ") {
					t.Errorf("expected a greeting, got %q", got)
					return
				}
			}
		})
	}
	before := "stranger"
	for i := range 5 {
		next := fmt.Sprintf("reader %d", i)
		w.Replace(t, reloadtest.PublicHandler, "Hello "+before+"!", "Hello "+next+"!")
		w.Await(t, "version "+next+" answers", func() bool { return w.Get(t, "/api/public", "") == "200 Hello "+next+"!" })
		before = next
	}
	stop()
	callers.Wait()
}

// TestSavedHandlerIsNotAnsweredByOldCode saves a handler while another one does not build. Requests of the
// saved handler fail until that is fixed.
func TestSavedHandlerIsNotAnsweredByOldCode(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	w.Replace(t, "lambdas/private/handler.go", "package main", "package main\n\nfunc {")
	w.AwaitOutput(t, `handler "private" does not build`)
	if got := w.Get(t, "/api/public", ""); got != "200 Hello stranger!" {
		t.Errorf("expected the unchanged handler to answer, got %q", got)
	}
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello reader!")
	w.Await(t, "the old code does not answer", func() bool {
		return w.Get(t, "/api/public", "") == `500 {"message":"Internal Server Error"}`
	})
	w.Replace(t, "lambdas/private/handler.go", "package main\n\nfunc {", "package main")
	w.Await(t, "both are served", func() bool { return w.Get(t, "/api/public", "") == "200 Hello reader!" })
}

// TestLaterSaveCancelsReload saves again while a build of the site does not end.
func TestLaterSaveCancelsReload(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	const config = "web/vite.config.ts"
	before := reloadtest.ReadText(t, filepath.Join(w.Root, config))
	w.Write(t, config, before+"\nsetInterval(() => {}, 1000);\nawait new Promise(() => {});\n")
	w.AwaitOutput(t, "building web app")
	w.Write(t, config, before)
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello reader!")
	w.Await(t, "the handler is served", func() bool { return w.Get(t, "/api/public", "") == "200 Hello reader!" })
}

// TestSavedHandlerChangesNothingElse tests that the authorizer does not fetch the tenant's
// keys again, and that the site is not replaced.
func TestSavedHandlerChangesNothingElse(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	w.Screen.Ready(w.Ready()) // from now on each request is shown
	modified := func() string {
		response, err := http.Get(w.SiteURL())
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.Header.Get("Last-Modified")
	}
	before := modified()
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello reader!")
	w.AwaitOutput(t, "reloaded "+reloadtest.PublicHandler)
	if output := w.Output.String(); !strings.Contains(output, "/api/public") || strings.Contains(output, "/.well-known/") {
		t.Errorf("expected lines for requests to the API, and none for requests to the tenant, got:\n%s", reloadtest.LastLines(output))
	}
	if after := modified(); before == "" || after != before {
		t.Errorf("the site was replaced: its page was modified at %q, then at %q", before, after)
	}
}
