//go:build unix

package vite

import (
	"os/exec"
	"syscall"
)

// ownGroup starts cmd in a process group of its own, where the Ctrl-C that a
// terminal sends to this program does not reach it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends a process with those it started.
func killGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // an error means that no process is left
}
