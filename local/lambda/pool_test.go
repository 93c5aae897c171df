//go:build unix

package lambda

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// gate holds invocations of "wait" until it is opened.
type gate struct {
	path string
	file *os.File
}

func newGate(t *testing.T) *gate {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gate")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	return &gate{path, file}
}

// wait starts n invocations and returns when all are inside the handler; the
// function returned opens the gate and gives their processes' numbers, sorted.
func (g *gate) wait(t *testing.T, s *testService, n int) func() []int {
	var wg sync.WaitGroup
	pids := make([]int, n)
	for i := range n {
		wg.Go(func() { pids[i] = decode[int](t, s.call(t, `{"do":"wait","path":"`+g.path+`"}`)) })
	}
	s.log.await(n, func(line Line) bool { return line.Text == "waiting" })
	return func() []int {
		g.file.Close()
		wg.Wait()
		slices.Sort(pids)
		return pids
	}
}

func TestBlockingHandlersGetTheirOwnProcesses(t *testing.T) {
	t.Parallel()
	const n = 20 // more than two for each core of most machines
	s := start(t, nil)
	pids := newGate(t).wait(t, s, n)()
	if distinct := len(slices.Compact(pids)); distinct != n {
		t.Errorf("%d processes for %d invocations at once", distinct, n)
	}
}

func TestProcessLimit(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.limits.processes = 2
	open := newGate(t).wait(t, s, 2)
	queued := make(chan int, 1)
	go func() { queued <- decode[int](t, s.call(t, `{"do":"pid"}`)) }()
	pids := open()
	if pid := <-queued; !slices.Contains(pids, pid) {
		t.Errorf("process %d beside %v", pid, pids)
	}
}

func TestOneCallerNeedsOneProcess(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.limits.wait, s.limits.patience = time.Hour, time.Hour // however slow the machine of the test is
	first := s.call(t, `{"do":"pid"}`)
	for range 100 {
		if pid := s.call(t, `{"do":"pid"}`); pid != first {
			t.Fatalf("process %s after %s", pid, first)
		}
	}
}

// TestIdleProcessesEnd also shows that an idle process is no failure.
func TestIdleProcessesEnd(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.limits.idle = time.Millisecond
	before := s.call(t, `{"do":"pid"}`)
	s.running.Wait()
	if after := s.call(t, `{"do":"pid"}`); after == before {
		t.Errorf("process %s is still there", after)
	}
	if faults := s.log.texts(Fault); len(faults) > 0 {
		t.Errorf("log: got %q", faults)
	}
}

// TestLastUsedProcessGoesFirst pins the reuse in last in, first out order,
// which lets the processes of a burst fall idle.
func TestLastUsedProcessGoesFirst(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	newGate(t).wait(t, s, 4)()
	s.log.await(4, func(line Line) bool { return line.Kind == End })
	last := s.call(t, `{"do":"pid"}`)
	for n := 6; n < 16; n++ {
		s.log.await(n-1, func(line Line) bool { return line.Kind == End })
		if pid := s.call(t, `{"do":"pid"}`); pid != last {
			t.Fatalf("process %s, the last one used is %s", pid, last)
		}
	}
}

// TestBusyProcessesAreFew: handlers that do not block share few
// processes, however many callers there are and whatever processes are idle.
func TestBusyProcessesAreFew(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	newGate(t).wait(t, s, 8)() // leaves eight processes
	pool := s.pools["f"]
	pool.mu.Lock()
	s.limits.still, s.limits.patience = time.Hour, time.Hour // however slow the machine of the test is
	pool.setWidth(2)
	pool.mu.Unlock()
	var mu sync.Mutex
	used := map[string]bool{}
	var callers sync.WaitGroup
	for range 16 {
		callers.Go(func() {
			for range 20 {
				pid := s.call(t, `{"do":"pid"}`)
				mu.Lock()
				used[pid] = true
				mu.Unlock()
			}
		})
	}
	callers.Wait()
	if len(used) > 4 { // two at once, and those that are about to ask
		t.Errorf("expected a few processes to be used, got %d", len(used))
	}
}

// TestWidthFallsAgain once nothing has blocked for a while.
func TestWidthFallsAgain(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	newGate(t).wait(t, s, 4*minWidth())()
	pool := s.pools["f"]
	pool.mu.Lock()
	before := pool.width
	pool.adjusted = pool.adjusted.Add(-2 * s.limits.narrow)
	pool.mu.Unlock()
	s.call(t, `{"do":"pid"}`)
	pool.mu.Lock()
	defer pool.mu.Unlock()
	if before < 4*minWidth() || pool.width != before/2 {
		t.Errorf("expected the width to fall to half of %d, got %d", before, pool.width)
	}
}
