package auth0

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSignUpAndSignIn(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	page := b.authorize("screen_hint", "signup", "login_hint", "new@example.com")
	if page.url.Path != "/u/signup" || !strings.Contains(page.body, `value="new@example.com"`) {
		t.Fatalf("got %v %s", page.url, page.body)
	}
	back := b.callback(b.submit(page, "email", " New@Example.com ", "password", "long enough", "name", "New One"))
	_, id := payload(t, b.tokens(b.exchange(back.Get("code"))).IDToken)
	if id["email"] != "new@example.com" || id["email_verified"] != false || id["name"] != "New One" {
		t.Errorf("got %v", id)
	}
	again := b.authorize("prompt", "login")
	b.callback(b.submit(again, "email", "NEW@example.com", "password", "long enough"))
}

func TestReadyUser(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	page := b.authorize()
	for _, shown := range []string{"Sign in as Ready User", "ready@example.com", "ready-to-go", `data-testid="ready-user"`} {
		if !strings.Contains(page.body, shown) {
			t.Errorf("the page does not show %q", shown)
		}
	}
	b.callback(b.submit(page, "email", "ready@example.com", "password", "ready-to-go"))
}

func TestSignUpProblems(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, tt := range []struct{ name, email, password, person, want string }{
		{"no at sign", "person", "long enough", "", "Enter an e-mail address such as name@example.com."},
		{"no dot", "a@b", "long enough", "", "Enter an e-mail address such as name@example.com."},
		{"with a name", "A <a@example.com>", "long enough", "", "Enter an e-mail address such as name@example.com."},
		{"another direction of text", "\u202egro.elpmaxe@resu.com", "long enough", "", "Enter an e-mail address such as name@example.com."},
		{"invisible", "us\u200ber@example.com", "long enough", "", "Enter an e-mail address such as name@example.com."},
		{"long e-mail", strings.Repeat("a", 250) + "@b.example", "long enough", "", "Enter an e-mail address such as name@example.com."},
		{"short password", "b@example.com", "1234567", "", "Choose a password of at least 8 characters."},
		{"long password", "b@example.com", strings.Repeat("a", 73), "", "Choose a password of at most 72 bytes."},
		{"long name", "b@example.com", "long enough", strings.Repeat("a", 101), "Choose a name of at most 100 characters."},
		{"name in another direction", "b@example.com", "long enough", "gro\u202e", "Choose a name without control characters."},
		{"name that colors a terminal", "b@example.com", "long enough", "a\x1b[31m", "Choose a name without control characters."},
		{"taken", strings.ToUpper(email), "long enough", "", msgSignUpFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := f.browser()
			got := b.submit(b.authorize("screen_hint", "signup"), "email", tt.email, "password", tt.password, "name", tt.person)
			if got.status != 400 || !strings.Contains(got.body, `data-testid="form-error">`+tt.want) {
				t.Errorf("got %d %s", got.status, got.body)
			}
			if strings.Contains(got.body, tt.password) {
				t.Error("the page repeats the password")
			}
		})
	}
}

func TestSignUpThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	users, err := LoadUsers(filepath.Join(folder, "users.json"))
	if err != nil {
		t.Fatal(err)
	}
	b := start(t, func(c *setup) { c.Users = users }).browser()
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	page := b.authorize("screen_hint", "signup")
	got := b.submit(page, "email", "b@example.com", "password", "long enough")
	if got.status != 500 || !strings.Contains(got.body, msgSignUpFailed) || strings.Contains(got.body, folder) {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

// TestNoUserEnumeration: an unknown e-mail and a wrong password look the same.
func TestNoUserEnumeration(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	fail := func(address, secret string) string {
		page := b.authorize()
		got := b.submit(page, "email", address, "password", secret)
		if got.status != 400 || !strings.Contains(got.body, msgWrongPassword) || len(got.header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: got %d %v", address, got.status, got.header)
		}
		body := strings.ReplaceAll(got.body, page.url.Query().Get("state"), "STATE")
		return strings.ReplaceAll(csrfField.ReplaceAllString(body, ""), address, "ADDRESS")
	}
	known := fail(email, "wrong password")
	if unknown := fail("nobody@example.com", password); known != unknown {
		t.Errorf("the pages differ:\n%s\n%s", known, unknown)
	}
	fail(email, "")
	fail(email, strings.Repeat("a", 100))
}

func TestTooManyWrongPasswords(t *testing.T) {
	t.Parallel()
	for _, address := range []string{email, "nobody@example.com"} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			b := start(t).browser()
			page := b.authorize()
			for range maxFailures {
				if got := b.submit(page, "email", address, "password", "wrong"); got.status != 400 {
					t.Fatalf("got %d", got.status)
				}
			}
			got := b.submit(page, "email", " "+strings.ToUpper(address), "password", password)
			if got.status != http.StatusTooManyRequests || !strings.Contains(got.body, msgBlocked) {
				t.Errorf("blocked: got %d %s", got.status, got.body)
			}
			b.submit(page, "email", "ready@example.com", "password", "ready-to-go") // others are free
			b.advance(blockDuration)
			if got := b.submit(b.authorize("prompt", "login"), "email", address, "password", password); got.status == http.StatusTooManyRequests {
				t.Errorf("later: got %d", got.status)
			}
		})
	}
}

func TestTooManySignUps(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	page := b.authorize("screen_hint", "signup")
	for range signUpBurst {
		b.submit(page, "email", "x", "password", "y")
	}
	if got := b.submit(page, "email", "x", "password", "y"); got.status != 429 || !strings.Contains(got.body, msgTooManySignUps) {
		t.Errorf("got %d", got.status)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	page := b.authorize()
	csrf := html.UnescapeString(csrfField.FindStringSubmatch(page.body)[1])
	cancel := func() answer {
		return b.post("u/cancel?state="+page.url.Query().Get("state"), url.Values{"csrf": {csrf}})
	}
	if got := b.callback(cancel()); got.Get("error") != "access_denied" || got.Get("state") != "the state" {
		t.Errorf("got %v", got)
	}
	wantPage(t, cancel(), 400, "expired or is already finished")
}

// TestForeignForms: forms that did not come from the page of this transaction
// in this browser.
func TestForeignForms(t *testing.T) {
	t.Parallel()
	f := start(t)
	victim := f.browser()
	page := victim.authorize()
	csrf := csrfField.FindStringSubmatch(page.body)[1]
	good := url.Values{"csrf": {csrf}, "email": {email}, "password": {password}}.Encode()
	for _, tt := range []struct {
		name    string
		by      *browser
		body    string
		headers []string
		status  int
	}{
		{"no token", victim, "email=a", nil, 403},
		{"another token", victim, "csrf=x", nil, 403},
		{"another browser", f.browser(), good, nil, 400},
		{"sent from another site", victim, good, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"sent from another port", victim, good, []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"sent from another origin by an old browser", victim, good, []string{"Origin", site}, 403},
		{"as JSON", victim, `{}`, []string{"Content-Type", "application/json"}, 403},
		{"repeated field", victim, good + "&csrf=x", nil, 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, path := range []string{"/u/login", "/u/signup", "/u/consent", "/u/cancel"} {
				target := strings.TrimSuffix(f.cfg.Issuer, "/") + path + "?" + page.url.RawQuery
				got := tt.by.do("POST", target, tt.body, append([]string{"Content-Type", formType}, tt.headers...)...)
				wantPage(t, got, tt.status, "Something went wrong")
			}
		})
	}
}

