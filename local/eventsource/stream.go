package eventsource

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"time"
)

// Change is one change of an item in a table's stream.
type Change struct {
	StreamARN      string
	SequenceNumber string
	ItemKey        string // the same for all changes of an item; those of one are never processed at a time
	Time           time.Time
	Record         json.RawMessage // as in the event that a function receives
}

// A stream keeps the changes of a table in order. The service's mutex guards it.
type stream struct {
	first   int64 // the position of the first record that is kept
	records []Change
	bytes   int           // of the records
	changed chan struct{} // closed by the next change
}

const (
	// streamRetention is how long DynamoDB keeps a stream's records.
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
	streamRetention = 24 * time.Hour
	streamMemory    = 64 << 20 // bytes of records that are kept; see the package's Differences
)

// stream returns the stream of an ARN. The mutex must be held.
func (s *Service) stream(arn string) *stream {
	if s.streams[arn] == nil {
		s.streams[arn] = &stream{changed: make(chan struct{})}
	}
	return s.streams[arn]
}

// OnChange receives the changes of all tables that have a stream. Those of one stream must be
// passed in order, so it must not be called concurrently for one stream. It does not wait for
// functions.
func (s *Service) OnChange(c Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stream(c.StreamARN)
	st.records = append(st.records, c)
	st.bytes += len(c.Record)
	st.trim(s.options.Now())
	close(st.changed)
	st.changed = make(chan struct{})
}

// trim drops the records that are too old or too many.
func (st *stream) trim(now time.Time) {
	n := 0
	for n < len(st.records)-1 && (st.bytes > streamMemory || now.Sub(st.records[n].Time) >= streamRetention) {
		st.bytes -= len(st.records[n].Record)
		n++
	}
	clear(st.records[:n])
	st.records = st.records[n:]
	st.first += int64(n)
}

func (st *stream) end() int64 { return st.first + int64(len(st.records)) }

// startingCursors returns the cursors of a mapping without a predecessor.
func (r *runner) startingCursors() []int64 {
	at := r.stream.first
	if r.StartingPosition == streamPositionLatest {
		at = r.stream.end()
	}
	cursors := make([]int64, r.ParallelizationFactor)
	for i := range cursors {
		cursors[i] = at
	}
	return cursors
}

// takeOver sets the cursors to where the previous mapping ended. If the number of lanes
// differs, some records may be processed again.
func (r *runner) takeOver() {
	if r.before == nil {
		return
	}
	<-r.before.done
	if len(r.before.cursors) == len(r.cursors) {
		copy(r.cursors, r.before.cursors)
	} else {
		lowest := r.before.cursors[0]
		for _, cursor := range r.before.cursors {
			lowest = min(lowest, cursor)
		}
		for i := range r.cursors {
			r.cursors[i] = lowest
		}
	}
	r.before = nil
}

// positioned is a change and its position in the stream.
type positioned struct {
	Change
	at int64
}

// laneOf returns the lane that processes the changes of an item.
func (r *runner) laneOf(c Change) int {
	hash := fnv.New32a()
	hash.Write([]byte(c.ItemKey))
	return int(hash.Sum32() % uint32(r.ParallelizationFactor))
}

// peek returns up to a batch of a lane's records, in order and within the size of an event,
// and a channel that is closed by the next change.
func (l *lane) peek() (batch []positioned, changed <-chan struct{}) {
	l.Service.mu.Lock()
	defer l.Service.mu.Unlock()
	st := l.stream
	at, size := max(l.runner.cursors[l.index], st.first), 0
	for ; at < st.end() && len(batch) < l.BatchSize; at++ {
		c := st.records[at-st.first]
		if l.laneOf(c) != l.index {
			continue
		}
		if size += len(c.Record) + 1; len(batch) > 0 && size > maximumEvent-eventFrame {
			l.full = true
			return batch, st.changed
		}
		batch = append(batch, positioned{c, at})
	}
	l.full = len(batch) == l.BatchSize
	if len(batch) == 0 {
		l.runner.cursors[l.index] = at // what other lanes have
	}
	return batch, st.changed
}

const eventFrame = len(`{"Records":[]}`)

// await returns the next batch, after its batching window, or nil if the mapping is replaced.
func (l *lane) await(ctx context.Context) []positioned {
	var window <-chan time.Time
	for {
		batch, changed := l.peek()
		if len(batch) > 0 && (l.full || l.BatchingWindow == 0) {
			return batch
		}
		if len(batch) > 0 && window == nil {
			timer := time.NewTimer(l.BatchingWindow)
			defer timer.Stop()
			window = timer.C
		}
		select {
		case <-changed:
		case <-window:
			return batch
		case <-ctx.Done():
			return nil
		}
	}
}
