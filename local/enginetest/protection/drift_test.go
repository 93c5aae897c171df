package protection

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// TestDriftWorkflowFindsDrift runs the command of the workflow on a stack as deployed,
// and after a change by hand. It neither builds nor runs the program, and changes
// nothing.
func TestDriftWorkflowFindsDrift(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "dev", nil)
	d.MustUp(t)
	args := driftCommand(t)
	if out, code := runPulumi(t, d, args); code != 0 {
		t.Errorf("expected no drift, got exit code %d:\n%s", code, out)
	}
	resources, err := m.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if strings.HasSuffix(r.Type, ":Stage") {
			r.Inputs = []byte(strings.ReplaceAll(string(r.Inputs), `"autoDeploy":true`, `"autoDeploy":false`))
			if err := m.Account.Put(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := len(d.Operations(t, 0))
	out, code := runPulumi(t, d, args)
	if code == 0 || !strings.Contains(out, "autoDeploy") {
		t.Errorf("expected the drift to be shown and to fail, got exit code %d:\n%s", code, out)
	}
	if did := d.Operations(t, before); len(did) > 0 {
		t.Errorf("expected no operation, got %q", did)
	}
}

// driftCommand returns the arguments of the workflow's command, for the stack dev.
func driftCommand(t *testing.T) []string {
	t.Helper()
	shared, err := enginetest.Tools()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(shared.Root, ".github", "workflows", "drift.yml"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^ +pulumi (refresh .*)$`).FindStringSubmatch(string(text))
	if m == nil {
		t.Fatal("drift.yml has no pulumi refresh")
	}
	return strings.Fields(strings.NewReplacer(`"$STACK"`, "dev", "'", "").Replace(m[1]))
}

func runPulumi(t *testing.T, d *deployment.Stack, args []string) (out string, code int) {
	t.Helper()
	ws := d.Workspace()
	env := []string{"PULUMI_HOME=" + ws.PulumiHome()}
	for name, value := range ws.GetEnvVars() {
		env = append(env, name+"="+value)
	}
	stdout, stderr, code, _ := ws.PulumiCommand().Run(t.Context(), ws.WorkDir(), nil, nil, nil, env, args...) // the exit code is the result
	return stdout + stderr, code
}
