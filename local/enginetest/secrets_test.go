package enginetest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"

	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// TestSecretsAppearNowhere searches everything that a deployment writes for the
// management secret and for the application's secret.
func TestSecretsAppearNowhere(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	for _, name := range []string{"dev", "prod"} {
		d := deployment.New(t, m, name, nil)
		plan := filepath.Join(d.Dir, name+".plan.json")
		if err := d.TryPreview(t, optpreview.Plan(plan), optpreview.Diff()); err != nil {
			t.Fatal(err)
		}
		d.MustUp(t)
		d.MustNotShow(t, "the output", d.Output.String())
		events, err := json.Marshal(d.Events)
		if err != nil || len(d.Events) == 0 {
			t.Fatalf("expected events, got %d and %v", len(d.Events), err)
		}
		d.MustNotShow(t, "the events", string(events))
		if text, err := os.ReadFile(plan); err != nil || !strings.Contains(string(text), "clientSecret") {
			t.Errorf("expected a plan with the provider's settings, got %v", err)
		}
		for _, dir := range []string{d.Dir, m.Backend, m.Home} {
			d.MustNotContain(t, dir)
		}
		log, err := os.ReadFile(filepath.Join(m.Account.Dir, "log"))
		if err != nil {
			t.Fatal(err)
		}
		d.MustNotShow(t, "the providers' log", string(log))
	}
	var kept int
	resources, err := m.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if strings.Contains(string(r.Outputs), "application-secret-") {
			kept++
		}
	}
	if kept != 2 {
		t.Errorf("expected the provider to hold each application's secret, got %d: otherwise the test searches for nothing", kept)
	}
}
