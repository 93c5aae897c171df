package wire

import (
	"crypto/rand"
	"slices"
	"time"
)

// The timeouts of a session.
const (
	maxJobs       = 64
	claimWithin   = ClaimBudget           // a later claim is useless
	silenceBridge = 5 * time.Second       // without a frame while the run is incomplete
	silenceAnswer = 10 * time.Second      // without an acknowledgment of the answer
	ackDelay      = 30 * time.Millisecond // the answer may come first and acknowledges the run
	beatInterval  = 100 * time.Millisecond

	// All bridges receive all beats, and many invocations may run long. Requests that the
	// deployed code may answer have no such limit: API Gateway ends them after 30 seconds.
	beatSlowly   = 2 * time.Second // after the claim
	slowInterval = time.Second
)

// A Job is one invocation that a session has claimed.
type Job struct {
	Offer    Offer
	Deadline time.Time // the function's time limit, by this machine's clock

	// The times of the offer, the claim, and the first and the last piece of the run.
	Offered, Claimed, Confirmed, Received time.Time

	channel   *channel
	challenge challenge
	state     jobState
	claimDue  bool
	ackAt     time.Time // when the run is acknowledged; zero: nothing to acknowledge
	run       incoming
	packed    []byte // the run, once it is complete
	answer    *outgoing
	heard     time.Time // the latest frame of the bridge
	sent      time.Time // the latest frame to the bridge
}

type jobState int

const (
	receiving jobState = iota // claimed, and not all of the run has come
	running                   // returned by Ready; no longer declined
	answering
	over
)

// Message is a frame for a bridge or, if Bridge is empty, a beat for all.
type Message struct {
	Bridge  string
	Payload []byte
}

// Desk is a session's side of all its invocations: it claims offers, collects each run and
// sends each answer. Its methods must not be called concurrently.
type Desk struct {
	// Handles reports whether the session has a handler; offers for others are declined, so
	// that the deployed code answers immediately. Nil means that it has all.
	Handles func(handler string) bool
	// Patient is that of the presence.
	Patient bool

	keys    Keys
	jobs    []*Job
	ready   []*Job
	ended   []*Job
	out     []Message // declines
	beat    time.Time // the latest
	stopped bool      // claims nothing more
}

// NewDesk returns a desk for the session whose presence has the public key of keys.
func NewDesk(keys Keys) *Desk { return &Desk{keys: keys} }

// Receive handles a frame from the session's topic. It reports false if the frame was not
// sealed for this session, or has no meaning now.
func (d *Desk) Receive(now time.Time, payload []byte) bool {
	id, ok := InvocationOf(payload)
	if !ok {
		return false
	}
	if at := slices.IndexFunc(d.jobs, func(j *Job) bool { return j.channel.id == id }); at >= 0 {
		job := d.jobs[at]
		f, ok := job.channel.open(payload)
		return ok && d.receive(now, job, f)
	}
	channel := newChannel(id, d.keys, id[:])
	f, ok := channel.open(payload)
	if !ok || f.kind != kindOffer || f.challenge != (challenge{}) || d.stopped || len(d.jobs) == maxJobs {
		return false
	}
	offer, ok := parseOffer(f.body)
	if !ok {
		return false
	}
	job := &Job{Offer: offer, Deadline: now.Add(time.Duration(offer.LeftMS) * time.Millisecond),
		Offered: now, channel: channel, claimDue: true, heard: now, sent: now}
	rand.Read(job.challenge[:])
	d.jobs = append(d.jobs, job)
	if d.Handles != nil && !d.Handles(offer.Handler) {
		d.decline(job)
	}
	return true
}

func (d *Desk) receive(now time.Time, j *Job, f frame) bool {
	switch {
	case f.kind == kindOffer && j.state == receiving && j.run.have == 0:
		j.claimDue = true
	case f.kind == kindCancel:
		d.end(j)
	case f.challenge != j.challenge:
		return false
	case f.kind == kindRun:
		return d.receiveRun(now, j, f)
	case f.kind == kindAnswerAck && j.state == answering:
		j.answer.ack(now, f.body)
		if j.answer.complete() {
			d.end(j)
		}
	default:
		return false
	}
	j.heard = now
	return true
}

func (d *Desk) receiveRun(now time.Time, j *Job, f frame) bool {
	if j.state != receiving { // a repeated piece, perhaps since its acknowledgment was lost
		j.heard, j.ackAt = now, now
		return true
	}
	isFirst := j.run.have == 0
	if !j.run.add(f) {
		return false
	}
	if isFirst {
		j.Confirmed = now
	}
	j.heard, j.ackAt, j.claimDue = now, now, false
	if !j.run.complete() {
		return true
	}
	j.packed = j.run.message()
	clear(j.run.pieces)
	j.Received, j.state, j.ackAt = now, running, now.Add(ackDelay)
	d.ready = append(d.ready, j)
	return true
}

// TakeReady returns the jobs to run, each once.
func (d *Desk) TakeReady() []*Job {
	ready := d.ready
	d.ready = nil
	return ready
}

// TakeEnded returns the jobs that ended while running, because the bridge gave up or the time
// limit has passed, each once.
func (d *Desk) TakeEnded() []*Job {
	ended := d.ended
	d.ended = nil
	return ended
}

