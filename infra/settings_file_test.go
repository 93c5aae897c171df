package infra_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// TestTemplateAsksForWhatHasNoDefault: `pulumi new` prompts for the settings of the
// template. Afterwards a stack must have all that it needs.
func TestTemplateAsksForWhatHasNoDefault(t *testing.T) {
	t.Parallel()
	file, err := workspace.LoadProject("../Pulumi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if file.Template == nil {
		t.Fatal("Pulumi.yaml has no template")
	}
	asked := file.Template.Config
	for _, key := range []string{"aws:region", "auth0:domain", "auth0:clientId", "auth0:clientSecret"} {
		if asked[key].Description == "" {
			t.Errorf("the template does not ask for %s", key)
		}
	}
	if !asked["auth0:clientSecret"].Secret {
		t.Error("the template would store the client secret unencrypted")
	}
	for key, value := range asked {
		if _, declared := file.Config[key]; !declared && !strings.Contains(key, ":") {
			t.Errorf("the template asks for %s, which is no setting", key)
		}
		if value.Description == "" {
			t.Errorf("the template does not say what %s is", key)
		}
	}
	for key, declared := range file.Config {
		if declared.Description == "" && declared.Value == nil {
			t.Errorf("the setting %s has no description", key)
		}
	}
}
