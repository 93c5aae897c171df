package wire

import (
	"bytes"
	"container/heap"
	"fmt"
	"math/rand"
	"testing"
	"time"
)

// world is a simulated network with its own clock. It connects one bridge, a session that is
// offered its invocations, and another session that receives foreign frames.
type world struct {
	*testing.T
	rng    *rand.Rand
	now    time.Time
	events events
	order  int

	loss, double, attack float64 // probabilities for each message
	delay                time.Duration

	desk, stranger       *Desk
	bridgePace, deskPace Pace
	bridgeWake, deskWake time.Time
	presence             Presence
	calls                []*trial
	recorded             [][]byte
	dead                 bool // the developer
	handlerTime          time.Duration
	messages             int
}

// trial is one invocation and its outcome.
type trial struct {
	call    *Call
	event   []byte
	runs    int
	ended   time.Time
	outcome Outcome
}

type event struct {
	at    time.Time
	order int
	do    func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at.Before(e[j].at) || (e[i].at.Equal(e[j].at) && e[i].order < e[j].order)
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := len(*e) - 1
	x := (*e)[last]
	*e = (*e)[:last]
	return x
}

func newWorld(t *testing.T, seed int64) *world {
	keys := NewKeys()
	w := &world{
		T: t, rng: rand.New(rand.NewSource(seed)), now: time.Unix(1e9, 0),
		desk: NewDesk(keys), stranger: NewDesk(NewKeys()), delay: time.Millisecond,
	}
	w.presence = Presence{Identity: Identity{Version: Version, Name: "ada", Session: NewSession()}, Key: keys.Public()}
	return w
}

func (w *world) after(d time.Duration, do func()) {
	w.order++
	heap.Push(&w.events, event{w.now.Add(d), w.order, do})
}

// run runs the world until nothing is pending.
func (w *world) run() {
	for steps := 0; len(w.events) > 0; steps++ {
		if steps > 200_000 {
			w.Fatal("the exchange does not end")
		}
		e := heap.Pop(&w.events).(event)
		w.now = e.at
		e.do()
		w.pollBridge()
		w.pollDesk()
	}
}

// send delivers a message as the network's faults allow.
func (w *world) send(payload []byte, deliver func([]byte)) {
	w.messages++
	w.recorded = append(w.recorded, payload)
	copies := 1
	if w.rng.Float64() < w.loss {
		copies = 0
	} else if w.rng.Float64() < w.double {
		copies = 2
	}
	for range copies {
		w.after(time.Duration(w.rng.Int63n(int64(w.delay))), func() { deliver(payload) })
	}
	if w.rng.Float64() < w.attack {
		w.after(time.Duration(w.rng.Int63n(int64(time.Second))), func() { w.tamper(deliver) })
	}
}

// tamper delivers an attacker's variant of a recorded frame.
func (w *world) tamper(deliver func([]byte)) {
	payload := bytes.Clone(w.recorded[w.rng.Intn(len(w.recorded))])
	switch w.rng.Intn(4) {
	case 0:
		payload = payload[:w.rng.Intn(len(payload))]
	case 1:
		payload[w.rng.Intn(len(payload))] ^= 1 << w.rng.Intn(8)
	case 2:
		payload = append(payload, byte(w.rng.Int()))
	}
	deliver(payload)
}

func (w *world) toBridge(payload []byte) {
	w.bridgePace.Received(w.now)
	for _, t := range w.calls {
		t.call.Receive(w.now, payload)
	}
}

func (w *world) toDesk(payload []byte) {
	if w.stranger.Receive(w.now, payload) {
		w.Error("a stranger understands a frame")
	}
	if !w.dead {
		w.deskPace.Received(w.now)
		w.desk.Receive(w.now, payload)
	}
}

func (w *world) pollBridge() {
	var wake time.Time
	for _, t := range w.calls {
		frames, next := t.call.Poll(w.now, &w.bridgePace)
		for _, payload := range frames {
			w.send(payload, w.toDesk)
		}
		wake = earlier(wake, next)
		if t.ended.IsZero() && t.call.Outcome().Kind != Pending {
			t.ended, t.outcome = w.now, t.call.Outcome()
			t.call.Release()
		}
	}
	w.wake(&w.bridgeWake, wake)
}

