package lambda

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// sysPidfdOpen is the same on every architecture: pidfd_open(2).
const sysPidfdOpen = 434

// watch returns a function that waits until the process has ended.
func watch(t *testing.T, pid int) (ended func()) {
	t.Helper()
	fd, _, errno := syscall.Syscall(sysPidfdOpen, uintptr(pid), syscall.O_NONBLOCK, 0)
	switch errno {
	case 0:
	case syscall.ESRCH:
		return func() {} // it has ended
	default:
		t.Fatalf("watching process %d: %v", pid, errno)
	}
	t.Cleanup(func() { syscall.Close(int(fd)) })
	return func() {
		poll := struct {
			fd              int32
			events, revents int16
		}{fd: int32(fd), events: 1} // POLLIN: poll(2)
		for {
			_, _, errno := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&poll)), 1, 0, 0, 0, 0)
			if errno != syscall.EINTR {
				return
			}
		}
	}
}

func TestNoProcessOutlivesItsParent(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), orphanEnv+"="+handlerZip(t))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Scan()
	var pid int
	if _, err := fmt.Sscanf(lines.Text(), "%d <nil>", &pid); err != nil {
		t.Fatalf("%q: %v", lines.Text(), err)
	}
	lines.Scan()
	defer os.RemoveAll(lines.Text())
	ended := watch(t, pid)
	cmd.Process.Kill()
	cmd.Wait()
	ended()
}

// TestStrayChildren leaves children behind that hold the log's pipe, in every
// way a process can end.
func TestStrayChildren(t *testing.T) {
	t.Parallel()
	for _, event := range []string{`{"do":"spawn-and-hang"}`, `{"do":"spawn-and-crash"}`} {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			s := start(t, nil)
			go s.Invoke(t.Context(), "f", []byte(event))
			text := s.log.await(1, func(line Line) bool { return line.Kind == Output })[0].Text
			pid, err := strconv.Atoi(strings.TrimSuffix(text, " <nil>"))
			if err != nil {
				t.Fatal(err)
			}
			ended := watch(t, pid)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			ended()
		})
	}
	t.Run("idle", func(t *testing.T) {
		t.Parallel()
		s := start(t, nil)
		ended := watch(t, decode[int](t, s.call(t, `{"do":"spawn"}`)))
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		ended()
	})
}
