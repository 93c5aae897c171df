package eventsource

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"api-auth-jwt-auth0/local/aws/sqs"
)

func queueMapping(change ...func(*Mapping)) Mapping {
	m := Mapping{ID: "m", Function: "f", SourceARN: queueARN}
	for _, c := range change {
		c(&m)
	}
	return m
}

func TestQueueEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, queueOf())
		text := "v"
		if _, err := w.queues.Send("q", sqs.Sending{Body: "Message Body", Attributes: map[string]sqs.Attribute{
			"Attribute1": {DataType: "String", StringValue: &text}, "Attribute3": {DataType: "Binary", BinaryValue: []byte("1100")}}}); err != nil {
			t.Fatal(err)
		}
		w.reload(queueMapping())
		var event map[string][]map[string]any
		raw := w.bytes()
		if len(raw) != 1 {
			t.Fatalf("expected an event, got %q", raw)
		}
		if err := json.Unmarshal(raw[0], &event); err != nil {
			t.Fatal(err)
		}
		r := event["Records"][0]
		if len(r["messageId"].(string)) != 36 || r["receiptHandle"] == "" || len(r["md5OfMessageAttributes"].(string)) != 32 {
			t.Errorf("unexpected record %v", r)
		}
		delete(r, "messageId")
		delete(r, "receiptHandle")
		delete(r, "md5OfMessageAttributes")
		equal(t, "record", r, map[string]any{
			"body": "Message Body", "md5OfBody": "77a3cf88eba293be44f5fd5c61835a43", "eventSource": "aws:sqs", "eventSourceARN": queueARN, "awsRegion": region,
			"attributes": map[string]any{"ApproximateReceiveCount": "1", "SentTimestamp": "946684800000", "SenderId": account, "ApproximateFirstReceiveTimestamp": "946684800000"},
			"messageAttributes": map[string]any{
				"Attribute1": map[string]any{"stringValue": "v", "stringListValues": []any{}, "binaryListValues": []any{}, "dataType": "String"},
				"Attribute3": map[string]any{"binaryValue": "MTEwMA==", "stringListValues": []any{}, "binaryListValues": []any{}, "dataType": "Binary"},
			},
		})
		// As parsed by a handler's library.
		var typed events.SQSEvent
		if err := json.Unmarshal(raw[0], &typed); err != nil || typed.Records[0].Body != "Message Body" || string(typed.Records[0].MessageAttributes["Attribute3"].BinaryValue) != "1100" {
			t.Errorf("unexpected event %+v, %v", typed, err)
		}
		equal(t, "queue", w.counts("q"), sqs.Counts{})
	})
}

func TestQueueBatches(t *testing.T) {
	for name, test := range map[string]struct {
		mapping Mapping
		send    func(w *world)
		want    []string
	}{
		"one at a time": {queueMapping(func(m *Mapping) { m.BatchSize = 1 }), func(w *world) { w.send("q", "a", "b") }, []string{"a", "b"}},
		"no window":     {queueMapping(), func(w *world) { w.send("q", "a"); pass(time.Second); w.send("q", "b") }, []string{"a", "b"}},
		"a window": {queueMapping(func(m *Mapping) { m.BatchingWindow = 5 * time.Second }), func(w *world) {
			w.send("q", "a")
			pass(4 * time.Second)
			w.send("q", "b")
			pass(2 * time.Second)
			w.send("q", "c")
			pass(5 * time.Second)
		}, []string{"a b", "c"}},
		"a full batch ends it": {queueMapping(func(m *Mapping) { m.BatchSize, m.BatchingWindow = 12, time.Minute }), func(w *world) {
			for i := range 13 {
				w.send("q", fmt.Sprint(i))
			}
			pass(time.Second)
		}, []string{"0 1 2 3 4 5 6 7 8 9 10 11"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, queueOf())
				w.reload(test.mapping)
				test.send(w)
				got := w.took()
				slices.Sort(got) // single messages run concurrently
				equal(t, "events", got, test.want)
			})
		})
	}
}

