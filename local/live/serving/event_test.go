package serving

import (
	"slices"
	"testing"
	"time"
)

func TestEntryOfAnEvent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, event, method, path string }{
		{"a request", `{"version":"2.0","requestContext":{"http":{"method":"POST","path":"/api/x"}},"body":"{"}`, "POST", "/api/x"},
		{"a body that comes first", `{"body":"x","requestContext":{"http":{"method":"POST","path":"/api/x"}}}`, "POST", "/api/x"},
		{"a queue's batch", `{"Records":[{"body":"x","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:mails"}]}`, "QUEUE", "mails"},
		{"a stream's batch", `{"Records":[{"eventSourceARN":"arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-11-29T00:00:00.000"}]}`, "STREAM", "orders"},
		{"a schedule's", `{"hello":"world"}`, "EVENT", "mailer"},
		{"no object", `[1]`, "EVENT", "mailer"},
		{"no JSON", `{"requestContext":`, "EVENT", "mailer"},
		{"other types", `{"requestContext":{"http":"GET"},"Records":1}`, "EVENT", "mailer"},
	} {
		e := read([]byte(test.event))
		if got := e.entry("mailer"); got.Method != test.method || got.Path != test.path {
			t.Errorf("%s: expected %s %s, got %s %s", test.name, test.method, test.path, got.Method, got.Path)
		}
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	request := read([]byte(`{"requestContext":{"http":{"method":"GET","path":"/"}}}`))
	for output, want := range map[string]int{
		`{"statusCode":201,"body":"x"}`: 201, `{"body":"x","statusCode":404}`: 404, `{"hello":1}`: 200, `"text"`: 200, ``: 200,
		`{"statusCode":0}`: 500, `{"statusCode":"200"}`: 500, `{"statusCode":200.5}`: 500,
	} {
		if got := request.status([]byte(output)); got != want {
			t.Errorf("%s: expected %d, got %d", output, want, got)
		}
	}
	batch := read([]byte(`{"Records":[]}`))
	if got := batch.status([]byte(`{"statusCode":500}`)); got != 200 {
		t.Errorf("a batch: got %d", got)
	}
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte(`{"routeKey":"GET /x","headers":{"a":"b"},"requestContext":{"http":{"method":"GET","path":"/"}},"body":"x"}`), []byte(`{"statusCode":200}`))
	f.Add([]byte(`{"Records":[{"eventSourceARN":"arn:aws:sqs:::x"}]}`), []byte(`{`))
	f.Fuzz(func(t *testing.T, text, output []byte) {
		e := read(text)
		if entry := e.entry("f"); entry.Method == "" {
			t.Errorf("%q has no method", text)
		}
		if status := e.status(output); status < 100 || status > 999 {
			t.Errorf("%q has the status %d", output, status)
		}
	})
}

func TestNotices(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		limit time.Duration
		want  []time.Duration
	}{
		{time.Second, []time.Duration{time.Second}},
		{3 * time.Second, []time.Duration{2 * time.Second, 3 * time.Second}},
		{10 * time.Second, []time.Duration{2 * time.Second, 6 * time.Second, 8 * time.Second, 9 * time.Second, 10 * time.Second}},
	} {
		if got := noticesAt(test.limit); !slices.Equal(got, test.want) {
			t.Errorf("%v: expected %v, got %v", test.limit, test.want, got)
		}
	}
}
