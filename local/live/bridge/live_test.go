package main

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live"
	"api-auth-jwt-auth0/local/live/wire"
)

// by returns who answered: the developer's name, or "" for the deployed code.
func by(t testing.TB, a answer) string {
	t.Helper()
	var body struct {
		By string `json:"by"`
	}
	if a.Action != "response" {
		t.Errorf("%s: %s", a.Action, a.Body)
	} else if strings.HasPrefix(a.Body, "{") {
		body = decode[struct {
			By string `json:"by"`
		}](t, a.Body)
	}
	return body.By
}

func (s *stage) check(t testing.TB) {
	t.Helper()
	if stray := s.stray(); len(stray) > 0 {
		t.Errorf("Lambda was sent what answers nothing: %+v", stray)
	}
	for _, refusal := range s.broker.Refused() {
		t.Errorf("the broker refused %+v", refusal)
	}
}

func TestDeveloperAnswers(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	if got := by(t, s.invoke(t, request("POST", "ada", "echo", "1"))); got != "" {
		t.Errorf("answered by %s, who is not there", got)
	}
	ada := s.startDeveloper(t, "ada", func(c *live.Config) { c.For.Routes = []string{"GET /items"} })
	for _, c := range []struct{ event, by string }{
		{request("POST", "ada", "echo", `"a"`), "ada"},
		{request("GET", "", "echo", `"a"`), "ada"},
		{request("POST", "", "echo", `"a"`), ""},
		{request("GET", "grace", "echo", `"a"`), ""},
		{request("GET", "+", "echo", `"a"`), ""},
		{`{"Records":[],"do":"echo","value":2}`, ""},
	} {
		if got := by(t, s.invoke(t, c.event)); got != c.by {
			t.Errorf("%s: answered by %q, expected %q", c.event, got, c.by)
		}
	}
	inv := ada.runs[0]
	if inv.Function != "project-dev-items" || inv.Handler != "items" || inv.Environment["TABLE"] != "items-table" ||
		len(inv.Environment) != 1 || inv.Credentials != nil || time.Until(inv.Deadline) < 30*time.Second ||
		inv.Offered.After(inv.Claimed) || inv.Claimed.After(inv.Received) {
		t.Errorf("got %+v", inv)
	}
	if err := ada.Close(); err != nil {
		t.Error(err)
	}
	if got := by(t, s.invoke(t, request("POST", "ada", "echo", "1"))); got != "" {
		t.Errorf("answered by %s, who has left", got)
	}
}

func TestErrorsKeepTypeAndMessage(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	s.startDeveloper(t, "ada", nil)
	for do, expected := range map[string]string{
		"fail":         `Order.Missing {"errorType":"Order.Missing","errorMessage":"no such order"}`,
		"fail in full": `T {"errorType":"T","errorMessage":"m","stackTrace":[]}`,
		"fail plainly": `Live.Error {"errorType":"Live.Error","errorMessage":"does not compile"}`,
	} {
		got := s.invoke(t, request("POST", "ada", do, "1"))
		if text := got.Header.Get(headerErrorType) + " " + got.Body; got.Action != "error" || text != expected {
			t.Errorf("%s: got %s %s", do, got.Action, text)
		}
	}
}

func TestCredentialsOnlyIfAskedFor(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	ada := s.startDeveloper(t, "ada", func(c *live.Config) { c.Credentials = true })
	if got := by(t, s.invoke(t, request("POST", "ada", "echo", "1"))); got != "ada" {
		t.Fatalf("answered by %q", got)
	}
	if got := ada.runs[0].Credentials; got == nil || *got != functionKey {
		t.Errorf("got %v", got)
	}
	for _, m := range s.broker.Published() {
		if strings.Contains(string(m.Payload), functionKey.SecretAccessKey) {
			t.Errorf("the secret is readable on %s", m.Topic)
		}
	}
}

// TestSixMegabytes sends 6 MB both ways, within the limits of a connection.
func TestSixMegabytes(t *testing.T) {
	t.Parallel()
	random := make([]byte, 3<<20)
	rand.New(rand.NewSource(1)).Read(random)
	for name, text := range map[string]string{
		"text":   strings.Repeat("six megabytes ", 6<<20/14-30),
		"random": fmt.Sprintf("%x", random)[:6<<20-400],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, nil)
			defer s.check(t)
			s.startDeveloper(t, "ada", nil)
			event := request("POST", "ada", "echo", `"`+text+`"`)
			expected := `{"by":"ada","value":"` + text + `"}`
			var got answer
			for range 5 { // on a busy machine the deployed code may answer meanwhile
				if got = s.invoke(t, event); got.Body == expected {
					t.Logf("%d bytes both ways: %v", len(event), got.Took)
					return
				}
			}
			t.Errorf("got %d bytes, expected %d: %.100s", len(got.Body), len(expected), got.Body)
		})
	}
}

