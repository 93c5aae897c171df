package eventsource

import (
	"encoding/json"
	"sync"
	"time"
)

const (
	// defaultConcurrency is how many batches of a queue Lambda begins with.
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
	defaultConcurrency = 5

	pollWait        = 20 * time.Second
	pollLimit       = 10
	pauseAfterError = time.Second // after a receive that failed

	// maximumEvent is the quota of a synchronous invocation's event.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	maximumEvent = 6 << 20
)

// runQueue polls until the mapping is replaced, and then waits for its batches.
func (r *runner) runQueue() {
	if r.Disabled {
		return
	}
	concurrency := defaultConcurrency
	if r.MaximumConcurrency != 0 {
		concurrency = r.MaximumConcurrency
	}
	slots := make(chan struct{}, concurrency)
	var batches sync.WaitGroup
	defer batches.Wait()
	for {
		select {
		case slots <- struct{}{}:
		case <-r.ctx.Done():
			return
		}
		batch := r.collect()
		batches.Go(func() {
			defer func() { <-slots }()
			r.processMessages(batch)
		})
	}
}

// collect receives a batch. The batching window begins with the first message.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching
func (r *runner) collect() []Message {
	batch := r.receive(r.BatchSize, pollWait)
	if len(batch) == 0 || r.BatchingWindow == 0 {
		return batch
	}
	end := r.options.Now().Add(r.BatchingWindow)
	for len(batch) < r.BatchSize && r.ctx.Err() == nil {
		left := end.Sub(r.options.Now())
		if left <= 0 {
			break
		}
		batch = append(batch, r.receive(r.BatchSize-len(batch), min(left, pollWait))...)
	}
	return batch
}

func (r *runner) receive(limit int, wait time.Duration) []Message {
	messages, err := r.options.Receive(r.ctx, r.SourceARN, min(limit, pollLimit), wait)
	if err != nil && r.ctx.Err() == nil {
		r.options.Logger.Warn("receiving from a queue", "queue", r.SourceARN, "error", err)
		r.pause(pauseAfterError)
	}
	return messages
}

// processMessages invokes the function with a batch, in several events if it is too large for
// one. A FIFO queue's messages behind a failed one wait until they are visible again.
func (r *runner) processMessages(batch []Message) {
	for len(batch) > 0 {
		event, n := r.queueEvent(batch)
		failed := r.processEvent(event, batch[:n])
		if failed && r.isFIFO() {
			return
		}
		batch = batch[n:]
	}
}

// processEvent deletes the messages that succeeded, and reports whether one failed.
// The others become visible again when their visibility timeout ends.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (r *runner) processEvent(event []byte, batch []Message) (failed bool) {
	output, err := r.options.Invoke(r.Service.ctx, r.Function, event)
	var failures map[string]bool
	if err == nil && r.ReportBatchItemFailures {
		failures, err = batchItemFailures(output, func(id string) bool {
			for _, m := range batch {
				if m.ID == id {
					return true
				}
			}
			return false
		})
	}
	if err != nil {
		r.report(len(batch), len(batch), err)
		return true
	}
	r.report(len(batch), len(failures), nil)
	var done []string
	for _, m := range batch {
		if !failures[m.ID] {
			done = append(done, m.ReceiptHandle)
		}
	}
	if err := r.options.Delete(r.SourceARN, done); err != nil {
		r.options.Logger.Warn("deleting processed messages: they will be processed again", "queue", r.SourceARN, "error", err)
	}
	return len(failures) > 0
}

// queueEvent returns an event of as many messages as fit, at least one.
func (r *runner) queueEvent(batch []Message) (event []byte, n int) {
	event = []byte(`{"Records":[`)
	for _, m := range batch {
		record := r.queueRecord(m)
		if n > 0 && len(event)+len(record)+len(`,]}`) > maximumEvent {
			break
		}
		if n > 0 {
			event = append(event, ',')
		}
		event = append(event, record...)
		n++
	}
	return append(event, `]}`...), n
}

// messageRecord is a record as observed in
// https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_sqs.snapshot.json
// and https://github.com/aws/aws-lambda-go/blob/main/events/testdata/sqs-event.json
type messageRecord struct {
	MessageID              string                      `json:"messageId"`
	ReceiptHandle          string                      `json:"receiptHandle"`
	Body                   string                      `json:"body"`
	Attributes             map[string]string           `json:"attributes"`
	MessageAttributes      map[string]messageAttribute `json:"messageAttributes"`
	MD5OfMessageAttributes *string                     `json:"md5OfMessageAttributes"`
	MD5OfBody              string                      `json:"md5OfBody"`
	EventSource            string                      `json:"eventSource"`
	EventSourceARN         string                      `json:"eventSourceARN"`
	AWSRegion              string                      `json:"awsRegion"`
}

type messageAttribute struct {
	StringValue      *string  `json:"stringValue,omitempty"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"`
	BinaryListValues []string `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

func (r *runner) queueRecord(m Message) []byte {
	record := messageRecord{
		MessageID: m.ID, ReceiptHandle: m.ReceiptHandle, Body: m.Body, MD5OfBody: m.MD5OfBody,
		Attributes: m.SystemAttributes, MessageAttributes: map[string]messageAttribute{},
		EventSource: "aws:sqs", EventSourceARN: r.SourceARN, AWSRegion: r.region,
	}
	if m.MD5OfAttributes != "" {
		record.MD5OfMessageAttributes = &m.MD5OfAttributes
	}
	for name, a := range m.Attributes {
		record.MessageAttributes[name] = messageAttribute{
			StringValue: a.StringValue, BinaryValue: a.BinaryValue,
			StringListValues: []string{}, BinaryListValues: []string{}, DataType: a.DataType,
		}
	}
	text, err := json.Marshal(record)
	if err != nil {
		panic(err) // strings and bytes only
	}
	return text
}
