package sqs

import (
	"context"
	"regexp"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws"
)

// queueRequest is common to all requests to one queue.
type queueRequest struct {
	QueueURL string `json:"QueueUrl" query:"QueueUrl"`
}

func (q *queueRequest) addressed() *queueRequest { return q }

func (q *queueRequest) needs(s *Service, action string) []permission {
	return []permission{{action, s.arnOf(q.QueueURL)}}
}

// sentMessage is common to SendMessage and an entry of its batch.
type sentMessage struct {
	MessageBody             *string    `json:"MessageBody"`
	DelaySeconds            *int       `json:"DelaySeconds"`
	MessageAttributes       attributes `json:"MessageAttributes" query:"MessageAttribute"`
	MessageSystemAttributes attributes `json:"MessageSystemAttributes" query:"MessageSystemAttribute"`
	MessageDeduplicationID  *string    `json:"MessageDeduplicationId" query:"MessageDeduplicationId"`
	MessageGroupID          *string    `json:"MessageGroupId" query:"MessageGroupId"`
}

// sentResult is the common result of SendMessage and an entry of its batch.
type sentResult struct {
	MessageID                    string `json:"MessageId" xml:"MessageId"`
	MD5OfMessageBody             string `json:"MD5OfMessageBody"`
	MD5OfMessageAttributes       string `json:"MD5OfMessageAttributes,omitempty" xml:",omitempty"`
	MD5OfMessageSystemAttributes string `json:"MD5OfMessageSystemAttributes,omitempty" xml:",omitempty"`
	SequenceNumber               string `json:"SequenceNumber,omitempty" xml:",omitempty"`
}

type sendMessage struct {
	queueRequest
	sentMessage
}

func (in *sendMessage) permissions(s *Service) []permission { return in.needs(s, "SendMessage") }

func (in *sendMessage) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queueOf(in.QueueURL)
	if err != nil {
		return nil, err
	}
	if err := in.checkFIFO(q); err != nil {
		return nil, err
	}
	return s.send(q, in.sentMessage)
}

// send adds a message to a queue. For a duplicate it returns the first message instead.
func (s *Service) send(q *queue, in sentMessage) (*sentResult, error) {
	now := s.options.Now()
	if err := in.check(q); err != nil {
		return nil, err
	}
	m := in.message(q, now)
	q.sweep(now)
	if first, is := q.first(q.deduplicationKey(m), now); q.FIFO && is {
		m.ID, m.Sequence = first.ID, first.Sequence
	} else if err := s.add(q, m); err != nil {
		return nil, err
	}
	return &sentResult{
		MessageID: m.ID, MD5OfMessageBody: md5Of([]byte(m.Body)),
		MD5OfMessageAttributes:       in.MessageAttributes.md5(),
		MD5OfMessageSystemAttributes: in.MessageSystemAttributes.md5(),
		SequenceNumber:               sequenceNumber(m.Sequence),
	}, nil
}

func (s *Service) add(q *queue, m *Message) error {
	if q.FIFO {
		s.sequence++
		m.Sequence = s.sequence
	}
	if err := s.append(record{Op: opSend, Queue: q.Name, Message: m, Key: q.keyToRemember(m)}); err != nil {
		return err
	}
	if q.FIFO {
		q.seen[q.deduplicationKey(m)] = duplicate{m.ID, m.Sequence, m.Sent}
	}
	q.add(m)
	q.wake()
	return nil
}

func (q *queue) keyToRemember(m *Message) string {
	if !q.FIFO {
		return ""
	}
	return q.deduplicationKey(m)
}

func (in *sentMessage) message(q *queue, now time.Time) *Message {
	delay := q.Delay
	if in.DelaySeconds != nil && !q.FIFO {
		delay = time.Duration(*in.DelaySeconds) * time.Second
	}
	m := &Message{ID: newUUID(), Body: *in.MessageBody, Attributes: in.MessageAttributes, Sent: now, Enqueued: now, VisibleAt: now.Add(delay)}
	if trace, has := in.MessageSystemAttributes["AWSTraceHeader"]; has {
		m.TraceHeader = string(trace.value())
	}
	if in.MessageGroupID != nil {
		m.GroupID = *in.MessageGroupID
	}
	switch {
	case in.MessageDeduplicationID != nil:
		m.DeduplicationID = *in.MessageDeduplicationID
	case q.FIFO:
		m.DeduplicationID = contentID(m.Body)
	}
	return m
}

// identifier matches a group or a deduplication ID.
var identifier = regexp.MustCompile("^[0-9A-Za-z!\"#$%&'()*+,\\-./:;<=>?@[\\\\\\]^_`{|}~]{1,128}$")

const (
	notForThisQueue = "The request include parameter that is not valid for this queue type."
	identifierRule  = " can only include alphanumeric and punctuation characters. 1 to 128 in length."
)

