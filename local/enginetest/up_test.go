package enginetest_test

import (
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

func TestUpSucceedsAndASecondChangesNothing(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	for _, name := range []string{"dev", "prod"} {
		d := deployment.New(t, m, name, nil)
		result := d.MustUp(t)
		for _, output := range []string{"siteUrl", "apiEndpoint", "auth0Domain", "auth0ClientId", "auth0Audience"} {
			if text, _ := result.Outputs[output].Value.(string); text == "" {
				t.Errorf("%s: the output %s is missing", name, output)
			}
		}
		d.MustChangeNothing(t)
	}
}
