package reload

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/reloadtest"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"

	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/watch"
)

// edit replaces a text in a file, which must contain it.
func edit(t *testing.T, path, old, new string) {
	t.Helper()
	text := reloadtest.ReadText(t, path)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not contain %q", path, old)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, old, new)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestEditShowsAndStateStays edits a component and a style while a page is open with a
// signed-in user. The page must not reload or violate its content security policy: the
// browser fails the test on a violation.
func TestEditShowsAndStateStays(t *testing.T) {
	t.Parallel()
	root := cloudtest.Project(t)
	c := cloudtest.Start(t, cloud.Config{Root: root, Stack: "dev", Hot: true})
	b := sitetest.NewBrowser(t)
	b.Open(c.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("user-email"))
	greeting := b.Call("call-private", "200")
	b.Do(chromedp.Evaluate[chromedp.Void]("window.loadedOnce = true"))

	b.Click(sitetest.TestID("without-token"))
	edit(t, filepath.Join(root, "web/site/src/parts/endpoint-card.tsx"), "Leave the token out", "Send no token")
	b.Until(`document.body.innerText.includes("Send no token")`)
	b.Until(`document.querySelector("[data-testid=without-token]").checked`)
	edit(t, filepath.Join(root, "web/shared/style/base.css"), "body {", "body { outline: 3px solid rgb(1, 2, 3);")
	b.Until(`getComputedStyle(document.body).outlineColor === "rgb(1, 2, 3)"`)

	if reloaded := sitetest.Evaluate(b, chromedp.Evaluate[bool]("window.loadedOnce !== true")); reloaded {
		t.Error("the page was loaded again")
	}
	if got := b.Text(sitetest.TestID("result-body")); got != greeting {
		t.Errorf("expected the earlier call's answer, got %q", got)
	}
	b.See(sitetest.TestID("user-email"))

	// A deep link returns the page as well.
	b.Open(c.SiteURL() + "/profile")
	b.See(sitetest.TestID("access-claims"))

	// An error of the compiler is shown over the page.
	b.Open(c.SiteURL())
	b.See(sitetest.TestID("user-email"))
	b.Allow("[vite]")
	b.Allow("/src/parts/endpoint-card.tsx?t=") // 500
	edit(t, filepath.Join(root, "web/site/src/parts/endpoint-card.tsx"), "Send no token", "Send </no token")
	b.Until(`document.querySelector("vite-error-overlay")?.shadowRoot.textContent.includes("endpoint-card.tsx")`)
}

// TestConfigurationComesFromTheProgram tests that Vite serves only the page: the
// configuration and the API come from the local cloud.
func TestConfigurationComesFromTheProgram(t *testing.T) {
	t.Parallel()
	c := cloudtest.Start(t, cloud.Config{Root: cloudtest.Project(t), Stack: "dev", Hot: true})
	for path, want := range map[string]string{
		"/config.json":  `/dev"`, // the audience
		"/api/public":   "Hello stranger!",
		"/api/absent":   `{"message":"Not Found"}`,
		"/src/main.tsx": `/src/app.tsx`,
	} {
		if got := sitetest.Fetch(t, http.DefaultClient, c.SiteURL()+path); !strings.Contains(got, want) {
			t.Errorf("%s: expected %q, got %s", path, want, got)
		}
	}
	for _, test := range []struct {
		method, path string
		want         int
	}{
		{"GET", "//api/public", 404}, {"GET", "/x/../api/public", 404}, {"POST", "/", 403}, {"OPTIONS", "/", 403}, {"TRACE", "/", 403}, {"GET", "/profile/", 200},
	} {
		request := httptest.NewRequest(test.method, "http://"+strings.TrimPrefix(c.SiteURL(), "http://")+"/", nil)
		request.URL.Path, request.RequestURI = test.path, ""
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != test.want {
			t.Errorf("%s %s: expected the deployed site's %d, got %d", test.method, test.path, test.want, response.StatusCode)
		}
	}
}

// TestPageThatDoesNotCompile tests that changes elsewhere are served although the page does
// not compile, and that a saved page does not run the program.
func TestPageThatDoesNotCompile(t *testing.T) {
	t.Parallel()
	root := cloudtest.Project(t)
	edit(t, filepath.Join(root, "web/site/src/main.tsx"), "createRoot(root)", "createRoot(root")
	output := &terminaltest.Output{}
	c := cloudtest.Start(t, cloud.Config{Root: root, Stack: "dev", Hot: true, Terminal: terminal.New(output)})
	before := output.String()
	c.Reload(t.Context(), watch.Change{Files: []string{"web/site/src/main.tsx"}})
	if after := output.String(); strings.Contains(strings.TrimPrefix(after, before), "program") {
		t.Errorf("a saved page ran the program:\n%s", after)
	}
	edit(t, filepath.Join(root, "Pulumi.dev.yaml"), "logRetentionDays: 14", "audience: https://other")
	c.Reload(t.Context(), watch.Change{Files: []string{"Pulumi.dev.yaml"}})
	if config := sitetest.Fetch(t, http.DefaultClient, c.SiteURL()+"/config.json"); !strings.Contains(config, `"audience": "https://other"`) {
		t.Errorf("expected the saved settings, got %s", config)
	}
}

// TestEditedSiteServesPagesAndFilesAsDeployed tests that -hot does not change which paths
// are pages and which are files.
func TestEditedSiteServesPagesAndFilesAsDeployed(t *testing.T) {
	t.Parallel()
	deployed := cloudtest.Start(t, cloud.Config{Stack: "dev"})
	edited := cloudtest.Start(t, cloud.Config{Root: cloudtest.Project(t), Stack: "dev", Hot: true})
	for _, path := range []string{
		"/", "/index.html", "/profile", "/profile/", "/items/1.1", "/users/jane.doe@example.com", "/.env", "/assets", "//",
		"/robots.txt", "/favicon.svg", "/config.json",
		"/absent.js", "/absent.png", "/assets/", "/assets/absent", "/.well-known/absent", "/x/absent.html",
	} {
		want, got := answerKind(t, deployed.SiteURL()+path), answerKind(t, edited.SiteURL()+path)
		if got != want {
			t.Errorf("%s: expected %s as deployed, got %s", path, want, got)
		}
	}
}

// answerKind returns "the page", "a file", or the status of an error, as a browser gets it.
func answerKind(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html,*/*;q=0.8")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		return response.Status
	}
	if strings.Contains(string(body), `<div id="root">`) {
		return "the page"
	}
	return "a file"
}
