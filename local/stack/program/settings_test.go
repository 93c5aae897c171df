package program

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const projectYAML = `name: demo
runtime: go
config:
  audience:
    type: string
    default: ""
  size:
    type: integer
    default: 3
  origins:
    type: array
    items:
      type: string
    default: []
  protect:
    type: boolean
    default: false
`

func writeProject(t *testing.T, stackYAML string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{"Pulumi.yaml": projectYAML, "Pulumi.dev.yaml": stackYAML, "Pulumi.prod.yaml": ""} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestLoadSettings(t *testing.T) {
	t.Parallel()
	root := writeProject(t, `
config:
  aws:region: eu-central-1
  demo:size: 4
  demo:origins:
    - http://localhost:3000
  auth0:clientSecret:
    secure: v1:AAAAAAAAAAAA:BBBB
`)
	settings, err := LoadSettings(root, "dev")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"aws:region":    "eu-central-1",
		"demo:audience": "",
		"demo:size":     "4",
		"demo:origins":  `["http://localhost:3000"]`,
		"demo:protect":  "false",
	} {
		if got, ok := settings.Values[key]; !ok || got != want {
			t.Errorf("%s: expected %q, got %q (set: %t)", key, want, got, ok)
		}
	}
	if _, ok := settings.Values["auth0:clientSecret"]; ok {
		t.Error("expected the encrypted credential to be left out")
	}
}

func TestLoadDefaultSettings(t *testing.T) {
	t.Parallel()
	settings, err := LoadSettings(writeProject(t, "config: {}\n"), "prod")
	if err != nil {
		t.Fatal(err)
	}
	if got := settings.Values["demo:origins"]; got != "[]" {
		t.Errorf("expected an empty list, got %q", got)
	}
	if got := settings.Values["demo:size"]; got != "3" {
		t.Errorf("expected the default, got %q", got)
	}
}

func TestLoadSettingsErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, yaml, stack, want string }{
		{"misspelled setting", "config:\n  demo:siez: 4\n", "dev", `there is no setting "siez"`},
		{"broken file", "config: [", "dev", "Pulumi.dev.yaml:1: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := LoadSettings(writeProject(t, test.yaml), test.stack)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("expected an error with %q, got %v", test.want, err)
			}
		})
	}
}

// TestEncryptedSettings: encrypted settings never stop the local cloud. They get their
// default or, like the secrets that the program declares, a value with the reason.
func TestEncryptedSettings(t *testing.T) {
	t.Parallel()
	const encrypted = ":\n    secure: v1:AAAA:BBBB\n"
	settings, err := LoadSettings(writeProject(t, "config:\n  demo:size"+encrypted+"  demo:paymentsKey"+encrypted), "dev", "paymentsKey", "mailKey")
	if err != nil {
		t.Fatal(err)
	}
	if got := settings.Values["demo:size"]; got != "3" {
		t.Errorf("expected the default of an encrypted setting, got %q", got)
	}
	for _, key := range []string{"demo:paymentsKey", "demo:mailKey"} {
		if settings.Values[key] != unreadable || !slices.Contains(settings.Secrets, key) {
			t.Errorf("expected %s to be a secret without its value, got %q of %v", key, settings.Values[key], settings.Secrets)
		}
	}
}
