package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// data records what is read from it and done to it.
func (s *served) data() Data {
	note := func(format string, values ...any) error {
		s.done = append(s.done, fmt.Sprintf(format, values...))
		if strings.Contains(s.done[len(s.done)-1], "gone") {
			return errors.New("the stack has no such resource")
		}
		return nil
	}
	return Data{
		HasAny: func() bool { return true },
		Describe: func() DataState {
			return DataState{
				Tables:    []Table{{Name: "orders", Consumers: []Consumer{{Handler: "mailer", Problem: "Bearer " + jwtHead + jwtTail}}}},
				Buckets:   []Bucket{{Name: "receipts"}},
				Schedules: []Schedule{{Name: "report", Problem: "password=hunter2"}},
				Secrets:   []SecretSetting{{Name: "paymentsKey", HasValue: true}},
			}
		},
		Shell: func() []string { return []string{"export AWS_REGION=eu-central-1"} },
		Items: func(q ItemQuery) (ItemPage, error) {
			err := note("items %s %q %q", q.Table, q.Hash, q.Start)
			return ItemPage{Items: []Item{
				{Key: `{"sessionId":{"S":"KEY"}}`, Text: `{"sessionId":{"S":"KEY"},"password":{"S":"hunter2"}}`},
				{Key: `{"id":{"S":"2"}}`, Text: `{"id":{"S":"2"},"n":{"N":"1.50"}}`},
			}, Next: `{"sessionId":{"S":"KEY"}}`}, err
		},
		PutItem:    func(table, item string) error { return note("put %s %s", table, item) },
		DeleteItem: func(table, key string) error { return note("delete %s %s", table, key) },
		Messages: func(queue string) ([]Message, error) {
			return []Message{{ID: "m", Body: `{"password":"hunter2","n":1}`, Attributes: [][2]string{{"Authorization", "Basic abc"}, {"a\u202e", "\x1b[2J"}}}}, note("messages %s", queue)
		},
		Send: func(queue string, m NewMessage) error {
			return note("send %s %q %q %q", queue, m.Body, m.Group, m.Deduplication)
		},
		Redrive: func(queue string) (int, error) { return 2, note("redrive %s", queue) },
		Purge:   func(queue string) error { return note("purge %s", queue) },
		Objects: func(bucket, prefix, after string) (ObjectPage, error) {
			return ObjectPage{Objects: []ObjectEntry{{Key: "a\u202egnp.exe"}}}, note("objects %s %q %q", bucket, prefix, after)
		},
		Object: func(bucket, key string) (StoredObject, []byte, error) {
			content := []byte(`{"apiKey":"hunter2"}`)
			switch key {
			case "binary":
				content = []byte{0xff, 0}
			case "long":
				content = []byte(strings.Repeat("x", maxObject+1))
			}
			return StoredObject{Facts: [][2]string{{"x-amz-meta-password", "hunter2"}, {"ETag", "1"}}}, content, note("object %s %q", bucket, key)
		},
		DeleteObject: func(bucket, key string) error { return note("delete-object %s %q", bucket, key) },
		RunSchedule:  func(_ context.Context, name string) error { return note("run %s", name) },
		SetSecret:    func(name, value string) error { return note("set %s %d characters", name, len(value)) },
	}
}

