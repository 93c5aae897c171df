package changes

import (
	"encoding/json"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// TestStackWithEarlierNamesKeepsThem tests that a protected stack from when names had only
// the stack's name is not replaced, and that new resources get the current names. Stacks had
// no roles then.
func TestStackWithEarlierNamesKeepsThem(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.NewStarter(t, m, "prod", nil)
	d.MustUp(t)
	rename(t, d, deployment.Project()+"--prod--", "prod-")
	d.MustDo(t) // nothing
	d.MustChangeNothing(t)

	d.Set(t, map[string]string{"alarmEmail": "team@example.com", "functionMemory": "512"})
	d.MustUp(t)
	d.MustMatchProviders(t)
	resources, err := m.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	former := 0
	for _, r := range resources {
		if strings.HasPrefix(r.ID, "prod-") {
			former++
		}
		if strings.HasSuffix(r.Type, ":Topic") && !strings.Contains(r.ID, ":"+deployment.Project()+"--prod--alarms-") {
			t.Errorf("expected the new topic to have a current name, got %q", r.ID)
		}
	}
	if former < 10 {
		t.Errorf("expected functions, roles, buckets and alarms to keep their names, got %d that did", former)
	}
}

// rename renames every resource of a stack, in the state and in the account.
func rename(t *testing.T, d *deployment.Stack, from, to string) {
	t.Helper()
	state, err := d.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	state.Deployment = json.RawMessage(strings.ReplaceAll(string(state.Deployment), from, to))
	if err := d.Import(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	resources, err := d.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if err := d.Account.Remove(r); err != nil {
			t.Fatal(err)
		}
		urn := r.URN // by which MustMatchProviders finds it once the engine has followed the alias
		text, err := json.Marshal(r)
		if err == nil {
			err = json.Unmarshal([]byte(strings.ReplaceAll(string(text), from, to)), &r)
		}
		r.URN = urn
		if err == nil {
			err = d.Account.Put(r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
