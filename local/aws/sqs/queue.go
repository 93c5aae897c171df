package sqs

import (
	"container/list"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws"
)

// A queue is an active queue. The service's mutex guards it.
type queue struct {
	Queue
	*contents
	arn, url          string
	created, modified time.Time
	purged            time.Time     // when PurgeQueue was called last
	changed           chan struct{} // closed when waiting receives should check again
}

// contents are what a queue keeps when its declaration changes.
type contents struct {
	messages *list.List // of *Message, in the order of their arrival
	byID     map[string]*list.Element
	seen     map[string]duplicate // by deduplication key; some are too old to count
	swept    time.Time            // when those were dropped last
	sequence uint64               // the highest of a message
}

// A duplicate holds the result of the first message with a deduplication ID.
type duplicate struct {
	ID       string    `json:"id"`
	Sequence uint64    `json:"sequence"`
	At       time.Time `json:"at"`
}

// deduplicationWindow is how long a deduplication ID is remembered.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
const deduplicationWindow = 5 * time.Minute

// maximumInFlight limits the messages in flight of a queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const maximumInFlight = 120_000

func newContents() *contents {
	return &contents{messages: list.New(), byID: map[string]*list.Element{}, seen: map[string]duplicate{}}
}

func newQueue(cfg Config, declared Queue, now time.Time) *queue {
	return &queue{
		Queue: declared, contents: newContents(), arn: cfg.arn(declared.Name),
		url:     cfg.URL + "/" + cfg.AccountID + "/" + declared.Name,
		created: now, modified: now, changed: make(chan struct{}),
	}
}

func (c *contents) add(m *Message) {
	c.byID[m.ID] = c.messages.PushBack(m)
	c.sequence = max(c.sequence, m.Sequence)
}

func (c *contents) remove(id string) {
	if e := c.byID[id]; e != nil {
		c.messages.Remove(e)
		delete(c.byID, id)
	}
}

func (c *contents) clear() {
	c.messages.Init()
	clear(c.byID)
}

// first returns the earlier message with the same deduplication key.
func (c *contents) first(key string, now time.Time) (d duplicate, is bool) {
	d, is = c.seen[key]
	return d, is && now.Sub(d.At) < deduplicationWindow
}

// sweep drops the deduplication keys whose window has ended, at most once per window.
func (c *contents) sweep(now time.Time) {
	if now.Sub(c.swept) < deduplicationWindow {
		return
	}
	c.swept = now
	for key := range c.seen {
		if _, counts := c.first(key, now); !counts {
			delete(c.seen, key)
		}
	}
}

// wake makes waiting receives check again.
func (q *queue) wake() {
	close(q.changed)
	q.changed = make(chan struct{})
}

func (q *queue) expired(m *Message, now time.Time) bool {
	return now.Sub(m.Enqueued) >= q.Retention
}

func (m *Message) visible(now time.Time) bool { return !m.VisibleAt.After(now) }

func (m *Message) inFlight(now time.Time) bool { return !m.visible(now) && m.receipt != "" }

// deduplicationKey returns the key of a FIFO queue's message, within the queue's scope.
func (q *queue) deduplicationKey(m *Message) string {
	if q.DeduplicationScope == "messageGroup" {
		return m.GroupID + "\x00" + m.DeduplicationID
	}
	return m.DeduplicationID
}

// A receive collects messages in one pass over a queue.
type receive struct {
	*Service
	q        *queue
	now      time.Time
	limit    int
	closed   map[string]bool // groups that give no more messages
	inFlight int
	received []*Message
	expired  []*Message
	dead     []*Message // received too often
}

// take returns the messages that a receive gets now. It moves messages that have been
// received too often to the dead-letter queue instead.
func (s *Service) take(q *queue, now time.Time, limit int, visibility time.Duration) ([]*Message, error) {
	r := &receive{Service: s, q: q, now: now, limit: limit, closed: map[string]bool{}}
	r.scan()
	if r.inFlight >= maximumInFlight && len(r.received) == 0 {
		return nil, errorf("OverLimit", "The maximum number of in flight messages is reached.")
	}
	records := r.discard()
	for _, m := range r.received {
		m.Received++
		if m.FirstReceived.IsZero() {
			m.FirstReceived = now
		}
		m.VisibleAt = now.Add(visibility)
		m.receipt = newReceipt(q.Name, m.ID)
		records = append(records, record{Op: opReceive, Queue: q.Name, ID: m.ID, Received: m.Received, First: m.FirstReceived})
	}
	return r.received, s.append(records...)
}

// scan visits messages in order of arrival. A standard queue gives each that is visible. A
// FIFO queue gives as many of a group as it can before those of the next, and none behind a
// message of its group that is not visible.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
func (r *receive) scan() {
	for e := r.q.messages.Front(); e != nil && !r.full(); e = e.Next() {
		if m := e.Value.(*Message); !r.q.FIFO {
			r.visit(m)
		} else if !r.closed[m.GroupID] {
			r.closed[m.GroupID] = true
			r.scanGroup(e, m.GroupID)
		}
	}
}

func (r *receive) scanGroup(from *list.Element, group string) {
	for e := from; e != nil && !r.full(); e = e.Next() {
		if m := e.Value.(*Message); m.GroupID == group && !r.visit(m) {
			return
		}
	}
}

func (r *receive) full() bool {
	return len(r.received) == r.limit || r.inFlight >= maximumInFlight
}

