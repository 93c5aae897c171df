//go:build unix

package cli

import (
	"os/exec"
	"syscall"
)

// detach lets a process outlive the one that starts it.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
