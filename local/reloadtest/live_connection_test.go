package reloadtest

import (
	"fmt"
	"testing"

	local "api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/sitetest"
)

// TestLiveConnectionIsLost has the deployed code answer until the connection is back. The
// terminal and the console's picture of the stack show both.
func TestLiveConnectionIsLost(t *testing.T) {
	t.Parallel()
	deployed := newDeployedCloud(t)
	w := newDeveloper(t, deployed, local.Config{Live: &local.Live{Name: "anna"}})
	w.replace(t, publicHandler, "Hello stranger!", "Hello from anna!")
	w.awaitOutput(t, "reloaded "+publicHandler)
	b := newBrowser(t)
	b.Open(w.ConsoleURL() + "/stack")
	page := func(state string) {
		t.Helper()
		b.Until(fmt.Sprintf(`document.querySelector(%q)?.textContent.startsWith("Live is %s")`, sitetest.TestID("live"), state))
	}
	page("online")
	deployed.broker.Stop()
	w.awaitOutput(t, "offline  dev, as anna")
	page("offline")
	b.Accessible("stack, live and offline")
	if got := deployed.as(t, "anna"); got != "200 Hello stranger!" {
		t.Errorf("without a connection: got %q", got)
	}
	if err := deployed.broker.Start(); err != nil {
		t.Fatal(err)
	}
	w.await(t, "this machine answers again", func() bool { return deployed.as(t, "anna") == "200 Hello from anna!" })
	w.awaitOutput(t, "online   dev, as anna")
	page("online")
	b.Accessible("stack, live")
}
