//go:build unix

package artifact

import (
	"os/exec"
	"syscall"
)

// ownGroup starts cmd in a new process group and kills the whole group when cmd's
// context ends: npm and go do their work in child processes.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
