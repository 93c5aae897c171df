package vite

import (
	"strings"
	"testing"
)

const deployed = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' https://tenant.test; worker-src 'self'"

func TestPolicyIsOpenedForVite(t *testing.T) {
	t.Parallel()
	opened, err := openPolicy(deployed, "localhost:3000")
	if err != nil {
		t.Fatal(err)
	}
	const want = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; connect-src 'self' https://tenant.test ws://localhost:3000; worker-src 'self'"
	if got := opened.with("N"); got != want {
		t.Errorf("expected\n%s, got\n%s", want, got)
	}
}

func TestPolicyThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, policy, want string }{
		{"no styles", "default-src 'self'; connect-src 'self'", "no style-src"},
		{"styles from nowhere", "style-src 'none'; connect-src 'self'", "no style-src"},
		{"no connections", "style-src 'self'", "no connect-src"},
		{"a longer name", "style-src-elem 'self'; connect-src 'self'", "no style-src"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := openPolicy(test.policy, "localhost:3000"); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("expected %q, got %v", test.want, err)
			}
		})
	}
}
