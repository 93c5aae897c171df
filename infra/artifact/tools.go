package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A MissingToolError says that a program which a build needs cannot be used,
// and what to install.
type MissingToolError struct {
	Tool    string // the program's name, such as "npm"
	Problem string // such as "is not on PATH"
	Install string // what to do
}

func (e *MissingToolError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Tool, e.Problem, e.Install)
}

// Where each tool comes from. The versions are those that go.mod and the web
// app's package.json ask for.
const (
	installGo   = "install Go 1.26.4 or newer from https://go.dev/dl/"
	installNode = "install Node.js 20.19, 22.12 or 24, or a later one of these lines, which brings npm, from https://nodejs.org/"
)

// supported reports whether the web app's build and test tools run on a version
// of Node.js; package.json's engines say the same.
func supported(major, minor int) bool {
	return major == 20 && minor >= 19 || major == 22 && minor >= 12 || major >= 24
}

// goToolchain is the compiler's version with its experiments.
func goToolchain(ctx context.Context) (string, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return "", &MissingToolError{Tool: "go", Problem: "is not on PATH", Install: installGo}
	}
	out, err := exec.CommandContext(ctx, "go", "env", "GOVERSION", "GOEXPERIMENT").Output()
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

// run runs a tool to its end. Its error carries what the tool printed. When ctx
// ends, so does the tool, with all that it started.
func run(ctx context.Context, dir string, env []string, tool string, args ...string) error {
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, tool, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.WaitDelay = 5 * time.Second // for pipes that a stray grandchild holds open
	ownGroup(cmd)
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, new(*exec.ExitError)):
		return fmt.Errorf("%s %s:\n%s", tool, args[0], strings.TrimRight(output.String(), "\n"))
	}
	return fmt.Errorf("%s %s: %w", tool, args[0], err)
}
