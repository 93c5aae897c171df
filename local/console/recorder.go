package console

import (
	"slices"
	"sync"
	"time"
)

// Recorder keeps the latest requests and log lines, by number and by size, in
// memory. It is safe for concurrent use, and never waits for those who watch.
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

// Update tells more of a request that is running, by a change that calls no
// method of the recorder. One that is no longer kept does not come back by it.
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
			clear(r.edges) // of requests that never came
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

// Deployed records that something else is served from now on.
func (r *Recorder) Deployed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status{Deployed: r.status.Deployed + 1}
	r.wake()
}

// Problem records why what is served is not what the sources say, such as a
// compiler's words, until the next Deployed. Empty: there is none any more.
func (r *Recorder) Problem(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Problem = text
	r.wake()
}

// status is how the local cloud is.
type status struct {
	Deployed int    `json:"deployed"` // how often
	Problem  string `json:"problem"`
}

func (r *Recorder) now() status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

// addEdge puts the edge before what is known already. The connection waits for
// the trace of the request behind it, so that the edge lasts at least as long.
func (q *Request) addEdge(edge Span) {
	q.Via = "site"
	q.Spans = append([]Span{edge}, q.Spans...)
	q.Start, q.End = edge.Start, edge.End
}

// put adds a request, in the place of the entry before it that told less.
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

// maxEntries is how many entries are read at once: while they are, nothing is
// recorded.
const maxEntries = 256

// after lists what has come after a number, in its order, and the number to go on
// from. There may be more unless the list is empty.
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

// watch returns a channel that has something in it when entries have come.
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

// wake wakes those who watch, who read when they can.
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
	drop         func(T) // hears of a value that goes; may be nil

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
		r.items[0] = numbered[T]{} // or the array would keep it
		r.items = r.items[1:]
		if r.drop != nil {
			r.drop(oldest)
		}
	}
}

// remove takes out one value, which drop does not hear of.
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
