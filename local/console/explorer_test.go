package console

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestCallsAreSentAsTheyAreWritten, to the site or the API only,
// and redirects are shown, not followed.
func TestCallsAreSentAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, test := range []struct{ name, call, want string }{
		{"without a user", `{"method":"GET","path":"/a%20b?c=d"}`, `GET /a%20b?c=d [] "" ""`},
		{"through the site", `{"method":"GET","path":"/a","through":"site"}`, `GET /site/a [] "" ""`},
		{"with a body and headers", `{"method":"POST","path":"/a","body":"text","headers":[["x-odd","1"],["X-Odd","2"]]}`, `POST /a ["1" "2"] "" "text"`},
		{"as a user", `{"method":"GET","path":"/a","user":"u"}`, `GET /a [] "Bearer token-of-u-" ""`},
		{"with a defect", `{"method":"GET","path":"/a","user":"u","flaw":"expired","headers":[["Authorization","x"]]}`, `GET /a [] "Bearer token-of-u-expired" ""`},
		{"to another host", `{"method":"GET","path":"//evil.example/a"}`, `GET //evil.example/a [] "" ""`},
		{"to another host by name and password", `{"method":"GET","path":"/@evil.example"}`, `GET /@evil.example [] "" ""`},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/calls", test.call, s.own()...)
		var got outcome
		if err := json.Unmarshal([]byte(body), &got); err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: got %d %s", test.name, response.StatusCode, body)
		}
		if got.Body != test.want || got.Status != http.StatusFound || got.ID != "called" {
			t.Errorf("%s: expected %s, got %+v", test.name, test.want, got)
		}
	}
}

// TestTokenIsMadeOnDemand only for the page, by an explicit request.
func TestTokenIsMadeOnDemand(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, test := range []struct {
		name, order string
		status      int
		want        string
	}{
		{"a good one", `{"user":"u"}`, 200, `{"token":"token-of-u-"}`},
		{"with a defect", `{"user":"u","flaw":"expired"}`, 200, `{"token":"token-of-u-expired"}`},
		{"of an unknown user", `{"user":"unknown"}`, 409, "no such user"},
		{"no JSON", `{`, 400, "cannot read"},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/token", test.order, s.own()...)
		if response.StatusCode != test.status || !strings.Contains(body, test.want) || response.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: expected %d and %s, got %d %s", test.name, test.status, test.want, response.StatusCode, body)
		}
		if response, body := s.ask(t, http.MethodPost, "/api/token", test.order, s.own()[:3]...); response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: expected a refusal without the page's token, got %d %s", test.name, response.StatusCode, body)
		}
		if response, body := s.ask(t, http.MethodGet, "/api/token?user=u", ""); response.StatusCode != http.StatusNotFound && response.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: expected no token by GET, got %d %s", test.name, response.StatusCode, body)
		}
	}
}

func TestCallsThatCannotBeSent(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, test := range []struct{ name, call, problem string }{
		{"no JSON", `{`, "cannot read"},
		{"a path of another host", `{"method":"GET","path":":80@evil.example/"}`, "start it with a slash"},
		{"no method", `{"method":"A B","path":"/"}`, "invalid method"},
		{"an unknown user", `{"method":"GET","path":"/","user":"unknown"}`, "no such user"},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/calls", test.call, s.own()...)
		if response.StatusCode != http.StatusBadRequest || !strings.Contains(body, test.problem) {
			t.Errorf("%s: expected 400 and %q, got %d %s", test.name, test.problem, response.StatusCode, body)
		}
	}
	s.api.Close()
	if response, body := s.ask(t, http.MethodPost, "/api/calls", `{"method":"GET","path":"/"}`, s.own()...); response.StatusCode != http.StatusBadGateway {
		t.Errorf("expected 502 without a server, got %d %s", response.StatusCode, body)
	}
}
