package scheduler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"api-auth-jwt-auth0/infra/schedule/expression"
)

// Options configure a Scheduler.
type Options struct {
	// OnDue delivers a run to the schedule's target. An error means that the target could not
	// be invoked, and the run is retried; the error of an invoked function does not count. It
	// must return soon after ctx is done, and is called concurrently, even for runs of one
	// schedule. It must be set.
	OnDue func(ctx context.Context, due Due) error

	Now    func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil discards
}

// A Due is one attempt of one run of a schedule.
type Due struct {
	Schedule Schedule
	Time     time.Time // that the run was scheduled for
	Attempt  int       // from 1
	// Input is what the target receives, with the context attributes replaced.
	Input string
}

// Config contains the schedules of one account in one region.
type Config struct {
	Region    string // in default inputs
	AccountID string // in default inputs, 12 digits
	Schedules []Schedule
}

// A Schedule invokes a target.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
type Schedule struct {
	Name       string
	ARN        string
	Expression string // see package expression
	TimeZone   string // of the IANA database; empty: UTC
	State      string // "ENABLED" or "DISABLED"; empty: enabled
	Input      string // may hold context attributes; empty: see Due
	TargetARN  string
	RoleARN    string

	// MaximumRetryAttempts is how often a failed attempt is repeated, up to 185; -1: never.
	// Zero means the default of 185.
	MaximumRetryAttempts int
	// MaximumEventAge is how long after its time a run is retried, from a minute to a day.
	// Zero means the default of a day.
	MaximumEventAge time.Duration
}

// Limits of the retry policy, and their defaults.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
const (
	maximumRetryAttempts = 185
	minimumEventAge      = time.Minute
	maximumEventAge      = 24 * time.Hour
)

// A Status is a schedule and its history.
type Status struct {
	Schedule
	Next      time.Time // zero if no run is to come
	Last      time.Time // when the last run was due, or requested; zero if none was
	LastError error     // of the last run's last attempt; nil if it succeeded, or has not ended
}

// ErrUnknownSchedule means that no schedule has the name.
var ErrUnknownSchedule = errors.New("unknown schedule")

// A Scheduler runs schedules. It is safe for concurrent use.
type Scheduler struct {
	options Options // with defaults
	stop    context.CancelFunc
	ctx     context.Context // until Close
	changed chan struct{}   // has a buffer of one
	loop    chan struct{}   // closed when the loop has ended
	runs    sync.WaitGroup

	mu      sync.Mutex
	config  Config
	entries map[string]*entry // by name
}

// An entry is an active schedule. The scheduler's mutex guards it.
type entry struct {
	Status
	expression *expression.Expression
}

