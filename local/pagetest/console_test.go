package pagetest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	local "api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestConsoleShowsARequestFromEdgeToHandler as the page shows it, in a real
// browser under the console's own policy: live, with the waterfall, the event,
// the answer and the log of that invocation alone, and replays it.
func TestConsoleShowsARequestFromEdgeToHandler(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL())
	b.See(sitetest.TestID("no-requests"))
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public?name=first")
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public?name=second")
	b.See(sitetest.TestID("requests") + ` li:nth-child(2)`)
	b.Click(sitetest.TestID("requests") + ` li:first-child [data-status="200"]`)
	for _, span := range []string{"edge", "gateway", "queue", "handler"} {
		b.See(sitetest.TestID("waterfall") + ` [data-span="` + chromedp.CSS(span) + `"]`)
	}
	if event := b.Text(sitetest.TestID("event")); !strings.Contains(event, `"rawQueryString": "name=second"`) {
		t.Errorf("expected the newest request's event, got %s", event)
	}
	if body := b.Text(sitetest.TestID("answer-body")); body != "Hello stranger!" {
		t.Errorf("expected the answer's body, got %q", body)
	}
	log := b.Text(sitetest.TestID("invocation-log"))
	if strings.Count(log, "greeted a stranger") != 1 || strings.Count(log, "START RequestId") != 1 {
		t.Errorf("expected the log of one invocation, got %q", log)
	}
	b.Click(sitetest.TestID("replay"))
	b.seeReplay(3)

	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/private")
	fetchAs(t, cloud, "/api/private")
	b.See(sitetest.TestID("requests") + ` li:nth-child(5)`)
	b.Click(sitetest.TestID("requests") + ` li:first-child [data-status="200"]`)
	for _, span := range []string{"authorizer", "cold start"} {
		b.See(sitetest.TestID("waterfall") + ` [data-span="` + chromedp.CSS(span) + `"]`)
	}
	b.See(sitetest.TestID("sent-token"))
	b.WindowPicture("console")
}

// fetchAs calls a route through the site as the ready user.
func fetchAs(t *testing.T, cloud *local.Cloud, path string) (token, body string) {
	t.Helper()
	token, err := cloud.TestToken(cloud.Tenant().Users()[0].ID, "")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := sitetest.Get(cloud.SiteURL()+path, token)
	body, ok := strings.CutPrefix(answer, "200 ")
	if err != nil || !ok {
		t.Fatalf("expected 200, got %q and %v", answer, err)
	}
	return token, body
}

// TestExplorerCallsAsAnyone: without a token, as a user, and with test tokens, each
// refused for its defect, which the console names.
func TestExplorerCallsAsAnyone(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL() + "/explorer")
	b.Do(chromedp.Click(sitetest.TestID("routes")+` li:first-child button`, chromedp.NodeVisible))
	b.Choose("as", "")
	b.send("", "401", "no token")
	b.Choose("as", cloud.Tenant().Users()[0].ID)
	b.send("", "200", "")
	if body := b.Text(sitetest.TestID("outcome-body")); !strings.HasPrefix(body, "Hello auth0|") {
		t.Errorf("expected the private greeting, got %q", body)
	}
	for _, test := range []struct{ flaw, status, why string }{
		{"expired", "401", "the token has expired"},
		{"early", "401", "the token was issued in the future"},
		{"audience", "401", "the token does not have a valid audience"},
		{"issuer", "401", "issuer does not match"},
		{"signature", "401", "signature is invalid"},
		{"key", "401", "the token does not have a valid key ID"},
		{"unsigned", "401", "signing method none is invalid"},
		{"opaque", "401", "token contains an invalid number of segments"},
		{"scope", "403", "the token has none of the route's scopes"},
	} {
		b.Choose("flaw", test.flaw)
		b.send(test.flaw, test.status, test.why)
	}
	curl := b.Text(sitetest.TestID("curl"))
	if want := `curl -i -H "Authorization: Bearer $TOKEN" '` + cloud.SiteURL() + `/api/private'`; curl != want {
		t.Errorf("expected %s, got %s", want, curl)
	}
	b.WindowPicture("explorer")
	b.Click(sitetest.TestID("open-request"))
	b.See(sitetest.TestID("sent-token"))
	if why := b.Text(sitetest.TestID("refusal")); !strings.Contains(why, "read:private") {
		t.Errorf("expected the missing scope among the invocations, too, got %q", why)
	}
}

