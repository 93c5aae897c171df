package auth0

import (
	"encoding/json"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/bcrypt"
	xhtml "golang.org/x/net/html"
)

// fuzzed is a tenant without a socket, whose clock moves.
type fuzzed struct {
	*clock
	tenant  *Tenant
	handler http.Handler
	user    User
}

func newFuzzed(f *testing.F) *fuzzed {
	f.Helper()
	z := &fuzzed{clock: &clock{at: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}}
	cfg := testSetup("http://localhost:3002/")
	cfg.Users, cfg.Now = newUsers(bcrypt.MinCost), z.now
	var err error
	if z.user, err = cfg.Users.Add(email, password, "A Person"); err != nil {
		f.Fatal(err)
	}
	if z.tenant, err = cfg.tenant(f, testKeys); err != nil {
		f.Fatal(err)
	}
	z.handler = z.tenant.Handler()
	return z
}

func (z *fuzzed) serve(method, path, query, body string, cookies []*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.URL.RawQuery = query
	if method == http.MethodPost {
		r.Header.Set("Content-Type", formType)
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	z.handler.ServeHTTP(w, r)
	return w
}

// signedIn are the cookies of a browser that is signed in.
func (z *fuzzed) signedIn() []*http.Cookie {
	w := httptest.NewRecorder()
	z.tenant.sessions.start(w, httptest.NewRequest("GET", "/", nil), z.user.ID)
	return w.Result().Cookies()[:1]
}

// FuzzAuthorize: whatever the query, signed in or not, the answer is a page of
// the tenant, or a redirect to its login page or to a callback of the client
// that asks. A refused redirect URI is in no header and no link.
func FuzzAuthorize(f *testing.F) {
	f.Add(authRequestValues().Encode())
	f.Add(authRequestValues("prompt", "none", "response_mode", "web_message").Encode())
	f.Add(authRequestValues("client_id", stranger, "redirect_uri", "https://elsewhere.example/cb").Encode())
	for _, uri := range redirectAttacks {
		f.Add(authRequestValues("redirect_uri", uri).Encode())
	}
	f.Add("client_id=a&client_id=b")
	f.Add("%zz;=\x00")
	z := newFuzzed(f)
	f.Fuzz(func(t *testing.T, query string) {
		for _, cookies := range [][]*http.Cookie{nil, z.signedIn()} {
			w := z.serve("GET", "/authorize", query, "", cookies)
			checkAuthorizeAnswer(t, z.tenant.current.Load(), query, w)
		}
	})
}

func checkAuthorizeAnswer(t *testing.T, s *settings, query string, w *httptest.ResponseRecorder) {
	t.Helper()
	values, _ := url.ParseQuery(query)
	uri := values.Get("redirect_uri")
	allowed := slices.Contains(s.clients[values.Get("client_id")].Callbacks, uri)
	location := w.Header().Get("Location")
	switch home := strings.HasPrefix(location, "/u/"); {
	case w.Code >= 500, (location != "") != (w.Code == http.StatusFound):
		t.Errorf("got %d to %q", w.Code, location)
	case location != "" && (!allowed || !home && !strings.HasPrefix(location, uri+"?") && !strings.HasPrefix(location, uri+"&")):
		t.Errorf("a redirect to %q for %q", location, uri)
	case location == "" && w.Code == http.StatusOK && (!allowed || values.Get("response_mode") != modeWebMessage):
		t.Errorf("a message for %q", uri)
	case w.Code >= 400:
		wantSameRefusal(t, w)
	}
	to, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	if to.Query().Has("code") && (values.Get("response_type") != "code" || values.Get("code_challenge_method") != "S256") {
		t.Errorf("a code without PKCE: %q", location)
	}
}

// wantSameRefusal: every page of a refusal has the same headers and elements,
// whatever the request contains; what it contains is text.
func wantSameRefusal(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	want := httptest.NewRecorder()
	newPages(slog.New(slog.DiscardHandler), NewUsers()).error(want, &pageError{w.Code, "x", ""})
	if diff := cmp.Diff(want.Header(), w.Header()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(elements(want.Body), elements(w.Body)); diff != "" {
		t.Error(diff)
	}
}

// elements are a page's elements with their attributes, except for the hint, which
// some refusals have.
func elements(page io.Reader) []string {
	var found []string
	for tokens := xhtml.NewTokenizer(page); tokens.Next() != xhtml.ErrorToken; {
		switch token := tokens.Token(); token.Type {
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken, xhtml.CommentToken:
			if text := token.String(); text != `<p class="hint">` {
				found = append(found, text)
			}
		}
	}
	return found
}

// FuzzLoginForm: whatever a browser sends from the login page, only the right
// password signs it in, it is redirected only to the next step, and no password is
// shown. CSRF in the form is replaced by the page's own.
func FuzzLoginForm(f *testing.F) {
	good := url.Values{"csrf": {"CSRF"}, "email": {email}, "password": {password}}
	f.Add(good.Encode())
	for _, change := range [][]string{
		{"email", " PERSON@example.com "}, {"email", "nobody@example.com"}, {"password", "wrong"}, {"csrf", "x"}, {"csrf", ""},
		{"returnTo", "https://evil.example"}, {"email", "\"><script>"}, {"password", strings.Repeat("a", 100)}, {"state", "x"},
	} {
		form := url.Values{"csrf": {"CSRF"}, "email": {email}, "password": {password}}
		f.Add(changed(form, change).Encode())
	}
	f.Add(good.Encode() + "&email=x")
	f.Add("csrf=CSRF&email=%ff;")
	z := newFuzzed(f)
	f.Fuzz(func(t *testing.T, form string) {
		z.advance(blockDuration) // every guess is a first one
		begun := z.serve("GET", "/authorize", authRequestValues().Encode(), "", nil)
		to, err := url.Parse(begun.Header().Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		cookies := begun.Result().Cookies()[:1]
		page := z.serve("GET", to.Path, to.RawQuery, "", cookies).Body.String()
		csrf := csrfField.FindStringSubmatch(page)[1]
		form = strings.ReplaceAll(form, "CSRF", csrf)
		checkLoginAnswer(t, form, csrf, page, to.RawQuery, z.serve("POST", "/u/login", to.RawQuery, form, cookies))
	})
}

func checkLoginAnswer(t *testing.T, form, csrf, page, query string, w *httptest.ResponseRecorder) {
	t.Helper()
	p, refused := parseParams(form)
	right := refused == nil && p["csrf"] == csrf && strings.ToLower(strings.TrimSpace(p["email"])) == email && p["password"] == password
	ready := refused == nil && p["csrf"] == csrf && strings.ToLower(strings.TrimSpace(p["email"])) == "ready@example.com" && p["password"] == "ready-to-go"
	location := w.Header().Get("Location")
	if right || ready {
		if w.Code != http.StatusFound || location != "/authorize/resume?"+query || len(w.Header().Values("Set-Cookie")) == 0 {
			t.Errorf("the right password: got %d to %q", w.Code, location)
		}
		return
	}
	if w.Code != http.StatusBadRequest && w.Code != http.StatusForbidden || location != "" || len(w.Header().Values("Set-Cookie")) > 0 {
		t.Errorf("got %d to %q with %v", w.Code, location, w.Header())
	}
	if !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'; style-src 'self'") || strings.Contains(w.Body.String(), "<script") {
		t.Errorf("got %v %s", w.Header(), w.Body)
	}
	secret := p["password"]
	if len(secret) >= minPassword && !strings.Contains(page+p["email"]+msgWrongPassword, secret) && strings.Contains(html.UnescapeString(w.Body.String()), secret) {
		t.Errorf("the page repeats the password: %s", w.Body)
	}
}

// FuzzLogout: it redirects to a listed URL of the given client, or not at all.
func FuzzLogout(f *testing.F) {
	f.Add("client_id=" + spa + "&returnTo=" + url.QueryEscape(site))
	f.Add("client_id=" + spa)
	f.Add("returnTo=https://evil.example")
	for _, uri := range redirectAttacks {
		f.Add(url.Values{"client_id": {spa}, "returnTo": {uri}}.Encode())
	}
	z := newFuzzed(f)
	f.Fuzz(func(t *testing.T, query string) {
		w := z.serve("GET", "/v2/logout", query, "", z.signedIn())
		values, _ := url.ParseQuery(query)
		location := w.Header().Get("Location")
		if w.Code >= 500 || location != "" && (location != site || values.Get("client_id") != spa) {
			t.Errorf("got %d to %q", w.Code, location)
		}
		if ended := len(w.Header().Values("Set-Cookie")) > 0; ended != (w.Code < 400) {
			t.Errorf("session ended: %v, with status %d", ended, w.Code)
		}
	})
}

// FuzzTokenRequest: without a code or a refresh token that the tenant issued, every
// body gets an error of the protocol.
func FuzzTokenRequest(f *testing.F) {
	f.Add("client_id=" + spa + "&grant_type=authorization_code&code=x&redirect_uri=" + site + "&code_verifier=" + verifier)
	f.Add("client_id=" + spa + "&grant_type=refresh_token&refresh_token=x")
	f.Add("client_id=" + spa + "&grant_type=password&username=a&password=b")
	z := newFuzzed(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := z.serve("POST", "/oauth/token", "", body, nil)
		var refused struct {
			Code        string `json:"error"`
			Description string `json:"error_description"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &refused); err != nil || refused.Code == "" || refused.Description == "" || w.Code < 400 || w.Code >= 500 {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("got %v", w.Header())
		}
	})
}
