package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A recorder is an OnDue that fails the first attempts.
type recorder struct {
	mu   sync.Mutex
	due  []Due
	fail int
}

var errTarget = errors.New("no such function")

func (r *recorder) onDue(_ context.Context, due Due) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.due = append(r.due, due)
	if r.fail > 0 {
		r.fail--
		return errTarget
	}
	return nil
}

// all are the attempts so far.
func (r *recorder) all() []Due {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.due)
}

// times are when the runs were scheduled; it forgets them.
func (r *recorder) times() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var times []string
	for _, due := range r.due {
		times = append(times, due.Time.UTC().Format("15:04:05"))
	}
	r.due = nil
	return times
}

func start(t *testing.T, r *recorder, schedules ...Schedule) *Scheduler {
	t.Helper()
	s, err := New(Options{OnDue: r.onDue})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	reload(t, s, schedules...)
	return s
}

func reload(t *testing.T, s *Scheduler, schedules ...Schedule) {
	t.Helper()
	commit, err := s.Prepare(t.Context(), Config{Region: "eu-central-1", AccountID: "123456789012", Schedules: schedules})
	if err != nil {
		t.Fatal(err)
	}
	commit()
	synctest.Wait()
}

func pass(d time.Duration) {
	time.Sleep(d) // of the bubble's clock
	synctest.Wait()
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestRunsAtItsTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // from 2000-01-01T00:00:00Z
		r := &recorder{}
		s := start(t, r, Schedule{Name: "quarter", Expression: "cron(0/15 * * * ? *)"}, Schedule{Name: "off", Expression: "rate(1 minutes)", State: "DISABLED"})
		pass(14*time.Minute + 59*time.Second)
		equal(t, "too early", r.times(), nil)
		pass(time.Second)
		equal(t, "at its time", r.times(), []string{"00:15:00"})
		pass(time.Hour)
		equal(t, "in an hour", r.times(), []string{"00:30:00", "00:45:00", "01:00:00", "01:15:00"})
		all := s.Schedules()
		if len(all) != 2 || all[0].Name != "off" || !all[0].Next.IsZero() || all[1].Next.Format("15:04:05") != "01:30:00" || all[1].Last.Format("15:04:05") != "01:15:00" {
			t.Errorf("unexpected schedules: %+v", all)
		}
	})
}

func TestRateStartsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		start(t, r, Schedule{Name: "s", Expression: "rate(5 minutes)"})
		pass(10 * time.Minute)
		equal(t, "runs", r.times(), []string{"00:00:00", "00:05:00", "00:10:00"})
	})
}

func TestOneTimeScheduleStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		s := start(t, r, Schedule{Name: "s", Expression: "at(2000-01-01T00:00:30)"})
		pass(time.Hour)
		equal(t, "runs", r.times(), []string{"00:00:30"})
		if all := s.Schedules(); len(all) != 1 || !all[0].Next.IsZero() {
			t.Errorf("expected the schedule without a next run, got %+v", all)
		}
	})
}

func TestSleptThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, slept := &recorder{}, atomic.Int64{}
		s, err := New(Options{OnDue: r.onDue, Now: func() time.Time { return time.Now().Add(time.Duration(slept.Load())) }})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		reload(t, s, Schedule{Name: "cron", Expression: "cron(0/10 * * * ? *)"}, Schedule{Name: "rate", Expression: "rate(7 minutes)"})
		r.times()
		slept.Store(int64(time.Hour + 30*time.Second)) // the loop only reads it, after a wait
		pass(maximumSleep)
		times := r.times()
		equal(t, "number of runs that were made up for", len(times), 2)
		pass(10 * time.Minute)
		for _, status := range s.Schedules() {
			if late := status.Next.Sub(time.Now().Add(time.Duration(slept.Load()))); late <= 0 || late > 10*time.Minute {
				t.Errorf("%s: next run at %s", status.Name, status.Next)
			}
		}
	})
}

func TestAssumedBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{fail: 3}
		s := start(t, r, Schedule{Name: "s", Expression: "at(2000-01-01T00:01:00)"})
		pass(time.Minute)
		for i, pause := range []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second} {
			pass(pause)
			if due := r.all(); len(due) != i+1 || due[i].Attempt != i+1 {
				t.Fatalf("expected attempt %d, got %+v", i+1, due)
			}
			if failed := errors.Is(s.Schedules()[0].LastError, errTarget); failed != (i < 3) {
				t.Errorf("attempt %d: LastError %v", i+1, s.Schedules()[0].LastError)
			}
		}
		pass(time.Hour)
		equal(t, "attempts", len(r.times()), 4)
	})
}

func TestRetryPolicyEnds(t *testing.T) {
	for name, test := range map[string]struct {
		schedule Schedule
		attempts int
	}{
		"attempts": {Schedule{MaximumRetryAttempts: 2}, 3},
		"none":     {Schedule{MaximumRetryAttempts: -1}, 1},
		"age":      {Schedule{MaximumEventAge: time.Minute}, 6}, // after 0, 1, 3, 7, 15, 31 s
		"defaults": {Schedule{}, 186},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{fail: 1000}
				test.schedule.Name, test.schedule.Expression = "s", "at(2000-01-01T00:01:00)"
				start(t, r, test.schedule)
				pass(48 * time.Hour)
				equal(t, "attempts", len(r.times()), test.attempts)
			})
		})
	}
}

func TestReloadKeepsTheNextRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		s := start(t, r, Schedule{Name: "s", Expression: "rate(10 minutes)"})
		pass(5 * time.Minute)
		reload(t, s, Schedule{Name: "s", Expression: "rate(10 minutes)", Input: "{}"})
		equal(t, "before", r.times(), []string{"00:00:00"})
		pass(5 * time.Minute)
		equal(t, "with the new input", r.all()[0].Input, "{}")
		equal(t, "the rate goes on", r.times(), []string{"00:10:00"})
		reload(t, s, Schedule{Name: "s", Expression: "rate(20 minutes)"})
		equal(t, "a new rate starts at once", r.times(), []string{"00:10:00"})
		reload(t, s)
		pass(time.Hour)
		equal(t, "a removed one does not run", r.times(), nil)
	})
}

func TestRunNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{fail: 1}
		s := start(t, r, Schedule{Name: "s", Expression: "cron(0 6 * * ? *)", State: "DISABLED"})
		if err := s.RunNow(t.Context(), "s"); !errors.Is(err, errTarget) {
			t.Errorf("expected the target's error, got %v", err)
		}
		if err := s.RunNow(t.Context(), "s"); err != nil {
			t.Error(err)
		}
		if err := s.RunNow(t.Context(), "none"); !errors.Is(err, ErrUnknownSchedule) {
			t.Errorf("expected ErrUnknownSchedule, got %v", err)
		}
		equal(t, "runs", r.times(), []string{"00:00:00", "00:00:00"})
	})
}

func TestContextAttributes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		start(t, r, Schedule{Name: "s", ARN: "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/s", Expression: "at(2000-01-01T01:01:00)", TimeZone: "Europe/Berlin",
			Input: `{"arn":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>","n":<aws.scheduler.attempt-number>,"id":"<aws.scheduler.execution-id>"}`})
		pass(time.Minute)
		var got struct {
			ARN, At, ID string
			N           int
		}
		if err := json.Unmarshal([]byte(r.all()[0].Input), &got); err != nil {
			t.Fatal(err)
		}
		if got.ARN != "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/s" || got.At != "2000-01-01T00:01:00Z" || got.N != 1 || len(got.ID) != 16 {
			t.Errorf("unexpected input: %s", r.all()[0].Input)
		}
	})
}

func TestAssumedDefaultInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		start(t, r, Schedule{Name: "s", ARN: "arn:x", Expression: "rate(1 days)"})
		var got map[string]any
		if err := json.Unmarshal([]byte(r.all()[0].Input), &got); err != nil {
			t.Fatal(err)
		}
		if id, _ := got["id"].(string); len(id) != 36 {
			t.Errorf("expected a UUID, got %q", id)
		}
		delete(got, "id")
		equal(t, "event", got, map[string]any{"version": "0", "detail-type": "Scheduled Event", "source": "aws.scheduler", "account": "123456789012",
			"time": "2000-01-01T00:00:00Z", "region": "eu-central-1", "resources": []any{"arn:x"}, "detail": "{}"})
	})
}

func TestDueHasTheRole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		start(t, r, Schedule{Name: "s", Expression: "rate(1 days)", RoleARN: "arn:aws:iam::123456789012:role/x", TargetARN: "arn:f"})
		equal(t, "role", r.all()[0].Schedule.RoleARN, "arn:aws:iam::123456789012:role/x")
		equal(t, "target", r.all()[0].Schedule.TargetARN, "arn:f")
	})
}

func TestPrepareReportsEveryProblem(t *testing.T) {
	s, err := New(Options{OnDue: (&recorder{}).onDue})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.Prepare(t.Context(), Config{Schedules: []Schedule{
		{Name: "a", Expression: "cron(61 0 * * ? *)"},
		{Name: "b", Expression: "rate(1 days)", State: "ON", MaximumRetryAttempts: 186, MaximumEventAge: time.Second, TimeZone: "Local"},
		{Name: "c", Expression: "rate(1 days)"}, {Name: "c", Expression: "rate(1 days)"},
		{Expression: "rate(1 days)"},
	}})
	for _, want := range []string{`schedule "a"`, `got "61"`, `got "ON"`, "up to 185 retry attempts, got 186", "from 1m0s to 24h0m0s, got 1s", `got "Local"`, `schedule "c": is there twice`, `schedule "": has no name`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("expected %q in %v", want, err)
		}
	}
	if _, err := New(Options{}); err == nil {
		t.Error("expected New to demand OnDue")
	}
}

func TestCloseWaitsForRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		s, err := New(Options{OnDue: func(ctx context.Context, _ Due) error {
			<-ctx.Done()
			ended = true
			return ctx.Err()
		}})
		if err != nil {
			t.Fatal(err)
		}
		reload(t, s, Schedule{Name: "s", Expression: "rate(1 days)"})
		s.Close()
		if !ended {
			t.Error("expected Close to wait for the run")
		}
	})
}
