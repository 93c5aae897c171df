package console

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/redact"
)

// event is one server-sent event.
type event struct{ id, name, data string }

// listen opens a stream; next waits for an event.
func (s *served) listen(t *testing.T, lastID string) (next func() event) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if kind := response.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("expected a stream of events, got %q", kind)
	}
	lines := bufio.NewScanner(response.Body)
	return func() event {
		var e event
		for lines.Scan() && lines.Text() != "" {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
			}
		}
		return e
	}
}

func TestStreamSendsWhatIsKeptAndWhatComes(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.record("one")
	next := s.listen(t, "")
	var start struct{ Token string }
	if e := next(); e.name != "start" || json.Unmarshal([]byte(e.data), &start) != nil || start.Token != s.console.token {
		t.Errorf("expected the start with the token, got %+v", e)
	}
	if e := next(); e.name != "status" || e.data != `{"deployed":0,"problem":"","warnings":"","data":true,`+noLive+`}` {
		t.Errorf("expected the status, got %+v", e)
	}
	if e := next(); e.name != "request" || !strings.Contains(e.data, `"id":"one"`) || !strings.Contains(e.data, `"took":3`) {
		t.Errorf("expected the request, got %+v", e)
	}
	s.recorder.Line(Line{Time: testTime, Function: "public", Invocation: "i-one", Kind: "output", Text: "a\nb " + jwtHead + jwtTail})
	want := `{"number":2,"at":1773342238000,"function":"public","invocation":"i-one","kind":"output","text":"a\nb ` + jwtHead + redact.Mark + `"}`
	if e := next(); e.name != "line" || e.data != want {
		t.Errorf("expected %s, got %+v", want, e)
	}
}

// TestStreamGoesOnAfterTheLastEvent, within one run of the local cloud; a page
// of an earlier run starts over.
func TestStreamGoesOnAfterTheLastEvent(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.record("one")
	s.record("two")
	next := s.listen(t, "")
	next()
	next()
	first := next()
	again := s.listen(t, first.id)
	again() // the status
	if e := again(); !strings.Contains(e.data, `"id":"two"`) {
		t.Errorf("expected the second request, got %+v", e)
	}
	for _, other := range []string{"otherrun.1", s.console.run + ".x", "1", "."} {
		if e := s.listen(t, other)(); e.name != "start" {
			t.Errorf("%q: expected a new start, got %+v", other, e)
		}
	}
}

// TestStreamSendsARunningRequestTwice, under one ID: a page that connects later
// gets only its end.
func TestStreamSendsARunningRequestTwice(t *testing.T) {
	t.Parallel()
	s := serve(t)
	next := s.listen(t, "")
	next()
	next()
	s.recorder.Request(&journal.Entry{ID: "one", Start: testTime, Running: true})
	if e := next(); !strings.Contains(e.data, `"took":0,`) || !strings.Contains(e.data, `"running":true,"status":0,`) {
		t.Errorf("expected it to run, got %+v", e)
	}
	s.record("one")
	later := s.listen(t, "")
	later()
	later()
	for _, next := range []func() event{next, later} {
		if e := next(); !strings.Contains(e.data, `"id":"one"`) || !strings.Contains(e.data, `"running":false,"status":200,`) {
			t.Errorf("expected its end, got %+v", e)
		}
	}
}

const noLive = `"live":{"state":"","name":"","url":"","message":""}`

// TestStreamSendsStatus: a problem stays until something is deployed.
func TestStreamSendsStatus(t *testing.T) {
	t.Parallel()
	s := serve(t)
	next := s.listen(t, "")
	next()
	next()
	for _, test := range []struct {
		change func()
		want   string
	}{
		{func() { s.recorder.Problem("it does not compile") }, `{"deployed":0,"problem":"it does not compile","warnings":"","data":true,` + noLive + `}`},
		{s.recorder.Deployed, `{"deployed":1,"problem":"","warnings":"","data":true,` + noLive + `}`},
		{func() {
			s.recorder.Live(Live{State: "offline", Name: "anna", URL: "https://d1.cloudfront.net/?live=anna", Message: "no\x1b network"})
		}, `{"deployed":1,"problem":"","warnings":"","data":true,"live":{"state":"offline","name":"anna","url":"https://d1.cloudfront.net/?live=anna","message":"no\\x1b network"}}`},
	} {
		test.change()
		if e := next(); e.name != "status" || e.data != test.want {
			t.Errorf("expected %s, got %+v", test.want, e)
		}
	}
}
