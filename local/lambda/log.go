package lambda

import (
	"bytes"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

// Kind is the kind of a line of a function's log stream.
type Kind int

const (
	Output Kind = iota // written by the process, to its standard output or standard error
	Start              // START: an invocation begins
	End                // END: it is over
	Report             // REPORT, INIT_REPORT: durations and memory
	Fault              // a timeout or the end of the process, in Lambda's words
)

// Line is one line of a function's log, without its line end. Output is as
// the process wrote it: escape it before it reaches a terminal.
type Line struct {
	Time      time.Time
	Function  string
	RequestID string // "" when no invocation was running
	Kind      Kind
	Text      string
}

const (
	// A longer line is split. Measured, as 2^18 - 26: https://stackoverflow.com/q/77175643. A
	// CloudWatch Logs event may have 1 MB since April 2025, but there is no evidence that
	// Lambda splits later since then:
	// https://github.com/newrelic/newrelic-lambda-layers/pull/350 still finds 256 KB.
	maxLine = 256<<10 - 26

	readSize = 16 << 10

	// What one drain reads at most: far more than a pipe can hold, so that only the log of a
	// process that floods it is truncated.
	maxDrain = 4 << 20
)

// logPipe splits a process's output into lines, each with the request that was running when
// it was written: the runtime posts its answer after its output, so the pipe is drained
// before an answer is processed. Standard output and standard error share one pipe, which
// keeps their order.
type logPipe struct {
	emit func(Line)
	file *os.File
	raw  syscall.RawConn

	mu      sync.Mutex // held while reading and emitting, which keeps lines in order
	request string
	partial []byte
	buffer  []byte
}

// newLogPipe returns the pipe and the end that the process writes to. emit is
// called with Kind, RequestID and Text only.
func newLogPipe(emit func(Line)) (*logPipe, *os.File, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	raw, err := read.SyscallConn()
	if err != nil {
		read.Close()
		write.Close()
		return nil, nil, err
	}
	return &logPipe{emit: emit, file: read, raw: raw, buffer: make([]byte, readSize)}, write, nil
}

// follow reads until the pipe ends or is closed.
func (g *logPipe) follow() {
	// An error means that the pipe was closed, by close below.
	_ = g.raw.Read(func(fd uintptr) bool {
		for {
			if more, ended := g.read(fd); ended || !more {
				return ended
			}
		}
	})
}

// drain reads what is in the pipe now and completes an unfinished line.
func (g *logPipe) drain() {
	_ = g.raw.Control(func(fd uintptr) {
		for range maxDrain / readSize {
			if more, ended := g.read(fd); ended || !more {
				return
			}
		}
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.flush()
}

// close drains the pipe and closes it, even if a stray child of the process still holds the
// other end.
func (g *logPipe) close() {
	g.drain()
	g.file.Close()
}

// running sets the request that lines belong to from now on.
func (g *logPipe) running(request string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.request = request
}

// read takes one piece from the pipe, which never blocks, and reports whether there
// may be more: a piece that leaves room in the buffer was all there was.
func (g *logPipe) read(fd uintptr) (more, ended bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	n, err := readPipe(fd, g.buffer)
	switch {
	case err == syscall.EAGAIN:
		return false, false
	case n <= 0:
		return false, true
	}
	g.split(g.buffer[:n])
	return n == len(g.buffer), false
}

func (g *logPipe) split(text []byte) {
	for len(text) > 0 {
		line, rest, found := bytes.Cut(text, []byte{'\n'})
		if room := maxLine - len(g.partial); len(line) > room {
			line, rest, found = line[:room], text[room:], true
		}
		g.partial = append(g.partial, line...)
		if found {
			g.line()
		}
		text = rest
	}
}

func (g *logPipe) flush() {
	if len(g.partial) > 0 {
		g.line()
	}
}

func (g *logPipe) line() {
	g.emit(Line{RequestID: g.request, Text: string(bytes.TrimSuffix(g.partial, []byte{'\r'}))})
	g.partial = g.partial[:0]
	if cap(g.partial) > readSize {
		g.partial = nil // a long line does not keep its memory
	}
}

// reportText is Lambda's REPORT line; init is 0 on a warm start.
func reportText(id string, ran, init time.Duration, memoryMB, usedMB int, fault string) string {
	milliseconds := float64(ran) / float64(time.Millisecond)
	text := fmt.Sprintf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\tMax Memory Used: %d MB",
		id, milliseconds, (ran+init+time.Millisecond-1)/time.Millisecond, memoryMB, usedMB)
	if init > 0 {
		text += fmt.Sprintf("\tInit Duration: %.2f ms", float64(init)/float64(time.Millisecond))
	}
	return text + statusText(fault)
}

func initReportText(init time.Duration, fault string) string {
	return fmt.Sprintf("INIT_REPORT Init Duration: %.2f ms\tPhase: init%s",
		float64(init)/float64(time.Millisecond), statusText(fault))
}

func statusText(fault string) string {
	switch fault {
	case "":
		return ""
	case typeTimeout:
		return "\tStatus: timeout"
	}
	return "\tStatus: error\tError Type: " + fault
}
