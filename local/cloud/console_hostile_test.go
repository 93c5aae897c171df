package cloud

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/sitetest"
)

// drive is what a page of another origin tries with the console at %s: to read
// its stream and its data, and to send what changes something, in all ways that
// need no leave, by fetch and by form.
const drive = `<form method="post" action="CONSOLE/api/tenant" enctype="text/plain" target="there">
<input name='{"do":"rotate-keys","x":"' value='"}'></form><iframe name="there"></iframe>
<iframe src="CONSOLE/"></iframe><script>
const stream = new EventSource("CONSOLE/api/events")
stream.onmessage = stream.onopen = () => got.push("stream")
stream.addEventListener("start", e => got.push(e.data))
const tries = [
	["CONSOLE/api/explorer", {}],
	["CONSOLE/api/tenant", { method: "POST", mode: "no-cors", body: '{"do":"rotate-keys"}' }],
	["CONSOLE/api/tenant", { method: "POST", headers: { "Content-Type": "application/json", "X-Console-Token": "x" }, body: '{"do":"rotate-keys"}' }],
].map(([url, init]) => fetch(url, init).then(r => r.text()).then(text => text && got.push(text), () => {}))
document.forms[0].submit()
Promise.all(tries).then(() => setTimeout(() => done = true, 500))
</script>`

// TestBrowserHostilePageCannotDriveTheConsole from another site, or from another
// port of localhost, as the site itself is.
func TestBrowserHostilePageCannotDriveTheConsole(t *testing.T) {
	t.Parallel()
	cloud, b := newCloud(t), newBrowser(t)
	for _, words := range []string{"Failed to load resource", "has been blocked by CORS", "Refused to", "Framing", "EventSource", "ERR_"} {
		b.MayComplain(words)
	}
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public")
	keys := cloud.issuer.KeyIDs()
	for name, sameSite := range hostileSites {
		b.Open(newHostile(t, sameSite, strings.ReplaceAll(drive, "CONSOLE", cloud.ConsoleURL())))
		b.Until(`typeof done === "boolean"`)
		b.Until(`got.length === 0`)
		if now := cloud.issuer.KeyIDs(); len(now) != 1 || now[0] != keys[0] {
			t.Errorf("%s rotated the keys", name)
		}
	}
}

// TestConsoleChecksHost, whatever path is asked for: by any other, a
// page could have its own name lead here.
func TestConsoleChecksHost(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	for _, path := range []string{"/", "/api/events", "/api/tenant", "/api/stack"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, cloud.ConsoleURL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "evil.example:" + cloud.console.Port()
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusMisdirectedRequest || strings.Contains(string(body), "<html") {
			t.Errorf("%s: expected 421, got %d %s", path, response.StatusCode, body)
		}
	}
}

// TestConsoleShowsNoSecret that a signed-in call carries: neither the token's
// signature nor a cookie, in the list, the detail or the stream.
func TestConsoleShowsNoSecret(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	token, err := cloud.TestToken(cloud.issuer.Users()[0].ID, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, cloud.SiteURL()+"/api/private?token="+token, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Cookie", "session=do-not-show")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	id := response.Header.Get("Apigw-Requestid")
	detail := sitetest.Fetch(t, http.DefaultClient, cloud.ConsoleURL()+"/api/requests/"+id)
	secret := token[strings.LastIndex(token, ".")+1:]
	if response.StatusCode != http.StatusOK || !strings.Contains(detail, "routeKey") {
		t.Fatalf("expected the request's detail, got %d %s", response.StatusCode, detail)
	}
	for _, text := range []string{detail, sitetest.Fetch(t, http.DefaultClient, cloud.ConsoleURL()+"/api/tenant")} {
		if strings.Contains(text, secret) || strings.Contains(text, "do-not-show") || strings.Contains(text, ReadyUser.Password) {
			t.Errorf("a secret is in %s", text)
		}
	}
}
