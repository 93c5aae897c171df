package main

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live"
	"api-auth-jwt-auth0/local/live/standin"
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

// TestSixMegabytes goes both ways, within the limits of a connection.
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

// TestDeveloperKilledAtEachStep kills the developer's process as the broker gets a
// message of the exchange.
func TestDeveloperKilledAtEachStep(t *testing.T) {
	t.Parallel()
	steps := []struct {
		name, topic string
		count       int
	}{{"offer", "/to/", 1}, {"claim", "/env/", 1}, {"run", "/to/", 2}, {"answer", "/env/", 2}}
	for _, method := range []string{"POST", "GET"} {
		for _, step := range steps {
			t.Run(method+" "+step.name, func(t *testing.T) {
				t.Parallel()
				s := newStage(t, nil)
				defer s.check(t)
				ada := s.startDeveloperProcess(t)
				var seen atomic.Int64
				s.broker.OnPublish(func(m standin.Message) standin.Fate {
					if strings.Contains(m.Topic, step.topic) && !strings.Contains(m.Topic, "hello") && seen.Add(1) == int64(step.count) {
						ada.kill()
					}
					return standin.Deliver
				})
				e := s.give(t, request(method, "ada", "echo", `"x"`), time.Minute)
				got := e.wait(t)
				ada.kill() // it is dead, but for the answer that came first
				runs := 0
				for line := range ada.runs {
					if line == "run "+e.id {
						runs++
					}
				}
				t.Logf("%s after %v, %d runs", got.Action, got.Took, runs)
				switch {
				case got.Action == "response" && strings.Contains(got.Body, "ada"):
					if step.name != "answer" {
						t.Errorf("answered by who was killed at the %s", step.name)
					}
				case got.Action == "response":
					if method == "POST" && runs > 0 {
						t.Error("the deployed code answers what the developer has run")
					}
					if got.Took > 500*time.Millisecond {
						t.Errorf("the deployed code answers after %v", got.Took)
					}
				default:
					if expected := "Task timed out after 60.00 seconds"; method == "GET" || step.name == "offer" ||
						got.Header.Get(headerErrorType) != "Sandbox.Timedout" || !strings.Contains(got.Body, expected) {
						t.Errorf("got %+v", got)
					}
					s.output.wait(t, "was claimed by ada and fails")
				}
			})
		}
	}
}

// TestNobodyCanServe: somebody is announced who cannot claim.
func TestNobodyCanServe(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	ada := s.startDeveloperProcess(t)
	if got := by(t, s.invoke(t, request("POST", "ada", "echo", "1"))); got != "ada" {
		t.Fatalf("answered by %q", got)
	}
	if err := ada.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	var stopped syscall.WaitStatus
	if _, err := syscall.Wait4(ada.cmd.Process.Pid, &stopped, syscall.WUNTRACED, nil); err != nil || !stopped.Stopped() {
		t.Fatalf("waiting until the developer has stopped: %v", err)
	}
	s.deployedWithin(t, 400*time.Millisecond)
	s.deployedWithin(t, 250*time.Millisecond) // less than the wait for a claim: she is forgotten until she answers
	if err := ada.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	s.eventuallyBy(t, "ada") // once she has answered a hello
}

// deployedWithin has the deployed code answer a request for ada, once in ten within a
// time: this machine may be busy. The exact times are those of package wire's tests.
func (s *stage) deployedWithin(t *testing.T, limit time.Duration) {
	t.Helper()
	var took []time.Duration
	for range 10 {
		got := s.invoke(t, request("POST", "ada", "echo", "1"))
		if who := by(t, got); who != "" {
			t.Errorf("answered by %q", who)
		}
		if took = append(took, got.Took); got.Took <= limit {
			return
		}
	}
	t.Errorf("answered after %v, expected %v", took, limit)
}

// TestBrokerGoneAndBack: while it is away the deployed code answers, and what a
// developer runs is answered when it is back.
func TestBrokerGoneAndBack(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	ada := s.startDeveloper(t, "ada", nil)
	s.broker.Stop()
	s.deployedWithin(t, 400*time.Millisecond)
	s.output.wait(t, "live: no connection to "+s.broker.URL())
	if err := s.broker.Start(); err != nil {
		t.Fatal(err)
	}
	s.eventuallyBy(t, "ada")
	ada.wait(t, "return", func() bool { return len(ada.statuses) >= 3 && ada.statuses[len(ada.statuses)-1].Kind == live.Online })
	if ada.statuses[1].Kind != live.Offline || ada.statuses[1].Err == nil {
		t.Errorf("got %+v", ada.statuses)
	}
}

