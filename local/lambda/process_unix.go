//go:build unix

package lambda

import (
	"os/exec"
	"syscall"
)

func supported() error { return nil }

// killGroup ends a process and its children. After the process itself has been
// reaped its number still names the group while a child lives; when none does,
// the kernel does not give the number away so soon that another could be hit.
func killGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // an error says that nothing is left
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
