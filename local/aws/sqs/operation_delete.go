package sqs

import (
	"context"

	"api-auth-jwt-auth0/local/aws"
)

// handled is common to the operations on a received message.
type handled struct {
	ReceiptHandle string `json:"ReceiptHandle"`
}

type deleteMessage struct {
	queueRequest
	handled
}

func (in *deleteMessage) permissions(s *Service) []permission { return in.needs(s, "DeleteMessage") }

func (in *deleteMessage) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queueOf(in.QueueURL)
	if err != nil {
		return nil, err
	}
	if in.ReceiptHandle == "" {
		return nil, missing("ReceiptHandle")
	}
	records, refusal := q.delete(in.ReceiptHandle, s.options.Now())
	if refusal != nil {
		return nil, refusal
	}
	return nil, s.append(records...)
}

type handledEntry struct {
	ID string `json:"Id" query:"Id"`
	handled
}

type deleteMessageBatch struct {
	queueRequest
	Entries []handledEntry `json:"Entries" query:"DeleteMessageBatchRequestEntry"`
}

func (in *deleteMessageBatch) permissions(s *Service) []permission {
	return in.needs(s, "DeleteMessage")
}

func (in *deleteMessageBatch) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queueOf(in.QueueURL)
	if err != nil {
		return nil, err
	}
	if err := checkBatch("DeleteMessageBatchRequestEntry", in.Entries, func(e handledEntry) string { return e.ID }); err != nil {
		return nil, err
	}
	var out struct {
		Successful []succeededEntry `json:"Successful,omitempty" xml:"DeleteMessageBatchResultEntry"`
		Failed     []failedEntry    `json:"Failed,omitempty" xml:"BatchResultErrorEntry"`
	}
	var records []record
	for _, entry := range in.Entries {
		deleted, refusal := q.delete(entry.ReceiptHandle, s.options.Now())
		if refusal != nil {
			out.Failed = append(out.Failed, failed(entry.ID, refusal))
			continue
		}
		records = append(records, deleted...)
		out.Successful = append(out.Successful, succeededEntry{entry.ID})
	}
	return &out, s.append(records...)
}

type visibilityChange struct {
	handled
	VisibilityTimeout *int `json:"VisibilityTimeout"`
}

// apply changes the visibility of one message.
func (c *visibilityChange) apply(s *Service, q *queue) *aws.Error {
	seconds, err := integer("VisibilityTimeout", c.VisibilityTimeout, 0, 0, int(maximumVisibility.Seconds()))
	if err != nil {
		return err
	}
	return q.changeVisibility(c.ReceiptHandle, seconds, s.options.Now())
}

type changeVisibility struct {
	queueRequest
	visibilityChange
}

func (in *changeVisibility) permissions(s *Service) []permission {
	return in.needs(s, "ChangeMessageVisibility")
}

func (in *changeVisibility) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queueOf(in.QueueURL)
	switch {
	case err != nil:
		return nil, err
	case in.ReceiptHandle == "":
		return nil, missing("ReceiptHandle")
	case in.VisibilityTimeout == nil:
		return nil, missing("VisibilityTimeout")
	}
	if refusal := in.apply(s, q); refusal != nil {
		return nil, refusal
	}
	return nil, nil
}

type changeVisibilityBatch struct {
	queueRequest
	Entries []visibilityEntry `json:"Entries" query:"ChangeMessageVisibilityBatchRequestEntry"`
}

type visibilityEntry struct {
	ID string `json:"Id" query:"Id"`
	visibilityChange
}

func (in *changeVisibilityBatch) permissions(s *Service) []permission {
	return in.needs(s, "ChangeMessageVisibility")
}

func (in *changeVisibilityBatch) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queueOf(in.QueueURL)
	if err != nil {
		return nil, err
	}
	if err := checkBatch("ChangeMessageVisibilityBatchRequestEntry", in.Entries, func(e visibilityEntry) string { return e.ID }); err != nil {
		return nil, err
	}
	var out struct {
		Successful []succeededEntry `json:"Successful,omitempty" xml:"ChangeMessageVisibilityBatchResultEntry"`
		Failed     []failedEntry    `json:"Failed,omitempty" xml:"BatchResultErrorEntry"`
	}
	for _, entry := range in.Entries {
		if refusal := entry.apply(s, q); refusal != nil {
			out.Failed = append(out.Failed, failed(entry.ID, refusal))
			continue
		}
		out.Successful = append(out.Successful, succeededEntry{entry.ID})
	}
	return &out, nil
}
