package eventsource

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"api-auth-jwt-auth0/local/aws/sqs"
)

func streamMapping(change ...func(*Mapping)) Mapping {
	m := Mapping{ID: "s", Function: "f", FunctionARN: "arn:f", SourceARN: streamARN, StartingPosition: "TRIM_HORIZON", MaximumRetryAttempts: -1}
	for _, c := range change {
		c(&m)
	}
	return m
}

func TestStreamBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.takes = time.Second
		w.reload(streamMapping(func(m *Mapping) { m.BatchSize = 3 }))
		w.change("a")
		w.change("b", "a", "c", "a", "d") // while the function runs
		pass(10 * time.Second)
		equal(t, "events", w.took(), []string{"1", "2 3 4", "5 6"})
		equal(t, "at a time", w.maximum, 1)
	})
}

func TestStreamBatchingWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.reload(streamMapping(func(m *Mapping) { m.BatchSize, m.BatchingWindow = 3, 10*time.Second }))
		w.change("a")
		pass(9 * time.Second)
		w.change("a")
		equal(t, "within", w.took(), nil)
		pass(time.Second)
		equal(t, "after", w.took(), []string{"1 2"})
		w.change("a", "a", "a", "a")
		equal(t, "full", w.took(), []string{"3 4 5"})
	})
}

func TestStartingPosition(t *testing.T) {
	for position, want := range map[string][]string{"TRIM_HORIZON": {"1", "2"}, "LATEST": {"2"}} {
		t.Run(position, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.change("a")
				w.reload(streamMapping(func(m *Mapping) { m.StartingPosition = position }))
				w.change("a")
				equal(t, "events", w.took(), want)
			})
		})
	}
}

func TestStreamRetention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.change("a")
		pass(streamRetention)
		w.change("b", "c")
		w.reload(streamMapping())
		equal(t, "a day", w.took(), []string{"2 3"})

		big := json.RawMessage(`{"dynamodb":{"SequenceNumber":"9"},"x":"` + strings.Repeat("x", 1<<20) + `"}`)
		for range 100 {
			w.OnChange(Change{StreamARN: "other", Time: time.Now(), Record: big})
		}
		if st := w.streams["other"]; st.bytes > streamMemory || len(st.records) < 60 {
			t.Errorf("expected up to %d bytes, got %d in %d records", streamMemory, st.bytes, len(st.records))
		}
	})
}

// TestParallelization: the items of different lanes are processed concurrently, the changes
// of one item in sequence.
func TestParallelization(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.takes = time.Second
		w.reload(streamMapping(func(m *Mapping) { m.BatchSize, m.ParallelizationFactor = 1, 4 }))
		const items = 8
		for range 5 {
			for i := range items {
				w.change(fmt.Sprint("item", i))
			}
		}
		pass(time.Minute)
		last := map[int]int{}
		got := w.took()
		for _, event := range got {
			var n int
			fmt.Sscan(event, &n)
			if n < last[n%items] {
				t.Errorf("change %d came after %d of the same item", n, last[n%items])
			}
			last[n%items] = n
		}
		equal(t, "events", len(got), 5*items)
		if w.maximum < 2 || w.maximum > 4 {
			t.Errorf("expected 2 to 4 at a time, got %d", w.maximum)
		}
	})
}

