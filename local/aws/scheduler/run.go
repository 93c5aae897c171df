package scheduler

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// A run is one time at which a schedule is due.
type run struct {
	scheduler *Scheduler
	schedule  Schedule
	region    string
	accountID string
	at        time.Time
}

// newRun must be called with the mutex held.
func (s *Scheduler) newRun(e *entry, at time.Time) run {
	e.Last, e.LastError = at, nil
	return run{scheduler: s, schedule: e.Schedule, region: s.config.Region, accountID: s.config.AccountID, at: at}
}

// Pauses between attempts; see the package's Differences.
const (
	firstBackoff   = time.Second
	maximumBackoff = time.Minute
)

// untilDelivered retries until the target is invoked or the retry policy ends.
func (r run) untilDelivered() {
	backoff := firstBackoff
	for attempt := 1; ; attempt++ {
		if r.attempt(r.scheduler.ctx, attempt) == nil {
			return
		}
		if attempt > r.schedule.MaximumRetryAttempts || r.scheduler.options.Now().Add(backoff).Sub(r.at) > r.schedule.MaximumEventAge {
			r.scheduler.options.Logger.Warn("a schedule's target could not be invoked: giving up", "schedule", r.schedule.Name, "attempts", attempt)
			return
		}
		select {
		case <-r.scheduler.ctx.Done():
			return
		case <-time.After(backoff):
		}
		backoff = min(2*backoff, maximumBackoff)
	}
}

func (r run) attempt(ctx context.Context, number int) error {
	err := r.scheduler.options.OnDue(ctx, Due{Schedule: r.schedule, Time: r.at, Attempt: number, Input: r.input(number)})
	if err != nil {
		r.scheduler.options.Logger.Warn("invoking a schedule's target", "schedule", r.schedule.Name, "attempt", number, "error", err)
	}
	r.scheduler.mu.Lock()
	defer r.scheduler.mu.Unlock()
	if e := r.scheduler.entries[r.schedule.Name]; e != nil && e.Last.Equal(r.at) {
		e.LastError = err
	}
	return err
}

// input replaces the context attributes of the schedule's input.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
func (r run) input(attempt int) string {
	if r.schedule.Input == "" {
		return r.defaultInput()
	}
	return strings.NewReplacer(
		"<aws.scheduler.schedule-arn>", r.schedule.ARN,
		"<aws.scheduler.scheduled-time>", r.scheduledTime(),
		"<aws.scheduler.execution-id>", randomHex(8),
		"<aws.scheduler.attempt-number>", strconv.Itoa(attempt),
	).Replace(r.schedule.Input)
}

func (r run) scheduledTime() string { return r.at.UTC().Format(time.RFC3339) }

func (r run) defaultInput() string {
	id := randomHex(16)
	event, err := json.Marshal(defaultEvent{
		Version:    "0",
		ID:         strings.Join([]string{id[:8], id[8:12], id[12:16], id[16:20], id[20:]}, "-"),
		DetailType: "Scheduled Event",
		Source:     "aws.scheduler",
		Account:    r.accountID,
		Time:       r.scheduledTime(),
		Region:     r.region,
		Resources:  []string{r.schedule.ARN},
		Detail:     "{}",
	})
	if err != nil {
		panic(err) // strings only
	}
	return string(event)
}

type defaultEvent struct {
	Version    string   `json:"version"`
	ID         string   `json:"id"`
	DetailType string   `json:"detail-type"`
	Source     string   `json:"source"`
	Account    string   `json:"account"`
	Time       string   `json:"time"`
	Region     string   `json:"region"`
	Resources  []string `json:"resources"`
	Detail     string   `json:"detail"`
}

func randomHex(bytes int) string {
	random := make([]byte, bytes)
	rand.Read(random) // never fails
	return hex.EncodeToString(random)
}
