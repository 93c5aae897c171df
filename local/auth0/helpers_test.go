package auth0

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

const (
	site     = "http://localhost:3000"
	spa      = "spa-client"
	stranger = "third-party-client"
	audience = "https://api.example.com"
	scopes   = "openid profile email read:private offline_access"

	email    = "person@example.com"
	password = "correct horse"
	verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)

// testKeys are shared, because generating one takes up to a second.
var testKeys = sync.OnceValue(newKeyring)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// fixture is a tenant on a real socket.
type fixture struct {
	*testing.T
	*clock
	tenant *Tenant
	cfg    setup
	user   User
}

// setup is the whole input of a tenant.
type setup struct {
	Options
	Config
}

// tenant serves the setup, with these keys.
func (s setup) tenant(t testing.TB, keys func() *keyring) (*Tenant, error) {
	tenant, err := newTenant(s.Options, keys)
	if err != nil {
		return nil, err
	}
	commit, err := tenant.Prepare(t.Context(), s.Config)
	if err != nil {
		return nil, err
	}
	commit()
	return tenant, nil
}

// reload serves another configuration.
func (f *fixture) reload(cfg Config) {
	f.Helper()
	commit, err := f.tenant.Prepare(f.Context(), cfg)
	if err != nil {
		f.Fatal(err)
	}
	commit()
}

func testSetup(issuer string) setup {
	return setup{Options{
		Issuer:    issuer,
		ReadyUser: &ReadyUser{"ready@example.com", "ready-to-go", "Ready User"},
	}, Config{
		Clients: []Client{{
			ID: spa, Name: "The site", Callbacks: []string{site, site + "/?tab=1"}, LogoutURLs: []string{site},
			WebOrigins: []string{site}, GrantTypes: []string{grantCode, grantRefresh}, FirstParty: true,
			RefreshToken: RefreshTokenPolicy{Rotating: true, Lifetime: 48 * time.Hour, IdleLifetime: 24 * time.Hour},
		}, {
			ID: stranger, Name: "Elsewhere", Callbacks: []string{"https://elsewhere.example/cb"}, GrantTypes: []string{grantCode},
		}},
		APIs: []API{{
			Identifier: audience, Name: "The API", TokenLifetime: time.Hour,
			Scopes:             []Scope{{"read:private", "Read the private greeting"}},
			AllowOfflineAccess: true, SkipConsentForFirstParty: true,
		}},
		ClientGrants: []ClientGrant{
			{spa, audience, []string{"read:private"}}, {stranger, audience, []string{"read:private"}},
		},
	}}
}

// start serves a tenant whose configuration each change may alter.
func start(t *testing.T, changes ...func(*setup)) *fixture {
	t.Helper()
	return startWith(t, testKeys, changes...)
}

func startWith(t *testing.T, keys func() *keyring, changes ...func(*setup)) *fixture {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{T: t, clock: &clock{at: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}}
	f.cfg = testSetup("http://" + listener.Addr().String() + "/")
	f.cfg.Now, f.cfg.Users = f.now, newUsers(bcrypt.MinCost)
	for _, change := range changes {
		change(&f.cfg)
	}
	if f.user, err = f.cfg.Users.Add(email, password, "A Person"); err != nil {
		t.Fatal(err)
	}
	if f.tenant, err = f.cfg.tenant(t, keys); err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: f.tenant.Handler()}}
	server.Start()
	t.Cleanup(server.Close)
	return f
}

// answer is a response, read whole.
type answer struct {
	status int
	header http.Header
	body   string
	url    *url.URL // of the request
}

// browser follows redirects within the tenant, and stops where one leaves it.
type browser struct {
	*fixture
	client *http.Client
}

func (f *fixture) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		f.Fatal(err)
	}
	stayHome := func(req *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(req.URL.String(), f.cfg.Issuer) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return &browser{f, &http.Client{Jar: jar, CheckRedirect: stayHome}}
}

