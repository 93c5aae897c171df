package sqs

import (
	"fmt"
	"maps"
	"slices"
)

// Status describes a queue to a person.
type Status struct {
	Name, ARN, URL string
	FIFO           bool
	Counts
	DeadLetterQueue string   // the name of the queue that its dead letters go to; may be empty
	Sources         []string // the names of the queues whose dead letters it gets
}

// Queues returns all queues sorted by name.
func (s *Service) Queues() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Status
	for _, name := range slices.Sorted(maps.Keys(s.queues)) {
		q := s.queues[name]
		status := Status{Name: name, ARN: q.arn, URL: q.url, FIFO: q.FIFO, Counts: q.count(s.options.Now())}
		if q.redrive != nil {
			status.DeadLetterQueue = nameOf(q.redrive.DeadLetterTargetARN)
		}
		for _, source := range s.sources(q) {
			status.Sources = append(status.Sources, source.Name)
		}
		all = append(all, status)
	}
	return all
}

// Peek returns up to limit messages of a queue in order of arrival, without receiving them.
// They include those in flight and delayed ones, whose VisibleAt is in the future.
func (s *Service) Peek(queue string, limit int) ([]Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.named(queue)
	if err != nil {
		return nil, err
	}
	var messages []Message
	for e := q.messages.Front(); e != nil && len(messages) < limit; e = e.Next() {
		if m := e.Value.(*Message); !q.expired(m, s.options.Now()) {
			messages = append(messages, *m)
		}
	}
	return messages, nil
}

// Sending is a message to be sent without a request.
type Sending struct {
	Body            string
	Attributes      map[string]Attribute
	GroupID         string // of a FIFO queue, and required there
	DeduplicationID string // of a FIFO queue without content-based deduplication, and required there
}

// Send adds a message to a queue, as SendMessage does, and returns its ID. The error is an
// *aws.Error if SQS would refuse the message.
func (s *Service) Send(queue string, sending Sending) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.named(queue)
	if err != nil {
		return "", err
	}
	in := sentMessage{MessageBody: &sending.Body, MessageAttributes: sending.Attributes}
	if sending.GroupID != "" {
		in.MessageGroupID = &sending.GroupID
	}
	if sending.DeduplicationID != "" {
		in.MessageDeduplicationID = &sending.DeduplicationID
	}
	if err := in.checkFIFO(q); err != nil {
		return "", err
	}
	sent, err := s.send(q, in)
	if err != nil {
		return "", err
	}
	return sent.MessageID, nil
}

// Redrive moves the visible messages of a dead-letter queue back to their sources, and
// returns how many it moved.
func (s *Service) Redrive(deadLetterQueue string) (moved int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.named(deadLetterQueue)
	if err != nil {
		return 0, err
	}
	if err := s.checkMove(q.arn, ""); err != nil {
		return 0, err
	}
	task, err := s.startMove(q.arn, "", 0)
	if err == nil && task.status == taskFailed {
		err = fmt.Errorf("queue %q: a message came from a queue that does not exist any more: receive or purge it", deadLetterQueue)
	}
	return task.moved, err
}

// Purge deletes all messages of a queue. It may be called at any rate.
func (s *Service) Purge(queue string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.named(queue)
	if err != nil {
		return err
	}
	return s.purge(q)
}

func (s *Service) named(name string) (*queue, error) {
	if q := s.queues[name]; q != nil {
		return q, nil
	}
	return nil, nonexistent()
}
