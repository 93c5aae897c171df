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

// gaugeEvery keeps a busy function from spending its time on being measured.
const gaugeEvery = time.Second

// memoryGauge remembers the peak memory of a process.
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
