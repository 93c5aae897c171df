package journal

import (
	"context"
	"sync"
	"time"
)

// Options configure a Journal. The callbacks may be nil. For one entry they are called one at
// a time and in order, while its record is locked: they must not call that record.
type Options struct {
	Now func() time.Time // nil means time.Now

	// OnBegin receives an entry when it has its ID.
	OnBegin func(*Entry)
	// OnChange receives an entry after OnBegin, when it has changed: while it runs, and after
	// its end when the site has forwarded the answer, or for a late Call.
	OnChange func(*Entry)
	// OnEnd receives every entry when it has been answered, even one without an ID.
	OnEnd func(*Entry)
}

// Journal keeps the records of the requests in progress. It is safe for concurrent use.
type Journal struct {
	options Options // with defaults

	mu          sync.Mutex
	sent        map[string]*hop    // passed on from the connection with this local address, and not arrived yet
	invocations map[string]*Record // that run, and the latest that have ended
	ended       []endedRecord      // of invocations, the oldest first
	endedBytes  int
	early       map[string][]Call // of invocations that no record has yet
}

type endedRecord struct {
	invocation string
	bytes      int
}

// Limits of what is kept for calls that are reported after the end of their record, or before
// its function is known to have the invocation.
const (
	maxEnded      = 64
	maxEndedBytes = 8 << 20
	maxEarly      = 64 // invocations
	maxCalls      = 1000
)

// New returns a journal without records.
func New(o Options) *Journal {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Journal{options: o, sent: map[string]*hop{}, invocations: map[string]*Record{}, early: map[string][]Call{}}
}

// Begin begins the record of an invocation without a request, with these fields of e: Via,
// Method and Path for the lists, the function and its event, and Start, if that is not now.
// The function must be invoked with the returned context, and the record ended with
// [Record.End].
func (j *Journal) Begin(ctx context.Context, e Entry) (context.Context, *Record) {
	h := &hop{start: e.Start}
	if h.start.IsZero() {
		h.start = j.options.Now()
	}
	e.Start, e.Running = h.start, true
	h.record = &Record{journal: j, answering: h, entry: e}
	return context.WithValue(ctx, hopKey{}, h), h.record
}

// Call adds a call that the function made during an invocation, running or just ended. Calls
// of an invocation without a record are dropped.
func (j *Journal) Call(invocation string, c Call) {
	j.mu.Lock()
	r := j.invocations[invocation]
	if r == nil { // the call may be reported before the invocation
		if len(j.early) >= maxEarly {
			clear(j.early)
		}
		if calls := j.early[invocation]; len(calls) < maxCalls {
			j.early[invocation] = append(calls, c)
		}
	}
	j.mu.Unlock()
	r.Update(func(e *Entry) { e.addCalls(c) })
}

func (e *Entry) addCalls(calls ...Call) {
	n := min(len(calls), maxCalls-len(e.Calls))
	e.Calls, e.MoreCalls = append(e.Calls, calls[:n]...), e.MoreCalls+len(calls)-n
}

// queued registers the record of an invocation, and returns the earlier calls.
func (j *Journal) queued(invocation string, r *Record) []Call {
	j.mu.Lock()
	defer j.mu.Unlock()
	early := j.early[invocation]
	delete(j.early, invocation)
	j.invocations[invocation] = r
	return early
}

// retire keeps the record of an ended entry among the latest.
func (j *Journal) retire(e *Entry) {
	if e.Invocation == "" {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ended = append(j.ended, endedRecord{e.Invocation, e.Bytes()})
	j.endedBytes += e.Bytes()
	for len(j.ended) > maxEnded || j.endedBytes > maxEndedBytes {
		delete(j.invocations, j.ended[0].invocation)
		j.endedBytes -= j.ended[0].bytes
		j.ended = j.ended[1:]
	}
}
