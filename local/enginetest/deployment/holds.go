package deployment

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// State are the resources of the stack's state that a provider holds.
func (d *Stack) State(t *testing.T) []apitype.ResourceV3 {
	t.Helper()
	var custom []apitype.ResourceV3
	for _, r := range d.resources(t) {
		if r.Custom && !r.External && !strings.HasPrefix(string(r.Type), "pulumi:providers:") {
			custom = append(custom, r)
		}
	}
	return custom
}

// URN is that of the one resource whose URN ends so.
func (d *Stack) URN(t *testing.T, end string) string {
	t.Helper()
	var found []string
	for _, r := range d.resources(t) {
		if strings.HasSuffix(string(r.URN), end) {
			found = append(found, string(r.URN))
		}
	}
	if len(found) != 1 {
		t.Fatalf("expected one resource whose URN ends in %q, got %q", end, found)
	}
	return found[0]
}

// MustUnprotect takes the protection off a resource in the state, as `pulumi state
// unprotect` does.
func (d *Stack) MustUnprotect(t *testing.T, end string) {
	t.Helper()
	urn := d.URN(t, end)
	state, err := d.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(state.Deployment, &deployment); err != nil {
		t.Fatal(err)
	}
	for i, r := range deployment.Resources {
		if string(r.URN) == urn {
			deployment.Resources[i].Protect = false
		}
	}
	if state.Deployment, err = json.Marshal(deployment); err != nil {
		t.Fatal(err)
	}
	if err := d.Import(t.Context(), state); err != nil {
		t.Fatal(err)
	}
}

// resources are those of the stack's state, as the backend keeps it: asking the CLI
// for it would take longer than many an up.
func (d *Stack) resources(t *testing.T) []apitype.ResourceV3 {
	t.Helper()
	project, err := d.Workspace().ProjectSettings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(d.Backend, ".pulumi", "stacks", project.Name.String(), d.Name()+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		Checkpoint struct{ Latest *apitype.DeploymentV3 }
	}
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	deployment := kept.Checkpoint.Latest
	if deployment == nil {
		t.Fatalf("expected the state of %s, got %s", d.Name(), text)
	}
	if len(deployment.PendingOperations) > 0 {
		t.Errorf("the state has pending operations: %v", deployment.PendingOperations)
	}
	return deployment.Resources
}

// MustHold asserts that the providers hold what the state says of this stack:
// nothing orphaned, nothing twice, nothing missing. Hashed files of replaced
// builds are kept on purpose.
func (d *Stack) MustHold(t *testing.T) {
	t.Helper()
	held := map[string]string{} // URN to id
	resources, err := d.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if r.URN == "" || !strings.HasPrefix(r.URN, "urn:pulumi:"+d.Name()+"::") {
			continue
		}
		if other, twice := held[r.URN]; twice {
			t.Errorf("%s exists twice: %q and %q", r.URN, other, r.ID)
		}
		held[r.URN] = r.ID
	}
	for _, r := range d.State(t) {
		if r.Delete {
			t.Errorf("%s is still to be deleted", r.URN)
		}
		if id, ok := held[string(r.URN)]; !ok || id != string(r.ID) {
			t.Errorf("the state has %s as %q, the provider as %q", r.URN, r.ID, id)
		}
		delete(held, string(r.URN))
	}
	for urn := range held {
		if strings.Contains(urn, "::assets/") {
			continue
		}
		t.Errorf("%s is orphaned", urn)
	}
}

// MustBeEmpty asserts that nothing is left, in the state and anywhere.
func (d *Stack) MustBeEmpty(t *testing.T) {
	t.Helper()
	if left := d.State(t); len(left) > 0 {
		t.Errorf("%d resources are left in the state, such as %s", len(left), left[0].URN)
	}
	resources, err := d.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		t.Errorf("the provider still holds %s %q", r.Type, r.ID)
	}
}
