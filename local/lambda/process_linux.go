package lambda

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

// isolation puts a process into its own group, so that its children can be ended with it, and
// makes the kernel kill it when this program dies for any reason.
func isolation() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// launcher starts processes from one OS thread that lives as long as the service: Pdeathsig
// fires when the thread that forked ends, not the program (prctl(2), PR_SET_PDEATHSIG).
type launcher struct {
	requests chan launch
}

type launch struct {
	cmd  *exec.Cmd
	done chan error
}

func newLauncher() launcher {
	l := launcher{requests: make(chan launch)}
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		for request := range l.requests {
			request.done <- request.cmd.Start()
		}
	}()
	return l
}

func (l launcher) start(cmd *exec.Cmd) error {
	request := launch{cmd, make(chan error, 1)}
	l.requests <- request
	return <-request.done
}

// close may only be called when no process is left.
func (l launcher) close() { close(l.requests) }

// childOf returns a child of the process, whichever of its threads started it, or 0.
func childOf(pid int) int {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return 0 // cannot happen: the pattern is well formed
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && len(text) > 0 {
			return parseChild(text)
		}
	}
	return 0
}
