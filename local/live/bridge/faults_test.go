package main

import (
	"encoding/base64"
	"fmt"
	"math/rand"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live"
	"api-auth-jwt-auth0/local/live/standin"
)

// TestDeveloperKilledAtEachStep kills the developer's process as the broker receives a
// message of the exchange.
func TestDeveloperKilledAtEachStep(t *testing.T) {
	t.Parallel()
	loseDeveloperAtEachStep(t, func(t *testing.T, s *stage) (*developerProcess, func()) {
		ada := s.startDeveloperProcess(t, s.endpoint)
		return ada, ada.kill
	})
}

// A lostExchange is an exchange whose developer is lost as the broker receives a message of it:
// the count-th on a topic.
type lostExchange struct {
	step, topic string
	count       int
	method      string
	isLarge     bool
	value       string
}

// loseDeveloperAtEachStep starts a developer, and calls lose as the broker receives each
// message of an exchange. The request is answered once, by the developer or, unless the
// developer may have run a POST, by the deployed code, at most 500 ms later than without one.
func loseDeveloperAtEachStep(t *testing.T, start func(*testing.T, *stage) (ada *developerProcess, lose func())) {
	t.Helper()
	random := make([]byte, 700_000)
	rand.New(rand.NewSource(1)).Read(random)
	exchanges := map[string]lostExchange{ // of the messages of a large one, only the claim is a single one
		"large POST claim": {"claim", "/env/", 1, "POST", true, fmt.Sprintf("%q", base64.StdEncoding.EncodeToString(random))},
	}
	for _, method := range []string{"POST", "GET"} {
		for _, e := range []lostExchange{{step: "offer", topic: "/to/", count: 1}, {step: "claim", topic: "/env/", count: 1},
			{step: "run", topic: "/to/", count: 2}, {step: "answer", topic: "/env/", count: 2}} {
			e.method, e.value = method, `"x"`
			exchanges[method+" "+e.step] = e
		}
	}
	for name, e := range exchanges {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if late := e.run(t, start); late > 500*time.Millisecond {
				t.Errorf("the deployed code answers %v later", late)
			}
		})
	}
}

// run returns how much longer than without a developer it takes until the deployed code
// answers, if it does.
func (l lostExchange) run(t *testing.T, start func(*testing.T, *stage) (ada *developerProcess, lose func())) (late time.Duration) {
	t.Helper()
	s := newStage(t, nil)
	defer s.check(t)
	own := s.invoke(t, request(l.method, "", "echo", l.value)).Took
	ada, lose := start(t, s)
	var seen atomic.Int64
	s.broker.OnPublish(func(m standin.Message) standin.Fate {
		if strings.Contains(m.Topic, l.topic) && !strings.Contains(m.Topic, "hello") && seen.Add(1) == int64(l.count) {
			lose()
		}
		return standin.Deliver
	})
	e := s.give(t, request(l.method, "ada", "echo", l.value), time.Minute)
	got := e.wait(t)
	ada.kill() // if it is not lost, since the answer may come first
	runs := 0
	for line := range ada.runs {
		if line == "run "+e.id {
			runs++
		}
	}
	t.Logf("%s after %v, %d runs", got.Action, got.Took, runs)
	switch {
	case got.Action == "response" && strings.Contains(got.Body, `"by":"ada"`):
		if l.step != "answer" {
			t.Errorf("answered by a developer who was lost at the %s", l.step)
		}
	case got.Action == "response":
		if l.method == "POST" && runs > 0 {
			t.Error("the deployed code answers what the developer has run")
		}
		return got.Took - own
	default:
		if expected := "Task timed out after 60.00 seconds"; l.isLarge || l.method == "GET" || l.step == "offer" ||
			got.Header.Get(headerErrorType) != "Sandbox.Timedout" || !strings.Contains(got.Body, expected) {
			t.Errorf("got %+v", got)
		}
		s.output.wait(t, "was claimed by ada and fails")
	}
	return 0
}

// TestNobodyCanServe announces a developer who cannot claim.
func TestNobodyCanServe(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	ada := s.startDeveloperProcess(t, s.endpoint)
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
	s.deployedWithin(t, 250*time.Millisecond) // less than the wait for a claim: she is unknown until she answers
	if err := ada.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	s.eventuallyBy(t, "ada") // once she has answered a hello
}

// deployedWithin invokes until the deployed code answers a request for ada within a limit, up
// to ten times: the machine may be busy. Package wire's tests check the exact times.
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

// TestBrokerGoneAndBack: the deployed code answers while the broker is away, and the
// developer's running invocation is answered when it is back.
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

// TestFrozenEnvironment stops the function with an open connection, which dies, and thaws it
// with a request for a developer who connected meanwhile.
func TestFrozenEnvironment(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	client := s.broker.Clients()[0]
	s.signal(t, syscall.SIGSTOP)
	thaw, err := s.broker.Freeze(client) // the network drops everything
	if err != nil {
		t.Fatal(err)
	}
	defer thaw()
	if _, err := startSession(t, s.endpoint, "ada", nil); err != nil {
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

// TestFrozenWhileADeveloperRuns: a claimed invocation is answered after the thaw.
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

// TestBadNetwork loses, doubles, delays and thereby reorders messages. Each request has one
// answer, from the side that ran it, and nothing runs twice.
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

// count returns how often a developer has run an event with a value.
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
