package console

import (
	"fmt"
	"strings"
	"testing"
)

// logOf lists what is kept of an invocation: its lines, and its cut.
func logOf(r *Recorder, invocation string) (texts []string, cut *lineView) {
	for _, e := range all(r) {
		switch {
		case e.request != nil || e.line.Invocation != invocation:
		case e.line.Kind == "cut":
			view := viewLine(e.number, e.line)
			cut = &view
		default:
			texts = append(texts, e.line.Text)
		}
	}
	return texts, cut
}

// TestLongLogKeepsBothEnds, and displaces no other invocation's.
func TestLongLogKeepsBothEnds(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	r.Line(Line{Invocation: "before", Text: "START"})
	for i := range 50_000 {
		r.Line(Line{Invocation: "long", Text: fmt.Sprint(i)})
	}
	texts, cut := logOf(r, "long")
	if len(texts) != firstLines+latestLines || texts[0] != "0" || texts[firstLines-1] != "99" || texts[len(texts)-1] != "49999" {
		t.Fatalf("got %d lines from %s to %s", len(texts), texts[0], texts[len(texts)-1])
	}
	if cut == nil || cut.Cut.Count != 49_000 || !strings.HasPrefix(cut.Text, "… 49,000 lines are no longer kept here. ") || !strings.Contains(cut.Text, "-json") {
		t.Errorf("got %+v", cut)
	}
	if texts, _ := logOf(r, "before"); len(texts) != 1 {
		t.Error("another invocation was displaced")
	}
}

// TestCutCountsEveryLine: what is kept and what is cut make up each log that is
// still there, and the cut lies where its lines were.
func TestCutCountsEveryLine(t *testing.T) {
	t.Parallel()
	sizes := []int{10, 20_000, firstBytes}
	if testing.Short() {
		sizes = sizes[:1]
	}
	for _, size := range sizes {
		r := NewRecorder()
		const invocations, each = 40, 150
		for i := range invocations * each {
			r.Line(Line{Invocation: fmt.Sprint(i % invocations), Text: strings.Repeat("x", size)})
		}
		if r.lines.used > maxLineBytes || r.lines.all.Len() > maxLines || r.lines.used < 0 {
			t.Errorf("%d lines of %d bytes are kept", r.lines.all.Len(), r.lines.used)
		}
		for i := range invocations {
			texts, cut := logOf(r, fmt.Sprint(i))
			if len(texts) == 0 {
				continue
			}
			if cut == nil || len(texts)+cut.Cut.Count != each {
				t.Errorf("of %d lines of %d bytes, %d are kept and %+v are cut", each, size, len(texts), cut)
			}
		}
		for _, e := range all(r) {
			s := r.lines.streams[streamKey{"", e.line.Invocation}]
			if e.line.Kind != "cut" && e.number >= s.cut.First && e.number <= s.cut.Last {
				t.Fatalf("line %d is within the cut %+v", e.number, s.cut)
			}
		}
	}
}
