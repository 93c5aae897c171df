package dynamodb

import (
	"context"
	"time"
)

// expiryInterval is how often expired items are deleted.
const expiryInterval = time.Second

// oldestExpiry is how long ago an item may have expired and still be deleted.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
const oldestExpiry = 5 * 365 * 24 * time.Hour

// Run deletes expired items until ctx ends.
func (e *Engine) Run(ctx context.Context) {
	ticker := time.NewTicker(expiryInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := e.Expire(); err != nil {
				e.options.Logger.Error("cannot delete expired items", "error", err)
			}
		}
	}
}

// Expire deletes the items whose time to live has passed.
func (e *Engine) Expire() error {
	err := e.expire()
	e.deliverChanges()
	return err
}

func (e *Engine) expire() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.options.Now()
	for _, t := range e.tables {
		if t.TTLAttribute == "" {
			continue
		}
		var expired []staged
		t.items.Ascend(func(at entry) bool {
			if t.isExpired(at.record, now) {
				expired = append(expired, staged{table: t, old: at.record, expired: true})
			}
			return true
		})
		if err := e.apply(expired...); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) isExpired(r *record, now time.Time) bool {
	seconds, ok := r.item[t.TTLAttribute].Number().Int()
	until := time.Unix(seconds, 0)
	return ok && r.item[t.TTLAttribute].Kind().String() == "N" && until.Before(now) && now.Sub(until) <= oldestExpiry
}
