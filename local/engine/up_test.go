package engine_test

import (
	"testing"

	"api-auth-jwt-auth0/local/engine"
	"api-auth-jwt-auth0/local/engine/deployment"
)

func TestMain(m *testing.M) { engine.Main(m) }

func TestUpSucceedsAndASecondChangesNothing(t *testing.T) {
	t.Parallel()
	m := engine.NewMachine(t)
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
