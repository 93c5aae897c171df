package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/secrets"
	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/wiring"
)

// A tenantCloud is a local cloud of the dev stack, in which the test controls the
// tenant's clock, settings and exchanges.
type tenantCloud struct {
	*Cloud
	t        *testing.T
	settings auth0.Config // of the tenant, for another reload

	mu     sync.Mutex
	ahead  time.Duration // of the tenant's clock
	tamper func(*http.Request)
	record []exchange
	more   chan struct{} // closed when record grows
}

// exchange is one request that the tenant got, and its answer.
type exchange struct {
	Path     string
	Query    url.Values // of the address
	Form     url.Values // of the body
	Status   int
	Location string
	Body     string
}

// newTenantCloud starts one, with changes to the tenant's settings.
func newTenantCloud(t *testing.T, changes ...func(*auth0.Config)) *tenantCloud {
	t.Helper()
	c := &tenantCloud{t: t, more: make(chan struct{})}
	cloud, err := Listen(Config{Root: sharedProject(t), Stack: "dev", Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	c.Cloud = cloud
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := c.deploy(changes); err != nil {
		t.Fatal(err)
	}
	return c
}

// deploy is Cloud.Deploy, with changes to the tenant, and without the console.
func (c *tenantCloud) deploy(changes []func(*auth0.Config)) error {
	d, err := c.describe(c.t.Context())
	if err != nil {
		return err
	}
	services, err := wiring.Read(d.graph, secrets.Values{})
	if err != nil {
		return err
	}
	for _, change := range changes {
		change(&services.Tenant)
	}
	c.settings = services.Tenant
	commit, err := c.prepare(c.t.Context(), services)
	if err != nil {
		return err
	}
	commit()
	c.tenant.Handle(c.watch(c.issuer.Handler()))
	return nil
}

// reload changes the tenant's settings while users stay signed in.
func (c *tenantCloud) reload(change func(*auth0.Config)) {
	c.t.Helper()
	change(&c.settings)
	commit, err := c.issuer.Prepare(c.t.Context(), c.settings)
	if err != nil {
		c.t.Fatal(err)
	}
	commit()
}

// now is the tenant's clock.
func (c *tenantCloud) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *tenantCloud) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// tamperWith changes requests to the tenant, as an attacker between it and the browser
// could. nil ends that.
func (c *tenantCloud) tamperWith(f func(*http.Request)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tamper = f
}

// tamperWithAuthorize changes the parameters of requests to /authorize.
func (c *tenantCloud) tamperWithAuthorize(change func(url.Values)) {
	c.tamperWith(func(r *http.Request) {
		if r.URL.Path == "/authorize" {
			query := r.URL.Query()
			change(query)
			r.URL.RawQuery = query.Encode()
		}
	})
}

// watch records every exchange with the tenant.
func (c *tenantCloud) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the browser went away
		}
		form, _ := url.ParseQuery(string(body))
		r.Body = io.NopCloser(bytes.NewReader(body))
		c.mu.Lock()
		tamper := c.tamper
		c.mu.Unlock()
		if tamper != nil {
			tamper(r)
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		if r.Method != http.MethodOptions { // a preflight has nothing to check
			c.add(exchange{r.URL.Path, r.URL.Query(), form, answer.Code, answer.Header().Get("Location"), answer.Body.String()})
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		w.Write(answer.Body.Bytes())
	})
}

func (c *tenantCloud) add(e exchange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.record = append(c.record, e)
	close(c.more)
	c.more = make(chan struct{})
}

// exchanges are those so far.
func (c *tenantCloud) exchanges() []exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.record)
}

// await returns the first exchange of a path after the first seen ones, waiting
// for it.
func (c *tenantCloud) await(seen int, path string) exchange {
	c.t.Helper()
	timeout := time.After(sitetest.Patience)
	for {
		c.mu.Lock()
		record, more := c.record, c.more
		c.mu.Unlock()
		for _, e := range record[seen:] {
			if e.Path == path {
				return e
			}
		}
		select {
		case <-more:
		case <-timeout:
			c.t.Fatalf("the tenant got no request for %s; it got:\n%s", path, lines(record[seen:]))
		}
	}
}

// lines are exchanges, a line each, for a failed test.
func lines(exchanges []exchange) string {
	var text strings.Builder
	for _, e := range exchanges {
		fmt.Fprintf(&text, "%s %v %v: %d %s\n", e.Path, e.Query, e.Form, e.Status, e.Location)
	}
	return text.String()
}

// token calls /oauth/token as a program other than a page.
func (c *tenantCloud) token(form url.Values) (int, string) {
	c.t.Helper()
	res, err := http.PostForm(c.TenantURL()+"/oauth/token", form)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// signInReady signs the ready user in by the site's button and the tenant's page.
func (b *browser) signInReady(c *tenantCloud) {
	b.T.Helper()
	b.Open(c.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("user-email"))
}

// renew clicks "Renew now" on the profile page, which a click on its link leads
// to: loading the page again would drop the tokens.
func (b *browser) renew() {
	b.T.Helper()
	b.Click(`[aria-labelledby="access-token"] .actions button:first-child`)
}

// showTokens goes to the profile page.
func (b *browser) showTokens() {
	b.T.Helper()
	b.Click(sitetest.TestID("profile-link"))
	b.See(sitetest.TestID("access-claims"))
}

// seeNotice waits until the page shows what went wrong. The address must have no
// parameters left.
func (b *browser) seeNotice(code, address string) {
	b.T.Helper()
	b.See(sitetest.TestID("app-error") + chromedp.CSS(fmt.Sprintf("[data-code=%q]", code)))
	b.See(sitetest.TestID("sign-in"))
	if at := sitetest.Evaluate(b.Browser, chromedp.Location()); at != address {
		b.T.Errorf("expected the address %s, got %s", address, at)
	}
}

// cookies are those that the browser would send to an address, by name.
func (b *browser) cookies(address string) map[string]*network.Cookie {
	b.T.Helper()
	got := sitetest.Evaluate(b.Browser, func(ctx context.Context, tab *chromedp.Target) (network.GetCookiesResult, error) {
		return cdp.Call(ctx, tab, network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
	})
	found := map[string]*network.Cookie{}
	for _, c := range got.Cookies {
		found[c.Name] = c
	}
	return found
}

// badStatus is the console's message for a refused fetch.
func badStatus(status int, words, address string) string {
	return fmt.Sprintf("Failed to load resource: the server responded with a status of %d (%s) (%s)", status, words, address)
}

func containsOnce(s, part string) bool { return strings.Count(s, part) == 1 }

// refreshTokenOf is the refresh token of an answer of /oauth/token.
func refreshTokenOf(t *testing.T, e exchange) string {
	t.Helper()
	var answer struct {
		RefreshToken string `json:"refresh_token"`
	}
	if err := json.Unmarshal([]byte(e.Body), &answer); err != nil || answer.RefreshToken == "" {
		t.Fatalf("expected a refresh token, got %d %s", e.Status, e.Body)
	}
	return answer.RefreshToken
}