// TestFailuresComeBack after the queue's visibility timeout, and become dead letters.
func TestFailuresComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, queueOf(func(q *sqs.Queue) {
			q.RedrivePolicy = `{"deadLetterTargetArn":"` + deadARN + `","maxReceiveCount":2}`
		}))
		w.behave = func(int, []string) (any, error) { return nil, errFunction }
		w.reload(queueMapping())
		w.send("q", "a")
		equal(t, "first", w.took(), []string{"a"})
		status := w.Mappings()[0].Last
		if status.Records != 1 || status.Failed != 1 || status.Err != errFunction {
			t.Errorf("unexpected status %+v", status)
		}
		pass(29 * time.Second)
		equal(t, "too early", w.took(), nil)
		pass(time.Second)
		equal(t, "second", w.took(), []string{"a"})
		pass(time.Minute)
		equal(t, "no third", w.took(), nil)
		equal(t, "dead letters", w.counts("dead"), sqs.Counts{Visible: 1})
	})
}

// TestBatchItemFailures: see
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting-conditions
func TestBatchItemFailures(t *testing.T) {
	t.Parallel()
	inBatch := func(id string) bool { return id == "1" || id == "2" }
	for output, want := range map[string]string{
		"":                           "",
		"null":                       "",
		" [ ] ":                      "",
		"{}":                         "",
		`{"batchItemFailures":[]}`:   "",
		`{"batchItemFailures":null}`: "",
		`{"other":[{"x":1}]}`:        "",
		`{"batchItemFailures":[{"itemIdentifier":"2"}]}`:                        "2",
		`{"batchItemFailures":[{"itemIdentifier":"1"},{"itemIdentifier":"2"}]}`: "1 2",
		`{"batchItemFailures":[{"itemIdentifier":""}]}`:                         "expected an itemIdentifier",
		`{"batchItemFailures":[{"itemIdentifier":null}]}`:                       "expected an itemIdentifier",
		`{"batchItemFailures":[{"itemIdentifier":5}]}`:                          "expected an itemIdentifier",
		`{"batchItemFailures":[{"foo":"1"}]}`:                                   "expected an itemIdentifier",
		`{"batchItemFailures":[{}]}`:                                            "expected an itemIdentifier",
		`{"batchItemFailures":[null]}`:                                          "expected an itemIdentifier",
		`{"batchItemFailures":["1"]}`:                                           "reading the batchItemFailures",
		`{"batchItemFailures":"1"}`:                                             "reading the batchItemFailures",
		`{"batchItemFailures":[{"itemIdentifier":"1"},{"itemIdentifier":"x"}]}`: `"x" of the function's output is not of the batch`,
		"{":    "reading the batchItemFailures",
		`"ok"`: "reading the batchItemFailures",
		"[1]":  "reading the batchItemFailures",
		"7":    "reading the batchItemFailures",
	} {
		failures, err := batchItemFailures([]byte(output), inBatch)
		var got []string
		for _, id := range []string{"1", "2"} {
			if failures[id] {
				got = append(got, id)
			}
		}
		if err != nil && !strings.Contains(err.Error(), want) || err == nil && strings.Join(got, " ") != want {
			t.Errorf("%s: expected %q, got %q, %v", output, want, got, err)
		}
	}
}

func FuzzBatchItemFailures(f *testing.F) {
	f.Add([]byte(`{"batchItemFailures":[{"itemIdentifier":"1"}]}`))
	f.Add([]byte(`{"batchItemFailures":[{"itemIdentifier":null}]}`))
	f.Fuzz(func(t *testing.T, output []byte) {
		failures, err := batchItemFailures(output, func(id string) bool { return id == "1" })
		if err != nil && failures != nil || len(failures) > 1 || len(failures) == 1 && !failures["1"] {
			t.Errorf("unexpected %v, %v", failures, err)
		}
	})
}

func TestPartialSuccess(t *testing.T) {
	for name, test := range map[string]struct {
		reports bool
		output  func(w *world) any
		left    int // that come back
	}{
		"reported":        {true, func(w *world) any { return failing(w.id("b")) }, 1},
		"not asked for":   {false, func(w *world) any { return failing(w.id("b")) }, 0},
		"all":             {true, func(w *world) any { return failing(w.id("a"), w.id("b"), w.id("c")) }, 3},
		"an unknown item": {true, func(*world) any { return failing("x") }, 3},
		"malformed":       {true, func(*world) any { return "{" }, 3},
		"none":            {true, func(*world) any { return failing() }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, queueOf())
				w.behave = func(n int, _ []string) (any, error) { return test.output(w), nil }
				w.send("q", "a", "b", "c")
				w.reload(queueMapping(func(m *Mapping) { m.ReportBatchItemFailures = test.reports }))
				equal(t, "in flight", w.counts("q"), sqs.Counts{InFlight: test.left})
			})
		})
	}
}