// check demands what a message of its queue must have, but its group and
// deduplication ID.
func (in *sentMessage) check(q *queue) *aws.Error {
	if in.MessageBody == nil || *in.MessageBody == "" {
		return missing("MessageBody")
	}
	if !validCharacters(*in.MessageBody) {
		return errorf("InvalidMessageContents", "%s", invalidCharacters)
	}
	if err := in.MessageAttributes.check(); err != nil {
		return err
	}
	if err := in.checkSystemAttributes(); err != nil {
		return err
	}
	if size := in.size(); size > q.MaximumMessageSize {
		return invalid("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", q.MaximumMessageSize)
	}
	return in.checkDelay(q)
}

func (in *sentMessage) size() int { return len(*in.MessageBody) + in.MessageAttributes.size() }

func (in *sentMessage) checkSystemAttributes() *aws.Error {
	for name, value := range in.MessageSystemAttributes {
		if name != "AWSTraceHeader" {
			return invalid("Message system attribute name '%s' is invalid.", name)
		}
		if value.DataType != "String" || len(value.value()) == 0 || !validCharacters(string(value.value())) {
			return invalid("Message (system) attribute '%s' must contain a non-empty value of type 'String'.", name)
		}
	}
	return nil
}

func (in *sentMessage) checkDelay(q *queue) *aws.Error {
	if in.DelaySeconds == nil {
		return nil
	}
	if q.FIFO && *in.DelaySeconds != 0 {
		return invalidValue(*in.DelaySeconds, "DelaySeconds", notForThisQueue)
	}
	if limit := int(maximumDelay.Seconds()); *in.DelaySeconds < 0 || *in.DelaySeconds > limit {
		return invalidValue(*in.DelaySeconds, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
	}
	return nil
}

// checkFIFO demands a group and a deduplication ID where the queue needs them, and
// well-formed ones. A group on a standard queue makes it fair, and changes nothing here.
func (in *sentMessage) checkFIFO(q *queue) *aws.Error {
	if in.MessageGroupID != nil && !identifier.MatchString(*in.MessageGroupID) {
		return invalidValue(*in.MessageGroupID, "MessageGroupId", "MessageGroupId"+identifierRule)
	}
	if in.MessageDeduplicationID != nil && !q.FIFO {
		return invalidValue(*in.MessageDeduplicationID, "MessageDeduplicationId", notForThisQueue)
	}
	if in.MessageDeduplicationID != nil && !identifier.MatchString(*in.MessageDeduplicationID) {
		return invalidValue(*in.MessageDeduplicationID, "MessageDeduplicationId", "MessageDeduplicationId"+identifierRule)
	}
	if !q.FIFO {
		return nil
	}
	if in.MessageGroupID == nil {
		return missing("MessageGroupId")
	}
	if in.MessageDeduplicationID == nil && !q.ContentBasedDeduplication {
		return invalid("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
	}
	return nil
}

type sendMessageBatch struct {
	queueRequest
	Entries []sendEntry `json:"Entries" query:"SendMessageBatchRequestEntry"`
}

type sendEntry struct {
	ID string `json:"Id" query:"Id"`
	sentMessage
}

type sentEntry struct {
	ID string `json:"Id" xml:"Id"`
	sentResult
}

func (in *sendMessageBatch) permissions(s *Service) []permission { return in.needs(s, "SendMessage") }

func (in *sendMessageBatch) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queueOf(in.QueueURL)
	if err != nil {
		return nil, err
	}
	if err := checkBatch("SendMessageBatchRequestEntry", in.Entries, func(e sendEntry) string { return e.ID }); err != nil {
		return nil, err
	}
	if err := in.check(q); err != nil {
		return nil, err
	}
	var out struct {
		Successful []sentEntry   `json:"Successful,omitempty" xml:"SendMessageBatchResultEntry"`
		Failed     []failedEntry `json:"Failed,omitempty" xml:"BatchResultErrorEntry"`
	}
	for _, entry := range in.Entries {
		sent, err := s.send(q, entry.sentMessage)
		if refusal, is := err.(*aws.Error); is {
			refusal.Message = strings.Replace(refusal.Message, "are invalid.", "cannot be validated.", 1) // its text in a batch
			out.Failed = append(out.Failed, failed(entry.ID, refusal))
		} else if err != nil {
			return nil, err
		} else {
			out.Successful = append(out.Successful, sentEntry{entry.ID, *sent})
		}
	}
	return &out, nil
}

// check refuses a whole batch.
func (in *sendMessageBatch) check(q *queue) *aws.Error {
	size := 0
	for _, entry := range in.Entries {
		if entry.MessageBody == nil || *entry.MessageBody == "" {
			return missing("MessageBody")
		}
		size += entry.size()
		if err := entry.checkFIFO(q); err != nil {
			err.Code = "InvalidParameterValueException" // also for what is missing
			return err
		}
	}
	if size > maximumSizeLimit {
		return errorf("BatchRequestTooLong", "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maximumSizeLimit, size)
	}
	return nil
}
