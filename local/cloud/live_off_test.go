package cloud

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

// TestLiveIsOffWhereNobodyPlaysAWS, whatever the settings say.
func TestLiveIsOffWhereNobodyPlaysAWS(t *testing.T) {
	t.Parallel()
	root := newProject(t)
	if err := os.WriteFile(filepath.Join(root, "Pulumi.dev.yaml"), []byte(benchStack+"  live: true\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var shown terminaltest.Output
	c := newCloudWith(t, Config{Root: root, Stack: "dev", Terminal: terminal.New(&shown)})
	if c.graph.Exports["live"] != nil {
		t.Errorf("got the output %v", c.graph.Exports["live"])
	}
	if strings.Contains(shown.String(), "this stack is live") {
		t.Errorf("got %s", shown.String())
	}
}
