package eventsource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/local/aws/sqs"
)

const (
	account   = "123456789012"
	region    = "eu-central-1"
	queueARN  = "arn:aws:sqs:" + region + ":" + account + ":q"
	deadARN   = "arn:aws:sqs:" + region + ":" + account + ":dead"
	fifoARN   = queueARN + ".fifo"
	streamARN = "arn:aws:dynamodb:" + region + ":" + account + ":table/orders/stream/2026-01-01T00:00:00.000"
)

var errFunction = errors.New("the function failed")

// A world is a service, real queues, and a function that records its events.
type world struct {
	*Service
	t      *testing.T
	queues *sqs.Service

	mu        sync.Mutex
	events    []string // the bodies or the sequence numbers of each event
	raw       [][]byte
	running   int
	maximum   int                                        // that ran at a time
	behave    func(n int, records []string) (any, error) // of invocation n, from 1; nil: succeeds
	takes     time.Duration                              // how long an invocation takes
	sequences int
}

func newWorld(t *testing.T, queues ...sqs.Queue) *world {
	t.Helper()
	w := &world{t: t}
	var err error
	if w.queues, err = sqs.New(sqs.Options{}); err != nil {
		t.Fatal(err)
	}
	commit, err := w.queues.Prepare(t.Context(), sqs.Config{Region: region, AccountID: account, URL: "http://127.0.0.1:1", Queues: append(queues,
		sqs.Queue{Name: "dead", VisibilityTimeout: time.Second})})
	if err != nil {
		t.Fatal(err)
	}
	commit()
	w.Service, err = New(Options{Invoke: w.invoke, Receive: w.receive, Delete: w.queues.Delete, Send: func(arn, body string) error {
		_, err := w.queues.Send(arn[strings.LastIndex(arn, ":")+1:], sqs.Sending{Body: body})
		return err
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Close()
		w.queues.Close()
	})
	return w
}

func (w *world) receive(ctx context.Context, arn string, limit int, wait time.Duration) ([]Message, error) {
	received, err := w.queues.Receive(ctx, arn, limit, wait)
	var messages []Message
	for _, r := range received {
		m := Message{ID: r.ID, ReceiptHandle: r.ReceiptHandle, Body: r.Body, MD5OfBody: r.MD5OfBody, MD5OfAttributes: r.MD5OfAttributes,
			SystemAttributes: r.SystemAttributes, Attributes: map[string]Attribute{}}
		for name, a := range r.Attributes {
			m.Attributes[name] = Attribute(a)
		}
		messages = append(messages, m)
	}
	return messages, err
}

func (w *world) invoke(ctx context.Context, _ string, event []byte) ([]byte, error) {
	var parsed struct {
		Records []struct {
			Body      string
			MessageID string
			DynamoDB  struct{ SequenceNumber string }
		}
	}
	if err := json.Unmarshal(event, &parsed); err != nil {
		return nil, err
	}
	var records []string
	for _, r := range parsed.Records {
		records = append(records, r.Body+r.DynamoDB.SequenceNumber)
	}
	w.mu.Lock()
	w.events = append(w.events, short(records))
	w.raw = append(w.raw, event)
	n := len(w.events)
	w.running++
	w.maximum = max(w.maximum, w.running)
	w.mu.Unlock()
	defer func() { w.mu.Lock(); w.running--; w.mu.Unlock() }()
	select {
	case <-time.After(w.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if w.behave == nil {
		return nil, nil
	}
	output, err := w.behave(n, records)
	if err != nil {
		return nil, err
	}
	if text, is := output.(string); is {
		return []byte(text), nil
	}
	return json.Marshal(output)
}

func short(records []string) string {
	for i, r := range records {
		records[i] = r[:min(len(r), 8)]
	}
	return strings.Join(records, " ")
}

// failing returns an output that reports failed items.
func failing(ids ...string) any {
	items := []map[string]string{}
	for _, id := range ids {
		items = append(items, map[string]string{"itemIdentifier": id})
	}
	return map[string]any{"batchItemFailures": items}
}

// took returns the events since its last call.
func (w *world) took() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	events := w.events
	w.events, w.raw = nil, nil
	return events
}

// bytes returns the raw events.
func (w *world) bytes() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.raw)
}

func (w *world) reload(mappings ...Mapping) {
	w.t.Helper()
	commit, err := w.Prepare(w.t.Context(), Config{Region: region, Mappings: mappings})
	if err != nil {
		w.t.Fatal(err)
	}
	commit()
	synctest.Wait()
}

func (w *world) send(queue string, bodies ...string) {
	w.t.Helper()
	for _, body := range bodies {
		sending := sqs.Sending{Body: body}
		if strings.HasSuffix(queue, ".fifo") {
			sending.GroupID = body[:1]
		}
		if _, err := w.queues.Send(queue, sending); err != nil {
			w.t.Fatal(err)
		}
	}
	synctest.Wait()
}

func (w *world) counts(queue string) sqs.Counts {
	for _, status := range w.queues.Queues() {
		if status.Name == queue {
			return status.Counts
		}
	}
	w.t.Fatalf("no queue %q", queue)
	return sqs.Counts{}
}

// change puts changes of items into the stream. Sequence numbers count from 1.
func (w *world) change(items ...string) {
	for _, item := range items {
		w.sequences++
		w.OnChange(Change{StreamARN: streamARN, SequenceNumber: fmt.Sprint(w.sequences), ItemKey: item, Time: time.Now(),
			Record: json.RawMessage(fmt.Sprintf(`{"eventSource":"aws:dynamodb","dynamodb":{"SequenceNumber":"%d","Keys":{"id":{"S":%q}}}}`, w.sequences, item))})
	}
	synctest.Wait()
}

func pass(d time.Duration) {
	time.Sleep(d) // of the bubble's clock
	synctest.Wait()
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func queueOf(change ...func(*sqs.Queue)) sqs.Queue {
	q := sqs.Queue{Name: "q", VisibilityTimeout: 30 * time.Second}
	for _, c := range change {
		c(&q)
	}
	return q
}

func fifoQueue() sqs.Queue {
	return sqs.Queue{Name: "q.fifo", FIFO: true, ContentBasedDeduplication: true, VisibilityTimeout: 30 * time.Second}
}