func (b *browser) do(method, target, body string, headers ...string) answer {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, target, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(content), res.Request.URL}
}

func (b *browser) get(path string) answer {
	b.Helper()
	return b.do("GET", b.cfg.Issuer+strings.TrimPrefix(path, "/"), "")
}

const formType = "application/x-www-form-urlencoded"

func (b *browser) post(path string, form url.Values) answer {
	b.Helper()
	return b.do("POST", b.cfg.Issuer+strings.TrimPrefix(path, "/"), form.Encode(), "Content-Type", formType)
}

// authRequestValues are those of a good request, with changes: "" removes one.
func authRequestValues(changes ...string) url.Values {
	sum := sha256.Sum256([]byte(verifier))
	v := url.Values{
		"client_id": {spa}, "redirect_uri": {site}, "response_type": {"code"},
		"code_challenge_method": {"S256"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
		"scope": {scopes}, "audience": {audience}, "state": {"the state"}, "nonce": {"the nonce"},
	}
	return changed(v, changes)
}

func changed(v url.Values, changes []string) url.Values {
	for i := 0; i < len(changes); i += 2 {
		v.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			v.Del(changes[i])
		}
	}
	return v
}

func (b *browser) authorize(changes ...string) answer {
	b.Helper()
	return b.get("authorize?" + authRequestValues(changes...).Encode())
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// submit fills in the form of a page and sends it.
func (b *browser) submit(page answer, fields ...string) answer {
	b.Helper()
	found := csrfField.FindStringSubmatch(page.body)
	if found == nil {
		b.Fatalf("no form on the page of status %d: %s", page.status, page.body)
	}
	form := changed(url.Values{"csrf": {html.UnescapeString(found[1])}}, fields)
	return b.post(page.url.RequestURI(), form)
}

// signIn goes through the login page and returns the answer at the callback.
func (b *browser) signIn(changes ...string) url.Values {
	b.Helper()
	page := b.authorize(changes...)
	return b.callback(b.submit(page, "email", email, "password", password))
}

// callback is the parameters of a redirect out of the tenant.
func (b *browser) callback(a answer) url.Values {
	b.Helper()
	location, err := url.Parse(a.header.Get("Location"))
	if a.status != http.StatusFound || err != nil {
		b.Fatalf("expected a redirect to the callback, got %d %v", a.status, a.body)
	}
	return location.Query()
}

// exchange calls /oauth/token with the parameters of a good exchange of a code.
func (b *browser) exchange(code string, changes ...string) answer {
	b.Helper()
	return b.post("oauth/token", changed(url.Values{
		"grant_type": {grantCode}, "client_id": {spa}, "code": {code},
		"redirect_uri": {site}, "code_verifier": {verifier},
	}, changes))
}

func (b *browser) refresh(token string, changes ...string) answer {
	b.Helper()
	return b.post("oauth/token", changed(url.Values{
		"grant_type": {grantRefresh}, "client_id": {spa}, "refresh_token": {token},
	}, changes))
}

// tokens are those of a successful answer.
func (b *browser) tokens(a answer) tokenAnswer {
	b.Helper()
	var t tokenAnswer
	if err := json.Unmarshal([]byte(a.body), &t); err != nil || a.status != http.StatusOK {
		b.Fatalf("expected tokens, got %d %s", a.status, a.body)
	}
	return t
}

// signedIn are the tokens of a browser that has just signed in.
func (b *browser) signedIn(changes ...string) tokenAnswer {
	b.Helper()
	return b.tokens(b.exchange(b.signIn(changes...).Get("code")))
}

// userinfo is the status that /userinfo answers a token with.
func (b *browser) userinfo(token string) answer {
	b.Helper()
	return b.do("GET", b.cfg.Issuer+"userinfo", "", "Authorization", "Bearer "+token)
}

// payload are the claims of a JWT, and its header, without a check.
func payload(t *testing.T, token string) (header, claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("expected a JWT, got %q", token)
	}
	for i, into := range []any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}
