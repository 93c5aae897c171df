package lambda

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestLogOfAnInvocation pins the lines, their order and their request.
func TestLogOfAnInvocation(t *testing.T) {
	t.Parallel()
	fixed := time.Date(2026, 3, 12, 19, 3, 58, 0, time.UTC)
	s := start(t, func(c *Config) { c.Now = func() time.Time { return fixed } })
	s.call(t, `{"do":"log"}`)
	s.log.await(1, func(line Line) bool { return line.Kind == Report })
	s.call(t, `{"do":"pid"}`)
	s.log.await(2, func(line Line) bool { return line.Kind == Report })
	want := []string{
		`START RequestId: ID Version: \$LATEST`,
		`to standard output`,
		`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d to standard error`,
		`no line end`,
		`END RequestId: ID`,
		`REPORT RequestId: ID\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms`,
		`START RequestId: ID Version: \$LATEST`,
		`END RequestId: ID`,
		`REPORT RequestId: ID\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB`,
	}
	lines := s.log.all()
	if len(lines) != len(want) {
		t.Fatalf("got %d lines: %+v", len(lines), lines)
	}
	for i, line := range lines {
		id := lines[i/6*6].RequestID
		pattern := "^" + strings.ReplaceAll(want[i], "ID", id) + "$"
		if !regexp.MustCompile(pattern).MatchString(line.Text) || line.RequestID != id || line.Function != "f" || !line.Time.Equal(fixed) {
			t.Errorf("line %d: got %+v, want %s", i, line, pattern)
		}
	}
}

// TestLinesBelongToTheirRequest has no race to lose: what a handler wrote is
// logged before its caller has the answer.
func TestLinesBelongToTheirRequest(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for n := 1; n <= 20; n++ {
		s.call(t, `{"do":"log"}`)
		if got := len(s.log.texts(Output)); got != 3*n {
			t.Fatalf("%d lines after %d invocations", got, n)
		}
	}
	for _, start := range s.log.all() {
		if start.Kind != Start {
			continue
		}
		if lines := s.log.await(3, func(line Line) bool { return line.Kind == Output && line.RequestID == start.RequestID }); len(lines) != 3 {
			t.Errorf("request %s has %d lines", start.RequestID, len(lines))
		}
	}
}

func TestLogFlood(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.call(t, `{"do":"flood","size":300000}`)
	var first, second int
	for _, text := range s.log.texts(Output) {
		switch len(text) {
		case maxLine:
			first++
		case 300000 - maxLine:
			second++
		default:
			t.Fatalf("a line of %d bytes", len(text))
		}
	}
	if first != 100 || second != 100 {
		t.Errorf("got %d and %d pieces of 100 lines", first, second)
	}
}

// floodMeter stands in for a log that keeps nothing, and tells when more than
// some 64 MB went through it, in pieces no longer than a line may be.
type floodMeter struct {
	t       *testing.T
	bytes   atomic.Int64
	reached chan struct{}
	once    sync.Once
}

func (m *floodMeter) add(line Line) {
	if len(line.Text) > maxLine {
		m.t.Errorf("a line of %d bytes", len(line.Text))
	}
	if m.bytes.Add(int64(len(line.Text))) > 64<<20 {
		m.once.Do(func() { close(m.reached) })
	}
}

// kept is how many bytes the service itself holds of its processes' output.
func (s *testService) kept() (bytes int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, p := range s.processes {
		<-p.launched
		p.log.mu.Lock()
		bytes = max(bytes, cap(p.log.partial)+cap(p.log.buffer))
		p.log.mu.Unlock()
	}
	return bytes
}

// TestFloodWithoutEnd has a process write as fast as it can, in lines and in
// one line without end. Nothing piles up, other requests are served meanwhile,
// and the time limit ends it.
func TestFloodWithoutEnd(t *testing.T) {
	t.Parallel()
	for _, event := range []string{`{"do":"flood without end"}`, `{"do":"line without end"}`} {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			meter := &floodMeter{t: t, reached: make(chan struct{})}
			s := start(t, func(c *Config) { c.Log = meter.add })
			failed := make(chan error, 1)
			go func() {
				_, err := s.Invoke(t.Context(), "f", []byte(event))
				failed <- err
			}()
			<-meter.reached
			for range 5 {
				s.call(t, `{"do":"pid"}`)
			}
			if bytes := s.kept(); bytes > 2*maxLine {
				t.Errorf("%d bytes are kept", bytes)
			}
			s.timeOut()
			if err := <-failed; !errors.Is(err, ErrTimeout) {
				t.Errorf("got %v", err)
			}
			s.call(t, `{"do":"pid"}`)
		})
	}
}

