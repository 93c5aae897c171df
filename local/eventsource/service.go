package eventsource

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options configure a Service. The functions are called concurrently.
type Options struct {
	// Invoke calls a function and returns its output. An error means that it failed. It
	// must return soon after ctx is done. It must be set.
	Invoke func(ctx context.Context, function string, event []byte) ([]byte, error)

	// Receive receives up to ten messages of a queue, and waits for the first one.
	// They are in flight for the queue's own visibility timeout. It must return soon
	// after ctx is done. It must be set.
	Receive func(ctx context.Context, queueARN string, limit int, wait time.Duration) ([]Message, error)

	// Delete deletes messages that were received. It must be set.
	Delete func(queueARN string, receiptHandles []string) error

	// Send sends a message to a queue when a stream's mapping gives up on records. It must be
	// set.
	Send func(queueARN, body string) error

	Now    func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil discards
}

// Message is a received message of a queue.
type Message struct {
	ID, ReceiptHandle, Body, MD5OfBody string
	MD5OfAttributes                    string               // empty without attributes
	SystemAttributes                   map[string]string    // such as SentTimestamp
	Attributes                         map[string]Attribute // by name
}

// Attribute is an attribute of a message.
type Attribute struct {
	DataType    string
	StringValue *string // nil for a binary one
	BinaryValue []byte
}

// Config contains all mappings of a region.
type Config struct {
	Region   string // awsRegion in the events of queues
	Mappings []Mapping
}

// Service runs event source mappings. It is safe for concurrent use.
type Service struct {
	options Options         // with defaults
	ctx     context.Context // until Close
	cancel  context.CancelFunc
	runs    sync.WaitGroup // of mappings

	mu      sync.Mutex
	closed  bool
	runners map[string]*runner // by the mapping's ID
	streams map[string]*stream // by ARN
}

// A runner runs one mapping.
type runner struct {
	*Service
	Mapping
	region  string
	ctx     context.Context // until the mapping is replaced; its batch goes on
	stop    context.CancelFunc
	done    chan struct{} // closed when the mapping and its batches have ended
	stream  *stream       // nil for a queue
	before  *runner       // continues from its positions; nil: none
	cursors []int64       // the next record's position of each lane

	lastMu sync.Mutex
	last   Result
}

// Result is the result of a batch.
type Result struct {
	Time    time.Time // zero: there was none
	Records int
	Failed  int   // of the records; they are tried again, or given up on
	Err     error // of the function
}

// Status is a mapping and the result of its last batch.
type Status struct {
	Mapping
	Last Result
}

// New returns a service without mappings.
func New(o Options) (*Service, error) {
	if o.Invoke == nil || o.Receive == nil || o.Delete == nil || o.Send == nil {
		return nil, errors.New("eventsource: set Invoke, Receive, Delete and Send")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Service{options: o, runners: map[string]*runner{}, streams: map[string]*stream{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// Prepare validates cfg. The error joins all problems. Nothing changes before commit, which
// may be called once and does not fail. A mapping that is equal to the previous one with its
// ID continues undisturbed. A replaced or removed mapping takes no new batch and finishes its
// current one; commit does not wait for that.
func (s *Service) Prepare(_ context.Context, cfg Config) (commit func(), err error) {
	cfg.Mappings = slices.Clone(cfg.Mappings)
	var problems []error
	seen := map[string]bool{}
	for i := range cfg.Mappings {
		m := &cfg.Mappings[i]
		if err := m.complete(); err != nil {
			problems = append(problems, fmt.Errorf("event source mapping %q: %w", m.ID, err))
		}
		if seen[m.ID] {
			problems = append(problems, fmt.Errorf("event source mapping %q is there twice", m.ID))
		}
		seen[m.ID] = true
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return func() { s.commit(cfg) }, nil
}

func (s *Service) commit(cfg Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	next, started := map[string]*runner{}, []*runner{}
	for _, m := range cfg.Mappings {
		before := s.runners[m.ID]
		if before != nil && before.region == cfg.Region && reflect.DeepEqual(before.Mapping, m) {
			next[m.ID] = before
			delete(s.runners, m.ID)
			continue
		}
		next[m.ID] = s.newRunner(cfg.Region, m, before)
		started = append(started, next[m.ID])
	}
	for _, gone := range s.runners {
		gone.stop()
	}
	s.runners = next
	for _, r := range started {
		r.start()
	}
}

func (s *Service) newRunner(region string, m Mapping, before *runner) *runner {
	r := &runner{Service: s, Mapping: m, region: region, done: make(chan struct{})}
	r.ctx, r.stop = context.WithCancel(s.ctx)
	if m.isStream() {
		r.stream = s.stream(m.SourceARN)
		r.cursors = r.startingCursors()
		if before != nil && before.SourceARN == m.SourceARN {
			r.before = before
		}
	}
	return r
}

func (r *runner) start() {
	r.runs.Go(func() {
		defer close(r.done)
		if r.isStream() {
			r.runStream()
		} else {
			r.runQueue()
		}
	})
}

// Mappings returns all mappings sorted by ID.
func (s *Service) Mappings() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Status
	for _, r := range s.runners {
		r.lastMu.Lock()
		all = append(all, Status{r.Mapping, r.last})
		r.lastMu.Unlock()
	}
	slices.SortFunc(all, func(a, b Status) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func (r *runner) report(records, failed int, err error) {
	r.lastMu.Lock()
	defer r.lastMu.Unlock()
	r.last = Result{Time: r.options.Now(), Records: records, Failed: failed, Err: err}
	if failed > 0 {
		r.options.Logger.Warn("a batch failed", "function", r.Function, "source", r.SourceARN, "records", records, "failed", failed, "error", err)
	}
}

// Close ends all mappings: it cancels invocations and waits for them. The next service
// processes their records again if the source still has them.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.runs.Wait()
	return nil
}

// pause waits, and reports whether the mapping is still active.
func (r *runner) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.ctx.Done():
		return false
	}
}