// TestBrokerGoneWhileItRuns: the answer comes over a new connection.
func TestBrokerGoneWhileItRuns(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	proceed := make(chan struct{})
	ada := s.startDeveloper(t, "ada", nil)
	running := ada.hold(proceed)
	e := s.give(t, request("POST", "ada", "echo", "1"), time.Minute)
	<-running
	s.broker.Stop()
	if err := s.broker.Start(); err != nil {
		t.Fatal(err)
	}
	close(proceed)
	if got := by(t, e.wait(t)); got != "ada" || len(ada.runs) != 1 {
		t.Errorf("answered by %q, %d runs", got, len(ada.runs))
	}
}

// TestFrozenEnvironment: the function is stopped with an open connection that dies, and
// thaws with a request for somebody who came in between.
func TestFrozenEnvironment(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	client := s.broker.Clients()[0]
	s.signal(t, syscall.SIGSTOP)
	thaw, err := s.broker.Freeze(client) // the network swallows what comes
	if err != nil {
		t.Fatal(err)
	}
	defer thaw()
	if _, err := startSession(t, s.broker, "ada", nil); err != nil {
		t.Fatal(err)
	}
	e := newExchange(request("POST", "ada", "echo", "1"), time.Minute)
	go func() { s.events <- e }()
	s.signal(t, syscall.SIGCONT)
	if got := by(t, e.wait(t)); got != "ada" {
		s.eventuallyBy(t, "ada") // a busy machine needs longer than the budget
	}
}

func (p *process) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(-p.cmd.Process.Pid, s); err != nil {
		t.Fatal(err)
	}
}

// TestFrozenWhileADeveloperRuns: what was claimed is answered after the thaw.
func TestFrozenWhileADeveloperRuns(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	proceed := make(chan struct{})
	ada := s.startDeveloper(t, "ada", nil)
	running := ada.hold(proceed)
	e := s.give(t, request("POST", "ada", "echo", "1"), time.Minute)
	<-running
	s.signal(t, syscall.SIGSTOP)
	close(proceed)
	s.awaitMessages(t, 2, "/env/") // a claim, and the answer
	s.signal(t, syscall.SIGCONT)
	if got := by(t, e.wait(t)); got != "ada" {
		t.Errorf("answered by %q", got)
	}
}

// hold makes a developer's handler say that it runs, and wait.
func (d *developer) hold(proceed <-chan struct{}) (running <-chan struct{}) {
	began := make(chan struct{}, 10)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.began, d.proceed = began, proceed
	return began
}

// TestBadNetwork loses, doubles, delays and so reorders messages. Each request has one
// answer, from whoever ran it, and nothing runs twice.
func TestBadNetwork(t *testing.T) {
	t.Parallel()
	for seed := range 4 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, nil)
			ada := s.startDeveloper(t, "ada", nil)
			s.broker.OnPublish(badNetwork(int64(seed)))
			count := map[string]int{}
			for i := range 25 {
				value := fmt.Sprintf(`"%d %s"`, i, strings.Repeat("x", i<<8))
				got := s.invoke(t, request("POST", "ada", "echo", value))
				runs := ada.count(value)
				who := "timeout"
				if got.Action == "response" {
					who = by(t, got)
				}
				count[who]++
				if runs > 1 || (who == "ada") != (runs == 1) && who != "timeout" || !strings.Contains(got.Body, value) && who != "timeout" {
					t.Errorf("request %d: answered by %q after %d runs: %.80s", i, who, runs, got.Body)
				}
			}
			t.Log(count)
			s.eventuallyBy(t, "ada")
			if stray := s.stray(); len(stray) > 0 {
				t.Errorf("Lambda was sent what answers nothing: %+v", stray)
			}
		})
	}
}

func badNetwork(seed int64) func(standin.Message) standin.Fate {
	var state atomic.Int64
	state.Store(seed * 1000)
	return func(m standin.Message) standin.Fate {
		switch r := rand.New(rand.NewSource(state.Add(1))).Intn(20); {
		case m.Retain:
			return standin.Deliver
		case r < 3:
			return standin.Drop
		case r < 6:
			return standin.Twice
		case r < 10:
			return standin.Delay(time.Duration(r*10) * time.Millisecond)
		}
		return standin.Deliver
	}
}

// count is how often a developer has run an event with a value.
func (d *developer) count(value string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, inv := range d.runs {
		if strings.Contains(string(inv.Event), value) {
			n++
		}
	}
	return n
}