// TestStreamFailures checks the handling of a failing function, event by event.
func TestStreamFailures(t *testing.T) {
	fails := func(sequence string) func(int, []string) (any, error) {
		return func(_ int, records []string) (any, error) {
			for _, r := range records {
				if r == sequence {
					return nil, errFunction
				}
			}
			return nil, nil
		}
	}
	reports := func(sequences ...string) func(int, []string) (any, error) {
		return func(_ int, records []string) (any, error) {
			var failed []string
			for _, r := range records {
				for _, s := range sequences {
					if r == s {
						failed = append(failed, r)
					}
				}
			}
			return failing(failed...), nil
		}
	}
	for name, test := range map[string]struct {
		change   func(*Mapping)
		behave   func(int, []string) (any, error)
		want     []string
		failures string // conditions and numbers of records
	}{
		"no retries":  {func(m *Mapping) { m.MaximumRetryAttempts = 0 }, fails("3"), []string{"1 2 3 4"}, "RetryAttemptsExhausted 1-4 invoked 1 Unhandled"},
		"two retries": {func(m *Mapping) { m.MaximumRetryAttempts = 2 }, fails("3"), []string{"1 2 3 4", "1 2 3 4", "1 2 3 4"}, "RetryAttemptsExhausted 1-4 invoked 3 Unhandled"},
		"until it works": {func(*Mapping) {}, func(n int, _ []string) (any, error) {
			if n < 4 {
				return nil, errFunction
			}
			return nil, nil
		}, []string{"1 2 3 4", "1 2 3 4", "1 2 3 4", "1 2 3 4"}, ""},
		"bisect": {func(m *Mapping) { m.MaximumRetryAttempts, m.BisectBatchOnFunctionError = 1, true }, fails("3"),
			[]string{"1 2 3 4", "1 2", "3 4", "3", "3", "4"}, "RetryAttemptsExhausted 3-3 invoked 2 Unhandled"},
		"reported": {func(m *Mapping) { m.MaximumRetryAttempts, m.ReportBatchItemFailures = 2, true }, reports("3"),
			[]string{"1 2 3 4", "3 4", "3 4"}, "RetryAttemptsExhausted 3-4 invoked 3 "},
		"the lowest counts": {func(m *Mapping) { m.MaximumRetryAttempts, m.ReportBatchItemFailures = 1, true }, reports("4", "2"),
			[]string{"1 2 3 4", "2 3 4"}, "RetryAttemptsExhausted 2-4 invoked 2 "},
		"not asked for": {func(m *Mapping) { m.MaximumRetryAttempts = 1 }, reports("3"), []string{"1 2 3 4"}, ""},
		"reported and bisected": {func(m *Mapping) {
			m.MaximumRetryAttempts, m.ReportBatchItemFailures, m.BisectBatchOnFunctionError = 0, true, true
		}, reports("3"), []string{"1 2 3 4", "3 4", "3", "4"}, "RetryAttemptsExhausted 3-3 invoked 1 "},
		"malformed": {func(m *Mapping) { m.MaximumRetryAttempts, m.ReportBatchItemFailures = 1, true },
			func(int, []string) (any, error) { return failing(""), nil }, []string{"1 2 3 4", "1 2 3 4"}, "RetryAttemptsExhausted 1-4 invoked 2 "},
		"unknown": {func(m *Mapping) { m.MaximumRetryAttempts, m.ReportBatchItemFailures = 0, true },
			func(int, []string) (any, error) { return failing("77"), nil }, []string{"1 2 3 4"}, "RetryAttemptsExhausted 1-4 invoked 1 "},
		"too old": {func(m *Mapping) { m.MaximumRecordAge = time.Minute }, fails("3"), // after 0, 1, 3, 7, 15, 31 s
			[]string{"1 2 3 4", "1 2 3 4", "1 2 3 4", "1 2 3 4", "1 2 3 4", "1 2 3 4"}, "RecordAgeExceeded 1-4 invoked 6 "},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.behave = test.behave
				w.change("a", "b", "c", "d")
				w.reload(streamMapping(func(m *Mapping) { m.OnFailureARN = deadARN }, test.change))
				pass(time.Hour)
				equal(t, "events", w.took(), test.want)
				equal(t, "failures", w.failures(), test.failures)
				w.behave = nil
				w.change("e")
				equal(t, "the stream goes on", w.took(), []string{"5"})
			})
		})
	}
}

// failures summarizes what the failure destination has received.
func (w *world) failures() string {
	messages, err := w.queues.Peek("dead", 10)
	if err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, m := range messages {
		var r failureRecord
		if err := json.Unmarshal([]byte(m.Body), &r); err != nil {
			w.t.Fatal(err)
		}
		functionError := ""
		if r.ResponseContext != nil && r.ResponseContext.FunctionError != nil {
			functionError = *r.ResponseContext.FunctionError
		}
		all = append(all, fmt.Sprintf("%s %s-%s invoked %d %s", r.RequestContext.Condition, r.Batch.StartSequenceNumber, r.Batch.EndSequenceNumber, r.RequestContext.ApproximateInvokeCount, functionError))
	}
	return strings.Join(all, ", ")
}

