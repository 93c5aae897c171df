package eventsource

import (
	"encoding/json"
	"sync"
	"time"
)

// A lane processes some of a stream's items, in the order of their changes. The position of
// its next record is in the runner's cursors, at its index.
type lane struct {
	*runner
	index int
	full  bool // whether the last batch could not have been larger
}

// runStream processes records until the mapping is replaced.
func (r *runner) runStream() {
	r.takeOver()
	if r.Disabled {
		return
	}
	var lanes sync.WaitGroup
	for i := range r.cursors {
		l := &lane{runner: r, index: i}
		lanes.Go(func() {
			for r.ctx.Err() == nil {
				if batch := l.await(r.ctx); len(batch) > 0 {
					l.process(&attempts{}, batch)
				}
			}
		})
	}
	lanes.Wait()
}

// advance marks the records up to and including done as processed.
func (l *lane) advance(done positioned) { l.cursors[l.index] = done.at + 1 }

// attempts counts the attempts of a batch.
type attempts struct {
	n       int
	backoff time.Duration
}

// Pauses between attempts; see the package's Differences.
const (
	firstBackoff   = time.Second
	maximumBackoff = time.Minute
)

// process tries a batch until it succeeds, is given up on or the mapping is replaced. It
// reports whether the lane continues after it.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
func (l *lane) process(tried *attempts, batch []positioned) bool {
	for {
		if batch = l.dropOld(batch, tried.n); len(batch) == 0 {
			return true
		}
		tried.n++
		done, functionErr := l.invoke(batch)
		if done > 0 {
			l.advance(batch[done-1])
			batch = batch[done:]
		}
		if len(batch) == 0 {
			return true
		}
		if l.BisectBatchOnFunctionError && done > 0 { // bisects at the failure
			tried.n-- // does not count as an attempt
			if !l.retry(tried) {
				return false
			}
			continue
		}
		if l.BisectBatchOnFunctionError && len(batch) > 1 {
			return l.bisect(batch)
		}
		if l.MaximumRetryAttempts >= 0 && tried.n > l.MaximumRetryAttempts {
			l.giveUp(retryAttemptsExhausted, batch, tried.n, functionErr)
			return true
		}
		if !l.retry(tried) {
			return false
		}
	}
}

// bisect processes both halves of a failed batch. Splitting is not an attempt.
func (l *lane) bisect(batch []positioned) bool {
	if l.ctx.Err() != nil {
		return false
	}
	half := len(batch) / 2
	return l.process(&attempts{}, batch[:half]) && l.process(&attempts{}, batch[half:])
}

// retry waits before the next attempt, and reports whether to make one.
func (l *lane) retry(tried *attempts) bool {
	tried.backoff = min(max(2*tried.backoff, firstBackoff), maximumBackoff)
	return l.pause(tried.backoff)
}

// dropOld gives up on the records at the front that exceed the maximum age.
func (l *lane) dropOld(batch []positioned, tried int) []positioned {
	if l.MaximumRecordAge == 0 {
		return batch
	}
	old := 0
	for old < len(batch) && l.options.Now().Sub(batch[old].Time) > l.MaximumRecordAge {
		old++
	}
	if old > 0 {
		l.giveUp(recordAgeExceeded, batch[:old], tried, nil)
	}
	return batch[old:]
}

// invoke returns how many records at the front were processed, and the function's error if it
// failed.
func (l *lane) invoke(batch []positioned) (done int, functionErr error) {
	output, functionErr := l.options.Invoke(l.Service.ctx, l.Function, streamEvent(batch))
	err := functionErr
	if err == nil && l.ReportBatchItemFailures {
		done, err = firstFailure(output, batch)
	} else if err == nil {
		done = len(batch)
	}
	l.report(len(batch), len(batch)-done, err)
	return done, functionErr
}

// firstFailure returns the index of the failed record with the lowest sequence number, from
// which a batch is retried.
func firstFailure(output []byte, batch []positioned) (int, error) {
	places := map[string]int{}
	for i, c := range batch {
		places[c.SequenceNumber] = i
	}
	failures, err := batchItemFailures(output, func(id string) bool { _, is := places[id]; return is })
	if err != nil {
		return 0, err
	}
	first := len(batch)
	for id := range failures {
		first = min(first, places[id])
	}
	return first, nil
}

func streamEvent(batch []positioned) []byte {
	event := struct{ Records []json.RawMessage }{}
	for _, c := range batch {
		event.Records = append(event.Records, c.Record)
	}
	text, err := json.Marshal(event)
	if err != nil {
		return nil // a record that is no JSON; the invocation refuses the empty event
	}
	return text
}
