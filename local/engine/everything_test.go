package engine_test

import (
	"testing"

	"api-auth-jwt-auth0/local/engine"
)

// TestEverythingSwitchedOn deploys a stack with all that settings can add, away
// from the region of CloudFront's certificates and logs, and removes it.
func TestEverythingSwitchedOn(t *testing.T) {
	t.Parallel()
	m := engine.NewMachine(t)
	d := deploy(t, m, "dev", map[string]string{
		"aws:region":              "eu-central-1",
		project + ":domain":       "app.example.com",
		project + ":alarmEmail":   "team@example.com",
		project + ":hostedZoneId": "",
	})
	result := d.mustUp(t)
	if got := result.Outputs["siteUrl"].Value; got != "https://app.example.com" {
		t.Errorf("expected the site at its domain, got %v", got)
	}
	d.mustHold(t)
	d.mustChangeNothing(t)
	if _, err := d.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.mustBeEmpty(t)
}
