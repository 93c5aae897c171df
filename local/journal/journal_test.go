package journal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var testTime = time.Date(2026, 3, 12, 19, 3, 58, 0, time.UTC)

// reader keeps what a journal's readers receive.
type reader struct {
	mu      sync.Mutex
	began   []*Entry
	changed []*Entry
	ended   []*Entry
}

// newJournal returns a journal whose clock advances by a millisecond whenever it is
// read.
func newJournal() (*Journal, *reader) {
	r := &reader{}
	now := testTime
	add := func(list *[]*Entry) func(*Entry) {
		return func(e *Entry) {
			r.mu.Lock()
			defer r.mu.Unlock()
			*list = append(*list, e)
		}
	}
	return New(Options{
		Now: func() time.Time {
			r.mu.Lock()
			defer r.mu.Unlock()
			now = now.Add(time.Millisecond)
			return now
		},
		OnBegin: add(&r.began), OnChange: add(&r.changed), OnEnd: add(&r.ended),
	}), r
}

func (r *reader) counts() (n [3]int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return [3]int{len(r.began), len(r.changed), len(r.ended)}
}

func TestEachServerIsRecorded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, method string
		answer       http.HandlerFunc
		status       int
		size         int64
	}{
		{"nothing written", "GET", func(http.ResponseWriter, *http.Request) {}, 200, 0},
		{"a body alone", "GET", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "four"); fmt.Fprint(w, "teen bytes") }, 200, 14},
		{"a refusal", "GET", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) }, 403, 3},
		{"early hints", "GET", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(204) }, 204, 0},
		{"another protocol", "GET", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(101) }, 101, 0},
		{"a second status", "GET", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); w.WriteHeader(500) }, 201, 0},
		{"no body of HEAD", "HEAD", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "four") }, 200, 0},
	} {
		j, got := newJournal()
		j.Handler("tenant", test.answer).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(test.method, "/a%20b?c=d", nil))
		if got.counts() != [3]int{0, 0, 1} {
			t.Fatalf("%s: expected only the end, got %v", test.name, got.counts())
		}
		e := got.ended[0]
		if e.Via != "tenant" || e.Server != "tenant" || e.Method != test.method || e.Path != "/a b" || e.Query != "c=d" || e.ID != "" || e.Running || e.Aborted {
			t.Errorf("%s: got %+v", test.name, e)
		}
		if e.Status != test.status || e.Answer.Size != test.size {
			t.Errorf("%s: expected %d with %d bytes, got %d with %d", test.name, test.status, test.size, e.Status, e.Answer.Size)
		}
		if !e.Start.Equal(testTime.Add(time.Millisecond)) || !e.End.Equal(testTime.Add(2*time.Millisecond)) || e.Took != time.Millisecond {
			t.Errorf("%s: got %v to %v, %v", test.name, e.Start, e.End, e.Took)
		}
	}
}

// TestReadersReceiveWhatIsKnown, each time a copy: it begins with its ID, is Noted in
// silence, and ends once.
func TestReadersReceiveWhatIsKnown(t *testing.T) {
	t.Parallel()
	j, got := newJournal()
	j.Handler("api", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		record := From(r.Context())
		record.Update(func(e *Entry) { e.Route = "GET /" }) // without an ID it is not listed
		record.Update(func(e *Entry) { e.ID = "id" })
		record.Update(func(e *Entry) { e.Function, e.Event = "f", []byte("{}") })
		record.Note(func(e *Entry) { e.Failure = errors.New("no") })
		record.Queued("invocation")
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if got.counts() != [3]int{1, 2, 1} {
		t.Fatalf("got %v", got.counts())
	}
	if e := got.began[0]; e.ID != "id" || e.Route != "GET /" || !e.Running || e.Function != "" || !e.End.IsZero() {
		t.Errorf("expected what was known first, got %+v", e)
	}
	if e := got.changed[0]; e.Function != "f" || e.Failure != nil || e.Invocation != "" {
		t.Errorf("expected the function, got %+v", e)
	}
	if e := got.changed[1]; e.ID != "id" || e.Invocation != "invocation" || !e.Running {
		t.Errorf("expected the invocation, got %+v", e)
	}
	if e := got.ended[0]; e.Failure == nil || e.Running || e.Function != "f" || e.Status != 200 {
		t.Errorf("expected the end, got %+v", e)
	}
}

// TestAbortedAnswerEndsItsEntry, as when the client has left in the middle.
func TestAbortedAnswerEndsItsEntry(t *testing.T) {
	t.Parallel()
	j, got := newJournal()
	func() {
		defer func() {
			if recover() != http.ErrAbortHandler {
				t.Error("expected the panic to reach the server")
			}
		}()
		j.Handler("api", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			From(r.Context()).Update(func(e *Entry) { e.ID = "id" })
			panic(http.ErrAbortHandler)
		})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}()
	if len(got.ended) != 1 || !got.ended[0].Aborted || got.ended[0].Running {
		t.Errorf("got %+v", got.ended)
	}
}

