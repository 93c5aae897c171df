package cloud

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/stack/stacktest"
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

// TestThrottleIsTheStacks pins that the stack's own settings apply. The terminal and
// the console name them.
func TestThrottleIsTheStacks(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := stacktest.CopyInstalledProject(root); err != nil {
		t.Fatal(err)
	}
	const settings = "config:\n  aws:region: us-east-1\n  protect: false\n  throttleRate: 1\n  throttleBurst: 1\n"
	if err := os.WriteFile(filepath.Join(root, "Pulumi.dev.yaml"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	var shown terminaltest.Output
	cloud := newCloudWith(t, Config{Root: root, Stack: "dev", Terminal: terminal.New(&shown)})
	cloud.cfg.Terminal.Ready(cloud.Ready()) // from then on each request has its line
	answers := make(chan int, 50)
	for range cap(answers) { // at once, however slow each answer is: one is let through, and one more each second
		go func() {
			response, err := http.Get(cloud.APIURL() + "/api/public")
			if err != nil {
				t.Error(err)
				answers <- 0
				return
			}
			response.Body.Close()
			answers <- response.StatusCode
		}()
	}
	count := map[int]int{}
	for range cap(answers) {
		count[<-answers]++
	}
	if count[http.StatusOK] == 0 || count[http.StatusTooManyRequests] == 0 || len(count) != 2 {
		t.Errorf("expected some of 50 requests to get 200 and the others 429, got %v", count)
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
