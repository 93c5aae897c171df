package sqs

import (
	"context"
	"errors"
	"time"
)

// Received is a received message, with all of its attributes.
type Received struct {
	Message
	ReceiptHandle    string
	MD5OfBody        string
	MD5OfAttributes  string // empty without attributes
	SystemAttributes map[string]string
}

// Receive receives up to ten messages of a queue, as ReceiveMessage does for a caller within
// AWS such as an event source mapping: they are in flight for the queue's own visibility
// timeout. It waits for the first one, and returns none when ctx is done.
func (s *Service) Receive(ctx context.Context, queueARN string, limit int, wait time.Duration) ([]Received, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byARN(queueARN) == nil {
		return nil, nonexistent()
	}
	messages, err := s.receive(ctx, nameOf(queueARN), min(limit, maximumBatch), nil, min(wait, maximumWait))
	var all []Received
	for _, m := range messages {
		all = append(all, Received{
			Message: m, ReceiptHandle: m.receipt, MD5OfBody: md5Of([]byte(m.Body)),
			MD5OfAttributes:  attributes(m.Attributes).md5(),
			SystemAttributes: m.allSystemAttributes(s.config.AccountID),
		})
	}
	return all, err
}

// Delete deletes messages that Receive returned, as DeleteMessage does. The error
// joins those of all handles.
func (s *Service) Delete(queueARN string, receiptHandles []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.byARN(queueARN)
	if q == nil {
		return nonexistent()
	}
	var records []record
	var problems []error
	for _, handle := range receiptHandles {
		deleted, err := q.delete(handle, s.options.Now())
		if err != nil {
			problems = append(problems, err)
		}
		records = append(records, deleted...)
	}
	return errors.Join(append(problems, s.append(records...))...)
}
