package lambda

import (
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// floodMeter stands in for a log that keeps nothing, and reports when more than
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
			s := start(t, func(c *setup) { c.OnLine = meter.add })
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
	s := start(t, func(c *setup) { c.OnLine = func(Line) {} })
	s.limits.processes = 1
	for range 3 {
		if got := s.call(t, `{"do":"flood on"}`); got != `"done"` {
			t.Errorf("got %s", got)
		}
	}
}

// TestDrainEnds has a line follow each line that is read, so that the pipe is
// never empty, and each fills the buffer, so that it looks like there is more.
func TestDrainEnds(t *testing.T) {
	t.Parallel()
	line := []byte(strings.Repeat("x", readSize-1) + "\n")
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

// TestIdleLog: a slow reader of the log holds the handler back, not
// the memory: the output waits in the pipe.
func TestIdleLog(t *testing.T) {
	t.Parallel()
	gate, first := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s := start(t, func(c *setup) {
		c.OnLine = func(line Line) {
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
