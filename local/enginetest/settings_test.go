package enginetest_test

import (
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// TestWrongSettingsFailBeforeAnythingExists uses one of every kind. The CLI refuses those
// that Pulumi.yaml declares as numbers or booleans.
func TestWrongSettingsFailBeforeAnythingExists(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, key, value, want string }{
		{"region", "aws:region", "Frankfurt", "pulumi config set --stack dev aws:region us-east-1"},
		{"domain", "auth0:domain", "https://example.eu.auth0.com/", "pulumi config set --stack dev auth0:domain example.eu.auth0.com"},
		{"client", "auth0:clientId", "", "pulumi config set --stack dev auth0:clientId CLIENT_ID"},
		{"secret", "auth0:clientSecret", "", "pulumi config set --stack dev auth0:clientSecret --secret"},
		{"audience", "audience", "https://example.eu.auth0.com/api/v2/", "pulumi config set --stack dev audience https://"},
		{"origins", "developmentOrigins[0]", "http://localhost:3000/", "--path 'developmentOrigins[0]' http://localhost:3000"},
		{"retention", "logRetentionDays", "31", "pulumi config set --stack dev logRetentionDays 60"},
		{"rate", "throttleRate", "0", "pulumi config set --stack dev throttleRate 1"},
		{"burst", "throttleBurst", "5001", "pulumi config set --stack dev throttleBurst 5000"},
		{"memory in words", "functionMemory", "lots", "functionMemory"},
		{"timeout", "functionTimeout", "30", "pulumi config set --stack dev functionTimeout 29"},
		{"access token", "accessTokenLifetime", "59", "pulumi config set --stack dev accessTokenLifetime 60"},
		{"ID token", "idTokenLifetime", "0", "pulumi config set --stack dev idTokenLifetime 60"},
		{"refresh token", "refreshTokenLifetime", "0", "pulumi config set --stack dev refreshTokenLifetime 60"},
		{"idle lifetime", "refreshTokenIdleLifetime", "2592000", "pulumi config set --stack dev refreshTokenIdleLifetime 2591999"},
		{"cache", "tokenCache", "cookie", "pulumi config set --stack dev tokenCache memory"},
		{"site's domain", "domain", "https://app.example.com/", "pulumi config set --stack dev domain app.example.com"},
		{"zone without domain", "hostedZoneId", "Z0123456789", "pulumi config set --stack dev hostedZoneId \"\""},
		{"time for assets", "keepAssetsDays", "0", "pulumi config set --stack dev keepAssetsDays 1"},
		{"e-mail", "alarmEmail", "team", "pulumi config set --stack dev alarmEmail \"\""},
		{"latency", "alarmLatency", "60000", "pulumi config set --stack dev alarmLatency 30000"},
		{"boundary", "permissionsBoundary", "functions", "pulumi config set --stack dev permissionsBoundary \"\""},
		{"live in words", "live", "maybe", "live"},
		{"developers", "liveDevelopers", "developers", "pulumi config set --stack dev liveDevelopers \"\""},
		{"protect in words", "protect", "maybe", "protect"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := enginetest.NewMachine(t)
			d := deployment.New(t, m, "dev", map[string]string{test.key: test.value})
			if _, err := d.TryUp(t); err == nil || !strings.Contains(d.Output.String(), test.want) {
				t.Errorf("expected a failure with %q, got %v\n%s", test.want, err, d.Output)
			}
			if did := d.Operations(t, 0); len(did) > 0 {
				t.Errorf("expected no operation, got %q", did)
			}
		})
	}
}

// TestAnyStackNameGivesValidNames: the plugins refuse a name that its service
// would refuse.
func TestAnyStackNameGivesValidNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{strings.Repeat("long-", 19) + "names", "Feature_X.1", "...", "UPPER"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := enginetest.NewMachine(t)
			d := deployment.New(t, m, name, map[string]string{"aws:region": "us-east-1", "protect": "false"})
			d.MustUp(t)
			d.MustMatchProviders(t)
			if err := d.TryDestroy(t); err != nil {
				t.Fatalf("destroy: %v\n%s", err, d.Output)
			}
			d.MustBeEmpty(t)
		})
	}
}
