package reloadtest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"api-auth-jwt-auth0/local/sitetest"
)

func TestSavedHandlerAnswersTheNextRequest(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.replace(t, publicHandler, "Hello stranger!", "Hello reader!")
	w.await(t, "the new code answers", func() bool { return w.get(t, "/api/public", "") == "200 Hello reader!" })
	w.awaitOutput(t, "reloaded "+publicHandler)
	w.awaitOutput(t, "~ Function public")
	if strings.Contains(w.output.String(), "Function private") {
		t.Errorf("the other handler was touched:\n%s", w.output)
	}
}

// TestHandlerThatDoesNotBuildFailsItsRequests: the old code must not go on
// answering; the other handlers must, and so must the fixed one.
func TestHandlerThatDoesNotBuildFailsItsRequests(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.replace(t, publicHandler, "Hello stranger!", "Hello \" + undefined + \"!")
	w.await(t, "the request fails", func() bool { return w.get(t, "/api/public", "") == `500 {"message":"Internal Server Error"}` })
	w.awaitOutput(t, publicHandler+":")
	w.awaitOutput(t, "undefined: undefined")
	token := sitetest.SignIn(t, w.SiteURL())
	if got := w.get(t, "/api/private", token); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected the other handler to answer, got %q", got)
	}
	w.replace(t, publicHandler, "Hello \" + undefined + \"!", "Hello again!")
	w.await(t, "the fixed code answers", func() bool { return w.get(t, "/api/public", "") == "200 Hello again!" })
}

func TestSavedSettingsApplyWithoutSigningAnyoneOut(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	token := sitetest.SignIn(t, w.SiteURL())
	w.write(t, "Pulumi.dev.yaml", unthrottled+"  accessTokenLifetime: 60\n")
	w.awaitOutput(t, "~ ResourceServer api")
	if got := w.get(t, "/api/private", token); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected the token to stay valid, got %q", got)
	}
	w.write(t, "Pulumi.dev.yaml", unthrottled+"  accessTokenLifetime: 59\n")
	w.awaitOutput(t, "pulumi config set --stack dev accessTokenLifetime 60")
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
	w.awaitOutput(t, "reloaded Pulumi.yaml")
	if strings.Contains(w.output.String(), "Pulumi.prod.yaml") {
		t.Errorf("the settings of prod were read:\n%s", w.output)
	}
}

func TestSavedPageIsServed(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.replace(t, "web/site/index.html", "<title>", "<title>Changed: ")
	w.await(t, "the new page is served", func() bool { return strings.Contains(w.get(t, "/", ""), "<title>Changed: ") })
	w.awaitOutput(t, "~ BucketObjectv2 index.html")
}

// TestSavedProgramIsServed changes the route table: a new route serves, one that
// is gone gives 404, and a changed scope applies.
func TestSavedProgramIsServed(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	token := sitetest.SignIn(t, w.SiteURL())
	const routes = "infra/routes.go"
	w.replace(t, routes, `Path: "/public"`, `Path: "/open"`)
	w.await(t, "the new route serves", func() bool { return w.get(t, "/api/open", "") == "200 Hello stranger!" })
	if got := w.get(t, "/api/public", ""); got != `404 {"message":"Not Found"}` {
		t.Errorf("expected the old route to be gone, got %q", got)
	}
	w.awaitOutput(t, "+ Route get-open")
	w.awaitOutput(t, "- Route get-public")
	if got := w.get(t, "/api/private", token); !strings.HasPrefix(got, "200 ") {
		t.Errorf("expected the token to stay valid, got %q", got)
	}
	w.replace(t, routes, `Scopes: []string{"read:private"}`, `Scopes: []string{"write:private"}`)
	w.replace(t, routes, `"read:private"`, `"write:private"`)
	w.replace(t, "lambdas/private/handler.go", "Hello ", "Secret ")
	w.await(t, "the changed scope applies", func() bool {
		got := w.get(t, "/api/private", token)
		if strings.Contains(got, "Secret") {
			t.Errorf("expected the old route not to reach the new code, got %q", got)
		}
		return got == `403 {"message":"Forbidden"}`
	})
	w.replace(t, routes, "\nvar ", "\nvar _ = missing\n\nvar ")
	w.awaitOutput(t, "undefined: missing")
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
	w.awaitOutput(t, "reloaded "+greeting)
	w.replace(t, greeting, "package greeting", "package greeting\n\nvar _ = missing\n")
	w.await(t, "the handler that imports it fails", func() bool { return strings.HasPrefix(w.get(t, "/api/public", ""), "500 ") })
	if got := w.get(t, "/api/private", sitetest.SignIn(t, w.SiteURL())); !strings.HasPrefix(got, "200 Hello auth0|") {
		t.Errorf("expected the handler that does not to answer, got %q", got)
	}
	if strings.Contains(w.output.String(), "Function private") {
		t.Errorf("the other handler was touched:\n%s", w.output)
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

// TestSavedHandlerIsNotAnsweredByTheCodeBefore where something else prevents that it
// is served: its requests fail until that is fixed.
func TestSavedHandlerIsNotAnsweredByTheCodeBefore(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.replace(t, "lambdas/private/handler.go", "package main", "package main\n\nfunc {")
	w.awaitOutput(t, `handler "private" does not build`)
	if got := w.get(t, "/api/public", ""); got != "200 Hello stranger!" {
		t.Errorf("expected the unchanged handler to answer, got %q", got)
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
	w.awaitOutput(t, "building web app")
	w.write(t, config, before)
	w.replace(t, publicHandler, "Hello stranger!", "Hello reader!")
	w.await(t, "the handler is served", func() bool { return w.get(t, "/api/public", "") == "200 Hello reader!" })
}

// TestSavedHandlerLeavesTheRestAlone: the tenant is not asked for its keys again,
// and the site that serves is the one that did.
func TestSavedHandlerLeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.screen.Ready(w.Ready()) // from then on each request has its line
	modified := func() string {
		response, err := http.Get(w.SiteURL())
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.Header.Get("Last-Modified")
	}
	before := modified()
	w.replace(t, publicHandler, "Hello stranger!", "Hello reader!")
	w.awaitOutput(t, "reloaded "+publicHandler)
	if output := w.output.String(); !strings.Contains(output, "/api/public") || strings.Contains(output, "/.well-known/") {
		t.Errorf("expected lines for requests to the API, and none for requests to the tenant, got:\n%s", lastLines(output))
	}
	if after := modified(); before == "" || after != before {
		t.Errorf("the site was replaced: its page was of %q, and is of %q", before, after)
	}
}
