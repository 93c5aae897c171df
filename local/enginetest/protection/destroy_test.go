package protection

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

func TestDestroyLeavesNothing(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "dev", nil)
	d.MustUp(t)
	putByHand(t, m)
	if err := d.TryDestroy(t); err != nil {
		t.Fatalf("destroy: %v\n%s", err, d.Output)
	}
	d.MustBeEmpty(t)
}

// putByHand puts an object that the program does not know into every bucket.
func putByHand(t *testing.T, m enginetest.Machine) {
	t.Helper()
	resources, err := m.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if strings.HasSuffix(r.URN, "::index.html") {
			r.URN, r.ID, r.Inputs = "", "by-hand.txt", []byte(`{"bucket":"`+r.Refs["bucket"]+`"}`)
			if err := m.Account.Put(r); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestProtectedStackRefusesEveryDestroy without a preview, as `pulumi destroy --yes
// --skip-preview` runs it, and with the flags that continue after errors or exclude
// resources.
func TestProtectedStackRefusesEveryDestroy(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "prod", nil)
	d.MustUp(t)
	putByHand(t, m)
	route, bucket := d.URN(t, "Route::get-public"), d.URN(t, "BucketV2::"+deployment.Project()+"--prod--site")
	tests := []struct {
		name    string
		options []optdestroy.Option
		want    string
	}{
		{"all", nil, "Protection::protection\" cannot be deleted"},
		{"continuing on errors", []optdestroy.Option{optdestroy.ContinueOnError()}, "cannot be deleted"},
		{"program run", []optdestroy.Option{optdestroy.RunProgram(true)}, "cannot be deleted"},
		{"refreshed", []optdestroy.Option{optdestroy.Refresh()}, "cannot be deleted"},
		{"one resource", []optdestroy.Option{optdestroy.Target([]string{route})}, "Protection::protection' will be destroyed but was not specified"},
		{"one and its dependents", []optdestroy.Option{optdestroy.Target([]string{route}), optdestroy.TargetDependents()}, "cannot be deleted"},
		{"all but the bucket", []optdestroy.Option{optdestroy.Exclude([]string{bucket})}, "cannot be deleted"},
	}
	before := len(d.Operations(t, 0))
	for _, test := range tests {
		d.Output.Reset()
		if err := d.TryDestroy(t, test.options...); err == nil || !strings.Contains(d.Output.String(), test.want) {
			t.Errorf("%s: expected a refusal with %q, got %v\n%s", test.name, test.want, err, d.Output)
		}
	}
	if did := d.Operations(t, before); len(did) > 0 {
		t.Errorf("expected no operation, got %q", did)
	}
	d.MustChangeNothing(t)
	d.MustMatchProviders(t)

	d.Set(t, map[string]string{"protect": "false"})
	d.MustUp(t)
	if err := d.TryDestroy(t); err != nil {
		t.Fatalf("destroy: %v\n%s", err, d.Output)
	}
	d.MustBeEmpty(t)
}

// TestProtectedResourcesStayWhenOneIsUnprotectedByHand: without the protection of the
// resource Protection, those that are not protected themselves are deleted.
func TestProtectedResourcesStayWhenOneIsUnprotectedByHand(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "prod", nil)
	d.MustUp(t)
	d.MustUnprotect(t, "Protection::protection")
	before := len(d.Operations(t, 0))
	if err := d.TryDestroy(t); err == nil {
		t.Fatal("expected the destroy to be refused")
	}
	log := d.Operations(t, before)
	if !slices.Contains(log, "delete Route get-public") {
		t.Errorf("expected unprotected resources to be deleted, got %q", log)
	}
	for _, op := range log {
		for _, kind := range []string{"Client ", "ResourceServer ", "Api ", "Distribution ", "BucketV2 "} {
			if strings.HasPrefix(op, "delete "+kind) {
				t.Errorf("%q, and it is protected", op)
			}
		}
	}
}

// TestProtectedStackLosesARoute: an up deletes resources that are not protected themselves.
func TestProtectedStackLosesARoute(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	dir := deployment.SettingsFolder(t)
	deployment.NewAt(t, m, "prod", dir, "", infra.Routes, nil).MustUp(t)
	routes := slices.DeleteFunc(slices.Clone(infra.Routes), func(r infra.Route) bool { return r.Path == "/public" })
	fewer := deployment.NewAt(t, m, "prod", dir, "", routes, nil)
	before := len(fewer.Operations(t, 0))
	fewer.MustUp(t)
	deleted := slices.DeleteFunc(fewer.Operations(t, before), func(op string) bool { return !strings.HasPrefix(op, "delete Route ") })
	if len(deleted) != 1 {
		t.Errorf("expected one route to be deleted, got %q", deleted)
	}
	fewer.MustMatchProviders(t)
}

// TestProtectedStackStaysInItsRegion: another region would replace protected resources.
// A preview refuses that before anything changes.
func TestProtectedStackStaysInItsRegion(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "prod", nil)
	d.MustUp(t)
	d.Set(t, map[string]string{"aws:region": "eu-central-1"})
	before := d.Succeeded(t, "delete")
	if _, err := d.TryUp(t); err == nil || !strings.Contains(d.Output.String(), "protect") {
		t.Errorf("expected the move to be refused for the protection, got %v\n%s", err, d.Output)
	}
	if after := d.Succeeded(t, "delete"); after != before {
		t.Errorf("expected nothing to be deleted, got %d deletions", after-before)
	}
}
