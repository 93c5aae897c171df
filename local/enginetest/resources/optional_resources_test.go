package resources

import (
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// TestAllOptionalResources deploys and removes a stack with everything that settings can
// add, outside the region of CloudFront's certificates and logs.
func TestAllOptionalResources(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "dev", map[string]string{
		"aws:region":   "eu-central-1",
		"domain":       "app.example.com",
		"alarmEmail":   "team@example.com",
		"hostedZoneId": "",
	})
	result := d.MustUp(t)
	if got := result.Outputs["siteUrl"].Value; got != "https://app.example.com" {
		t.Errorf("expected the site at its domain, got %v", got)
	}
	d.MustMatchProviders(t)
	d.MustChangeNothing(t)
	if _, err := d.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.MustBeEmpty(t)
}
