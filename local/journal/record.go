package journal

import (
	"cmp"
	"context"
	"net/http"
	"sync"
)

// Record is the record of one request while it is answered, or of one invocation. It is
// safe for concurrent use. A nil *Record records nothing.
type Record struct {
	journal *Journal

	mu        sync.Mutex
	entry     Entry // as readers receive it next
	answering *hop  // whose answer is the entry's; nil once it has ended
	edge      *hop  // at the site that passed the request on, until that is in the entry
}

type hopKey struct{}

// From returns the record of a context, or nil.
func From(ctx context.Context) *Record {
	if h, ok := ctx.Value(hopKey{}).(*hop); ok {
		return h.record
	}
	return nil
}

// Warn adds a warning to the record of a request. It reports false if the context has no
// unanswered one: the warning must then be shown separately.
func Warn(ctx context.Context, w Warning) bool {
	h, ok := ctx.Value(hopKey{}).(*hop)
	if !ok || h.server == "" {
		return false
	}
	h.record.mu.Lock()
	defer h.record.mu.Unlock()
	if !h.end.IsZero() {
		return false
	}
	h.warnings = append(h.warnings, w)
	return true
}

// LeaveOut marks the request of a context as listed only if it fails.
func LeaveOut(ctx context.Context) {
	if h, ok := ctx.Value(hopKey{}).(*hop); ok {
		h.record.mu.Lock()
		defer h.record.mu.Unlock()
		h.leftOut = true
	}
}

// Note changes the entry. Readers receive it with the next Update, or at the end. change must
// not call the record, and must replace slices that it does not append to.
func (r *Record) Note(change func(*Entry)) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.entry)
}

// Update is like Note, and readers receive the entry if it has an ID.
func (r *Record) Update(change func(*Entry)) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	read := r.journal.options.OnChange
	if r.entry.ID == "" {
		read = r.journal.options.OnBegin
	}
	if change(&r.entry); r.entry.ID != "" {
		r.publish(read)
	}
}

// Queued records that a function has been given the invocation.
func (r *Record) Queued(invocation string) {
	if r == nil {
		return
	}
	early := r.journal.queued(invocation, r)
	r.Update(func(e *Entry) {
		e.ID, e.Invocation = cmp.Or(e.ID, invocation), invocation
		e.addCalls(early...)
	})
}

// End ends the record of an invocation that [Journal.Begin] began, with the function's
// result. The status is the entry's, if it has one. End returns the entry's ID, which is
// empty if the function could not be called.
func (r *Record) End(output []byte, err error) (id string) {
	r.mu.Lock()
	h, e := r.answering, &r.entry
	id, e.Output, e.Failure, h.status = e.ID, output, err, cmp.Or(e.Status, http.StatusOK)
	if err != nil {
		e.Refusal, h.status = err.Error(), http.StatusInternalServerError
	}
	r.mu.Unlock()
	h.finish(false)
	return id
}

// addEdge adds the site's part, which is the whole of the time. r.mu must be held.
func (r *Record) addEdge() {
	r.entry.Spans = append([]Span{{"edge", r.edge.start, r.edge.end}}, r.entry.Spans...)
	r.entry.End, r.edge = r.edge.end, nil
}

// publish passes a copy of the entry to a reader. r.mu must be held.
func (r *Record) publish(read func(*Entry)) {
	if read != nil {
		entry := r.entry
		read(&entry)
	}
}
