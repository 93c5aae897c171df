//go:build unix

package guard

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

func newGuard(t *testing.T) *Guard {
	t.Helper()
	g, err := Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	return g
}

// command returns a command with its own process group.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/bin/sh", args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

func TestStartRunsTheProgram(t *testing.T) {
	t.Parallel()
	cmd := command(t, "-c", `printf '%s|' "$@"; cat; ! true <&3`, "sh", "a b", "$(c)", "")
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout = bytes.NewBufferString("input"), &out
	if err := newGuard(t).Start(cmd); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || out.String() != "a b|$(c)||input" {
		t.Errorf("expected the arguments and the input, and no open file, got %q and %v", out.String(), err)
	}
}

// TestStartRunsNothingUnwatched: a program does not run if its group is not watched. The
// test is not parallel: between fork and exec, a process that another test starts has
// this guard's pipe open, and an order to the dead guard would not fail.
func TestStartRunsNothingUnwatched(t *testing.T) {
	g := newGuard(t)
	if err := g.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = g.cmd.Wait() // it was killed
	ran := filepath.Join(t.TempDir(), "ran")
	if err := g.Start(command(t, "-c", `touch "$1"`, "sh", ran)); err == nil {
		t.Error("expected an error without the guard")
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the program has run")
	}
}