// New returns a scheduler that runs nothing before the first commit of
// [Scheduler.Prepare].
func New(o Options) (*Scheduler, error) {
	if o.OnDue == nil {
		return nil, errors.New("scheduler: OnDue is nil: set what invokes targets")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Scheduler{options: o, changed: make(chan struct{}, 1), loop: make(chan struct{}), entries: map[string]*entry{}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	go s.run()
	return s, nil
}

// Prepare validates cfg. The error joins all problems. Nothing changes before commit, which
// may be called once and does not fail. A known schedule keeps its history, and its next run
// if its expression, time zone and state are unchanged. Runs in progress end as they began.
func (s *Scheduler) Prepare(_ context.Context, cfg Config) (commit func(), err error) {
	next := map[string]*entry{}
	var problems []error
	cfg.Schedules = slices.Clone(cfg.Schedules)
	for i := range cfg.Schedules {
		schedule := cfg.Schedules[i].withDefaults()
		e, err := newEntry(schedule)
		if err == nil && next[schedule.Name] != nil {
			err = errors.New("is there twice")
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("schedule %q: %w", schedule.Name, err))
			continue
		}
		next[schedule.Name] = e
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return func() { s.commit(cfg, next) }, nil
}

func (s Schedule) withDefaults() Schedule {
	s.State = cmp.Or(s.State, "ENABLED")
	s.MaximumRetryAttempts = cmp.Or(s.MaximumRetryAttempts, maximumRetryAttempts)
	s.MaximumEventAge = cmp.Or(s.MaximumEventAge, maximumEventAge)
	return s
}

func newEntry(s Schedule) (*entry, error) {
	var problems []error
	if s.Name == "" {
		problems = append(problems, errors.New("has no name"))
	}
	if s.State != "ENABLED" && s.State != "DISABLED" {
		problems = append(problems, fmt.Errorf("expected the state ENABLED or DISABLED, got %q", s.State))
	}
	if s.MaximumRetryAttempts < -1 || s.MaximumRetryAttempts > maximumRetryAttempts {
		problems = append(problems, fmt.Errorf("expected up to %d retry attempts, got %d", maximumRetryAttempts, s.MaximumRetryAttempts))
	}
	if s.MaximumEventAge < minimumEventAge || s.MaximumEventAge > maximumEventAge {
		problems = append(problems, fmt.Errorf("expected a maximum event age from %s to %s, got %s", minimumEventAge, maximumEventAge, s.MaximumEventAge))
	}
	parsed, err := expression.Parse(s.Expression, s.TimeZone)
	if err := errors.Join(append(problems, err)...); err != nil {
		return nil, err
	}
	return &entry{Status: Status{Schedule: s}, expression: parsed}, nil
}

func (s *Scheduler) commit(cfg Config, next map[string]*entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.Now()
	for name, e := range next {
		e.Next = e.first(now)
		if before := s.entries[name]; before != nil {
			e.Last, e.LastError = before.Last, before.LastError
			if before.Expression == e.Expression && before.TimeZone == e.TimeZone && before.State == e.State {
				e.Next = before.Next
			}
		}
	}
	s.config, s.entries = cfg, next
	s.wake()
}

// first returns when a new schedule runs first. A rate without a start date begins
// immediately:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
func (e *entry) first(now time.Time) time.Time {
	if e.State == "DISABLED" {
		return time.Time{}
	}
	if _, isRate := e.expression.Interval(); isRate {
		return now
	}
	return e.expression.Next(now)
}

// following returns the run after the one at e.Next. It skips runs before now.
func (e *entry) following(now time.Time) time.Time {
	interval, isRate := e.expression.Interval()
	if !isRate {
		return e.expression.Next(now)
	}
	return e.expression.Next(e.Next.Add(now.Sub(e.Next).Truncate(interval)))
}

// Schedules returns all schedules sorted by name.
func (s *Scheduler) Schedules() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Status
	for _, e := range s.entries {
		all = append(all, e.Status)
	}
	slices.SortFunc(all, func(a, b Status) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// RunNow delivers a run of the named schedule, even a disabled one, and returns when its
// target has been invoked. It makes one attempt. The error is ErrUnknownSchedule or that of
// OnDue.
func (s *Scheduler) RunNow(ctx context.Context, name string) error {
	s.mu.Lock()
	e := s.entries[name]
	if e == nil {
		s.mu.Unlock()
		return fmt.Errorf("schedule %q: %w", name, ErrUnknownSchedule)
	}
	r := s.newRun(e, s.options.Now())
	s.mu.Unlock()
	return r.attempt(ctx, 1)
}

// Close ends the schedules and waits for the runs in progress.
func (s *Scheduler) Close() error {
	s.stop()
	<-s.loop
	s.runs.Wait()
	return nil
}

func (s *Scheduler) wake() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// maximumSleep is how often the clock is read, since a timer does not advance while the
// machine sleeps.
const maximumSleep = 30 * time.Second

func (s *Scheduler) run() {
	defer close(s.loop)
	for {
		timer := time.NewTimer(s.startDue())
		select {
		case <-s.ctx.Done():
			timer.Stop()
			return
		case <-s.changed:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// startDue starts all due runs and returns how long to wait until the next.
func (s *Scheduler) startDue() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, wait := s.options.Now(), maximumSleep
	for _, e := range s.entries {
		if e.Next.IsZero() {
			continue
		}
		if !e.Next.After(now) {
			r := s.newRun(e, e.Next)
			e.Next = e.following(now)
			s.runs.Go(r.untilDelivered)
		}
		if !e.Next.IsZero() {
			wait = min(wait, e.Next.Sub(now))
		}
	}
	return wait
}
