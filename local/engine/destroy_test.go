package engine_test

import (
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/engine"
	"api-auth-jwt-auth0/local/engine/deployment"
)

func TestDestroyLeavesNothing(t *testing.T) {
	t.Parallel()
	m := engine.NewMachine(t)
	d := deployment.New(t, m, "dev", nil)
	d.MustUp(t)
	putByHand(t, m)
	if err := d.TryDestroy(t); err != nil {
		t.Fatalf("destroy: %v\n%s", err, d.Output)
	}
	d.MustBeEmpty(t)
}

// putByHand puts an object that no program knows into every bucket.
func putByHand(t *testing.T, m engine.Machine) {
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

// TestProtectedResourcesSurviveADestroyWithoutPreview has the engine delete without a
// preview, which a person gets first (TestReadmeDeploysAndRemovesBothStacks):
// it deletes what is not protected, and what is stays.
func TestProtectedResourcesSurviveADestroyWithoutPreview(t *testing.T) {
	t.Parallel()
	m := engine.NewMachine(t)
	d := deployment.New(t, m, "prod", nil)
	d.MustUp(t)
	putByHand(t, m)
	before := len(d.Operations(t, 0))
	if err := d.TryDestroy(t); err == nil {
		t.Fatal("expected the destroy to be refused")
	}
	for _, want := range []string{"cannot be deleted", "protect"} {
		if !strings.Contains(d.Output.String(), want) {
			t.Errorf("expected the refusal to say %q, got:\n%s", want, d.Output)
		}
	}
	// The engine deletes what is not protected, all the same.
	for _, op := range d.Operations(t, before) {
		for _, kind := range []string{"Client ", "ResourceServer ", "Api ", "Distribution ", "BucketV2 "} {
			if strings.HasPrefix(op, "delete "+kind) {
				t.Errorf("%q, and it is protected", op)
			}
		}
	}
	d.Set(t, map[string]string{"protect": "false"})
	d.MustUp(t)
	if err := d.TryDestroy(t); err != nil {
		t.Fatalf("destroy: %v\n%s", err, d.Output)
	}
	d.MustBeEmpty(t)
}

// TestProtectedStackStaysInItsRegion: another region would replace what is
// protected. A preview refuses that before anything is touched.
func TestProtectedStackStaysInItsRegion(t *testing.T) {
	t.Parallel()
	m := engine.NewMachine(t)
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