// id returns the ID of the message with a body in the last event.
func (w *world) id(body string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var event events.SQSEvent
	if err := json.Unmarshal(w.raw[len(w.raw)-1], &event); err != nil {
		w.t.Error(err)
	}
	for _, r := range event.Records {
		if r.Body == body {
			return r.MessageId
		}
	}
	return "none"
}

func TestQueueConcurrency(t *testing.T) {
	for name, test := range map[string]struct{ set, want int }{"the default": {0, defaultConcurrency}, "set": {3, 3}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, queueOf())
				w.takes = 10 * time.Second
				for i := range 12 {
					w.send("q", fmt.Sprint(i))
				}
				w.reload(queueMapping(func(m *Mapping) { m.BatchSize, m.MaximumConcurrency = 1, test.set }))
				pass(time.Minute)
				equal(t, "at a time", w.maximum, test.want)
				equal(t, "events", len(w.took()), 12)
			})
		})
	}
}

// TestFIFOOrder: the messages of a group are processed in sequence, failed ones before those
// behind them, and groups concurrently.
func TestFIFOOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, fifoQueue())
		w.takes = time.Second
		failed := false
		w.behave = func(_ int, records []string) (any, error) {
			if records[0] == "a2" && !failed {
				failed = true
				return nil, errFunction
			}
			return nil, nil
		}
		w.send("q.fifo", "a1", "b1", "a2", "b2", "a3", "b3")
		w.reload(queueMapping(func(m *Mapping) { m.SourceARN, m.BatchSize = fifoARN, 1 }))
		pass(time.Hour)
		var a, b []string
		for _, event := range w.took() {
			if event[0] == 'a' {
				a = append(a, event)
			} else {
				b = append(b, event)
			}
		}
		equal(t, "group a", a, []string{"a1", "a2", "a2", "a3"})
		equal(t, "group b", b, []string{"b1", "b2", "b3"})
		equal(t, "at a time", w.maximum, 2)
	})
}

func TestEventsStayBelowTheLimit(t *testing.T) {
	for _, queue := range []string{"q", "q.fifo"} {
		t.Run(queue, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, queueOf(), fifoQueue())
				w.behave = func(n int, _ []string) (any, error) {
					if n == 1 {
						return nil, errFunction
					}
					return nil, nil
				}
				for i := range 8 {
					w.send(queue, fmt.Sprint("g", i, strings.Repeat("x", 1<<20-2)))
				}
				w.reload(queueMapping(func(m *Mapping) {
					if queue == "q.fifo" {
						m.SourceARN = fifoARN
					}
				}))
				pass(time.Second)
				sizes := []int{}
				for _, event := range w.bytes() {
					if len(event) > maximumEvent {
						t.Errorf("an event has %d bytes", len(event))
					}
					sizes = append(sizes, strings.Count(string(event), `"messageId"`))
				}
				want := []int{5, 3}
				if queue == "q.fifo" {
					want = []int{5} // what is behind the failure waits
				}
				equal(t, "records of the events", sizes, want)
				pass(time.Minute)
				equal(t, "in the end", w.counts(queue), sqs.Counts{})
			})
		})
	}
}

// TestReloadOfAQueue: a replaced mapping finishes its batch, and nothing is processed twice.
func TestReloadOfAQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, queueOf())
		w.takes = 10 * time.Second
		w.reload(queueMapping())
		w.send("q", "a")
		pass(time.Second)
		w.reload(queueMapping(func(m *Mapping) { m.BatchSize = 5 }))
		w.send("q", "b")
		pass(time.Second)
		w.reload()
		w.send("q", "c")
		pass(time.Minute)
		equal(t, "events", w.took(), []string{"a", "b"})
		equal(t, "left", w.counts("q"), sqs.Counts{Visible: 1})
		w.reload(queueMapping(func(m *Mapping) { m.Disabled = true }))
		pass(time.Minute)
		equal(t, "disabled", w.took(), nil)
		w.reload(queueMapping())
		pass(time.Minute)
		equal(t, "enabled", w.took(), []string{"c"})
	})
}

func TestQueueThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.reload(queueMapping())
		pass(time.Minute)
		commit, err := w.queues.Prepare(t.Context(), sqs.Config{Region: region, AccountID: account, URL: "http://127.0.0.1:1", Queues: []sqs.Queue{queueOf()}})
		if err != nil {
			t.Fatal(err)
		}
		commit()
		w.send("q", "a")
		pass(time.Second)
		equal(t, "events", w.took(), []string{"a"})
	})
}

func TestCloseCancelsInvocations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, queueOf())
		w.takes = time.Hour
		w.reload(queueMapping())
		w.send("q", "a")
		w.Close()
		equal(t, "time", time.Now().Unix(), int64(946684800))
		equal(t, "still there", w.counts("q"), sqs.Counts{InFlight: 1})
		w.reload(queueMapping()) // without effect
	})
}

func TestPrepareReportsEveryProblem(t *testing.T) {
	w := newWorld(t)
	stream := func(change func(*Mapping)) Mapping { return streamMapping(change) }
	for _, test := range []struct {
		mapping Mapping
		want    string
	}{
		{Mapping{SourceARN: queueARN}, "expected an ID and a function"},
		{queueMapping(func(m *Mapping) { m.Filters = []string{"{}"} }), "filter criteria are not served on this machine: filter in the function"},
		{queueMapping(func(m *Mapping) { m.SourceARN = "arn:aws:kinesis:x" }), `expected the ARN of an SQS queue or of a DynamoDB stream, got "arn:aws:kinesis:x"`},
		{queueMapping(func(m *Mapping) { m.BatchSize = 10001; m.BatchingWindow = time.Second }), "expected a batch size from 1 to 10000, got 10001"},
		{queueMapping(func(m *Mapping) { m.BatchSize = 11 }), "a batch size over 10 needs a batching window of at least a second"},
		{queueMapping(func(m *Mapping) { m.BatchingWindow = time.Hour }), "expected a batching window from 0s to 5m0s, got 1h0m0s"},
		{queueMapping(func(m *Mapping) { m.MaximumConcurrency = 1 }), "expected a maximum concurrency from 2 to 1000, got 1"},
		{queueMapping(func(m *Mapping) { m.StartingPosition = "LATEST" }), "a queue's mapping has no starting position"},
		{queueMapping(func(m *Mapping) { m.SourceARN = fifoARN; m.BatchSize = 11 }), "expected a batch size of a FIFO queue from 1 to 10, got 11"},
		{queueMapping(func(m *Mapping) { m.SourceARN = fifoARN; m.BatchingWindow = time.Second }), "a FIFO queue has no batching window"},
		{stream(func(m *Mapping) { m.StartingPosition = "AT_TIMESTAMP" }), `expected the starting position TRIM_HORIZON or LATEST, got "AT_TIMESTAMP"`},
		{stream(func(m *Mapping) { m.ParallelizationFactor = 11 }), "expected a parallelization factor from 1 to 10, got 11"},
		{stream(func(m *Mapping) { m.MaximumRetryAttempts = -2 }), "expected a maximum number of retry attempts from -1 to 10000, got -2"},
		{stream(func(m *Mapping) { m.MaximumRecordAge = time.Second }), "expected a maximum record age from 1m0s to 168h0m0s, got 1s"},
		{stream(func(m *Mapping) { m.MaximumConcurrency = 2 }), "a stream's mapping has no maximum concurrency"},
		{stream(func(m *Mapping) { m.OnFailureARN = "arn:aws:sns:x" }), `expected a standard SQS queue as the destination of failures, got "arn:aws:sns:x"`},
		{stream(func(m *Mapping) { m.OnFailureARN = fifoARN }), "expected a standard SQS queue"},
	} {
		_, err := w.Prepare(t.Context(), Config{Mappings: []Mapping{test.mapping}})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("expected %q, got %v", test.want, err)
		}
	}
	_, err := w.Prepare(t.Context(), Config{Mappings: []Mapping{queueMapping(), queueMapping()}})
	if err == nil || !strings.Contains(err.Error(), `event source mapping "m" is there twice`) {
		t.Errorf("expected a refusal of the second, got %v", err)
	}
	if _, err := New(Options{}); err == nil {
		t.Error("expected New to demand its functions")
	}
}
