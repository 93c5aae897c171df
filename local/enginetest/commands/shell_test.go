package commands_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/account"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

const (
	passphrase = "correct horse battery staple"
	secret     = "management-s3cr3t-value"
)

// A shell runs commands in a folder with the project, where the CLI compiles and runs
// the project's main.go, as it does for a user.
type shell struct {
	enginetest.Machine
	dir  string
	path string // PATH
	env  []string
}

// newShell returns a shell in a new clone, without a stack, with an empty HOME except
// for the caches of the go command and npm.
func newShell(t *testing.T, m enginetest.Machine) shell {
	t.Helper()
	shared, err := enginetest.Tools()
	if err != nil {
		t.Fatal(err)
	}
	s := shell{Machine: m, dir: enginetest.Clone(t), path: shared.Plugins + string(os.PathListSeparator) + os.Getenv("PATH")}
	if shared.CLI != "" {
		s.path = filepath.Join(shared.CLI, "bin") + string(os.PathListSeparator) + s.path
	}
	s.env = append(os.Environ(),
		"PATH="+s.path,
		"HOME="+t.TempDir(), "XDG_CACHE_HOME=", "XDG_CONFIG_HOME=",
		"GOCACHE="+output(t, "go", "env", "GOCACHE"), "GOMODCACHE="+output(t, "go", "env", "GOMODCACHE"),
		"npm_config_cache="+output(t, "npm", "config", "get", "cache"),
		"PULUMI_HOME="+m.Home, "PULUMI_CONFIG_PASSPHRASE="+passphrase, "PULUMI_BACKEND_URL=file://"+m.Backend,
		"PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"PULUMI_SKIP_CONFIRMATIONS=true", // there is no terminal for prompts
		account.Dir+"="+m.Account.Dir)
	return s
}

// run runs a command line and returns its output.
func (s shell) run(ctx context.Context, line, input string) (string, error) {
	cmd := exec.CommandContext(ctx, "bash", "-c", line)
	cmd.Dir, cmd.Env, cmd.Stdin = s.dir, s.env, strings.NewReader(input)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

func (s shell) mustRun(t *testing.T, line, input string) string {
	t.Helper()
	out, err := s.run(t.Context(), line, input)
	if err != nil {
		t.Fatalf("$ %s\n%s\n%v", line, out, err)
	}
	return out
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s %q: %v", name, args, err)
	}
	return strings.TrimSpace(string(out))
}
