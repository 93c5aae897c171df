package reload

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/watch"
)

// npmRunDev runs `npm run dev` in web/ and returns its origin.
func npmRunDev(t *testing.T, root, site string) string {
	t.Helper()
	cmd := exec.Command("npm", "run", "dev", "--", "--port", "0", "--strictPort", "false")
	cmd.Dir = filepath.Join(root, "web")
	cmd.Env = append(os.Environ(), "LOCAL_SITE="+site, "NO_COLOR=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait() // it was killed
	})
	var printed strings.Builder
	lines := bufio.NewScanner(io.TeeReader(output, &printed))
	for lines.Scan() {
		if m := regexp.MustCompile(`Local:\s+(http://localhost:\d+)/`).FindStringSubmatch(lines.Text()); m != nil {
			go io.Copy(io.Discard, output)
			return m[1]
		}
	}
	t.Fatalf("expected Vite to print its address, got:\n%s", printed.String())
	return ""
}

// TestNpmRunDev serves the page with `npm run dev` from a new copy: packages are installed,
// a user signs in, and the API answers.
func TestNpmRunDev(t *testing.T) {
	t.Parallel()
	root := cloudtest.Project(t)
	c := cloudtest.Start(t, cloud.Config{Root: root, Stack: "dev"})
	origin := npmRunDev(t, root, c.SiteURL())
	edit(t, filepath.Join(root, "Pulumi.dev.yaml"), "http://localhost:5173", origin)
	if !c.Reload(t.Context(), watch.Change{Files: []string{"Pulumi.dev.yaml"}}) {
		t.Fatal("the settings are not applied")
	}
	b := sitetest.NewBrowser(t)
	b.Open(origin)
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("user-email"))
	b.Call("call-private", "200")

	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	response, err := http.Get(origin + "/config.json")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusBadGateway || !strings.Contains(string(body), `run "go run ./local"`) {
		t.Errorf("expected the command to run, got %d %q (%v)", response.StatusCode, body, err)
	}
}
