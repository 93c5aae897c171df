//go:build unix

package cli

import (
	"os/exec"
	"syscall"
)

// detach makes a process outlive the one that started it.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
