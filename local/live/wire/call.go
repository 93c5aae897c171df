package wire

import (
	"encoding/json"
	"fmt"
	"time"
)

// The timeouts of a bridge.
const (
	// ClaimBudget is how long an invocation waits for a claim, including the time to
	// reconnect.
	ClaimBudget = 300 * time.Millisecond

	offerAgain = 100 * time.Millisecond

	// While the deployed code may still answer, because the request may run twice or the
	// session has not received all of it, the timeout is short. It takes less than 500 ms in
	// all if a session claims and then falls silent.
	silenceFallback = 400 * time.Millisecond
	claimedOnly     = 480 * time.Millisecond // from the beginning

	// A long run uses all of a connection's throughput, and signs of life wait behind it.
	silenceTransfer = 1500 * time.Millisecond

	// A patient session beats less often once beatSlowly has passed since its claim. The
	// bridge receives the claim later, so less time may have passed for it.
	silenceLong = 3 * time.Second
	longAfter   = beatSlowly - 500*time.Millisecond

	silenceFailure = 5 * time.Second
	silenceGone    = 2 * time.Second // with the presence withdrawn

	beforeTimeout = 100 * time.Millisecond // an answer has to reach Lambda before its timeout
)

// An OutcomeKind is who answers an invocation.
type OutcomeKind int

const (
	Pending  OutcomeKind = iota
	Deployed             // the deployed code: no session has run it, or it may run twice
	Answered             // the session
	TimedOut             // nobody: the session may have run it and is gone, or is too slow
)

func (k OutcomeKind) String() string {
	return [...]string{"pending", "deployed", "answered", "timed out"}[k]
}

// Outcome is the end of a Call.
type Outcome struct {
	Kind   OutcomeKind
	Reason string // why not Answered, for the log
	Answer Answer
}

// CallConfig is an invocation that is offered to a session.
type CallConfig struct {
	Began      time.Time // when the bridge got it; ClaimBudget counts from here
	Deadline   time.Time // the function's time limit
	Idempotent bool      // it may run a second time
	Session    Presence
	Offer      Offer // LeftMS and Idempotent are set by the Call
}

// Call is a bridge's side of one invocation: it makes the offer, sends the run once it is
// claimed, and receives the answer. Its methods must not be called concurrently.
type Call struct {
	CallConfig
	channel *channel
	outcome Outcome

	offers    int
	nextOffer time.Time

	claimed   time.Time // zero: not yet
	heard     time.Time // the latest sign of life since the claim
	withdrawn time.Time // zero: the presence stands
	challenge challenge
	run       *outgoing // nil until provided
	answer    incoming
	ackDue    bool // of pieces of the answer
	cancelDue bool
}

// NewCall starts an offer with a new pair of keys. Nothing is sent before Poll.
func NewCall(cfg CallConfig) *Call {
	keys := NewKeys()
	id := ID(*keys.public)
	cfg.Offer.Idempotent = cfg.Idempotent
	return &Call{CallConfig: cfg, channel: newChannel(id, keys, cfg.Session.Key), nextOffer: cfg.Began}
}

// ID returns the invocation's identity in frames.
func (c *Call) ID() ID { return c.channel.id }

// Outcome returns how the call ended. Frames may be due after that, and late frames may still
// need an answer: pass those that arrive within a few more seconds to Receive.
func (c *Call) Outcome() Outcome { return c.outcome }

// Receive handles a frame from the bridge's topic. It reports false if the frame is not the
// session's for this invocation.
func (c *Call) Receive(now time.Time, payload []byte) bool {
	f, ok := c.channel.open(payload)
	if !ok {
		return false
	}
	c.decide(now)
	if c.outcome.Kind != Pending {
		c.receiveLate(f)
		return true
	}
	if f.kind == kindClaim && c.claimed.IsZero() {
		c.claimed, c.heard, c.challenge = now, now, f.challenge
		return true
	}
	isRefusal := f.kind == kindDecline && c.claimed.IsZero()
	if !isRefusal && (c.claimed.IsZero() || f.challenge != c.challenge) {
		return false
	}
	switch f.kind {
	case kindClaim:
	case kindRunAck:
		if c.run != nil {
			c.run.ack(now, f.body)
		}
	case kindAnswer:
		return c.receiveAnswer(now, f)
	case kindDecline:
		c.end(Outcome{Kind: Deployed, Reason: "the session declined it"})
	default:
		return false
	}
	c.heard = now
	return true
}