func (w *world) pollDesk() {
	if w.dead {
		return
	}
	messages, wake := w.desk.Poll(w.now, &w.deskPace)
	for _, m := range messages {
		if m.Bridge == "" {
			w.send(m.Payload, func([]byte) {
				for _, t := range w.calls {
					t.call.Beat(w.now)
				}
			})
			continue
		}
		w.send(m.Payload, w.toBridge)
	}
	for _, job := range w.desk.TakeReady() {
		w.handle(job)
	}
	w.desk.TakeEnded()
	w.wake(&w.deskWake, wake)
}

func (w *world) wake(planned *time.Time, at time.Time) {
	if at.IsZero() || (at.Equal(*planned) && at.After(w.now)) {
		return
	}
	*planned = at
	w.after(max(0, at.Sub(w.now)), func() {})
}

// handle is the developer's handler. It answers with the event.
func (w *world) handle(job *Job) {
	run, err := job.Run()
	if err != nil {
		w.Error(err)
	}
	for _, t := range w.calls {
		if bytes.Equal(t.event, run.Event) {
			t.runs++
		}
	}
	w.after(w.handlerTime, func() {
		if !w.dead {
			w.desk.Finish(w.now, job, Answer{Body: answerTo(run.Event)}.Pack())
		}
	})
}

func answerTo(event []byte) []byte { return append([]byte("answer to "), event...) }

// call offers an event.
func (w *world) call(event []byte, timeout time.Duration, idempotent bool) *trial {
	t := &trial{event: event, call: NewCall(CallConfig{
		Began: w.now, Deadline: w.now.Add(timeout), Idempotent: idempotent, Session: w.presence,
		Offer: Offer{RequestID: "r", Function: "f", Handler: "items", Bridge: NewBridge("items")},
	})}
	packed, err := Run{Event: event, Environment: map[string]string{"TABLE": "t"}}.Pack()
	if err != nil {
		w.Fatal(err)
	}
	w.after(time.Duration(w.rng.Int63n(int64(w.delay))), func() { t.call.Provide(packed) })
	w.calls = append(w.calls, t)
	return t
}

// die ends the developer's process. The bridge may learn of it later.
func (w *world) die(noticed time.Duration) {
	w.dead = true
	if noticed > 0 {
		w.after(noticed, func() {
			for _, t := range w.calls {
				t.call.SetPresent(w.now, false)
			}
		})
	}
}

// check checks what must hold whatever happens to the messages and the developer.
func (w *world) check(t *trial, took time.Duration) {
	switch t.outcome.Kind {
	case Pending:
		w.Errorf("no outcome: lost without an answer")
	case Answered:
		if t.runs != 1 && !t.call.Idempotent {
			w.Errorf("answered after %d runs", t.runs)
		}
		if !bytes.Equal(t.outcome.Answer.Body, answerTo(t.event)) {
			w.Errorf("the answer is another's: %.40q", t.outcome.Answer.Body)
		}
	case Deployed:
		if t.runs > 0 && !t.call.Idempotent {
			w.Errorf("the deployed code answers (%s) what has run %d times", t.outcome.Reason, t.runs)
		}
	}
	if t.runs > 1 {
		w.Errorf("ran %d times", t.runs)
	}
	if limit := t.call.Deadline.Sub(t.call.Began); took > limit {
		w.Errorf("ended after %v, beyond the time limit of %v", took, limit)
	}
	if t.runs == 0 && t.outcome.Kind == Deployed && t.call.claimed.IsZero() && took > ClaimBudget {
		w.Errorf("without a claim the deployed code waited for %v", took)
	}
}

func TestExchange(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 1 << 10, 100 << 10, 1 << 20, 6 << 20} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			event := make([]byte, size)
			w.rng.Read(event) // cannot be compressed
			trial := w.call(event, time.Minute, false)
			w.after(0, func() {})
			w.run()
			took := trial.ended.Sub(trial.call.Began)
			w.check(trial, took)
			if trial.outcome.Kind != Answered {
				t.Errorf("%v: %s", trial.outcome.Kind, trial.outcome.Reason)
			}
			if rate := 2 * float64(size) / took.Seconds(); size > 1<<20 && rate < 380<<10 {
				t.Errorf("%v for both ways", took)
			}
		})
	}
}

