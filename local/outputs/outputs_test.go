package outputs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pulumi makes PATH consist of a one-line shell script named pulumi and the system's own
// commands.
func pulumi(t *testing.T, line string) {
	t.Helper()
	dir := t.TempDir()
	if line != "" {
		if err := os.WriteFile(filepath.Join(dir, "pulumi"), []byte("#!/bin/sh\n"+line+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+"/usr/bin"+string(filepath.ListSeparator)+"/bin")
}

// TestReadErrors: each error says what to do.
func TestReadErrors(t *testing.T) { // not parallel: it sets PATH
	s := Stack{Root: t.TempDir(), Name: "dev", For: "the stack's client ID", Or: "or pass it"}
	for _, test := range []struct {
		name, line string
		want       []string
	}{
		{"no pulumi", "", []string{"pulumi, which reads the stack's client ID, is not on PATH: install it from ", ", or pass it"}},
		{"an error of it", `echo "error: no stack" >&2; exit 255`, []string{`cannot read the outputs of stack "dev": log in with pulumi login, and deploy it with pulumi up --stack dev, or pass it`, "\n    error: no stack"}},
		{"no JSON", "echo no JSON", []string{`reading the outputs of stack "dev": invalid character`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			pulumi(t, test.line)
			_, err := Read(t.Context(), s)
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("expected %q, got %v", want, err)
				}
			}
		})
	}
}

func TestRead(t *testing.T) { // not parallel: it sets PATH
	pulumi(t, `echo "{\"siteUrl\": \"https://d1.cloudfront.net\", \"n\": 1, \"asked\": \"$*\"}"`)
	got, err := Read(t.Context(), Stack{Root: t.TempDir(), Name: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Text("siteUrl") != "https://d1.cloudfront.net" || got.Text("n") != "" || got.Text("absent") != "" {
		t.Errorf("got %s", got)
	}
	if want := "stack output --json --non-interactive --stack dev"; got.Text("asked") != want {
		t.Errorf("expected pulumi %s, got %s", want, got.Text("asked"))
	}
}

func TestNotDeployed(t *testing.T) {
	t.Parallel()
	for or, want := range map[string]string{
		"":           `stack "dev" is not deployed, since it has no output siteUrl: run pulumi up --stack dev`,
		"or pass it": `stack "dev" is not deployed, since it has no output siteUrl: run pulumi up --stack dev, or pass it`,
	} {
		if got := (Stack{Name: "dev", Or: or}).NotDeployed("siteUrl").Error(); got != want {
			t.Errorf("expected %s, got %s", want, got)
		}
	}
}
