package cloud

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

func TestProdRunsLocallyToo(t *testing.T) {
	t.Parallel()
	cloud := newCloudWith(t, Config{Stack: "prod"})
	if body := sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public"); body != "Hello stranger!" {
		t.Errorf("expected the greeting, got %q", body)
	}
	if config := sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/config.json"); !strings.Contains(config, `/prod"`) {
		t.Errorf("expected the audience of prod, got %s", config)
	}
}

// TestThrottleIsTheStacks pins that the stack's own settings apply: the burst of
// a stack is its throttleBurst. The terminal and the console name them.
func TestThrottleIsTheStacks(t *testing.T) {
	t.Parallel()
	var shown terminaltest.Output
	cloud := newCloudWith(t, Config{Stack: "dev", Terminal: terminal.New(&shown)})
	cloud.cfg.Terminal.Ready(cloud.Ready()) // from then on each request has its line
	refused := 0
	for range 400 { // the burst of dev is 100, and 50 a second are added
		response, err := http.Get(cloud.APIURL() + "/api/public")
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("expected some of 400 requests in a moment to get 429")
	}
	const reason = "above the settings throttleRate and throttleBurst"
	if text := shown.String(); !strings.Contains(text, reason) {
		t.Errorf("expected the terminal to say %q, got\n%s", reason, text)
	}
	sitetest.AwaitEvent(t, cloud.ConsoleURL(), `"refusal":"`+reason+`"`)
}

func TestUsersFileThatCannotBeRead(t *testing.T) {
	t.Parallel()
	_, err := Listen(Config{Root: "../..", Stack: "dev", Users: filepath.Join(t.TempDir(), "absent", "users.json")})
	if err == nil || !strings.Contains(err.Error(), "users.json") {
		t.Errorf("expected an error that names the file, got %v", err)
	}
}
