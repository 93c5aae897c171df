package console

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"api-auth-jwt-auth0/local/journal"
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
		r.Request(&journal.Entry{ID: fmt.Sprint(i)})
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
		r.Request(&journal.Entry{ID: "big" + fmt.Sprint(i), Event: []byte(big)})
	}
	if kept := len(r.requests.items); kept != 3 || r.requests.used > maxRequestBytes {
		t.Errorf("expected 3 large requests, got %d of %d bytes", kept, r.requests.used)
	}
	if len(r.byID) != 3 {
		t.Errorf("expected no memory of what is gone, got %d IDs", len(r.byID))
	}
}

// TestRunningRequestIsReplaced by what is known later, so that each request is
// kept once and counts once.
func TestRunningRequestIsReplaced(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	for i := range maxRequests {
		id := fmt.Sprint(i)
		r.Request(&journal.Entry{ID: id, Running: true})
		r.Update(&journal.Entry{ID: id, Running: true, Function: "f", Event: make([]byte, 1000)})
		r.Request(&journal.Entry{ID: id, Function: "f", Status: 200, Event: make([]byte, 1000)})
		r.Update(&journal.Entry{ID: id, Running: true}) // too late for an answered request
		r.Update(&journal.Entry{ID: id, Function: "f", Status: 200, Event: make([]byte, 1000), Via: "site"})
	}
	entries := all(r)
	if len(entries) != maxRequests || len(r.byID) != maxRequests {
		t.Errorf("expected each once, got %d entries and %d IDs", len(entries), len(r.byID))
	}
	used := 0
	for _, e := range entries {
		used += e.request.Bytes()
		if e.request.Running || e.request.Status != 200 || e.request.Via != "site" {
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
	r.Request(&journal.Entry{ID: "pending", Running: true, Path: "/pending"})
	for i := range 2 * maxRequests {
		r.Request(&journal.Entry{ID: fmt.Sprint(i), Running: true}) // and never ends
	}
	r.Update(&journal.Entry{ID: "pending", Running: true, Function: "f"})
	if _, ok := r.find("pending"); ok || len(r.byID) != maxRequests || len(r.requests.items) != maxRequests {
		t.Errorf("expected the latest, got %d IDs and %d entries", len(r.byID), len(r.requests.items))
	}
	r.Update(&journal.Entry{ID: "pending", Via: "site", Status: 200})
	if _, ok := r.find("pending"); ok {
		t.Error("an edge alone is no request")
	}
	r.Request(&journal.Entry{ID: "pending", Path: "/pending", Status: 200})
	if q, ok := r.find("pending"); !ok || q.Path != "/pending" || q.Status != 200 {
		t.Errorf("expected its end, got %+v", q)
	}
}

// TestRequestsOfTheSiteAreNotListed: requests that only the site or the tenant answered
// have no ID.
func TestRequestsOfTheSiteAreNotListed(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	r.Request(&journal.Entry{Via: "site", Path: "/", Status: 200})
	if entries := all(r); len(entries) != 0 {
		t.Errorf("got %+v", entries[0].request)
	}
}

// TestWatchersMissNothing while many write: all entries that are kept arrive, each
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
