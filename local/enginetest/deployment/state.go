package deployment

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// State returns the resources of the stack's state that providers have created.
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

// URN returns the URN of the only resource whose URN has this suffix.
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

// MustUnprotect removes a resource's protection in the state, as `pulumi state
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

// resources reads the stack's state from the backend's files: `pulumi stack export`
// would take longer than many ups.
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

// MustMatchProviders asserts that the resources of the providers are those of the
// stack's state: none is orphaned, duplicate or missing. Hashed files of earlier builds
// are retained on purpose.
func (d *Stack) MustMatchProviders(t *testing.T) {
	t.Helper()
	existing := map[string]string{} // ID by URN
	resources, err := d.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if r.URN == "" || !strings.HasPrefix(r.URN, "urn:pulumi:"+d.Name()+"::") {
			continue
		}
		if other, twice := existing[r.URN]; twice {
			t.Errorf("%s exists twice: %q and %q", r.URN, other, r.ID)
		}
		existing[r.URN] = r.ID
	}
	for _, r := range d.State(t) {
		if r.Delete {
			t.Errorf("%s is still to be deleted", r.URN)
		}
		if id, ok := existing[string(r.URN)]; !ok || id != string(r.ID) {
			t.Errorf("the state has %s as %q, the provider as %q", r.URN, r.ID, id)
		}
		delete(existing, string(r.URN))
	}
	for urn := range existing {
		if strings.Contains(urn, "::assets/") {
			continue
		}
		t.Errorf("%s is orphaned", urn)
	}
}

// MustBeEmpty asserts that no resource is left, in the state and in the providers.
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
		t.Errorf("the provider still has %s %q", r.Type, r.ID)
	}
}
