package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// sysPidfdOpen is the same on every architecture: pidfd_open(2).
const sysPidfdOpen = 434

// watch returns a function that waits until the process has ended. One that
// lives on after half a minute fails the test, and is killed.
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
		t.Helper()
		poll := struct {
			fd              int32
			events, revents int16
		}{fd: int32(fd), events: 1} // POLLIN: poll(2)
		// The kernel takes what is left from it, so that an interrupted call goes on.
		patience := syscall.Timespec{Sec: 30}
		for {
			n, _, errno := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&poll)), 1, uintptr(unsafe.Pointer(&patience)), 0, 0, 0)
			switch {
			case errno == syscall.EINTR:
			case errno != 0 || n == 0:
				t.Errorf("process %d lives on (%v)", pid, errno)
				syscall.Kill(pid, syscall.SIGKILL)
				return
			default:
				return
			}
		}
	}
}

// startOrphan runs the program of orphanMain in a process group of its own.
func startOrphan(t *testing.T) (*exec.Cmd, family) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), orphanEnv+"="+handlerZip(t))
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var left family
	if err := json.NewDecoder(out).Decode(&left); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(left.Dir) })
	return cmd, left
}

// TestNothingOutlivesItsParent kills a program that runs functions, with its
// whole process group, as a shell or a supervisor would.
func TestNothingOutlivesItsParent(t *testing.T) {
	t.Parallel()
	cmd, left := startOrphan(t)
	var all []func()
	for _, pid := range []int{left.Process, left.Hanging, left.Child, left.Daemon, left.Guard} {
		all = append(all, watch(t, pid))
	}
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	for _, ended := range all {
		ended()
	}
	if _, err := os.Stat(left.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the code is left in %s: %v", left.Dir, err)
	}
}

// TestNoProcessOutlivesItsParentAndGuard kills the guard first: the kernel
// still ends the function's own processes with their parent.
func TestNoProcessOutlivesItsParentAndGuard(t *testing.T) {
	t.Parallel()
	cmd, left := startOrphan(t)
	guard, process, hanging := watch(t, left.Guard), watch(t, left.Process), watch(t, left.Hanging)
	child, daemon := watch(t, left.Child), watch(t, left.Daemon)
	syscall.Kill(left.Guard, syscall.SIGKILL)
	guard()
	cmd.Process.Kill()
	_ = cmd.Wait() // it was killed
	process()
	hanging()
	for pid, ended := range map[int]func(){left.Child: child, left.Daemon: daemon} {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Errorf("process %d did not need the guard: %v", pid, err)
		}
		ended()
	}
}

// TestCloseWithoutGuard: Close works without a guard that was killed.
func TestCloseWithoutGuard(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	ended := watch(t, s.guard.PID())
	syscall.Kill(s.guard.PID(), syscall.SIGKILL)
	ended()
	process := decode[int](t, s.call(t, `{"do":"pid"}`))
	s.fails(t, `{"do":"exit1"}`)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wantReaped(t, process, s.guard.PID())
}

// TestStrayChildren leaves children behind that hold the log's pipe, in every
// way a process can end: they end with it, before the service does.
func TestStrayChildren(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, event string
		end         func(*testService)
	}{
		{"time limit", `{"do":"spawn-and-hang"}`, (*testService).timeOut},
		{"exit", `{"do":"spawn-and-exit0"}`, nil},
		{"crash", `{"do":"spawn-and-crash"}`, nil},
		{"closed", `{"do":"spawn-and-hang"}`, func(s *testService) { s.Close() }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, nil)
			failed := make(chan error, 1)
			go func() {
				_, err := s.Invoke(context.WithoutCancel(t.Context()), "f", []byte(test.event))
				failed <- err
			}()
			ended := watchSpawned(t, s)
			if test.end != nil {
				test.end(s)
			}
			if err := <-failed; err == nil {
				t.Error("the invocation did not fail")
			}
			ended()
		})
	}
	t.Run("init phase", func(t *testing.T) {
		t.Parallel()
		s := start(t, func(c *setup) { c.Functions[0].Environment = map[string]string{"INIT": "spawn-and-hang"} })
		s.limits.init = 200 * time.Millisecond
		go s.Invoke(t.Context(), "f", []byte(`{}`))
		watchSpawned(t, s)()
	})
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

// watchSpawned watches the child whose number the handler has printed.
func watchSpawned(t *testing.T, s *testService) (ended func()) {
	t.Helper()
	text := s.log.await(1, func(line Line) bool { return line.Kind == Output })[0].Text
	pid, err := strconv.Atoi(strings.TrimSuffix(text, " <nil>"))
	if err != nil {
		t.Fatal(err)
	}
	return watch(t, pid)
}

// TestChildThatLeftItsGroup outlives its process, but not the service.
func TestChildThatLeftItsGroup(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	pid := decode[int](t, s.call(t, `{"do":"daemon"}`))
	ended := watch(t, pid)
	s.fails(t, `{"do":"exit1"}`)
	if err := syscall.Kill(pid, 0); err != nil {
		t.Errorf("it ended with its process: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	ended()
}

// TestMemoryLimit: a process that takes more than its function has is killed, and
// Lambda's words are those for that. One that keeps within it is left alone, also
// over several requests.
func TestMemoryLimit(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for range 3 {
		s.call(t, `{"do":"take","size":20}`)
	}
	fault := s.fails(t, `{"do":"take","size":100,"path":"hang"}`)
	if fault.Type != "Runtime.OutOfMemory" || !strings.HasSuffix(fault.Message, " Error: Runtime exited with error: signal: killed") {
		t.Errorf("got %v", fault)
	}
	s.log.await(1, func(line Line) bool {
		return line.Kind == Report && strings.HasSuffix(line.Text, "\tStatus: error\tError Type: Runtime.OutOfMemory")
	})
	s.call(t, `{"do":"take","size":1}`)
}

func TestParseResident(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"306880 2876 1843 449 0 14284 0\n": 2876, "1": 0, "": 0, "1 x": 0} {
		if got := parseResident([]byte(text)); got != want {
			t.Errorf("%q: expected %d, got %d", text, want, got)
		}
	}
}