// Provide sets the packed [Run], which is sent once the invocation is claimed. Packing 6 MB
// takes a while, in which an offer can be claimed.
func (c *Call) Provide(packed []byte) {
	if c.outcome.Kind == Pending {
		c.run = newOutgoing(kindRun, packed)
	}
}

// sentAll reports whether the session may have received the whole run.
func (c *Call) sentAll() bool { return c.run != nil && c.run.sentAll() }

func (c *Call) receiveAnswer(now time.Time, f frame) bool {
	if !c.sentAll() || !c.answer.add(f) {
		return false
	}
	c.heard, c.ackDue = now, true
	c.run.acked = c.run.sent // an answer implies that the whole run arrived
	if !c.answer.complete() {
		return true
	}
	answer, err := unpackAnswer(c.answer.message())
	if err != nil {
		c.end(Outcome{Kind: TimedOut, Reason: "the answer cannot be read: " + err.Error()})
		return true
	}
	c.end(Outcome{Kind: Answered, Answer: answer})
	return true
}

// receiveLate stops a session that does not know yet that the call is over.
func (c *Call) receiveLate(f frame) {
	c.cancelDue = f.kind == kindAnswer || f.kind == kindClaim || f.kind == kindRunAck
}

func (c *Call) end(o Outcome) {
	c.outcome = o
	c.cancelDue = o.Kind != Answered && c.offers > 0
}

// Release frees the run and the answer of a call that is over.
func (c *Call) Release() {
	c.outcome.Answer, c.run = Answer{}, nil
	clear(c.answer.pieces)
}

// Beat records a sign of life of the session.
func (c *Call) Beat(now time.Time) {
	if !c.claimed.IsZero() {
		c.heard = now
	}
}

// SetPresent records whether the session's presence stands.
func (c *Call) SetPresent(now time.Time, stands bool) {
	switch {
	case stands:
		c.withdrawn = time.Time{}
	case c.withdrawn.IsZero():
		c.withdrawn = now
	}
}

// Restart schedules unacknowledged frames to be sent again, over a new connection.
func (c *Call) Restart(now time.Time) {
	if c.run != nil {
		c.run.restart()
	}
	if c.claimed.IsZero() && c.offers > 0 {
		c.nextOffer = now
	}
}

// Poll returns the frames to publish to the session now, and when to call Poll again at the
// latest. Zero means not before something has been received.
func (c *Call) Poll(now time.Time, pace *Pace) (frames [][]byte, wake time.Time) {
	c.decide(now)
	if c.outcome.Kind != Pending {
		return c.pollEnd(now, pace), time.Time{}
	}
	if c.claimed.IsZero() {
		return c.pollOffer(now, pace)
	}
	if c.ackDue {
		c.ackDue = false
		frames = append(frames, c.force(now, pace, frame{kind: kindAnswerAck, body: c.answer.bitmap()}))
	}
	limit, _ := c.limit(now)
	if c.run == nil {
		return frames, limit
	}
	pieces, wake := pollPieces(now, pace, c.channel, c.run, c.challenge)
	return append(frames, pieces...), earlier(wake, limit)
}