func TestDataChanges(t *testing.T) {
	t.Parallel()
	s := serve(t)
	sealed := s.console.sealer.seal(`{"id":{"S":"1"}}`)
	for _, test := range []struct {
		name, order string
		status      int
		want        string
	}{
		{"an item", `{"do":"put-item","name":"orders","text":"{\"id\":{\"S\":\"1\"}}"}`, 200, "The item is in the table orders."},
		{"an item that is not JSON", `{"do":"put-item","name":"orders","text":"{"}`, 409, "not JSON"},
		{"an item with a mark", `{"do":"put-item","name":"orders","text":"{\"id\":{\"S\":\"•••\"}}"}`, 409, "masked value"},
		{"an item deleted", `{"do":"delete-item","name":"orders","key":"` + sealed + `"}`, 200, "is deleted"},
		{"a key that was not sealed here", `{"do":"delete-item","name":"orders","key":"{\"id\":{\"S\":\"1\"}}"}`, 409, "reload the list"},
		{"a key that was changed", `{"do":"delete-item","name":"orders","key":"A` + sealed[1:] + `"}`, 409, "reload the list"},
		{"a message", `{"do":"send","name":"mails","text":"hello","group":"g","deduplication":"d"}`, 200, "The message is in the queue mails."},
		{"a redrive", `{"do":"redrive","name":"mails-dead"}`, 200, "2 messages of mails-dead moved back."},
		{"a purge", `{"do":"purge","name":"mails"}`, 200, "The queue mails is empty."},
		{"an object", `{"do":"delete-object","name":"receipts","key":"../a b"}`, 200, "../a b is deleted"},
		{"a run", `{"do":"run","name":"report"}`, 200, "has run"},
		{"a secret", `{"do":"set-secret","name":"paymentsKey","text":"sk_test_hunter2"}`, 200, "The secret paymentsKey has a new value."},
		{"a resource that is gone", `{"do":"purge","name":"gone"}`, 409, "no such resource"},
		{"an odd name", `{"do":"purge","name":"gone\u001b[2J\u202e"}`, 409, "no such resource"},
		{"an unknown change", `{"do":"drop"}`, 409, "unknown change"},
		{"an unknown member", `{"do":"purge","name":"mails","force":true}`, 400, "unknown field"},
		{"no JSON", `no JSON`, 400, "cannot read"},
		{"too long a message", `{"do":"send","name":"mails","text":"` + strings.Repeat("x", maxChange) + `"}`, 400, "too large"},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/data", test.order, s.own()...)
		if response.StatusCode != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s: expected %d and %s, got %d %.200s", test.name, test.status, test.want, response.StatusCode, body)
		}
	}
	want := []string{
		`put orders {"id":{"S":"1"}}`, `delete orders {"id":{"S":"1"}}`, `send mails "hello" "g" "d"`, "redrive mails-dead", "purge mails",
		`delete-object receipts "../a b"`, "run report", "set paymentsKey 15 characters", "purge gone", "purge gone\x1b[2J\u202e",
	}
	if !slices.Equal(s.done, want) {
		t.Errorf("expected %q, got %q", want, s.done)
	}
}

// TestDataIsBehindTheToken: requests of anything but the page show and change
// nothing; only the overview needs no token.
func TestDataIsBehindTheToken(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, path := range []string{"/api/data", "/api/data/items", "/api/data/messages", "/api/data/objects", "/api/data/object", "/api/data/shell"} {
		for _, test := range []struct {
			name    string
			headers []string
			status  int
		}{
			{"without headers", nil, 403},
			{"without the token", s.own()[:3], 403},
			{"with another token", append(s.own()[:3:3], csrfHeader+": "+newToken()), 403},
			{"as a form", []string{s.own()[0], s.own()[3], "Content-Type: text/plain"}, 415},
		} {
			response, body := s.ask(t, http.MethodPost, path, `{"do":"purge","name":"mails","queue":"mails"}`, test.headers...)
			if response.StatusCode != test.status || strings.Contains(body, "AWS_") {
				t.Errorf("%s, %s: expected %d, got %d %s", path, test.name, test.status, response.StatusCode, body)
			}
		}
		if path == "/api/data" {
			continue
		}
		if response, _ := s.ask(t, http.MethodGet, path, ""); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: expected no content by GET, got %d", path, response.StatusCode)
		}
	}
	if len(s.done) != 0 {
		t.Errorf("the data was used: %q", s.done)
	}
}