// TestFloodBesideTheAnswer: output that does not end keeps neither an answer
// nor the next event from its way.
func TestFloodBesideTheAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.Log = func(Line) {} })
	s.limits.processes = 1
	for range 3 {
		if got := s.call(t, `{"do":"flood on"}`); got != `"done"` {
			t.Errorf("got %s", got)
		}
	}
}

// TestDrainEnds has a line follow each line that is read, so that the pipe is
// never empty.
func TestDrainEnds(t *testing.T) {
	t.Parallel()
	line := []byte(strings.Repeat("x", 4<<10-1) + "\n")
	var output *os.File
	drained := 0
	log, output, err := newLogPipe(func(Line) {
		drained += len(line)
		if _, err := output.Write(line); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer log.file.Close()
	defer output.Close()
	if _, err := output.Write(line); err != nil {
		t.Fatal(err)
	}
	log.drain()
	if drained != maxDrain {
		t.Errorf("%d bytes were read", drained)
	}
}

// TestLogThatStandsStill: a slow reader of the log holds the handler back, not
// the memory: the output waits in the pipe.
func TestLogThatStandsStill(t *testing.T) {
	t.Parallel()
	gate, first := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s := start(t, func(c *Config) {
		c.Log = func(line Line) {
			if line.Kind == Output {
				once.Do(func() { close(first) })
				<-gate
			}
		}
	})
	answer := make(chan string, 1)
	go func() { answer <- s.call(t, `{"do":"flood","size":300000}`) }()
	<-first
	select {
	case got := <-answer:
		t.Errorf("answered %s with its output unread", got)
	default:
	}
	close(gate)
	if got := <-answer; got != `"done"` {
		t.Errorf("got %s", got)
	}
}

func TestCrashIsLogged(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.fails(t, `{"do":"crash"}`)
	if faults := s.log.texts(Fault); len(faults) != 1 || !strings.HasSuffix(faults[0], " Error: Runtime exited with error: exit status 2") {
		t.Errorf("got %q", faults)
	}
	if reports := s.log.texts(Report); len(reports) != 1 || !strings.HasSuffix(reports[0], "\tStatus: error\tError Type: Runtime.ExitError") {
		t.Errorf("got %q", reports)
	}
}

// TestSplit feeds the same text in pieces of every size.
func TestSplit(t *testing.T) {
	t.Parallel()
	const text = "one\n\ntwo\r\nthree"
	for size := 1; size <= len(text); size++ {
		if got := splitText(text, size); !slices.Equal(got, []string{"one", "", "two", "three"}) {
			t.Errorf("pieces of %d: got %q", size, got)
		}
	}
}

func splitText(text string, size int) []string {
	var lines []string
	g := &logPipe{emit: func(line Line) { lines = append(lines, line.Text) }}
	for piece := range slices.Chunk([]byte(text), size) {
		g.split(piece)
	}
	g.flush()
	return lines
}

func FuzzSplit(f *testing.F) {
	f.Add("one\n\ntwo\r\nthree", 2)
	f.Add(strings.Repeat("x", maxLine)+"\n", 1000)
	f.Fuzz(func(t *testing.T, text string, size int) {
		if size <= 0 || text == "" {
			return
		}
		lines := splitText(text, size)
		for _, line := range lines {
			if len(line) > maxLine || strings.Contains(line, "\n") {
				t.Errorf("a line of %d bytes", len(line))
			}
		}
		plain := strings.NewReplacer("\n", "", "\r", "")
		if whole := splitText(text, len(text)); !slices.Equal(lines, whole) {
			t.Errorf("pieces of %d make %q, the whole makes %q", size, lines, whole)
		}
		if got := plain.Replace(strings.Join(lines, "")); got != plain.Replace(text) {
			t.Errorf("got %q from %q", got, text)
		}
	})
}
