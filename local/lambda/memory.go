package lambda

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"
)

// gaugeEvery limits what measuring costs a busy function.
const gaugeEvery = time.Second

// limitEvery is how often a busy process is checked against its function's memory. Memory
// that is used and released in between is not noticed.
const limitEvery = 100 * time.Millisecond

// limitMemory kills the process once it uses more memory than its function has, if the system
// has a /proc. The kernel's own limits are unsuitable: those of a process count reserved
// memory, of which Go has plenty; those of a control group need rights that a developer
// lacks.
func (p *process) limitMemory() {
	tick := time.NewTicker(limitEvery)
	defer tick.Stop()
	for range tick.C {
		if !p.checkMemory() {
			return
		}
	}
}

// checkMemory reports whether the process still runs.
func (p *process) checkMemory() bool {
	pool := p.pool
	pool.mu.Lock()
	current := p.state
	pool.mu.Unlock()
	if current == ended {
		return false
	}
	if current == idle || residentBytes(p.cmd.Process.Pid) <= pool.function.MemoryMB<<20 {
		return true
	}
	pool.mu.Lock()
	defer pool.mu.Unlock()
	if p.state != ended {
		p.exhausted = true
		p.kill()
	}
	return false
}

// residentBytes is the resident memory of a process; 0 where there is no /proc.
func residentBytes(pid int) int {
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	return parseResident(statm) * os.Getpagesize()
}

// parseResident reads the second number of /proc/pid/statm, in pages
// (proc_pid_statm(5)).
func parseResident(statm []byte) int {
	fields := bytes.Fields(statm)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.Atoi(string(fields[1]))
	if err != nil {
		return 0
	}
	return pages
}

// memoryGauge records the peak memory of a process.
type memoryGauge struct {
	mu   sync.Mutex
	read time.Time
	peak int
}

// peakMB is the peak resident memory in MB, at most gaugeEvery old; 0 where
// the system has no /proc.
func (g *memoryGauge) peakMB(cmd *exec.Cmd) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if cmd == nil || cmd.Process == nil || time.Since(g.read) < gaugeEvery {
		return g.peak
	}
	g.read = time.Now()
	if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)); err == nil {
		g.peak = max(g.peak, parsePeak(status))
	}
	return g.peak
}

// parsePeak reads VmHWM, in kB and rounded up to MB, from /proc/pid/status
// (proc_pid_status(5)).
func parsePeak(status []byte) int {
	_, line, found := bytes.Cut(status, []byte("\nVmHWM:"))
	fields := bytes.Fields(line)
	if !found || len(fields) == 0 {
		return 0
	}
	kilobytes, err := strconv.Atoi(string(fields[0]))
	if err != nil {
		return 0
	}
	return (kilobytes + 1023) / 1024
}
