package lambda

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestLogOfAnInvocation pins the lines, their order and their request.
func TestLogOfAnInvocation(t *testing.T) {
	t.Parallel()
	fixed := time.Date(2026, 3, 12, 19, 3, 58, 0, time.UTC)
	s := start(t, func(c *setup) { c.Now = func() time.Time { return fixed } })
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