// send sends the explorer's call and waits for its answer, with the reason for
// a refusal.
func (b *browser) send(flaw, status, why string) {
	b.T.Helper()
	b.Click(sitetest.TestID("send") + ":enabled")
	outcome := sitetest.TestID("outcome") + chromedp.CSS(`[data-status="`+status+`"][data-flaw="`+flaw+`"]`)
	b.See(outcome)
	if why == "" {
		return
	}
	b.See(outcome + " " + sitetest.TestID("refusal"))
	b.Until(`document.querySelector('[data-testid="refusal"]')?.textContent.includes("` + why + `")`)
}

// TestStackIsDrawn with its resources, the properties of the chosen one, and what
// how the other stack differs; by keyboard alone.
func TestStackIsDrawn(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL() + "/stack")
	for _, kind := range []string{"Distribution", "Api", "Route", "Function", "Authorizer", "ResourceServer", "Client"} {
		b.See(sitetest.TestID("node") + chromedp.CSS(`[data-kind="`+kind+`"]`))
	}
	b.See(sitetest.TestID("differences"))
	b.Do(chromedp.Focus(sitetest.TestID("node") + `[data-kind="Function"]`))
	b.Do(chromedp.KeyEvent(kb.Enter))
	if detail := b.Text(sitetest.TestID("node-detail")); !strings.Contains(detail, `"runtime": "provided.al2023"`) {
		t.Errorf("expected the function's properties, got %s", detail)
	}
	b.Do(chromedp.Focus(sitetest.TestID("node") + `[data-kind="Authorizer"]`))
	b.Do(chromedp.KeyEvent(kb.Enter))
	if detail := b.Text(sitetest.TestID("node-detail")); !strings.Contains(detail, `"jwtConfiguration"`) {
		t.Errorf("expected the authorizer's properties, got %s", detail)
	}
	b.WindowPicture("stack")
}

// TestTenantIsDrivenFromTheConsole: what is signed in is listed and decoded, a
// revoked grant cannot renew its tokens, and rotated keys leave the user
// signed in.
func TestTenantIsDrivenFromTheConsole(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Open(cloud.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("user-email"))
	b.Open(cloud.ConsoleURL() + "/tenant")
	if users := b.Text(sitetest.TestID("users")); !strings.Contains(users, local.ReadyUser.Email) || strings.Contains(users, local.ReadyUser.Password) {
		t.Errorf("expected the user without the password, got %q", users)
	}
	b.See(sitetest.TestID("sessions"))
	b.Do(chromedp.Focus(sitetest.TestID("tokens") + " > details:last-child > summary"))
	b.Do(chromedp.KeyEvent(kb.Enter))
	if claims := b.Text(sitetest.TestID("tokens") + " > details[open] " + sitetest.TestID("issued-claims")); !strings.Contains(claims, "read:private") {
		t.Errorf("expected the access token's claims, got %q", claims)
	}
	before := cloud.Tenant().KeyIDs()[0]
	b.Click(sitetest.TestID("rotate-keys"))
	b.See(sitetest.TestID("keys") + " tbody tr:nth-child(2)")
	if keys := cloud.Tenant().KeyIDs(); len(keys) != 2 || keys[1] != before {
		t.Errorf("expected a new key before %s, got %q", before, keys)
	}
	b.Click(sitetest.TestID("revoke"))
	b.See(sitetest.TestID("revoked"))
	b.Click(sitetest.TestID("end-session"))
	b.Until(`document.querySelector('[data-testid="sessions"]') === null`)
}

// TestConsoleFiltersAndPauses the list of requests, and searches in the logs.
func TestConsoleFiltersAndPauses(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	for _, path := range []string{"/api/public", "/api/private", "/api/none"} {
		sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+path)
	}
	rows := func(n int) {
		b.Until(fmt.Sprintf(`document.querySelectorAll('[data-testid="request"]').length === %d`, n))
	}
	b.Open(cloud.ConsoleURL())
	rows(3)
	b.Choose("show", "refused")
	rows(2)
	b.Fill(sitetest.TestID("filter"), "no token")
	rows(1)
	b.Choose("show", "all")
	b.Do(chromedp.SendKeys(sitetest.TestID("filter"), strings.Repeat(kb.Backspace, 8)))
	rows(3)
	b.Click(sitetest.TestID("pause"))
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public")
	b.Until(`document.querySelector('[data-testid="pause"]').textContent === "Resume (1 more)"`)
	rows(3)
	b.Click(sitetest.TestID("pause"))
	rows(4)
	b.Open(cloud.ConsoleURL() + "/logs")
	b.Fill(sitetest.TestID("filter"), "STRANGER greeted")
	b.Until(`document.querySelector('[data-testid="line-count"]').textContent === "2 lines"`)
}
