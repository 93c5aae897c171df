package engine_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/provider/account"
)

// A shell is a person's in a folder of the project: the CLI compiles and runs
// the project's own main.go there, as it does for everybody.
type shell struct {
	machine
	dir  string
	path string // PATH
	env  []string
}

// shell opens one on a fresh clone, with nothing set up, and with an empty HOME
// but for what the Go command and npm have downloaded.
func (m machine) shell(t *testing.T) shell {
	t.Helper()
	shared, err := tools()
	if err != nil {
		t.Fatal(err)
	}
	s := shell{machine: m, dir: freshClone(t), path: shared.plugins + string(os.PathListSeparator) + os.Getenv("PATH")}
	if shared.cli != "" {
		s.path = filepath.Join(shared.cli, "bin") + string(os.PathListSeparator) + s.path
	}
	s.env = append(os.Environ(),
		"PATH="+s.path,
		"HOME="+t.TempDir(), "XDG_CACHE_HOME=", "XDG_CONFIG_HOME=",
		"GOCACHE="+output(t, "go", "env", "GOCACHE"), "GOMODCACHE="+output(t, "go", "env", "GOMODCACHE"),
		"npm_config_cache="+output(t, "npm", "config", "get", "cache"),
		"PULUMI_HOME="+m.home, "PULUMI_CONFIG_PASSPHRASE="+passphrase, "PULUMI_BACKEND_URL=file://"+m.backend,
		"PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"PULUMI_SKIP_CONFIRMATIONS=true", // there is no terminal to answer at
		account.Dir+"="+m.account.Dir)
	return s
}

// run runs one command line and returns what it says.
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
	said, err := s.run(t.Context(), line, input)
	if err != nil {
		t.Fatalf("$ %s\n%s\n%v", line, said, err)
	}
	return said
}

// freshClone has what git would check out, with the changes of the working copy
// in it.
func freshClone(t *testing.T) string {
	t.Helper()
	shared, err := tools()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"infra", "lambdas", "web"} {
		copyTree(t, filepath.Join(shared.root, name), filepath.Join(dir, name))
	}
	for _, name := range []string{"go.mod", "go.sum", "main.go", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"} {
		copyFile(t, filepath.Join(shared.root, name), filepath.Join(dir, name))
	}
	return dir
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s %q: %v", name, args, err)
	}
	return strings.TrimSpace(string(out))
}
