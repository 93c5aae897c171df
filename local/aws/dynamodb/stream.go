package dynamodb

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// A Change is one change of a table that has a stream.
type Change struct {
	Table, StreamARN string
	SequenceNumber   string
	Key              string // of the item: equal for all of its changes
	Time             time.Time
	// Record is a member of Records in the event that a function receives.
	// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
	Record jsontext.Value
}

// The wire form of a stream record.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
type (
	streamRecord struct {
		EventID        string        `json:"eventID"`
		EventName      string        `json:"eventName"`
		EventVersion   string        `json:"eventVersion"`
		EventSource    string        `json:"eventSource"`
		Region         string        `json:"awsRegion"`
		Change         streamChange  `json:"dynamodb"`
		UserIdentity   *userIdentity `json:"userIdentity,omitzero"`
		EventSourceARN string        `json:"eventSourceARN"`
	}
	streamChange struct {
		ApproximateCreationDateTime int64          `json:"ApproximateCreationDateTime"`
		Keys                        attribute.Item `json:"Keys"`
		NewImage                    attribute.Item `json:"NewImage,omitzero"`
		OldImage                    attribute.Item `json:"OldImage,omitzero"`
		SequenceNumber              string         `json:"SequenceNumber"`
		SizeBytes                   int            `json:"SizeBytes"`
		StreamViewType              string         `json:"StreamViewType"`
	}
	userIdentity struct {
		Type        string `json:"type"`
		PrincipalID string `json:"principalId"`
	}
)

// record queues the stream record of a finished write, if the table has a stream and the item
// changed.
func (e *Engine) record(s staged) {
	t := s.table
	if t.StreamARN == "" || e.options.OnChange == nil || s.old != nil && s.replacement != nil && s.old.item.Equal(s.replacement.item) {
		return
	}
	r := streamRecord{
		EventName: "MODIFY", EventVersion: "1.1", EventSource: "aws:dynamodb",
		Region: e.config.Region, Change: e.streamChange(s), EventSourceARN: t.StreamARN,
	}
	switch {
	case s.old == nil:
		r.EventName = "INSERT"
	case s.replacement == nil:
		r.EventName = "REMOVE"
	}
	if s.expired {
		r.UserIdentity = &userIdentity{Type: "Service", PrincipalID: "dynamodb.amazonaws.com"}
	}
	id := sha256.Sum256([]byte(t.StreamARN + r.Change.SequenceNumber))
	r.EventID = hex.EncodeToString(id[:16])
	text, err := json.Marshal(r)
	if err != nil {
		e.options.Logger.Error("cannot write a stream record", "table", t.Name, "error", err)
		return
	}
	key, err := json.Marshal(r.Change.Keys, json.Deterministic(true))
	if err != nil {
		e.options.Logger.Error("cannot write a key", "table", t.Name, "error", err)
		return
	}
	e.stream.add(Change{
		Table: t.Name, StreamARN: t.StreamARN, SequenceNumber: r.Change.SequenceNumber,
		Key: string(key), Time: time.Unix(r.Change.ApproximateCreationDateTime, 0), Record: text,
	})
}

func (e *Engine) streamChange(s staged) streamChange {
	now := e.options.Now()
	e.sequence = max(e.sequence+1, uint64(now.UnixNano())) // it also grows over restarts
	c := streamChange{
		ApproximateCreationDateTime: now.Unix(), StreamViewType: s.table.StreamView,
		SequenceNumber: fmt.Sprintf("%d00000", e.sequence),
	}
	if strings.HasPrefix(c.StreamViewType, "NEW_") {
		c.NewImage = itemOf(s.replacement)
	}
	if strings.Contains(c.StreamViewType, "OLD_IMAGE") || c.StreamViewType == "NEW_AND_OLD_IMAGES" {
		c.OldImage = itemOf(s.old)
	}
	present := s.replacement
	if present == nil {
		present = s.old
	}
	c.Keys = s.table.keys.of(present.item)
	c.SizeBytes = c.Keys.Size() + c.NewImage.Size() + c.OldImage.Size()
	return c
}

// A changeQueue has the undelivered changes.
type changeQueue struct {
	mu         sync.Mutex
	pending    []Change
	delivering bool
}

func (q *changeQueue) add(c Change) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending = append(q.pending, c)
}

// next returns the next change for the goroutine that delivers.
func (q *changeQueue) next(delivering bool) (Change, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.pending) == 0 || q.delivering && !delivering {
		q.delivering = q.delivering && !delivering
		return Change{}, false
	}
	q.delivering = true
	c := q.pending[0]
	q.pending = q.pending[1:]
	return c, true
}

// deliverChanges calls OnChange for all queued changes, without a lock, so that OnChange may
// write. If another goroutine is delivering, that one does it.
func (e *Engine) deliverChanges() {
	for c, ok := e.stream.next(false); ok; c, ok = e.stream.next(true) {
		e.options.OnChange(c)
	}
}
