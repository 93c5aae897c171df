package sitetest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

// Config is the site's /config.json, as the page reads it.
type Config struct {
	Auth0 struct{ Domain, ClientID, Audience, Scope string }
}

// ReadConfig reads a site's configuration.
func ReadConfig(t testing.TB, siteURL string) (cfg Config) {
	t.Helper()
	if err := json.Unmarshal([]byte(Fetch(t, http.DefaultClient, siteURL+"/config.json")), &cfg); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// SignIn signs the predefined user in as the page does, by code and PKCE, and returns the
// access token.
func SignIn(t testing.TB, siteURL string) string {
	t.Helper()
	cfg := ReadConfig(t, siteURL)
	client := &oauth2.Config{
		ClientID:    cfg.Auth0.ClientID,
		RedirectURL: siteURL,
		Scopes:      strings.Fields(cfg.Auth0.Scope),
		Endpoint: oauth2.Endpoint{
			AuthURL:   cfg.Auth0.Domain + "/authorize",
			TokenURL:  cfg.Auth0.Domain + "/oauth/token",
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
	verifier := oauth2.GenerateVerifier()
	code := Authorize(t, client.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("audience", cfg.Auth0.Audience)))
	token, err := client.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// Authorize signs the predefined user in on the tenant's login page, and returns the code
// that the site receives.
func Authorize(t testing.TB, authURL string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	page := Fetch(t, browser, authURL)
	form := url.Values{}
	ready, _, _ := strings.Cut(page[strings.Index(page, `class="ready"`):], "</form>")
	for _, field := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(ready, -1) {
		form.Set(field[1], html.UnescapeString(field[2]))
	}
	action := html.UnescapeString(regexp.MustCompile(`action="([^"]*)"`).FindStringSubmatch(ready)[1])
	base, err := url.Parse(authURL)
	if err != nil {
		t.Fatal(err)
	}
	target, err := base.Parse(action)
	if err != nil {
		t.Fatal(err)
	}
	response, err := browser.PostForm(target.String(), form) // follows the redirects to the site
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	code := response.Request.URL.Query().Get("code")
	if code == "" {
		t.Fatalf("expected a code, got %s", response.Request.URL)
	}
	return code
}

// Fetch returns the body of a response to GET.
func Fetch(t testing.TB, client *http.Client, url string) string {
	t.Helper()
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// Get calls a route, with a token unless it is empty, and returns the status and the body of
// the response, separated by a space.
func Get(url, token string) (answer string, err error) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return fmt.Sprint(response.StatusCode, " ", string(body)), err
}

// AwaitEvent waits until the console's stream has an event that contains text.
func AwaitEvent(t testing.TB, consoleURL, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, consoleURL+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if strings.Contains(lines.Text(), text) {
			return
		}
	}
	t.Errorf("expected an event of the console with %s", text)
}
