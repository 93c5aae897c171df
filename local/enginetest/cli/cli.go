// Package cli finds the Pulumi CLI for the tests of the real engine: on PATH, or in
// the user's cache folder, where it builds the version that module/go.mod pins once.
// It must not import Pulumi itself, so that the build starts within seconds.
//
// The build takes minutes. It continues in a separate process when the test that
// started it ends, and a later test waits for it. To build without a time limit, run
//
//	go run ./local/enginetest/cli/install
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"

// ErrBuilding means that the build continues without the caller.
var ErrBuilding = errors.New("the Pulumi CLI is still being built, in the background: run the tests again in a few minutes, or wait for it with `go run ./local/enginetest/cli/install`")

// Root returns the folder with bin/pulumi in it, or "" if pulumi is on PATH. If there
// is neither, it starts the build, and waits for it until ctx ends.
func Root(ctx context.Context, project string, progress io.Writer) (string, error) {
	if _, err := exec.LookPath("pulumi"); err == nil {
		return "", nil
	}
	root, err := cached(project)
	if err != nil || exists(binary(root)) {
		return root, err
	}
	return root, wait(ctx, project, progress)
}

// wait runs the install command. If ctx ends first, the command continues.
func wait(ctx context.Context, project string, progress io.Writer) error {
	cmd := exec.Command("go", "run", "./local/enginetest/cli/install")
	cmd.Dir, cmd.Stdout, cmd.Stderr = project, os.Stderr, os.Stderr
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	start := time.Now()
	tick := time.NewTicker(30 * time.Second)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			fmt.Fprintf(progress, "building the Pulumi CLI, once for this machine: %v\n", time.Since(start).Round(time.Second))
		case <-ctx.Done():
			return ErrBuilding
		}
	}
}

// Build builds the CLI in the cache, unless it is there, and returns its path.
func Build(project string, progress io.Writer) (string, error) {
	root, err := cached(project)
	if err != nil {
		return "", err
	}
	path := binary(root)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(root, "lock")).Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	if exists(path) {
		return path, nil
	}
	fmt.Fprintln(progress, "building the Pulumi CLI, once for this machine: a few minutes")
	version := "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=" + filepath.Base(root)
	cmd := exec.Command("go", "build", "-ldflags", "-s -w "+version, "-o", path+".new", command)
	cmd.Dir = filepath.Join(project, "local", "enginetest", "cli", "module")
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the Pulumi CLI: %w\n%s", err, out)
	}
	return path, os.Rename(path+".new", path)
}

// cached returns the folder of the pinned version in the user's cache.
func cached(project string) (string, error) {
	user, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding a folder for the Pulumi CLI: %w (set HOME or XDG_CACHE_HOME)", err)
	}
	pins, err := os.ReadFile(filepath.Join(project, "local", "enginetest", "cli", "module", "go.mod"))
	if err != nil {
		return "", err
	}
	_, rest, found := strings.Cut(string(pins), "github.com/pulumi/pulumi/pkg/v3 ")
	version, _, _ := strings.Cut(rest, "\n")
	version, _, _ = strings.Cut(version, " ")
	if !found {
		return "", errors.New("local/enginetest/cli/module/go.mod does not name github.com/pulumi/pulumi/pkg/v3")
	}
	return filepath.Join(user, "api-auth-jwt-auth0", "pulumi", version), nil
}

func binary(root string) string {
	name := "pulumi"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(root, "bin", name)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