// visit receives a message if it can, and reports whether those behind it in its group
// may be received.
func (r *receive) visit(m *Message) bool {
	switch {
	case r.q.expired(m, r.now):
		r.expired = append(r.expired, m)
	case !m.visible(r.now):
		if m.inFlight(r.now) {
			r.inFlight++
		}
		return false
	case r.q.redrive != nil && m.Received >= r.q.redrive.MaxReceiveCount:
		r.dead = append(r.dead, m)
	default:
		r.inFlight++
		r.received = append(r.received, m)
	}
	return true
}

// discard removes the expired messages that the scan found, and moves dead letters.
func (r *receive) discard() []record {
	var records []record
	for _, m := range r.expired {
		r.q.remove(m.ID)
		records = append(records, record{Op: opDelete, Queue: r.q.Name, ID: m.ID})
	}
	for _, m := range r.dead {
		to := r.queues[nameOf(r.q.redrive.DeadLetterTargetARN)]
		records = append(records, r.move(r.q, to, m, r.now)...)
	}
	return records
}

// move moves a message to the end of another queue. The records must be appended. The
// retention of a message restarts in a FIFO queue, not in a standard one.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html#understanding-message-retention-periods
func (s *Service) move(from, to *queue, m *Message, now time.Time) []record {
	from.remove(m.ID)
	if from.redrive != nil && from.redrive.DeadLetterTargetARN == to.arn {
		m.DeadLetterOf = from.arn
	} else {
		m.DeadLetterOf = ""
	}
	if to.FIFO {
		m.Enqueued = now
	}
	m.VisibleAt, m.receipt = now, ""
	to.add(m)
	to.wake()
	return []record{{Op: opDelete, Queue: from.Name, ID: m.ID}, {Op: opSend, Queue: to.Name, Message: m}}
}

// nextVisible returns when the next invisible message becomes visible, if there is one.
func (q *queue) nextVisible(now time.Time) (at time.Time, is bool) {
	for e := q.messages.Front(); e != nil; e = e.Next() {
		m := e.Value.(*Message)
		if !m.visible(now) && (!is || m.VisibleAt.Before(at)) {
			at, is = m.VisibleAt, true
		}
	}
	return at, is
}

// newReceipt returns a receipt handle. It names the queue and the message, so that a stale
// handle can be distinguished from an invalid one.
func newReceipt(queue, id string) string {
	return base64.StdEncoding.EncodeToString([]byte(queue + " " + id + " " + newUUID()))
}

// find returns the message of a receipt handle, or nil if it is gone, and whether the handle
// is from its last receive.
func (q *queue) find(handle string) (m *Message, current bool, err *aws.Error) {
	text, decodeErr := base64.StdEncoding.DecodeString(handle)
	fields := strings.Split(string(text), " ")
	if decodeErr != nil || len(fields) != 3 || fields[0] != q.Name {
		return nil, false, errorf("ReceiptHandleIsInvalid", `The input receipt handle "%s" is not a valid receipt handle.`, handle)
	}
	e := q.byID[fields[1]]
	if e == nil {
		return nil, false, nil
	}
	m = e.Value.(*Message)
	return m, m.receipt == handle, nil
}

// delete removes the message of a receipt handle. In a standard queue, a message that has
// been received again stays, and the deletion succeeds. In a FIFO queue the message must be
// in flight.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
func (q *queue) delete(handle string, now time.Time) ([]record, *aws.Error) {
	m, current, err := q.find(handle)
	if err != nil || m == nil {
		return nil, err
	}
	if q.FIFO && (!current || m.visible(now)) {
		return nil, invalidValue(handle, "ReceiptHandle", "The receipt handle has expired.")
	}
	if !current {
		return nil, nil
	}
	q.remove(m.ID)
	if q.FIFO {
		q.wake() // the group continues
	}
	return []record{{Op: opDelete, Queue: q.Name, ID: m.ID}}, nil
}

// changeVisibility changes the visibility of the message of a receipt handle. In a standard
// queue the message may already be visible again.
func (q *queue) changeVisibility(handle string, seconds int, now time.Time) *aws.Error {
	m, current, err := q.find(handle)
	if err != nil {
		return err
	}
	if m == nil || !current || q.FIFO && m.visible(now) {
		return invalidValue(handle, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change.")
	}
	m.VisibleAt = now.Add(time.Duration(seconds) * time.Second)
	q.wake()
	return nil
}

// Counts are the numbers of a queue's messages.
type Counts struct{ Visible, InFlight, Delayed int }

func (q *queue) count(now time.Time) Counts {
	var c Counts
	for e := q.messages.Front(); e != nil; e = e.Next() {
		switch m := e.Value.(*Message); {
		case q.expired(m, now):
		case m.visible(now):
			c.Visible++
		case m.inFlight(now):
			c.InFlight++
		default:
			c.Delayed++
		}
	}
	return c
}

// contentID returns the deduplication ID of a body if none is given.
func contentID(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

func base64Of(bytes []byte) string {
	if len(bytes) == 0 {
		return ""
	}
	return base64.StdEncoding.EncodeToString(bytes)
}

// queueOf returns the queue that a URL names: its last two segments.
func (s *Service) queueOf(url string) (*queue, error) {
	account, name := splitURL(url)
	if q := s.queues[name]; q != nil && account == s.config.AccountID {
		return q, nil
	}
	return nil, nonexistent()
}

func splitURL(url string) (account, name string) {
	segments := strings.Split(url, "/")
	if len(segments) < 2 {
		return "", url
	}
	return segments[len(segments)-2], segments[len(segments)-1]
}

// arnOf returns the ARN of the queue that a URL names, whether it exists or not.
func (s *Service) arnOf(url string) string {
	account, name := splitURL(url)
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("arn:aws:sqs:%s:%s:%s", s.config.Region, account, name)
}