// hold makes a developer's handler signal that it runs, and wait.
func (d *developer) hold(proceed <-chan struct{}) (running <-chan struct{}) {
	began := make(chan struct{}, 10)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.began, d.proceed = began, proceed
	return began
}

// TestTwoDevelopers: each gets their own requests; if both want the same one, the first does.
func TestTwoDevelopers(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	wants := func(skew time.Duration) func(*live.Config) {
		return func(c *live.Config) {
			c.For = wire.Selection{Routes: []string{"GET /items"}, Subjects: []string{"auth0|2"}}
			c.Now = func() time.Time { return time.Now().Add(skew) } // AWS refuses a larger skew
		}
	}
	s.startDeveloper(t, "grace", wants(4*time.Minute))
	s.startDeveloper(t, "ada", wants(-4*time.Minute))
	for _, c := range []struct{ event, by string }{
		{request("POST", "ada", "echo", "1"), "ada"},
		{request("POST", "grace", "echo", "1"), "grace"},
		{request("GET", "", "echo", "1"), "ada"},
		{strings.Replace(request("PUT", "", "echo", "1"), "auth0|1", "auth0|2", 1), "ada"},
		{request("PUT", "", "echo", "1"), ""},
	} {
		if got := by(t, s.invoke(t, c.event)); got != c.by {
			t.Errorf("%s: answered by %q, expected %q", c.event, got, c.by)
		}
	}
}

// TestCloseEndsWhatRuns: the caller gets an error immediately, not a timeout.
func TestCloseEndsWhatRuns(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	ada := s.startDeveloper(t, "ada", nil)
	e := s.give(t, request("POST", "ada", "hang", "1"), time.Minute)
	ada.wait(t, "run", func() bool { return len(ada.runs) == 1 })
	ada.closeSoon(t)
	if got := e.wait(t); got.Action != "error" || !strings.Contains(got.Body, "context canceled") {
		t.Errorf("got %+v", got)
	}
}

// closeSoon closes a session. Its last frames are acknowledged, so it must not wait longer.
func (d *developer) closeSoon(t *testing.T) {
	t.Helper()
	began := time.Now()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 1500*time.Millisecond {
		t.Errorf("closing takes %v", took)
	}
}

// TestNameLostWhileItRuns: a running invocation is answered and acknowledged; no more are
// accepted.
func TestNameLostWhileItRuns(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	proceed := make(chan struct{})
	ada := s.startDeveloper(t, "ada", nil)
	running := ada.hold(proceed)
	e := s.give(t, request("POST", "ada", "echo", "1"), time.Minute)
	<-running
	other := wire.Presence{Identity: wire.Identity{Version: wire.Version, Name: "ada", Session: wire.NewSession(), Settled: true}, Key: wire.NewKeys().Public()}
	document, err := other.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	startRaw(t, s.broker, developerKey, "project--dev--dev-other").publish(t, "live/project/dev/dev/ada", string(document))
	ada.wait(t, "loss of the name", func() bool { return ada.statuses[len(ada.statuses)-1].Kind == live.NameTaken })
	close(proceed)
	if got := by(t, e.wait(t)); got != "ada" {
		t.Errorf("answered by %q", got)
	}
	ada.closeSoon(t)
}

// TestTimeLimit: a request that a developer does not answer in time fails just before the
// function's limit.
func TestTimeLimit(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	ada := s.startDeveloper(t, "ada", nil)
	e := s.give(t, request("POST", "ada", "hang", "1"), 2*time.Second)
	got := e.wait(t)
	if got.Header.Get(headerErrorType) != "Sandbox.Timedout" || !strings.Contains(got.Body, "Error: Task timed out after 2.00 seconds") ||
		got.Took < 1800*time.Millisecond || got.Took >= 2*time.Second {
		t.Errorf("got %+v", got)
	}
	ada.wait(t, "run", func() bool { return len(ada.runs) == 1 })
}
