package console

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/journal"
)

func TestReplayCallsTheFunctionWithTheVeryEvent(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.record("one")
	s.recorder.Request(&journal.Entry{ID: "refused", Status: 401})
	s.recorder.Request(&journal.Entry{ID: "old", Physical: "gone", Event: []byte("{}")})
	for _, test := range []struct {
		id     string
		status int
		body   string
	}{
		{"one", 200, `{"id":"again"}`},
		{"refused", 409, `{"problem":"nothing to replay: no function was called"}`},
		{"old", 502, `{"problem":"there is no such function"}`},
		{"unknown", 404, `{"problem":"this request is no longer kept: send it again"}`},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/requests/"+test.id+"/replay", "{}", s.own()...)
		if response.StatusCode != test.status || body != test.body {
			t.Errorf("%s: expected %d %s, got %d %s", test.id, test.status, test.body, response.StatusCode, body)
		}
	}
	if len(s.replayed) != 2 || s.replayed[0] != `dev-public-1 {"id":"one"}` {
		t.Errorf("expected the recorded event, got %q", s.replayed)
	}
}

// TestFunctionIsCalledWithAnEvent that no request had.
func TestFunctionIsCalledWithAnEvent(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, test := range []struct {
		order  string
		status int
		want   string
	}{
		{`{"function":"public","event":"{\"a\": 1}"}`, 200, `{"id":"again"}`},
		{`{"function":"gone","event":"{}"}`, 502, "there is no such function"},
		{`{"function":"public"}`, 400, "the event is not JSON"},
		{`{"function":`, 400, "cannot read"},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/invocations", test.order, s.own()...)
		if response.StatusCode != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s: expected %d and %s, got %d %s", test.order, test.status, test.want, response.StatusCode, body)
		}
	}
	if len(s.replayed) != 2 || s.replayed[0] != `public {"a": 1}` {
		t.Errorf("expected the event, got %q", s.replayed)
	}
}

// TestReplayTakesAnotherEvent, such as an edited one or one from a file.
func TestReplayTakesAnotherEvent(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.record("one")
	for _, test := range []struct {
		name, order string
		status      int
		want        string
	}{
		{"an event", `{"event":"{\"any\": [1e99]}"}`, 200, `"id":"again"`},
		{"no object", `{"event":"2"}`, 200, `"id":"again"`},
		{"no JSON", `{"event":"{"}`, 400, "the event is not JSON"},
		{"no JSON", `{"event":`, 400, "cannot read"},
		{"more than Lambda takes", `{"event":"1` + strings.Repeat("0", maxEvent) + `"}`, 400, "longer than the 6 MB"},
		{"far more", `{"event":"` + strings.Repeat("x", 2*maxEvent) + `"}`, 400, "too large"},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/requests/one/replay", test.order, s.own()...)
		if response.StatusCode != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s: expected %d and %s, got %d %s", test.name, test.status, test.want, response.StatusCode, body)
		}
	}
	if len(s.replayed) != 2 || s.replayed[0] != `dev-public-1 {"any": [1e99]}` || s.replayed[1] != `dev-public-1 2` {
		t.Errorf("expected the ordered events, got %q", s.replayed)
	}
}

// TestLongEventStaysWhole, or it could not be saved and sent again.
func TestLongEventStaysWhole(t *testing.T) {
	t.Parallel()
	s := serve(t)
	event := `{"body":"` + strings.Repeat("x", 2*maxBody) + `"}`
	s.recorder.Request(&journal.Entry{ID: "long", Physical: "f", Event: []byte(event)})
	_, body := s.ask(t, http.MethodGet, "/api/requests/long", "")
	var detail detailView
	if err := json.Unmarshal([]byte(body), &detail); err != nil || detail.Event != event {
		t.Errorf("expected the whole event, got %d bytes and %v", len(detail.Event), err)
	}
}
