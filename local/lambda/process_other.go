//go:build !unix

package lambda

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// supported refuses systems without process groups.
func supported() error {
	return errors.New("functions run on Linux and macOS only; on Windows start this from WSL")
}

func isolation() *syscall.SysProcAttr { return nil }

type launcher struct{}

func newLauncher() launcher            { return launcher{} }
func (launcher) start(*exec.Cmd) error { return supported() }
func (launcher) close()                {}

func killGroup(*exec.Cmd) {}

func killPID(int) {}

func childOf(int) int { return 0 }

func exitText(state *os.ProcessState) string { return state.String() }

func readPipe(uintptr, []byte) (int, error) { return 0, supported() }
