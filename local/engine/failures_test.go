package engine_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/local/engine"
)

// TestEveryFailureIsNamedAndMended lets each operation of a first deployment
// fail in turn, each in a backend and an account of its own.
func TestEveryFailureIsNamedAndMended(t *testing.T) {
	t.Parallel()
	whole := engine.NewMachine(t)
	template := deploy(t, whole, "dev", nil)
	fresh := t.TempDir() // the stack with its settings, before anything exists
	engine.CopyTree(t, whole.Backend, filepath.Join(fresh, "backend"))
	engine.CopyTree(t, template.dir, filepath.Join(fresh, "settings"))
	template.mustUp(t)
	total := len(template.Operations(t, 0))
	if total < 40 {
		t.Fatalf("expected a stack of at least 40 resources, got %d operations", total)
	}
	for n := 1; n <= total; n++ {
		t.Run(fmt.Sprintf("operation %d of %d", n, total), func(t *testing.T) {
			t.Parallel()
			m := engine.NewMachine(t)
			dir := t.TempDir()
			engine.CopyTree(t, filepath.Join(fresh, "backend"), m.Backend)
			engine.CopyTree(t, filepath.Join(fresh, "settings"), dir)
			d := deployFrom(t, m, "dev", dir, "", infra.Routes, noSettings)
			failOnce(t, d, n)
			d.mustUp(t)
			d.mustHold(t)
			if made := succeeded(t, d, "create"); made != total {
				t.Errorf("expected %d creations in all, got %d", total, made)
			}
		})
	}
}

// failOnce runs an up whose n-th operation fails, and checks what it says.
func failOnce(t *testing.T, d *deployment, n int) {
	t.Helper()
	if err := d.Account.Fail(n); err != nil {
		t.Fatal(err)
	}
	_, err := d.up(t)
	if err == nil {
		t.Fatal("expected the up to fail")
	}
	log, logErr := d.Account.Operations()
	if logErr != nil {
		t.Fatal(logErr)
	}
	if len(log) < n {
		t.Fatalf("expected the up to fail at operation %d, and it ended after %d:\n%s", n, len(log), d.output)
	}
	failed := log[n-1]
	if !failed.Failed {
		t.Fatalf("expected operation %d to have failed, got %+v", n, failed)
	}
	if text := d.output.String(); !strings.Contains(text, failed.Type+"::"+failed.Name) && !strings.Contains(text, failed.Name+" ") ||
		!strings.Contains(text, fmt.Sprintf("the test lets operation %d fail", n)) {
		t.Errorf("expected the error to name %s and its cause, got:\n%s", failed.Name, text)
	}
}

func succeeded(t *testing.T, d *deployment, kind string) int {
	t.Helper()
	log, err := d.Account.Operations()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, op := range log {
		if op.Kind == kind && !op.Failed {
			n++
		}
	}
	return n
}

func TestDestroyLeavesNothing(t *testing.T) {
	t.Parallel()
	m := engine.NewMachine(t)
	d := deploy(t, m, "dev", nil)
	d.mustUp(t)
	putByHand(t, m)
	if err := d.destroy(t); err != nil {
		t.Fatalf("destroy: %v\n%s", err, d.output)
	}
	d.mustBeEmpty(t)
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
	d := deploy(t, m, "prod", nil)
	d.mustUp(t)
	putByHand(t, m)
	before := len(d.Operations(t, 0))
	if err := d.destroy(t); err == nil {
		t.Fatal("expected the destroy to be refused")
	}
	for _, want := range []string{"cannot be deleted", "protect"} {
		if !strings.Contains(d.output.String(), want) {
			t.Errorf("expected the refusal to say %q, got:\n%s", want, d.output)
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
	d.set(t, map[string]string{project + ":protect": "false"})
	d.mustUp(t)
	if err := d.destroy(t); err != nil {
		t.Fatalf("destroy: %v\n%s", err, d.output)
	}
	d.mustBeEmpty(t)
}

// TestProtectedStackStaysInItsRegion: another region would replace what is
// protected. A preview refuses that before anything is touched.
func TestProtectedStackStaysInItsRegion(t *testing.T) {
	t.Parallel()
	m := engine.NewMachine(t)
	d := deploy(t, m, "prod", nil)
	d.mustUp(t)
	d.set(t, map[string]string{"aws:region": "eu-central-1"})
	before := succeeded(t, d, "delete")
	if _, err := d.up(t); err == nil || !strings.Contains(d.output.String(), "protect") {
		t.Errorf("expected the move to be refused for the protection, got %v\n%s", err, d.output)
	}
	if after := succeeded(t, d, "delete"); after != before {
		t.Errorf("expected nothing to be deleted, got %d deletions", after-before)
	}
}