func TestPagesWithoutTransaction(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	page := b.authorize()
	for _, path := range []string{"u/login", "u/signup?state=x", "u/consent?" + page.url.RawQuery, "authorize/resume?" + page.url.RawQuery} {
		wantPage(t, b.get(path), 400, "expired or is already finished")
	}
	b.advance(transactionLifetime)
	wantPage(t, b.get("u/login?"+page.url.RawQuery), 400, "expired or is already finished")
	wantPage(t, b.get("u/nothing"), 404, "There is nothing at /u/nothing.")
}

func TestPageHeaders(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	got := b.authorize()
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' " + site,
		"X-Frame-Options":         "DENY",
		"X-Content-Type-Options":  "nosniff",
		"Referrer-Policy":         "same-origin",
		"Cache-Control":           "no-store",
		"Content-Type":            "text/html; charset=utf-8",
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s: expected %q, got %q", name, want, got.header.Get(name))
		}
	}
	if strings.Contains(got.body, "<script") || strings.Contains(got.body, "style=") {
		t.Error("the page has inline code that its policy forbids")
	}
	for path, kind := range map[string]string{"u/tenant.css": "text/css; charset=utf-8", "u/icon.svg": "image/svg+xml", "": "text/html; charset=utf-8"} {
		if got := b.get(path); got.status != 200 || got.header.Get("Content-Type") != kind {
			t.Errorf("%s: got %d %v", path, got.status, got.header)
		}
	}
}

// TestPagesSayHowLongAccountsLast: in memory they do not outlast the process.
func TestPagesSayHowLongAccountsLast(t *testing.T) {
	t.Parallel()
	inMemory := start(t).browser().authorize()
	inFile := start(t, func(s *setup) { s.Users.path = filepath.Join(t.TempDir(), "users.json") }).browser().authorize()
	for _, test := range []struct{ page, want string }{
		{inMemory.body, "are forgotten when the local cloud stops, unless it is started with <code>-users FILE</code>"},
		{inFile.body, "are kept in the file of <code>-users</code>"},
	} {
		if !strings.Contains(test.page, test.want) {
			t.Errorf("expected %q in\n%s", test.want, test.page)
		}
	}
}

func TestPagesEscape(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	const evil = `"><script>alert(1)</script>`
	page := b.authorize("login_hint", evil)
	got := b.submit(page, "email", evil, "password", "x")
	message := b.authorize("prompt", "none", "response_mode", "web_message", "state", `</script><script>alert(1)//`)
	for _, a := range []answer{page, got, message} {
		if strings.Contains(a.body, "<script>alert") {
			t.Errorf("not escaped: %s", a.body)
		}
	}
}

// TestCookies: only the tenant's own paths receive them, and no script.
func TestCookies(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	issuer, err := url.Parse(b.cfg.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	b.signIn()
	for path, want := range map[string]int{"/": 0, "/api/private": 0, "/userinfo": 0, "/v2/logout": 1, "/u/login": 2, "/authorize": 2} {
		got := b.client.Jar.Cookies(issuer.JoinPath(path))
		if len(got) != want {
			t.Errorf("%s: expected %d cookies, got %v", path, want, got)
		}
		for _, c := range got {
			if !strings.HasSuffix(c.Name, "_"+issuer.Port()) {
				t.Errorf("the name %q lacks the port", c.Name)
			}
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", b.cfg.Issuer+"authorize?"+authRequestValues().Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure {
			t.Errorf("got %v", c)
		}
	}
	if !newCookie("x", "https://tenant.example/").secure {
		t.Error("expected Secure under https")
	}
}

// TestSessionFixation: signing in gives the session another name.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.signIn()
	issuer, _ := url.Parse(b.cfg.Issuer + "v2/logout")
	before := b.client.Jar.Cookies(issuer)[0].Value
	b.signIn("prompt", "login")
	after := b.client.Jar.Cookies(issuer)[0].Value
	if before == after {
		t.Error("the session cookie stayed the same")
	}
	if _, ok := b.tenant.sessions.find(digest(before)); ok {
		t.Error("the old session lives on")
	}
}
