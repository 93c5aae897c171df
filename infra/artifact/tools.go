package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"api-auth-jwt-auth0/infra/artifact/guard"
)

// A MissingToolError means that a program that a build needs cannot be used. It says
// what to install.
type MissingToolError struct {
	Tool    string // the program's name, such as "npm"
	Problem string // such as "is not on PATH"
	Install string // what to do
}

func (e *MissingToolError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Tool, e.Problem, e.Install)
}

// Where to get each tool. The versions are those that go.mod and the web app's
// package.json require.
const (
	installGo   = "install Go 1.26.4 or newer from https://go.dev/dl/"
	installNode = "install Node.js 20.19, 22.12 or 24, or a later one of these lines, which brings npm, from https://nodejs.org/"
)

// supported reports whether the web app's build and test tools run on a version
// of Node.js; package.json's engines say the same.
func supported(major, minor int) bool {
	return major == 20 && minor >= 19 || major == 22 && minor >= 12 || major >= 24
}

// CheckTools reports missing build tools before anything is built: Go always, and
// Node.js unless the site was built before.
func (b Builder) CheckTools(ctx context.Context) error {
	_, err := b.goToolchain(ctx)
	if b.SiteDir != "" {
		return err
	}
	key, keyErr := b.pageKey(sitePage, b.web())
	if keyErr != nil {
		return errors.Join(err, fmt.Errorf("web app: %w", keyErr))
	}
	dir, placeErr := b.Place("site", key, "dist")
	if placeErr != nil || exists(dir) {
		return errors.Join(err, placeErr)
	}
	return errors.Join(err, checkNode(ctx))
}

// goToolchain returns the version of the compiler that builds in Root, which go.mod may
// select, with its experiments and the settings of cgo and FIPS 140.
func (b Builder) goToolchain(ctx context.Context) (string, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return "", &MissingToolError{Tool: "go", Problem: "is not on PATH", Install: installGo}
	}
	cmd := exec.CommandContext(ctx, "go", "env", "GOVERSION", "GOEXPERIMENT", "CGO_ENABLED", "CC", "GOFIPS140")
	cmd.Dir, cmd.Env = b.Root, append(os.Environ(), "GOWORK=off") // as in builds
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("asking go for its version: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

func checkNode(ctx context.Context) error {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return &MissingToolError{Tool: tool, Problem: "is not on PATH", Install: installNode}
		}
	}
	out, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return fmt.Errorf("asking node for its version: %w", err)
	}
	version := strings.TrimSpace(string(out))
	var major, minor int
	if _, err := fmt.Sscanf(version, "v%d.%d.", &major, &minor); err != nil {
		return fmt.Errorf("reading node's version %q: %w", version, err)
	}
	if !supported(major, minor) {
		return &MissingToolError{Tool: "node", Problem: "is of a version that the web app's tools do not run on (" + version + ")", Install: installNode}
	}
	return nil
}

// toolVariables are the environment variables that tools need and that do not change
// the built page: paths and network settings. npm's own settings are passed as well.
var toolVariables = []string{
	"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS",
	"SYSTEMROOT", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", // Windows
}

// toolEnvironment returns the part of this process's environment for npm and its children.
func toolEnvironment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		name = strings.ToUpper(name)
		if slices.Contains(toolVariables, name) || strings.HasPrefix(name, "NPM_CONFIG_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// Run runs a tool in an environment, nil for this process's, and waits for it. Its error
// contains what the tool printed. The tool and all that it started are killed when ctx
// ends, and when this program dies for any reason.
func Run(ctx context.Context, dir string, env []string, tool string, args ...string) error {
	return runLines(ctx, nil, dir, env, tool, args...)
}

// runLines is Run with a function that is called for each line that the tool prints. A
// line for which it returns true is not part of the error.
func runLines(ctx context.Context, line func(string) bool, dir string, env []string, tool string, args ...string) error {
	output := &lines{each: line}
	cmd := exec.CommandContext(ctx, tool, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdout, cmd.Stderr = output, output // one writer: os/exec then writes from one goroutine
	cmd.WaitDelay = 5 * time.Second         // for pipes that a stray grandchild holds open
	ownGroup(cmd)
	err := guarded(cmd)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, new(*exec.ExitError)):
		return fmt.Errorf("%s %s:\n%s", tool, args[0], strings.TrimRight(output.rest(), "\n"))
	}
	return fmt.Errorf("%s %s: %w", tool, args[0], err)
}

// guarded runs cmd, whose process group ends with this program or with cmd.
func guarded(cmd *exec.Cmd) error {
	g, err := guard.Start("")
	if err != nil {
		return err
	}
	defer g.Close() // an error means that the guard was killed
	if err := g.Start(cmd); err != nil {
		return err
	}
	return cmd.Wait()
}

// lines collects what a tool prints.
type lines struct {
	each    func(line string) (taken bool) // nil to keep all
	partial []byte                         // a line without its end
	kept    bytes.Buffer
}

// Write implements io.Writer.
func (l *lines) Write(text []byte) (int, error) {
	l.partial = append(l.partial, text...)
	for {
		end := bytes.IndexByte(l.partial, '\n')
		if end < 0 {
			return len(text), nil
		}
		if line := l.partial[:end+1]; l.each == nil || !l.each(string(line[:end])) {
			l.kept.Write(line)
		}
		l.partial = l.partial[end+1:]
	}
}

// rest returns what was printed, without the lines that each took.
func (l *lines) rest() string { return l.kept.String() + string(l.partial) }
