package live

import (
	"fmt"
	"testing"

	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/reloadtest"
	"api-auth-jwt-auth0/local/sitetest"
)

// TestLiveConnectionIsLost tests that the deployed code answers until the connection is
// reestablished. The terminal and the console's page of the stack show both changes.
func TestLiveConnectionIsLost(t *testing.T) {
	t.Parallel()
	deployed := newDeployedCloud(t)
	w := newDeveloper(t, deployed, cloud.Config{Live: &cloud.Live{Name: "anna"}})
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello from anna!")
	w.AwaitOutput(t, "reloaded "+reloadtest.PublicHandler)
	b := sitetest.NewBrowser(t)
	b.Open(w.ConsoleURL() + "/stack")
	page := func(state string) {
		t.Helper()
		b.Until(fmt.Sprintf(`document.querySelector(%q)?.textContent.startsWith("Live is %s")`, sitetest.TestID("live"), state))
	}
	page("online")
	deployed.broker.Stop()
	w.AwaitOutput(t, "offline  dev, as anna")
	page("offline")
	b.Accessible("stack, live and offline")
	if got := deployed.as(t, "anna"); got != "200 Hello stranger!" {
		t.Errorf("without a connection: got %q", got)
	}
	if err := deployed.broker.Start(); err != nil {
		t.Fatal(err)
	}
	w.Await(t, "this machine answers again", func() bool { return deployed.as(t, "anna") == "200 Hello from anna!" })
	w.AwaitOutput(t, "online   dev, as anna")
	page("online")
	b.Accessible("stack, live")
}
