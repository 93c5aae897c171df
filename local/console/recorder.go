package console

import (
	"slices"
	"sync"
	"time"
)

// Recorder keeps the latest requests and log lines, by number and by size, in
// memory. It is safe for concurrent use, and never waits for watchers.
type Recorder struct {
	mu       sync.Mutex
	number   uint64 // of the newest entry
	requests ring[*Request]
	lines    logs
	byID     map[string]numbered[*Request] // one entry each
	edges    map[string]Span               // of requests that have no answer here yet
	status   status
	watchers map[chan struct{}]struct{}
}

// NewRecorder returns an empty recorder.
func NewRecorder() *Recorder {
	r := &Recorder{byID: map[string]numbered[*Request]{}, edges: map[string]Span{}, watchers: map[chan struct{}]struct{}{}}
	r.requests = ring[*Request]{limit: maxRequests, bytes: maxRequestBytes, size: (*Request).size, drop: func(old *Request) {
		delete(r.byID, old.ID)
	}}
	return r
}

// Request records a request that has been answered, or one that is Running until
// it is recorded once more under the same ID.
func (r *Recorder) Request(q Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if edge, ok := r.edges[q.ID]; ok && !q.Running {
		delete(r.edges, q.ID)
		q.addEdge(edge)
	}
	r.put(&q)
}

// Update changes a running request; change must not call methods of the recorder. A
// request that is no longer kept is ignored.
func (r *Recorder) Update(id string, change func(*Request)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before, ok := r.byID[id]
	if !ok || !before.value.Running {
		return
	}
	q := *before.value
	change(&q)
	r.put(&q)
}

// Edge records that a request came through the site, and how long that took
// from its first byte to its last. It may come before or after the request.
func (r *Recorder) Edge(id string, start, end time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	edge := Span{Name: "edge", Start: start, End: end}
	before, ok := r.byID[id]
	if !ok || before.value.Running {
		if len(r.edges) >= maxRequests {
			clear(r.edges) // of requests that were never recorded
		}
		r.edges[id] = edge
		return
	}
	q := *before.value
	q.addEdge(edge)
	r.put(&q)
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
	r.status = status{Deployed: r.status.Deployed + 1}
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

// status is the state of the local cloud.
type status struct {
	Deployed int    `json:"deployed"` // how often
	Problem  string `json:"problem"`
}

func (r *Recorder) now() status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

// addEdge puts the edge first. The edge ends after the trace of the gateway, so that
// it lasts at least as long.
func (q *Request) addEdge(edge Span) {
	q.Via = "site"
	q.Spans = append([]Span{edge}, q.Spans...)
	q.Start, q.End = edge.Start, edge.End
}

// put adds a request, replacing its earlier entry.
func (r *Recorder) put(q *Request) {
	if before, ok := r.byID[q.ID]; ok {
		r.requests.remove(before.number)
	}
	r.number++
	r.byID[q.ID] = numbered[*Request]{r.number, q}
	r.requests.add(r.number, q)
	r.wake()
}

// find is the entry of an ID.
func (r *Recorder) find(id string) (*Request, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	q, ok := r.byID[id]
	return q.value, ok
}

// entry is a request or a line, with its number.
type entry struct {
	number  uint64
	request *Request
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