// TestInvocationThatNoRequestCaused is recorded under its own ID.
func TestInvocationThatNoRequestCaused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, via, invocation string
		err                   error
		status                int
		counts                [3]int
	}{
		{"a replay", "console", "i", nil, 200, [3]int{1, 0, 1}},
		{"of a queue", "queue", "i", nil, 200, [3]int{1, 0, 1}},
		{"of a schedule, failing", "schedule", "i", errors.New("it broke"), 500, [3]int{1, 0, 1}},
		{"of a stream, without a function", "stream", "", errors.New("unknown function"), 500, [3]int{0, 0, 1}},
	} {
		j, got := newJournal()
		ctx, record := j.Begin(t.Context(), Entry{Via: test.via, Method: "CALL", Path: "things", Function: "f", Physical: "dev-f", Event: []byte("{}")})
		if From(ctx) != record || From(t.Context()) != nil {
			t.Errorf("%s: expected the context to carry the record", test.name)
		}
		if test.invocation != "" {
			From(ctx).Queued(test.invocation)
		}
		From(ctx).Note(func(e *Entry) { e.Spans = append(e.Spans, Span{Name: "handler"}) })
		if id := record.End([]byte("output"), test.err); id != test.invocation {
			t.Errorf("%s: expected the ID %q, got %q", test.name, test.invocation, id)
		}
		if got.counts() != test.counts {
			t.Fatalf("%s: got %v", test.name, got.counts())
		}
		e := got.ended[0]
		if e.Via != test.via || e.Server != "" || e.Method != "CALL" || e.Path != "things" || e.Physical != "dev-f" || string(e.Output) != "output" || len(e.Spans) != 1 {
			t.Errorf("%s: got %+v", test.name, e)
		}
		if e.Status != test.status || e.Failure != test.err || (e.Refusal != "") != (test.err != nil) || e.Running || e.Took != time.Millisecond {
			t.Errorf("%s: expected %d and %v, got %+v", test.name, test.status, test.err, e)
		}
	}
}

// TestNothingIsRecordedWithoutARecord: a function may be invoked by who keeps none.
func TestNothingIsRecordedWithoutARecord(t *testing.T) {
	t.Parallel()
	record := From(t.Context())
	record.Queued("i")
	record.Note(func(*Entry) { t.Error("noted") })
	record.Update(func(*Entry) { t.Error("updated") })
	LeaveOut(t.Context())
	j := New(Options{}) // without readers
	ctx, record := j.Begin(t.Context(), Entry{Via: "queue"})
	record.Queued("i")
	if id := record.End(nil, nil); id != "i" || Warn(ctx, Warning{}) {
		t.Errorf("got %q", id)
	}
}

// TestWarningsBelongToTheirAnswer, until that is given; then they are shown by
// themselves.
func TestWarningsBelongToTheirAnswer(t *testing.T) {
	t.Parallel()
	j, got := newJournal()
	var ctx context.Context
	j.Handler("api", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx = r.Context()
		if !Warn(ctx, Warning{"api", "one"}) || !Warn(context.WithoutCancel(ctx), Warning{"api", "two"}) {
			t.Error("expected the warnings to be taken")
		}
		LeaveOut(ctx)
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if Warn(ctx, Warning{"api", "three"}) || Warn(t.Context(), Warning{"api", "four"}) {
		t.Error("expected no warning to be taken after the answer, or without a request")
	}
	if e := got.ended[0]; !e.LeftOut || !slices.Equal(e.Warnings, []Warning{{"api", "one"}, {"api", "two"}}) {
		t.Errorf("got %+v", e)
	}
}

func TestBytesCountWhatIsLong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 10_000)
	for name, e := range map[string]Entry{
		"path": {Path: long}, "query": {Query: long}, "event": {Event: []byte(long)}, "output": {Output: []byte(long)},
		"body": {Answer: Answer{Body: []byte(long)}}, "header": {Header: http.Header{"A": {long}}}, "call": {Calls: []Call{{Resource: long}}},
	} {
		if n := e.Bytes(); n < 10_000 || n > 12_000 {
			t.Errorf("%s: got %d", name, n)
		}
	}
}

// BenchmarkRequest is what the record of a request costs, from its beginning to its
// end, with a reader that keeps nothing.
func BenchmarkRequest(b *testing.B) {
	ignore := func(*Entry) {}
	j := New(Options{OnBegin: ignore, OnChange: ignore, OnEnd: ignore})
	h := j.Handler("api", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record := From(r.Context())
		record.Update(func(e *Entry) { e.ID = "id" })
		record.Update(func(e *Entry) { e.Function = "f" })
		record.Queued("i")
		record.Note(func(e *Entry) { e.Status = 200 })
		w.WriteHeader(200)
	}))
	r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
}

// TestBeginBeforeNow: an invocation of the deployed stack began with its offer, and its
// output means a status.
func TestBeginBeforeNow(t *testing.T) {
	t.Parallel()
	var ended *Entry
	j := New(Options{OnEnd: func(e *Entry) { ended = e }})
	start := time.Now().Add(-time.Second)
	_, record := j.Begin(t.Context(), Entry{Via: "live", Start: start})
	record.Note(func(e *Entry) { e.Status = 404 })
	record.End([]byte("{}"), nil)
	if !ended.Start.Equal(start) || ended.Took < time.Second || ended.Status != 404 {
		t.Errorf("got %+v", ended)
	}
}
