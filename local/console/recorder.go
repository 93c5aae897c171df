package console

import (
	"slices"
	"strings"
	"sync"
	"time"

	"api-auth-jwt-auth0/local/journal"
)

// Bounds of the requests that are kept.
const (
	maxRequests     = 1000
	maxRequestBytes = 32 << 20
)

// Line is one line of a function's log.
type Line struct {
	Time       time.Time
	Function   string
	Invocation string // empty between invocations
	Kind       string // "output", "platform", "fault", or "cut" for lines that are no longer kept
	Text       string // as the process wrote it
	Cut        Cut    // for the kind "cut"
}

// Recorder keeps the journal's latest entries, and log lines, by number and by size, in
// memory. It is safe for concurrent use, and never waits for watchers.
type Recorder struct {
	mu       sync.Mutex
	number   uint64 // of the newest entry
	requests ring[*journal.Entry]
	lines    logs
	byID     map[string]numbered[*journal.Entry] // one each
	used     usages
	status   status
	watchers map[chan struct{}]struct{}
}

// NewRecorder returns an empty recorder.
func NewRecorder() *Recorder {
	r := &Recorder{byID: map[string]numbered[*journal.Entry]{}, used: usages{}, watchers: map[chan struct{}]struct{}{}}
	r.requests = ring[*journal.Entry]{limit: maxRequests, bytes: maxRequestBytes, size: (*journal.Entry).Bytes, drop: func(old *journal.Entry) {
		delete(r.byID, old.ID)
	}}
	return r
}

// Request records a request that has begun or ended, replacing its earlier entry. A
// request without an ID is not the API's, and is ignored.
func (r *Recorder) Request(e *journal.Entry) {
	if e.ID == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(e)
}

// Update records how a request has changed, unless it is no longer kept, or has ended
// since.
func (r *Recorder) Update(e *journal.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if before, ok := r.byID[e.ID]; ok && (before.value.Running || !e.Running) {
		r.put(e)
	}
}

// Line records a line of a function's log.
func (r *Recorder) Line(l Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines.add(r.next, l)
	r.wake()
}

func (r *Recorder) next() uint64 {
	r.number++
	return r.number
}

// Deployed records that another deployment is served from now on.
func (r *Recorder) Deployed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Deployed++
	r.status.Problem = ""
	r.wake()
}

// Problem records why the latest sources are not served, such as a compiler's
// error, until the next Deployed. Empty text removes it.
func (r *Recorder) Problem(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Problem = text
	r.wake()
}

// Warn replaces the warnings about what is served.
func (r *Recorder) Warn(warnings ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Warnings = lines(strings.Join(warnings, "\n"))
	r.wake()
}

// status is the state of the local cloud.
type status struct {
	Deployed int    `json:"deployed"` // how often
	Problem  string `json:"problem"`
	Warnings string `json:"warnings"` // one per line
	Data     bool   `json:"data"`     // the stack has something that the view of data shows
	Live     Live   `json:"live"`
}

func (r *Recorder) now() status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

// put adds an entry, replacing its earlier one; r.mu must be held.
func (r *Recorder) put(e *journal.Entry) {
	before, known := r.byID[e.ID]
	if known {
		r.requests.remove(before.number)
	}
	r.used.add(before.value, e)
	r.number++
	r.byID[e.ID] = numbered[*journal.Entry]{r.number, e}
	r.requests.add(r.number, e)
	r.wake()
}

// find is the entry of an ID.
func (r *Recorder) find(id string) (*journal.Entry, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.byID[id]
	return e.value, ok
}

// entry is a request or a line, with its number.
type entry struct {
	number  uint64
	request *journal.Entry
	line    Line
}

// maxEntries is how many entries are read at once, during which nothing can be
// recorded.
const maxEntries = 256

// after lists the entries after a number, in order, and the number to continue from.
// There may be more unless the list is empty.
func (r *Recorder) after(number uint64) ([]entry, uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var entries []entry
	requests := r.requests.after(number)
	for _, item := range requests[:min(len(requests), maxEntries)] {
		entries = append(entries, entry{number: item.number, request: item.value})
	}
	for _, item := range r.lines.after(number, maxEntries) {
		entries = append(entries, entry{number: item.number, line: item.value})
	}
	slices.SortFunc(entries, func(a, b entry) int { return int(int64(a.number - b.number)) })
	if len(entries) < maxEntries {
		return entries, r.number
	}
	return entries[:maxEntries], entries[maxEntries-1].number
}

// watch returns a channel that receives a value after new entries.
func (r *Recorder) watch() (woken <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watchers[c] = struct{}{}
	return c, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.watchers, c)
	}
}

// wake wakes the watchers, which read when they can.
func (r *Recorder) wake() {
	for c := range r.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// ring keeps the latest values within a number and a size.
type ring[T any] struct {
	limit, bytes int
	size         func(T) int
	drop         func(T) // called with each dropped value; may be nil

	used  int
	items []numbered[T]
}

type numbered[T any] struct {
	number uint64
	value  T
}

func (r *ring[T]) add(number uint64, value T) {
	r.items = append(r.items, numbered[T]{number, value})
	r.used += r.size(value)
	for len(r.items) > 1 && (len(r.items) > r.limit || r.used > r.bytes) {
		oldest := r.items[0].value
		r.used -= r.size(oldest)
		r.items[0] = numbered[T]{} // so that the array does not keep it alive
		r.items = r.items[1:]
		if r.drop != nil {
			r.drop(oldest)
		}
	}
}

// remove removes one value, without calling drop.
func (r *ring[T]) remove(number uint64) {
	if at, ok := r.search(number); ok {
		r.used -= r.size(r.items[at].value)
		r.items = slices.Delete(r.items, at, at+1)
	}
}

func (r *ring[T]) after(number uint64) []numbered[T] {
	from, _ := r.search(number + 1)
	return r.items[from:]
}

func (r *ring[T]) search(number uint64) (at int, found bool) {
	return slices.BinarySearchFunc(r.items, number, func(item numbered[T], n uint64) int {
		return int(int64(item.number - n))
	})
}