// TestExchangeUnderFaults runs many exchanges over networks that lose, double, reorder and
// delay messages, with an attacker who replays and forges them, and a developer who may die
// at any moment.
func TestExchangeUnderFaults(t *testing.T) {
	t.Parallel()
	seeds := 5000
	if testing.Short() {
		seeds = 500
	}
	count := map[OutcomeKind]int{}
	for seed := range seeds {
		w := newWorld(t, int64(seed))
		w.loss, w.double, w.attack = w.rng.Float64()*0.5, w.rng.Float64()*0.3, w.rng.Float64()*0.5
		w.delay = time.Duration(1 + w.rng.Int63n(int64(200*time.Millisecond)))
		w.handlerTime = time.Duration(w.rng.Int63n(int64(time.Second)))
		for i := range 1 + w.rng.Intn(3) {
			w.after(time.Duration(i)*time.Second, func() {
				event := make([]byte, 16+w.rng.Intn(1<<uint(w.rng.Intn(19))))
				w.rng.Read(event)
				w.call(event, time.Second+time.Duration(w.rng.Int63n(int64(20*time.Second))), w.rng.Intn(2) == 0)
			})
		}
		if w.rng.Intn(2) == 0 {
			w.after(time.Duration(w.rng.Int63n(int64(2*time.Second))), func() { w.die(time.Duration(w.rng.Int63n(int64(time.Second)))) })
		}
		w.run()
		for _, trial := range w.calls {
			w.check(trial, trial.ended.Sub(trial.call.Began))
			count[trial.outcome.Kind]++
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("%v", count)
	for _, kind := range []OutcomeKind{Answered, Deployed, TimedOut} {
		if count[kind] == 0 {
			t.Errorf("no exchange was %v: the faults are not what they were meant to be", kind)
		}
	}
}

// TestDeveloperEndsAtEachStep kills the developer after each message of an exchange
// that would succeed.
func TestDeveloperEndsAtEachStep(t *testing.T) {
	t.Parallel()
	for _, idempotent := range []bool{false, true} {
		for _, noticed := range []time.Duration{0, time.Millisecond} {
			for step := range 12 {
				w := newWorld(t, 1)
				w.handlerTime = 150 * time.Millisecond
				trial := w.call([]byte("event"), 30*time.Second, idempotent)
				w.after(0, func() {})
				for len(w.events) > 0 {
					if w.messages >= step && !w.dead {
						w.die(noticed)
					}
					e := heap.Pop(&w.events).(event)
					w.now = e.at
					e.do()
					w.pollBridge()
					w.pollDesk()
				}
				took := trial.ended.Sub(trial.call.Began)
				w.check(trial, took)
				limit := 6 * time.Second
				if trial.runs == 0 && trial.call.claimed.IsZero() || idempotent {
					limit = 150*time.Millisecond + 500*time.Millisecond
				}
				if took > limit {
					t.Errorf("step %d, idempotent %v, noticed after %v: %v after %v", step, idempotent, noticed, trial.outcome.Kind, took)
				}
			}
		}
	}
}

// TestLossIsRepaired: lost frames are sent again until all have arrived.
func TestLossIsRepaired(t *testing.T) {
	t.Parallel()
	answered := 0
	const seeds = 100
	for seed := range seeds {
		w := newWorld(t, int64(seed))
		w.delay = 20 * time.Millisecond
		event := make([]byte, 500_000)
		w.rng.Read(event)
		trial := w.call(event, time.Minute, false)
		w.after(0, func() {})
		w.after(300*time.Millisecond, func() { w.loss = 0.3 })
		w.run()
		w.check(trial, trial.ended.Sub(trial.call.Began))
		if trial.outcome.Kind == Answered {
			answered++
		}
		if w.desk.Len() != 0 {
			t.Errorf("seed %d: the session does not end", seed)
		}
	}
	if answered < seeds*9/10 {
		t.Errorf("%d of %d were answered", answered, seeds)
	}
}

// TestLostAcknowledgment: the bridge ends a session's job whose answer is repeated.
func TestLostAcknowledgment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	trial := w.call([]byte("event"), time.Minute, false)
	w.after(0, func() {})
	var ended time.Time
	for len(w.events) > 0 {
		e := heap.Pop(&w.events).(event)
		w.now = e.at
		e.do()
		if trial.runs > 0 && trial.call.ackDue && ended.IsZero() {
			w.loss, ended = 1, w.now // and its acknowledgment does not
		}
		w.pollBridge()
		w.loss = 0
		w.pollDesk()
	}
	if trial.outcome.Kind != Answered || ended.IsZero() || w.desk.Len() != 0 {
		t.Fatalf("%v, %d jobs", trial.outcome.Kind, w.desk.Len())
	}
	if took := w.now.Sub(ended); took > 2*time.Second {
		t.Errorf("the session ends %v after the answer", took)
	}
}

// TestBeatsOfALongRun are rare, and the bridge waits longer for them, unless the deployed code
// may answer and no debugger is attached. The bridge detects their end.
func TestBeatsOfALongRun(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		idempotent, patient bool
		messages            int
		silence             time.Duration
	}{
		{false, false, 10 + 20 + 18, silenceFailure},
		{false, true, 10 + 20 + 18, silenceFailure},
		{true, true, 10 + 20 + 18, silenceLong},
		{true, false, 10 + 20*10, silenceFallback},
	} {
		for _, dies := range []bool{false, true} {
			idempotent := test.idempotent
			w := newWorld(t, 1)
			w.presence.Patient, w.desk.Patient = test.patient, test.patient
			w.handlerTime = 20 * time.Second
			trial := w.call([]byte("event"), time.Minute, idempotent)
			w.after(0, func() {})
			if dies {
				w.after(12*time.Second, func() { w.die(0) })
			}
			w.run()
			took := trial.ended.Sub(trial.call.Began)
			if expected := 12*time.Second + test.silence; dies && took > expected {
				t.Errorf("%+v: noticed after %v, expected %v", test, took, expected)
			}
			if !dies && trial.outcome.Kind != Answered {
				t.Errorf("%+v: %v: %s", test, trial.outcome.Kind, trial.outcome.Reason)
			}
			if w.messages > test.messages {
				t.Errorf("%+v: %d messages", test, w.messages)
			}
		}
	}
}

