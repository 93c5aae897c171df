// Package failures_test fails each operation of a deployment in turn. It is a separate
// package to have its own time limit, and does not depend on particular resources.
package failures_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// TestEveryFailureIsNamedAndCorrected fails each operation of a first deployment in
// turn, each with its own backend and account. The next up completes it.
func TestEveryFailureIsNamedAndCorrected(t *testing.T) {
	t.Parallel()
	whole := enginetest.NewMachine(t)
	template := deployment.New(t, whole, "dev", nil)
	fresh := t.TempDir() // the stack with its settings, before anything exists
	enginetest.CopyTree(t, whole.Backend, filepath.Join(fresh, "backend"))
	enginetest.CopyTree(t, template.Dir, filepath.Join(fresh, "settings"))
	template.MustUp(t)
	total := len(template.Operations(t, 0))
	if total < 40 {
		t.Fatalf("expected a stack of at least 40 resources, got %d operations", total)
	}
	for n := 1; n <= total; n++ {
		t.Run(fmt.Sprintf("operation %d of %d", n, total), func(t *testing.T) {
			t.Parallel()
			m := enginetest.NewMachine(t)
			dir := t.TempDir()
			enginetest.CopyTree(t, filepath.Join(fresh, "backend"), m.Backend)
			enginetest.CopyTree(t, filepath.Join(fresh, "settings"), dir)
			d := deployment.NewAt(t, m, "dev", dir, "", infra.Routes, deployment.NoSettings)
			failOnce(t, d, n)
			d.MustUp(t)
			d.MustMatchProviders(t)
			if made := d.Succeeded(t, "create"); made != total {
				t.Errorf("expected %d creations in all, got %d", total, made)
			}
		})
	}
}

// failOnce runs an up whose n-th operation fails, and checks its output.
func failOnce(t *testing.T, d *deployment.Stack, n int) {
	t.Helper()
	if err := d.Account.Fail(n); err != nil {
		t.Fatal(err)
	}
	_, err := d.TryUp(t)
	if err == nil {
		t.Fatal("expected the up to fail")
	}
	log, logErr := d.Account.Operations()
	if logErr != nil {
		t.Fatal(logErr)
	}
	if len(log) < n {
		t.Fatalf("expected the up to fail at operation %d, but it ended after %d:\n%s", n, len(log), d.Output)
	}
	failed := log[n-1]
	if !failed.Failed {
		t.Fatalf("expected operation %d to have failed, got %+v", n, failed)
	}
	if text := d.Output.String(); !strings.Contains(text, failed.Type+"::"+failed.Name) && !strings.Contains(text, failed.Name+" ") ||
		!strings.Contains(text, fmt.Sprintf("the test makes operation %d fail", n)) {
		t.Errorf("expected the error to name %s and its cause, got:\n%s", failed.Name, text)
	}
}
