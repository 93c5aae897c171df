package cloud

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestConsoleShowsARequestFromEdgeToHandler as the page shows it, in a real
// browser under the console's own policy: live, with the waterfall, the event,
// the answer and the log of that invocation alone, and replays it.
func TestConsoleShowsARequestFromEdgeToHandler(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.open(cloud.ConsoleURL())
	b.see(testID("no-requests"))
	fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public?name=first")
	fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public?name=second")
	b.see(testID("requests") + ` li:nth-child(2)`)
	b.click(testID("requests") + ` li:first-child [data-status="200"]`)
	for _, span := range []string{"edge", "gateway", "queue", "handler"} {
		b.see(testID("waterfall") + ` [data-span="` + chromedp.CSS(span) + `"]`)
	}
	if event := b.text(testID("event")); !strings.Contains(event, `"rawQueryString": "name=second"`) {
		t.Errorf("expected the newest request's event, got %s", event)
	}
	if body := b.text(testID("answer-body")); body != "Hello stranger!" {
		t.Errorf("expected the answer's body, got %q", body)
	}
	log := b.text(testID("invocation-log"))
	if strings.Count(log, "greeted a stranger") != 1 || strings.Count(log, "START RequestId") != 1 {
		t.Errorf("expected the log of one invocation, got %q", log)
	}
	b.click(testID("replay"))
	b.seeReplay(3)

	fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/private")
	fetchAs(t, cloud, "/api/private")
	b.see(testID("requests") + ` li:nth-child(5)`)
	b.click(testID("requests") + ` li:first-child [data-status="200"]`)
	for _, span := range []string{"authorizer", "cold start"} {
		b.see(testID("waterfall") + ` [data-span="` + chromedp.CSS(span) + `"]`)
	}
	b.see(testID("sent-token"))
	b.windowPicture("console")
}

// fetchAs calls a route through the site as the ready user.
func fetchAs(t *testing.T, cloud *Cloud, path string) (token, body string) {
	t.Helper()
	token, err := cloud.testToken(cloud.issuer.Users()[0].ID, "")
	if err != nil {
		t.Fatal(err)
	}
	client := loadClient{http: http.DefaultClient}
	got, err := client.get(cloud.SiteURL()+path, token)
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("expected 200, got %+v and %v", got, err)
	}
	return token, string(got.body)
}

// TestExplorerCallsAsAnyone: without a token, as a user, and with test tokens, each
// refused for its defect, which the console names.
func TestExplorerCallsAsAnyone(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.open(cloud.ConsoleURL() + "/explorer")
	b.do(chromedp.Click(testID("routes")+` li:first-child button`, chromedp.NodeVisible))
	b.choose("as", "")
	b.send("", "401", "no token")
	b.choose("as", cloud.issuer.Users()[0].ID)
	b.send("", "200", "")
	if body := b.text(testID("outcome-body")); !strings.HasPrefix(body, "Hello auth0|") {
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
		b.choose("flaw", test.flaw)
		b.send(test.flaw, test.status, test.why)
	}
	curl := b.text(testID("curl"))
	if want := `curl -i -H "Authorization: Bearer $TOKEN" '` + cloud.SiteURL() + `/api/private'`; curl != want {
		t.Errorf("expected %s, got %s", want, curl)
	}
	b.windowPicture("explorer")
	b.click(testID("open-request"))
	b.see(testID("sent-token"))
	if why := b.text(testID("refusal")); !strings.Contains(why, "read:private") {
		t.Errorf("expected the missing scope among the invocations, too, got %q", why)
	}
}

// send sends the explorer's call and waits for its answer, with the reason for
// a refusal.
func (b *browser) send(flaw, status, why string) {
	b.t.Helper()
	b.click(testID("send") + ":enabled")
	outcome := testID("outcome") + chromedp.CSS(`[data-status="`+status+`"][data-flaw="`+flaw+`"]`)
	b.see(outcome)
	if why == "" {
		return
	}
	b.see(outcome + " " + testID("refusal"))
	b.until(`document.querySelector('[data-testid="refusal"]')?.textContent.includes("` + why + `")`)
}

// choose chooses an option by its value.
func (b *browser) choose(id, value string) {
	b.t.Helper()
	b.see(testID(id))
	evaluate(b, chromedp.Evaluate[bool](`(() => {
		const select = document.querySelector('[data-testid="`+id+`"]')
		select.value = "`+value+`"
		select.dispatchEvent(new Event("change", { bubbles: true }))
		return select.value === "`+value+`"
	})()`))
}

// until waits until an expression is true.
func (b *browser) until(expression string) {
	b.t.Helper()
	evaluate(b, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(20*time.Millisecond)))
}