// TestFailureRecord matches a record captured from the service.
func TestFailureRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.behave = func(int, []string) (any, error) { return nil, errFunction }
		w.change("a")
		pass(time.Second)
		w.reload(streamMapping(func(m *Mapping) { m.OnFailureARN, m.MaximumRetryAttempts = deadARN, 0 }))
		messages, err := w.queues.Peek("dead", 1)
		if err != nil || len(messages) != 1 {
			t.Fatalf("expected a message, got %v, %v", messages, err)
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(messages[0].Body), &got); err != nil {
			t.Fatal(err)
		}
		if id := got["requestContext"].(map[string]any)["requestId"].(string); len(id) != 36 {
			t.Errorf("expected a UUID, got %q", id)
		}
		delete(got["requestContext"].(map[string]any), "requestId")
		equal(t, "record", got, map[string]any{
			"requestContext":  map[string]any{"functionArn": "arn:f", "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 1.0},
			"responseContext": map[string]any{"statusCode": 200.0, "executedVersion": "$LATEST", "functionError": "Unhandled"},
			"version":         "1.0", "timestamp": "2000-01-01T00:00:01.000Z",
			"DDBStreamBatchInfo": map[string]any{"shardId": shardID, "startSequenceNumber": "1", "endSequenceNumber": "1",
				"approximateArrivalOfFirstRecord": "2000-01-01T00:00:00Z", "approximateArrivalOfLastRecord": "2000-01-01T00:00:00Z", "batchSize": 1.0, "streamArn": streamARN},
		})
	})
}

func TestAssumedStreamBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.behave = func(int, []string) (any, error) { return nil, errFunction }
		w.change("a")
		w.reload(streamMapping())
		equal(t, "at once", w.took(), []string{"1"})
		for _, seconds := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			pass(seconds*time.Second - time.Millisecond)
			equal(t, "too early", w.took(), nil)
			pass(time.Millisecond)
			equal(t, fmt.Sprint("after ", int(seconds), " s"), w.took(), []string{"1"})
		}
	})
}

func TestAssumedPartialSuccessKeepsAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.behave = func(_ int, records []string) (any, error) { return failing(records[len(records)-1]), nil }
		w.change("a", "b", "c")
		w.reload(streamMapping(func(m *Mapping) { m.OnFailureARN, m.MaximumRetryAttempts, m.ReportBatchItemFailures = deadARN, 3, true }))
		pass(time.Hour)
		equal(t, "events", w.took(), []string{"1 2 3", "3", "3", "3"})
		equal(t, "failures", w.failures(), "RetryAttemptsExhausted 3-3 invoked 4 ")
	})
}

// TestReloadOfAStream: the next mapping continues behind the batch of the previous one.
func TestReloadOfAStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.takes = 10 * time.Second
		mapping := func(size int) Mapping {
			return streamMapping(func(m *Mapping) { m.BatchSize, m.StartingPosition = size, "LATEST" })
		}
		w.reload(mapping(2))
		w.change("a")
		w.change("b", "c")
		pass(time.Second)
		w.reload(mapping(3))
		w.reload(mapping(4)) // before the one in between has begun
		w.change("d")
		pass(time.Minute)
		equal(t, "events", w.took(), []string{"1", "2 3 4"})

		// A failed batch is retried by the next mapping.
		w.behave = func(n int, _ []string) (any, error) {
			if n == 1 {
				return nil, errFunction
			}
			return nil, nil
		}
		w.change("e")
		pass(time.Second)
		w.reload(mapping(5))
		pass(time.Minute)
		equal(t, "events", w.took(), []string{"5", "5"})

		w.behave = nil
		w.reload(streamMapping(func(m *Mapping) { m.Disabled = true }))
		w.change("f")
		w.reload(streamMapping(func(m *Mapping) { m.ParallelizationFactor = 2 }))
		pass(time.Minute)
		equal(t, "after a pause", w.took(), []string{"6"})
		equal(t, "no dead letter", w.counts("dead"), sqs.Counts{})
	})
}

func TestStreamEventsStayBelowTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for i := range 4 {
			w.OnChange(Change{StreamARN: streamARN, SequenceNumber: fmt.Sprint(i), Time: time.Now(),
				Record: json.RawMessage(fmt.Sprintf(`{"dynamodb":{"SequenceNumber":"%d"},"x":%q}`, i, strings.Repeat("x", 2<<20)))})
		}
		w.reload(streamMapping())
		equal(t, "events", w.took(), []string{"0 1", "2 3"})
	})
}