func (c *Call) pollOffer(now time.Time, pace *Pace) (frames [][]byte, wake time.Time) {
	limit, _ := c.limit(now)
	if c.nextOffer.After(now) {
		return nil, earlier(c.nextOffer, limit)
	}
	const size = frameOverhead + 512
	if ready := pace.Ready(now, size); ready.After(now) || (c.offers == 0 && pace.Busy(now)) {
		return nil, earlier(later(ready, now.Add(20*time.Millisecond)), limit)
	}
	c.offers++
	c.nextOffer = now.Add(offerAgain)
	c.Offer.LeftMS = c.Deadline.Sub(now).Milliseconds()
	body, err := json.Marshal(c.Offer)
	if err != nil {
		panic(err) // cannot happen: strings and numbers
	}
	return [][]byte{c.force(now, pace, frame{kind: kindOffer, body: body})}, earlier(c.nextOffer, limit)
}

func (c *Call) pollEnd(now time.Time, pace *Pace) (frames [][]byte) {
	if c.ackDue {
		frames = append(frames, c.force(now, pace, frame{kind: kindAnswerAck, body: c.answer.bitmap()}))
	}
	if c.cancelDue {
		frames = append(frames, c.force(now, pace, frame{kind: kindCancel}))
	}
	c.ackDue, c.cancelDue = false, false
	return frames
}

// force seals a frame that is sent regardless of the pace.
func (c *Call) force(now time.Time, pace *Pace, f frame) []byte {
	f.challenge = c.challenge
	payload := c.channel.seal(f)
	pace.Force(now, len(payload))
	return payload
}

// decide ends the call once its time limit is reached.
func (c *Call) decide(now time.Time) {
	if c.outcome.Kind != Pending {
		return
	}
	if limit, outcome := c.limit(now); !limit.After(now) {
		c.end(outcome)
	}
}

// limit returns when and how the call ends if nothing else happens.
func (c *Call) limit(now time.Time) (time.Time, Outcome) {
	timeout := c.Deadline.Add(-beforeTimeout)
	if c.claimed.IsZero() {
		if !c.withdrawn.IsZero() {
			return now, Outcome{Kind: Deployed, Reason: "its presence is withdrawn"}
		}
		return earlier(c.Began.Add(ClaimBudget), timeout), Outcome{Kind: Deployed, Reason: "no claim in time"}
	}
	limit, outcome := c.silence(now)
	if !timeout.After(limit) {
		return timeout, Outcome{Kind: TimedOut, Reason: "the function's time limit is near"}
	}
	return limit, outcome
}

// silence returns when a claimed call ends unless its session is heard, and how.
func (c *Call) silence(now time.Time) (time.Time, Outcome) {
	gone := !c.withdrawn.IsZero()
	if c.Idempotent || !c.sentAll() {
		limit := c.heard.Add(silenceFallback)
		switch {
		case gone:
			limit = now
		case c.heard.Equal(c.claimed):
			limit = earlier(limit, c.Began.Add(claimedOnly))
		case !c.sentAll() && (c.run == nil || len(c.run.pieces) > 1):
			limit = c.heard.Add(silenceTransfer)
		case c.sentAll() && c.Session.Patient && now.Sub(c.claimed) >= longAfter:
			limit = c.heard.Add(silenceLong)
		}
		return limit, Outcome{Kind: Deployed, Reason: "the session that claimed it is gone"}
	}
	if gone {
		return later(c.heard, c.withdrawn).Add(silenceGone),
			Outcome{Kind: TimedOut, Reason: "the session that runs it has ended"}
	}
	return c.heard.Add(silenceFailure), Outcome{Kind: TimedOut, Reason: fmt.Sprintf("the session that runs it was silent for %v", silenceFailure)}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// pollPieces returns the pieces of a message that the pace allows now.
func pollPieces(now time.Time, pace *Pace, c *channel, o *outgoing, ch challenge) (frames [][]byte, wake time.Time) {
	for {
		n, wake := o.due(now)
		if n < 0 {
			return frames, wake
		}
		size := frameOverhead + len(o.pieces[n])
		if !pace.Take(now, size) {
			return frames, pace.Ready(now, size)
		}
		o.mark(n, now)
		frames = append(frames, c.seal(o.frame(n, ch)))
	}
}
