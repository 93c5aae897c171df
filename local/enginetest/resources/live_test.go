package resources

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// TestLiveComesAndGoes turns live on for a deployed stack, and off again: functions, their
// roles and the site's configuration change, no resource is created or deleted, a second
// up changes nothing, and afterwards nothing of it is left.
func TestLiveComesAndGoes(t *testing.T) {
	t.Parallel()
	d, _ := newOrderService(t, "dev", nil)
	setSecret(t, d, "one")
	d.MustUp(t)
	before := inputsOf(t, d)

	const developers = "arn:aws:iam::" + accountNumber + ":role/developers"
	d.Set(t, map[string]string{"live": "true", "liveDevelopers": developers})
	d.Output.Reset()
	result := d.MustUp(t)
	if want := "pulumi config set --stack dev live false"; !strings.Contains(d.Output.String(), want) {
		t.Errorf("expected a warning with %q, got\n%s", want, d.Output)
	}
	live, _ := result.Outputs["live"].Value.(map[string]any)
	if live["endpoint"] != "a1b2c3d4e5f6g7-ats.iot.us-east-1.amazonaws.com" || live["functions"] == nil {
		t.Errorf("expected the output live, got %v", result.Outputs["live"].Value)
	}
	mustChangeAlone(t, before, inputsOf(t, d), "Api", "BucketObjectv2", "Function", "Role", "RolePolicy")
	mustHaveOneProvider(t, d)
	d.MustMatchProviders(t)
	d.MustChangeNothing(t)

	d.Set(t, map[string]string{"live": "false", "liveDevelopers": developers})
	if result = d.MustUp(t); result.Outputs["live"].Value != nil {
		t.Errorf("expected no output live, got %v", result.Outputs["live"].Value)
	}
	if diff := cmp.Diff(before, inputsOf(t, d)); diff != "" {
		t.Errorf("after live (-before +after):\n%s", diff)
	}
	mustMentionNowhere(t, d, "iot:", "LIVE_", "--fn-", "x-live", developers)
	d.MustMatchProviders(t)
	d.MustChangeNothing(t)
}

// inputsOf returns the inputs of the stack's resources in the provider, by URN.
func inputsOf(t *testing.T, d *deployment.Stack) map[string]string {
	t.Helper()
	resources, err := d.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	inputs := map[string]string{}
	for _, r := range resources {
		inputs[r.URN] = string(r.Inputs)
	}
	return inputs
}

// mustChangeAlone asserts that the same resources exist, and that only those of these
// types have changed inputs.
func mustChangeAlone(t *testing.T, before, after map[string]string, types ...string) {
	t.Helper()
	var changed []string
	for urn, inputs := range after {
		was, existed := before[urn]
		if !existed {
			t.Errorf("%s is new", urn)
		}
		if parts := strings.Split(urn, "::"); was != inputs {
			changed = append(changed, parts[2][strings.LastIndex(parts[2], ":")+1:])
		}
	}
	for urn := range before {
		if _, exists := after[urn]; !exists {
			t.Errorf("%s is gone", urn)
		}
	}
	slices.Sort(changed)
	if got := slices.Compact(changed); !slices.Equal(got, types) {
		t.Errorf("expected changes of %q, got %q", types, got)
	}
}

// mustHaveOneProvider asserts that the engine has loaded the aws plugin only once.
func mustHaveOneProvider(t *testing.T, d *deployment.Stack) {
	t.Helper()
	providers := regexp.MustCompile(`"urn": ?"[^"]*::pulumi:providers:aws::[^"]*"`).FindAllString(stateOf(t, d), -1)
	if slices.Sort(providers); len(slices.Compact(providers)) != 1 {
		t.Errorf("expected one provider for AWS in the state, got %q", slices.Compact(providers))
	}
}

// mustMentionNowhere asserts that the texts are neither in the state nor in the account.
func mustMentionNowhere(t *testing.T, d *deployment.Stack, texts ...string) {
	t.Helper()
	state, account := stateOf(t, d), fmt.Sprint(inputsOf(t, d))
	for _, text := range texts {
		if strings.Contains(state, text) {
			t.Errorf("the state still mentions %q", text)
		}
		if strings.Contains(account, text) {
			t.Errorf("the account still mentions %q", text)
		}
	}
}

// stateOf returns the stack's state, as the backend stores it.
func stateOf(t *testing.T, d *deployment.Stack) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(d.Backend, ".pulumi", "stacks", deployment.Project(), d.Name()+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