// TestTwoDevelopers: each gets what is theirs; of two who want the same, the first.
func TestTwoDevelopers(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	wants := func(skew time.Duration) func(*live.Config) {
		return func(c *live.Config) {
			c.For = wire.Selection{Routes: []string{"GET /items"}, Subjects: []string{"auth0|2"}}
			c.Now = func() time.Time { return time.Now().Add(skew) } // AWS refuses clocks that are off by more
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

// TestCloseEndsWhatRuns: its caller gets an error at once, not a time-out.
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

// closeSoon closes a session whose last words are acknowledged: it waits no longer.
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

// TestNameLostWhileItRuns: what runs is answered, and that is acknowledged; nothing more is
// taken on.
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

// TestTimeLimit: a request that a developer does not answer in time fails just before
// the function's limit.
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

// TestOtherVersion: a session of another version is left alone, and told.
func TestOtherVersion(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	ada := startRaw(t, s.broker, developerKey, "project--dev--dev-ada-0")
	session := wire.NewSession()
	ada.subscribe(t, "live/project/dev/to/"+session)
	document := fmt.Sprintf(`{"version":2,"name":"ada","session":%q,"key":{"another":"form"}}`, session)
	ada.publish(t, "live/project/dev/dev/ada", document)
	version, bridge, ok := wire.ParseHello((<-ada.messages).Payload)
	if !ok || version != wire.Version || wire.HandlerOf(bridge) != "items" {
		t.Errorf("got %d %q %v", version, bridge, ok)
	}
	if got := by(t, s.invoke(t, request("POST", "ada", "echo", "1"))); got != "" {
		t.Errorf("answered by %q", got)
	}
	s.output.wait(t, "run pulumi up")
}

// TestSessionLearnsOfOtherVersions: a bridge of another version says hello.
func TestSessionLearnsOfOtherVersions(t *testing.T) {
	t.Parallel()
	broker := newBroker(t, nil)
	ada, err := startSession(t, broker, "ada", nil)
	if err != nil {
		t.Fatal(err)
	}
	bridge := startRaw(t, broker, functionKey, "project--dev--fn-items-0")
	for _, hello := range []string{"\x02\x02items-0123456789abcdef", "\x02\x02items-0123456789abcdef", "\x02\x02\x00", "\x02"} {
		bridge.publish(t, "live/project/dev/to/hello", hello)
	}
	ada.wait(t, "status", func() bool {
		return slices.ContainsFunc(ada.statuses, func(s live.Status) bool { return s.Kind == live.OtherVersion && s.Handler == "items" })
	})
	if len(ada.statuses) != 2 {
		t.Errorf("got %+v", ada.statuses)
	}
}

// TestAttackers: whatever somebody publishes who has some right, or who has recorded
// what others published, nothing runs and nothing is answered that should not be.
func TestAttackers(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	ada := s.startDeveloper(t, "ada", nil)
	if got := by(t, s.invoke(t, request("POST", "ada", "echo", `"recorded"`))); got != "ada" {
		t.Fatalf("answered by %q", got)
	}
	recorded := s.broker.Published()
	developer := startRaw(t, s.broker, developerKey, "project--dev--dev-eve-0")
	function := startRaw(t, s.broker, functionKey, "project--dev--fn-items-0")
	for _, m := range recorded {
		from := developer
		if strings.Contains(m.Topic, "/to/") {
			from = function
		}
		for _, payload := range tampered(m.Payload) {
			from.publish(t, m.Topic, payload)
		}
	}
	session := strings.Repeat("0", 32)
	for topic, payload := range map[string]string{
		"dev/eve":           `{"version":1,"name":"ada","session":"` + session + `","key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`,
		"dev/ada":           `{"version":1,"name":"ada","session":"` + session + `","gone":true}`,
		"dev/mallory":       strings.Repeat("[", 100_000),
		"dev/UPPER":         `{}`,
		"dev/a/b":           `{}`,
		"env/items-0":       "\x01\x01",
		"beat/" + session:   strings.Repeat("x", 100_000),
		"beat/not-a-beat":   "\x01",
		"dev/" + session:    "",
		"env/" + s.bridge(): "\x01\x03{}",
	} {
		developer.publish(t, "live/project/dev/"+topic, payload)
	}
	if got := by(t, s.invoke(t, request("POST", "eve", "echo", "3"))); got != "" {
		t.Errorf("answered by %q", got)
	}
	s.eventuallyBy(t, "ada") // a flood takes a second of the session's messages
	if runs := ada.count(`"recorded"`); runs != 1 || len(s.stray()) != 0 {
		t.Errorf("%d runs, %+v", runs, s.stray())
	}
}

// bridge is the name of the bridge that the broker has seen.
func (s *stage) bridge() string {
	return strings.TrimPrefix(string(s.published("/to/hello")[0].Payload), "\x01\x02")
}

// tampered is what an attacker makes of a recorded frame.
func tampered(payload []byte) []string {
	if len(payload) == 0 {
		return nil
	}
	flipped := slices.Clone(payload)
	flipped[len(flipped)/2] ^= 1
	other := slices.Clone(payload)
	other[0]++
	return []string{string(payload), string(payload[:len(payload)/2]), string(flipped), string(other), string(payload) + "x"}
}
