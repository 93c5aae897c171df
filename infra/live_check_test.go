package infra

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"api-auth-jwt-auth0/infra/table"
)

// TestLiveStackRefusesTheBridgesVariables, including those of resources. A stack that is
// not live accepts them.
func TestLiveStackRefusesTheBridgesVariables(t *testing.T) {
	t.Parallel()
	orders := table.New("live-orders", table.Key("id"))
	d := deploymentOf([]Resource{orders}, map[string]Handler{
		"orders": {Uses: []Use{orders.Read()}, Environment: map[string]string{"LIVE_MODE": "on", "ALIVE_MODE": "on"}},
	})
	if err := errors.Join(d.checkLive(testConfig)...); err != nil {
		t.Errorf("expected another stack to accept them, got %v", err)
	}
	cfg := testConfig
	cfg.Live = true
	err := d.check(cfg)
	if err == nil {
		t.Fatal("expected an error")
	}
	for _, name := range []string{"LIVE_MODE", "LIVE_ORDERS_TABLE"} {
		if !strings.Contains(err.Error(), `infra/resources.go: handler "orders": has the variable `+name+",") {
			t.Errorf("expected %s to be refused, got %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "ALIVE_MODE") {
		t.Errorf("expected ALIVE_MODE to be accepted, got %v", err)
	}
}

// TestEndpointIsOfTheSDKsPlugin: with another version, the engine would load a second plugin.
func TestEndpointIsOfTheSDKsPlugin(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.ParseLax("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range file.Require {
		if r.Mod.Path == "github.com/pulumi/pulumi-aws/sdk/v6" && r.Mod.Version != "v"+awsVersion {
			t.Errorf("go.mod requires %s: set awsVersion in infra/live.go to it", r.Mod)
		}
	}
}
