//go:build unix

package lambda

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
)

func supported() error { return nil }

// killGroup ends a process, even one that joined another group, and the children in its own
// group. After the process has been reaped, its number still names the group while a child
// lives. When none does, the kernel does not reuse the number soon enough to hit another.
func killGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // an error means that nothing is left
	_ = cmd.Process.Kill()                              // likewise
}

// killPID ends a process by its number, 0 for none.
func killPID(pid int) {
	if pid != 0 {
		_ = syscall.Kill(pid, syscall.SIGKILL) // an error means that it is gone
	}
}

// readPipe reads from a pipe of os.Pipe, which does not block.
func readPipe(fd uintptr, buffer []byte) (int, error) {
	for {
		n, err := syscall.Read(int(fd), buffer)
		if err != syscall.EINTR {
			return n, err
		}
	}
}

// coreSignals are those that dump core by default (signal(7)).
var coreSignals = []syscall.Signal{syscall.SIGABRT, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL,
	syscall.SIGQUIT, syscall.SIGSEGV, syscall.SIGSYS, syscall.SIGTRAP}

// exitText returns "exit status 1" or "signal: killed". Lambda's machines dump core; whether
// this one does makes no difference to the text.
// https://github.com/awslabs/aws-lambda-cpp/issues/30
func exitText(state *os.ProcessState) string {
	text := strings.TrimSuffix(state.String(), " (core dumped)")
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() && slices.Contains(coreSignals, status.Signal()) {
		text += " (core dumped)"
	}
	return text
}