// TestLongRunsOfManyLeaveRoom: a bridge that receives others' beats still accepts new work.
func TestLongRunsOfManyLeaveRoom(t *testing.T) {
	t.Parallel()
	var pace Pace
	var desks []*Desk
	now := time.Unix(1e9, 0)
	for range 60 {
		desks = append(desks, &Desk{jobs: []*Job{{state: running, Claimed: now, Deadline: now.Add(time.Hour)}}})
	}
	for end := now.Add(10 * time.Second); now.Before(end); now = now.Add(10 * time.Millisecond) {
		for _, desk := range desks {
			beats, _ := desk.Poll(now, new(Pace))
			for range beats {
				pace.Received(now)
			}
		}
	}
	if pace.Busy(now) {
		t.Error("the bridge takes on nothing")
	}
}

// TestSecondJob: an offer that is repeated late leads to another claim. It is ignored, as is
// everything that follows it.
func TestSecondJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	call := w.call([]byte("event"), time.Minute, false).call
	offers, _ := call.Poll(w.now, &w.bridgePace)
	first, second := NewDesk(w.desk.keys), NewDesk(w.desk.keys)
	for _, desk := range []*Desk{first, second} {
		desk.Receive(w.now, offers[0])
		claims, _ := desk.Poll(w.now, &w.deskPace)
		call.Receive(w.now, claims[0].Payload)
	}
	second.Stop() // declines
	declines, _ := second.Poll(w.now, &w.deskPace)
	if call.Receive(w.now, declines[0].Payload) || call.Outcome().Kind != Pending {
		t.Error("another job's decline is taken")
	}
	first.Stop()
	declines, _ = first.Poll(w.now, &w.deskPace)
	if !call.Receive(w.now, declines[0].Payload) || call.Outcome().Kind != Deployed {
		t.Error("the job's own decline is not taken")
	}
}

// TestHandlerThatIsMissing: the deployed code answers as soon as the session declines.
func TestHandlerThatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	var asked string
	w.desk.Handles = func(handler string) bool { asked = handler; return false }
	trial := w.call([]byte("event"), time.Minute, false)
	began := w.now
	w.run()
	if took := trial.ended.Sub(began); trial.outcome.Kind != Deployed || trial.runs != 0 || asked != "items" || took > ClaimBudget/10 {
		t.Errorf("expected the deployed code to answer at once, got %v after %v, asked for %q, %d runs", trial.outcome.Kind, took, asked, trial.runs)
	}
}
