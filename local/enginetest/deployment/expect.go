package deployment

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// PaymentsPrefix begins the values of the order service's secret.
const PaymentsPrefix = "sk-live-payments-"

// MustDo asserts the operations of an up, in any order.
func (d *Stack) MustDo(t *testing.T, want ...string) {
	t.Helper()
	before := len(d.Operations(t, 0))
	d.MustUp(t)
	got := slices.Sorted(slices.Values(d.Operations(t, before)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	d.MustMatchProviders(t)
}

// MustNotShow asserts that a text contains none of the secrets that the tests set.
func (d *Stack) MustNotShow(t *testing.T, where, text string) {
	t.Helper()
	for _, hidden := range []string{Secret, "application-secret-", Passphrase, PaymentsPrefix} {
		if i := strings.Index(text, hidden); i >= 0 {
			t.Errorf("%s: %s shows a secret: %q", d.Name(), where, text[max(0, i-200):i+len(hidden)])
		}
	}
}

// MustNotContain asserts the same of all files below a folder.
func (d *Stack) MustNotContain(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		d.MustNotShow(t, path, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
