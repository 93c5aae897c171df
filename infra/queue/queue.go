// Package queue declares SQS queues that handlers use, each with a dead-letter queue
// for the messages that its consumer cannot handle, and an alarm for those.
package queue

import (
	"errors"
	"fmt"
	"time"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/naming"
)

// A Queue is a queue for handlers. Its methods for uses and events are called in
// infra/resources.go.
type Queue struct {
	name       string
	fifo       bool
	visibility time.Duration // 0 for six times the consumer's timeout
	attempts   int
	retention  time.Duration
}

// Defaults. A message is kept as long as SQS allows: its own default of four days does not
// outlast a long weekend.
const (
	defaultAttempts = 5
	maxRetention    = 14 * 24 * time.Hour
)

// New declares a queue. Its URL is in the environment variable <NAME>_QUEUE_URL of the
// handlers that use it.
func New(name string, options ...Option) *Queue {
	q := &Queue{name: name, attempts: defaultAttempts, retention: maxRetention}
	for _, option := range options {
		option(q)
	}
	return q
}

// An Option is a part of a queue's declaration.
type Option func(*Queue)

// FIFO makes the queue deliver each message once, and the messages of a group in the order in
// which they were sent. Messages with the same content within five minutes count as one. It
// cannot be changed later without replacing the queue.
func FIFO() Option { return func(q *Queue) { q.fifo = true } }

// Visibility is how long a received message is hidden from other consumers. The default is
// six times the timeout of its consumer.
func Visibility(d time.Duration) Option { return func(q *Queue) { q.visibility = d } }

// Attempts is how often a message is received before it goes to the dead-letter queue:
// 5 by default.
func Attempts(n int) Option { return func(q *Queue) { q.attempts = n } }

// Retention is how long messages are kept: 14 days by default.
func Retention(d time.Duration) Option { return func(q *Queue) { q.retention = d } }

// Send allows a handler to send messages, not to receive them.
func (q *Queue) Send() kind.Use {
	return kind.Use{Of: q, Grants: []kind.Grant{{Actions: []string{"sqs:SendMessage"}, On: []string{""}}}}
}

func (q *Queue) variable() string { return naming.Variable(q.name) + "_QUEUE_URL" }

// Declaration implements kind.Resource.
func (q *Queue) Declaration() kind.Declaration {
	d := kind.Declaration{Kind: "queue", Name: q.name, Variables: []string{q.variable()}, Problems: q.check()}
	if err := kind.CheckName(q.name); err != nil {
		d.Problems = append(d.Problems, err)
	}
	return d
}

// Limits: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const (
	maxVisibility = 12 * time.Hour
	minRetention  = time.Minute
	maxAttempts   = 1000
)

func (q *Queue) check() (problems []error) {
	if q.visibility != 0 && (q.visibility < time.Second || q.visibility > maxVisibility || q.visibility%time.Second != 0) {
		problems = append(problems, fmt.Errorf("has the visibility %v: expected whole seconds from 1s to 12h", q.visibility))
	}
	if q.attempts < 1 || q.attempts > maxAttempts {
		problems = append(problems, fmt.Errorf("allows %d attempts: expected 1 to %d", q.attempts, maxAttempts))
	}
	if q.retention < minRetention || q.retention > maxRetention || q.retention%time.Second != 0 {
		problems = append(problems, fmt.Errorf("keeps messages for %v: expected whole seconds from 1m to 14 days", q.retention))
	}
	return problems
}

// hiddenFor returns how long a received message is hidden. Six times the timeout leaves room
// for the retries of a throttled consumer.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func (q *Queue) hiddenFor(consumer kind.Consumer) time.Duration {
	if q.visibility != 0 {
		return q.visibility
	}
	if consumer.Timeout == 0 {
		return 30 * time.Second // SQS's own default
	}
	return 6 * consumer.Timeout
}

// messages is a queue as the source of its consumer's events.
type messages struct {
	queue *Queue
	batch int
	wait  time.Duration
}

// Messages invokes a handler with up to batch messages of the queue. The handler returns the
// IDs of failed messages (events.SQSEventResponse), which alone are delivered again. If the
// handler returns an error, the whole batch is.
func (q *Queue) Messages(batch int) kind.Source { return &messages{queue: q, batch: batch} }

// Batches is like Messages, but waits up to the given time for a full batch.
func (q *Queue) Batches(batch int, wait time.Duration) kind.Source {
	return &messages{queue: q, batch: batch, wait: wait}
}

func (m *messages) Of() kind.Resource { return m.queue }

// Limits of event source mappings for SQS.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
const (
	maxBatch         = 10_000
	maxUnwaitedBatch = 10 // without a batching window, and of a FIFO queue
	maxWait          = 300 * time.Second
	minConcurrency   = 2
)

func (m *messages) Problems(consumer kind.Consumer) (problems []error) {
	limit := maxUnwaitedBatch
	if m.wait > 0 && !m.queue.fifo {
		limit = maxBatch
	}
	if m.batch < 1 || m.batch > limit {
		problems = append(problems, fmt.Errorf("takes batches of %d messages: expected 1 to %d (more than 10 need Batches with a wait, and a queue without FIFO)", m.batch, limit))
	}
	if m.wait < 0 || m.wait > maxWait || m.wait%time.Second != 0 {
		problems = append(problems, fmt.Errorf("waits %v for a batch: expected whole seconds up to 5m", m.wait))
	}
	if m.wait > 0 && m.queue.fifo {
		problems = append(problems, errors.New("waits for a batch of a FIFO queue, which Lambda refuses: use Messages"))
	}
	if hidden := m.queue.hiddenFor(consumer); hidden < consumer.Timeout {
		problems = append(problems, fmt.Errorf("has the timeout %v, longer than the queue %q hides a message (%v), which would be delivered twice: shorten Timeout, or raise or remove queue.Visibility",
			consumer.Timeout, m.queue.name, hidden))
	}
	return problems
}

// Grants: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func (m *messages) Grants() []kind.Grant {
	return []kind.Grant{{Actions: []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}, On: []string{""}}}
}
