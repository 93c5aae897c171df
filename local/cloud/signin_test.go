package cloud

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

// siteConfig is the site's /config.json, as the page reads it.
type siteConfig struct {
	Auth0 struct{ Domain, ClientID, Audience, Scope string }
}

// signIn signs the ready user in as the page does, by code and PKCE, and
// returns the access token.
func signIn(t testing.TB, siteURL string) string {
	t.Helper()
	var cfg siteConfig
	if err := json.Unmarshal([]byte(fetch(t, http.DefaultClient, siteURL+"/config.json")), &cfg); err != nil {
		t.Fatal(err)
	}
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
	code := authorize(t, client.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("audience", cfg.Auth0.Audience)))
	token, err := client.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// authorize goes through the tenant's login page as the ready user and returns
// the code that the site is sent.
func authorize(t testing.TB, authURL string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	page := fetch(t, browser, authURL)
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

func fetch(t testing.TB, client *http.Client, url string) string {
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
