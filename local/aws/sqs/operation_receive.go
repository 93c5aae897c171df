package sqs

import (
	"context"
	"slices"
	"time"

	"api-auth-jwt-auth0/local/aws"
)

type receiveMessage struct {
	queueRequest
	MaxNumberOfMessages         *int     `json:"MaxNumberOfMessages"`
	VisibilityTimeout           *int     `json:"VisibilityTimeout"`
	WaitTimeSeconds             *int     `json:"WaitTimeSeconds"`
	AttributeNames              []string `json:"AttributeNames" query:"AttributeName"` // replaced by the next
	MessageSystemAttributeNames []string `json:"MessageSystemAttributeNames" query:"MessageSystemAttributeName"`
	MessageAttributeNames       []string `json:"MessageAttributeNames" query:"MessageAttributeName"`
	ReceiveRequestAttemptID     string   `json:"ReceiveRequestAttemptId" query:"ReceiveRequestAttemptId"` // without effect
}

type receivedMessage struct {
	MessageID              string     `json:"MessageId" xml:"MessageId"`
	ReceiptHandle          string     `json:"ReceiptHandle"`
	MD5OfBody              string     `json:"MD5OfBody"`
	Body                   string     `json:"Body"`
	Attributes             stringMap  `json:"Attributes,omitempty" xml:"Attribute,omitempty"`
	MD5OfMessageAttributes string     `json:"MD5OfMessageAttributes,omitempty" xml:",omitempty"`
	MessageAttributes      attributes `json:"MessageAttributes,omitempty" xml:"MessageAttribute,omitempty"`
}

func (in *receiveMessage) permissions(s *Service) []permission { return in.needs(s, "ReceiveMessage") }

func (in *receiveMessage) run(ctx context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queueOf(in.QueueURL)
	if err != nil {
		return nil, err
	}
	limit, visibility, wait, refusal := in.bounds(q)
	if refusal != nil {
		return nil, refusal
	}
	received, err := s.receive(ctx, q.Name, limit, visibility, wait)
	if err != nil {
		return nil, err
	}
	out := struct {
		Messages []receivedMessage `json:"Messages,omitempty" xml:"Message"`
	}{}
	for _, m := range received {
		out.Messages = append(out.Messages, in.received(m, s.config.AccountID))
	}
	return &out, nil
}

// bounds returns the request's values, or the queue's.
func (in *receiveMessage) bounds(q *queue) (limit int, visibility *int, wait time.Duration, err *aws.Error) {
	if limit, err = integer("MaxNumberOfMessages", in.MaxNumberOfMessages, 1, 1, maximumBatch); err != nil {
		return 0, nil, 0, err
	}
	if _, err = integer("VisibilityTimeout", in.VisibilityTimeout, 0, 0, int(maximumVisibility.Seconds())); err != nil {
		return 0, nil, 0, err
	}
	seconds, err := integer("WaitTimeSeconds", in.WaitTimeSeconds, int(q.ReceiveWait.Seconds()), 0, int(maximumWait.Seconds()))
	return limit, in.VisibilityTimeout, time.Duration(seconds) * time.Second, err
}

func (in *receiveMessage) received(m Message, senderID string) receivedMessage {
	out := receivedMessage{
		MessageID: m.ID, ReceiptHandle: m.receipt, MD5OfBody: md5Of([]byte(m.Body)), Body: m.Body,
		Attributes:        m.systemAttributes(slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames), senderID),
		MessageAttributes: attributes(m.Attributes).pick(in.MessageAttributeNames),
	}
	out.MD5OfMessageAttributes = out.MessageAttributes.md5()
	return out
}

// receive waits for messages. It must be called with the mutex held, and releases it while it
// waits. A nil visibility means the queue's own. It returns copies.
func (s *Service) receive(ctx context.Context, name string, limit int, visibility *int, wait time.Duration) ([]Message, error) {
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	for {
		q := s.queues[name]
		if q == nil { // removed in the meantime
			return nil, nonexistent()
		}
		timeout := q.VisibilityTimeout
		if visibility != nil {
			timeout = time.Duration(*visibility) * time.Second
		}
		now := s.options.Now()
		found, err := s.take(q, now, limit, timeout)
		if err != nil || len(found) > 0 || wait <= 0 {
			return copies(found), err
		}
		if !s.awaitChange(ctx, q, now, deadline) {
			return nil, nil
		}
	}
}

func copies(messages []*Message) []Message {
	var all []Message
	for _, m := range messages {
		all = append(all, *m)
	}
	return all
}

// awaitChange releases the mutex until a receive should check again, and reports whether it
// should.
func (s *Service) awaitChange(ctx context.Context, q *queue, now time.Time, deadline *time.Timer) bool {
	var visible <-chan time.Time
	if at, is := q.nextVisible(now); is {
		timer := time.NewTimer(at.Sub(now))
		defer timer.Stop()
		visible = timer.C
	}
	changed := q.changed
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-changed:
	case <-visible:
	case <-deadline.C:
		return false
	case <-ctx.Done():
		return false
	}
	return true
}