// Finish sets the packed [Answer] of a job that was ready. It does nothing if the job has
// ended.
func (d *Desk) Finish(now time.Time, j *Job, packed []byte) {
	if j.state == running {
		j.answer, j.state, j.heard, j.ackAt = newOutgoing(kindAnswer, packed), answering, now, time.Time{}
	}
}

// Run reads the run of a ready job. It may be called concurrently with the desk's methods,
// since 6 MB take a while. An error means that the two versions of the protocol differ after
// all.
func (j *Job) Run() (Run, error) { return unpackRun(j.packed) }

// Stop stops claiming and declines jobs that have not begun to run.
func (d *Desk) Stop() {
	d.stopped = true
	for _, j := range slices.Clone(d.jobs) {
		if j.state == receiving {
			d.decline(j)
		}
	}
}

// Len is the number of jobs that are not over.
func (d *Desk) Len() int { return len(d.jobs) }

// Restart schedules unacknowledged pieces to be sent again, over a new connection.
func (d *Desk) Restart() {
	for _, j := range d.jobs {
		if j.answer != nil {
			j.answer.restart()
		}
	}
}

// Poll returns the messages to publish now, and when to call Poll again at the latest. Zero
// means not before something has been received.
func (d *Desk) Poll(now time.Time, pace *Pace) (out []Message, wake time.Time) {
	for _, j := range slices.Clone(d.jobs) {
		d.expire(now, j)
	}
	for _, m := range d.out {
		pace.Force(now, len(m.Payload))
	}
	out, d.out = d.out, nil
	for _, j := range d.jobs {
		frames, next := j.poll(now, pace)
		for _, payload := range frames {
			out = append(out, Message{j.Offer.Bridge, payload})
			j.sent = now
		}
		wake = earlier(earlier(wake, next), j.expiry())
	}
	if len(d.jobs) > 1 { // at full pace, another job is first the next time
		d.jobs = append(d.jobs[1:], d.jobs[0])
	}
	beat, next := d.pollBeat(now, pace)
	return append(out, beat...), earlier(wake, next)
}

// pollBeat returns a sign of life if bridges have received nothing for a while.
func (d *Desk) pollBeat(now time.Time, pace *Pace) (out []Message, wake time.Time) {
	var due time.Time
	for _, j := range d.jobs {
		if !j.Claimed.IsZero() {
			due = earlier(due, later(j.sent, d.beat).Add(d.beatInterval(now, j)))
		}
	}
	if due.IsZero() || due.After(now) {
		return nil, due
	}
	d.beat = now
	out = []Message{{Payload: Beat()}}
	pace.Force(now, len(out[0].Payload))
	return out, now.Add(beatInterval)
}

// beatInterval is how long a bridge may receive nothing about a job.
func (d *Desk) beatInterval(now time.Time, j *Job) time.Duration {
	if j.state == running && now.Sub(j.Claimed) >= beatSlowly && (d.Patient || !j.Offer.Idempotent) {
		return slowInterval
	}
	return beatInterval
}

// Beat is a sign of life of the session whose topic it is published on.
func Beat() []byte { return []byte{Version} }

func (j *Job) poll(now time.Time, pace *Pace) (frames [][]byte, wake time.Time) {
	if j.claimDue {
		if pace.Busy(now) && j.Claimed.IsZero() {
			return nil, now.Add(20 * time.Millisecond)
		}
		j.claimDue = false
		if j.Claimed.IsZero() {
			j.Claimed = now
		}
		frames = append(frames, j.force(now, pace, frame{kind: kindClaim}))
	}
	if !j.ackAt.IsZero() && !j.ackAt.After(now) {
		j.ackAt = time.Time{}
		frames = append(frames, j.force(now, pace, frame{kind: kindRunAck, body: j.run.bitmap()}))
	}
	wake = j.ackAt
	if j.state == answering {
		pieces, next := pollPieces(now, pace, j.channel, j.answer, j.challenge)
		return append(frames, pieces...), earlier(wake, next)
	}
	return frames, wake
}

func (j *Job) force(now time.Time, pace *Pace, f frame) []byte {
	f.challenge = j.challenge
	payload := j.channel.seal(f)
	pace.Force(now, len(payload))
	return payload
}

// expiry returns when the job ends if no frame arrives.
func (j *Job) expiry() time.Time {
	switch {
	case j.Claimed.IsZero():
		return earlier(j.Deadline, j.Offered.Add(claimWithin))
	case j.state == receiving:
		return earlier(j.Deadline, j.heard.Add(silenceBridge))
	case j.state == answering:
		return earlier(j.Deadline, j.heard.Add(silenceAnswer))
	}
	return j.Deadline
}

func (d *Desk) expire(now time.Time, j *Job) {
	switch {
	case j.expiry().After(now):
	case j.state == receiving && !j.Claimed.IsZero():
		d.decline(j)
	default:
		d.end(j)
	}
}

// decline ends a job that has not begun to run and, without its challenge, never will.
func (d *Desk) decline(j *Job) {
	d.out = append(d.out, Message{j.Offer.Bridge, j.channel.seal(frame{kind: kindDecline, challenge: j.challenge})})
	d.end(j)
}

func (d *Desk) end(j *Job) {
	if at := slices.Index(d.ready, j); at >= 0 {
		d.ready = slices.Delete(d.ready, at, at+1)
	} else if j.state == running {
		d.ended = append(d.ended, j)
	}
	j.state = over
	d.jobs = slices.DeleteFunc(d.jobs, func(o *Job) bool { return o == j })
}
