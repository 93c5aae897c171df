//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package lambda

import (
	"os/exec"
	"syscall"
)

// isolation puts a process into its own group, so that its children can be ended with it.
// These systems cannot tie its life to this program's.
func isolation() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

type launcher struct{}

func newLauncher() launcher                { return launcher{} }
func (launcher) start(cmd *exec.Cmd) error { return cmd.Start() }
func (launcher) close()                    {}

// childOf is not known here.
func childOf(int) int { return 0 }
