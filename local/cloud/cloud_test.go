package cloud

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

func TestProdRunsLocallyToo(t *testing.T) {
	t.Parallel()
	cloud := newCloudWith(t, Config{Stack: "prod"})
	if body := fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public"); body != "Hello stranger!" {
		t.Errorf("expected the greeting, got %q", body)
	}
	if config := fetch(t, http.DefaultClient, cloud.SiteURL()+"/config.json"); !strings.Contains(config, `/prod"`) {
		t.Errorf("expected the audience of prod, got %s", config)
	}
}

// TestThrottleIsTheStacks pins that the stack's own setting bites: the burst of
// a stack is its throttleBurst.
func TestThrottleIsTheStacks(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
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
}

func TestUsersFileThatCannotBeRead(t *testing.T) {
	t.Parallel()
	cloud, err := Listen(Config{Root: "../..", Stack: "dev", Users: filepath.Join(t.TempDir(), "absent", "users.json")})
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	err = cloud.Deploy(t.Context())
	if err == nil || !strings.Contains(err.Error(), "users.json") {
		t.Errorf("expected an error that names the file, got %v", err)
	}
}
