package console

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// all reads what is kept, as a stream does.
func all(r *Recorder) []entry {
	var list []entry
	for number := uint64(0); ; {
		var entries []entry
		if entries, number = r.after(number); len(entries) == 0 {
			return list
		}
		list = append(list, entries...)
	}
}

func TestRecorderKeepsTheLatestWithinItsBounds(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	for i := range maxRequests + 10 {
		r.Request(Request{ID: fmt.Sprint(i)})
	}
	for i := range maxLines + 10 {
		r.Line(Line{Text: fmt.Sprint(i), Invocation: fmt.Sprint(i)})
	}
	entries := all(r)
	if len(entries) != maxRequests+maxLines {
		t.Errorf("expected the latest, got %d entries", len(entries))
	}
	if _, ok := r.find("9"); ok {
		t.Error("expected the oldest to be gone")
	}
	if first := entries[0].request.ID; first != "10" {
		t.Errorf("expected request 10 to be the oldest, got %s", first)
	}
	big := strings.Repeat("x", maxRequestBytes/4)
	for i := range 10 {
		r.Request(Request{ID: "big" + fmt.Sprint(i), Event: []byte(big)})
	}
	if kept := len(r.requests.items); kept != 3 || r.requests.used > maxRequestBytes {
		t.Errorf("expected 3 large requests, got %d of %d bytes", kept, r.requests.used)
	}
	if len(r.byID) != 3 {
		t.Errorf("expected no memory of what is gone, got %d IDs", len(r.byID))
	}
}

// TestEdgeComesBeforeOrAfterItsRequest: both ways give one entry, last.
func TestEdgeComesBeforeOrAfterItsRequest(t *testing.T) {
	t.Parallel()
	start, end := testTime, testTime.Add(5*time.Millisecond)
	inner := Request{ID: "x", Via: "api", Start: start.Add(time.Millisecond), End: end.Add(-time.Millisecond), Spans: []Span{{Name: "gateway"}}}
	for name, record := range map[string]func(*Recorder){
		"before": func(r *Recorder) { r.Edge("x", start, end); r.Request(inner) },
		"after":  func(r *Recorder) { r.Request(inner); r.Edge("x", start, end) },
		"while it runs": func(r *Recorder) {
			r.Request(Request{ID: "x", Running: true, Start: start})
			r.Edge("x", start, end)
			r.Request(inner)
		},
	} {
		r := NewRecorder()
		record(r)
		entries, _ := r.after(0)
		if len(entries) != 1 || len(r.edges) != 0 {
			t.Fatalf("%s: expected one entry, got %d", name, len(entries))
		}
		q := entries[0].request
		if q.Via != "site" || len(q.Spans) != 2 || q.Spans[0].Name != "edge" || !q.Start.Equal(start) || !q.End.Equal(end) {
			t.Errorf("%s: got %+v", name, q)
		}
	}
}

// TestRunningRequestIsReplaced by what is known later, so that each request is
// kept once and counts once.
func TestRunningRequestIsReplaced(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	for i := range maxRequests {
		id := fmt.Sprint(i)
		r.Request(Request{ID: id, Running: true})
		r.Update(id, func(q *Request) { q.Function, q.Event = "f", make([]byte, 1000) })
		r.Request(Request{ID: id, Function: "f", Status: 200, Event: make([]byte, 1000)})
		r.Update(id, func(*Request) { t.Error("an answered request was changed") })
	}
	entries := all(r)
	if len(entries) != maxRequests || len(r.byID) != maxRequests {
		t.Errorf("expected each once, got %d entries and %d IDs", len(entries), len(r.byID))
	}
	used := 0
	for _, e := range entries {
		used += e.request.size()
		if e.request.Running || e.request.Status != 200 {
			t.Errorf("got %+v", e.request)
		}
	}
	if r.requests.used != used {
		t.Errorf("expected %d bytes to count, got %d", used, r.requests.used)
	}
}

// TestRunningRequestIsForgotten like any other when it has become the oldest: it
// does not come back until its end, as a whole.
func TestRunningRequestIsForgotten(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	r.Request(Request{ID: "pending", Running: true, Path: "/pending"})
	for i := range 2 * maxRequests {
		r.Request(Request{ID: fmt.Sprint(i), Running: true}) // and never ends
	}
	r.Update("pending", func(*Request) { t.Error("it was changed") })
	if _, ok := r.find("pending"); ok || len(r.byID) != maxRequests || len(r.requests.items) != maxRequests {
		t.Errorf("expected the latest, got %d IDs and %d entries", len(r.byID), len(r.requests.items))
	}
	r.Edge("pending", testTime, testTime)
	if _, ok := r.find("pending"); ok {
		t.Error("an edge alone is no request")
	}
	r.Request(Request{ID: "pending", Path: "/pending", Status: 200})
	if q, ok := r.find("pending"); !ok || q.Path != "/pending" || q.Status != 200 || q.Via != "site" {
		t.Errorf("expected its end, got %+v", q)
	}
}

func TestEdgesWithoutRequestsAreBounded(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	for i := range 3 * maxRequests {
		r.Edge(fmt.Sprint(i), testTime, testTime)
	}
	if len(r.edges) > maxRequests {
		t.Errorf("%d edges are kept", len(r.edges))
	}
}

// TestWatchersMissNothing while many write: all entries that are kept come, each
// once and in order.
func TestWatchersMissNothing(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	woken, stop := r.watch()
	defer stop()
	const writers, each = 8, 100
	var running sync.WaitGroup
	for w := range writers {
		running.Go(func() {
			for i := range each {
				r.Line(Line{Text: fmt.Sprint(w, i)})
			}
		})
	}
	seen := map[string]bool{}
	var number, last uint64
	for len(seen) < writers*each {
		<-woken
		for more := true; more; {
			var entries []entry
			entries, number = r.after(number)
			for _, e := range entries {
				if e.number <= last || seen[e.line.Text] {
					t.Fatalf("entry %d after %d: %q", e.number, last, e.line.Text)
				}
				last, seen[e.line.Text] = e.number, true
			}
			more = len(entries) > 0
		}
	}
	running.Wait()
}