// TestStackIsDrawn with its resources, the properties of the chosen one, and what
// how the other stack differs; by keyboard alone.
func TestStackIsDrawn(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.open(cloud.ConsoleURL() + "/stack")
	for _, kind := range []string{"Distribution", "Api", "Route", "Function", "Authorizer", "ResourceServer", "Client"} {
		b.see(testID("node") + chromedp.CSS(`[data-kind="`+kind+`"]`))
	}
	b.see(testID("differences"))
	b.do(chromedp.Focus(testID("node") + `[data-kind="Function"]`))
	b.do(chromedp.KeyEvent(kb.Enter))
	if detail := b.text(testID("node-detail")); !strings.Contains(detail, `"runtime": "provided.al2023"`) {
		t.Errorf("expected the function's properties, got %s", detail)
	}
	b.do(chromedp.Focus(testID("node") + `[data-kind="Authorizer"]`))
	b.do(chromedp.KeyEvent(kb.Enter))
	if detail := b.text(testID("node-detail")); !strings.Contains(detail, `"jwtConfiguration"`) {
		t.Errorf("expected the authorizer's properties, got %s", detail)
	}
	b.windowPicture("stack")
}

// TestTenantIsDrivenFromTheConsole: what is signed in is listed and decoded, a
// revoked grant cannot renew its tokens, and rotated keys leave the user
// signed in.
func TestTenantIsDrivenFromTheConsole(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.open(cloud.SiteURL())
	b.click(testID("sign-in"))
	b.click(testID("ready-user"))
	b.see(testID("user-email"))
	b.open(cloud.ConsoleURL() + "/tenant")
	if users := b.text(testID("users")); !strings.Contains(users, ReadyUser.Email) || strings.Contains(users, ReadyUser.Password) {
		t.Errorf("expected the user without the password, got %q", users)
	}
	b.see(testID("sessions"))
	b.do(chromedp.Focus(testID("tokens") + " > details:last-child > summary"))
	b.do(chromedp.KeyEvent(kb.Enter))
	if claims := b.text(testID("tokens") + " > details[open] " + testID("issued-claims")); !strings.Contains(claims, "read:private") {
		t.Errorf("expected the access token's claims, got %q", claims)
	}
	before := cloud.issuer.KeyIDs()[0]
	b.click(testID("rotate-keys"))
	b.see(testID("keys") + " tbody tr:nth-child(2)")
	if keys := cloud.issuer.KeyIDs(); len(keys) != 2 || keys[1] != before {
		t.Errorf("expected a new key before %s, got %q", before, keys)
	}
	b.click(testID("revoke"))
	b.see(testID("revoked"))
	b.click(testID("end-session"))
	b.until(`document.querySelector('[data-testid="sessions"]') === null`)
}

// TestConsoleFiltersAndPauses the list of requests, and searches in the logs.
func TestConsoleFiltersAndPauses(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	for _, path := range []string{"/api/public", "/api/private", "/api/none"} {
		fetch(t, http.DefaultClient, cloud.SiteURL()+path)
	}
	rows := func(n int) {
		b.until(fmt.Sprintf(`document.querySelectorAll('[data-testid="request"]').length === %d`, n))
	}
	b.open(cloud.ConsoleURL())
	rows(3)
	b.choose("show", "refused")
	rows(2)
	b.fill(testID("filter"), "no token")
	rows(1)
	b.choose("show", "all")
	b.do(chromedp.SendKeys(testID("filter"), strings.Repeat(kb.Backspace, 8)))
	rows(3)
	b.click(testID("pause"))
	fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public")
	b.until(`document.querySelector('[data-testid="pause"]').textContent === "Resume (1 more)"`)
	rows(3)
	b.click(testID("pause"))
	rows(4)
	b.open(cloud.ConsoleURL() + "/logs")
	b.fill(testID("filter"), "STRANGER greeted")
	b.until(`document.querySelector('[data-testid="line-count"]').textContent === "2 lines"`)
}

// TestConsoleShowsAProblemUntilTheNextDeployment, such as a compiler's words.
func TestConsoleShowsAProblemUntilTheNextDeployment(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.open(cloud.ConsoleURL())
	cloud.observer.recorder.Problem("handler.go:12:2: undefined: x")
	if problem := b.text(testID("problem")); !strings.Contains(problem, "handler.go:12:2: undefined: x") {
		t.Errorf("expected the compiler's words, got %q", problem)
	}
	cloud.observer.recorder.Deployed()
	b.until(`document.querySelector('[data-testid="problem"]') === null`)
}