// TestDataQuestions: what is stored is shown except secrets, by the rules for bodies.
// Keys of items, which can be secrets, are sealed.
func TestDataQuestions(t *testing.T) {
	t.Parallel()
	s := serve(t)
	long := strings.Repeat("k", maxQuestion)
	for _, test := range []struct {
		name, path, question string
		status               int
		want                 []string
		not                  []string
	}{
		{"items", "items", `{"table":"orders","byKey":true,"hash":"a"}`, 200, []string{`\"n\":{\"N\":\"1.50\"}`, `\"S\":\"•••\"`, `"editable":false`, `"editable":true`}, []string{"hunter2", "KEY"}},
		{"items of a table that is gone", "items", `{"table":"gone"}`, 409, []string{"no such resource"}, []string{"hunter2"}},
		{"a start that was not sealed", "items", `{"table":"orders","start":"{}"}`, 400, []string{"reload the list"}, nil},
		{"messages", "messages", `{"queue":"mails"}`, 200, []string{`\"n\":1`, `•••`, `a\\u202e`, `\\x1b[2J`}, []string{"hunter2", "Basic abc"}},
		{"objects", "objects", `{"bucket":"receipts","prefix":"../"}`, 200, []string{`"name":"a\\u202egnp.exe"`}, nil},
		{"an object", "object", `{"bucket":"receipts","key":"a"}`, 200, []string{`\"apiKey\":\"•••\"`, `["x-amz-meta-password","•••"]`}, []string{"hunter2"}},
		{"a binary object", "object", `{"bucket":"receipts","key":"binary"}`, 200, []string{"(binary, 2 bytes)"}, nil},
		{"a long object", "object", `{"bucket":"receipts","key":"long"}`, 200, []string{"too long to be shown"}, []string{"xxx"}},
		{"an object that is gone", "object", `{"bucket":"gone","key":"a"}`, 409, []string{"no such resource"}, []string{"apiKey"}},
		{"shell lines", "shell", `{}`, 200, []string{"export AWS_REGION=eu-central-1"}, nil},
		{"an unknown member", "objects", `{"bucket":"receipts","path":"/etc"}`, 400, []string{"unknown field"}, nil},
		{"two values in a name", "objects", `{"bucket":["receipts"]}`, 400, []string{"cannot read"}, nil},
		{"too long a key", "object", `{"bucket":"receipts","key":"` + long + `"}`, 400, []string{"too large"}, nil},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/data/"+test.path, test.question, s.own()...)
		if response.StatusCode != test.status {
			t.Errorf("%s: expected %d, got %d %.200s", test.name, test.status, response.StatusCode, body)
		}
		for _, want := range test.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s: expected %s, got %.500s", test.name, want, body)
			}
		}
		for _, not := range test.not {
			if strings.Contains(body, not) {
				t.Errorf("%s: expected no %s, got %.500s", test.name, not, body)
			}
		}
	}
}

// TestSealedStartIsOpened: the server continues at the page's next.
func TestSealedStartIsOpened(t *testing.T) {
	t.Parallel()
	s := serve(t)
	_, body := s.ask(t, http.MethodPost, "/api/data/items", `{"table":"orders"}`, s.own()...)
	var page itemPageView
	if err := json.Unmarshal([]byte(body), &page); err != nil {
		t.Fatal(err)
	}
	s.ask(t, http.MethodPost, "/api/data/items", `{"table":"orders","start":"`+page.Next+`"}`, s.own()...)
	if want := `items orders "" "{\"sessionId\":{\"S\":\"KEY\"}}"`; s.done[len(s.done)-1] != want {
		t.Errorf("expected %s, got %s", want, s.done)
	}
}

// TestDataOverviewIsMasked: the errors of handlers are masked, and a secret has no
// value.
func TestDataOverviewIsMasked(t *testing.T) {
	t.Parallel()
	s := serve(t)
	_, body := s.ask(t, http.MethodGet, "/api/data", "", "Sec-Fetch-Site: same-origin")
	if strings.Contains(body, "hunter2") || strings.Contains(body, jwtTail) || !strings.Contains(body, `"hasValue":true`) {
		t.Errorf("got %s", body)
	}
}
