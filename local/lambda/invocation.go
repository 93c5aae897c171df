package lambda

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"time"
)

// invocation is one event on its way through a function.
type invocation struct {
	id      string
	trace   string
	payload []byte
	queued  time.Time
	result  chan result // has room for the one result

	deadline    time.Time    // see Terms
	credentials *Credentials // likewise

	// Set when a process gets it, under the pool's lock.
	started time.Time
	init    time.Duration // how long the process took to be ready, on a cold start
	timer   *time.Timer   // ends the process in time
}

type result struct {
	payload []byte
	err     error
}

// Terms are a caller's choices for one invocation. The zero value leaves them to the service.
type Terms struct {
	RequestID string // empty for a new one
	// Deadline is when the invocation's time ends, if that is before the function's own time
	// limit. If no process has it by then, it is not run. Zero means the time limit.
	Deadline time.Time
	// Credentials are for a delegated function; see Function.
	Credentials *Credentials
}

func newInvocation(payload []byte, t Terms) *invocation {
	now := time.Now()
	var random [36]byte
	rand.Read(random[:])
	return &invocation{
		id:      cmp.Or(t.RequestID, uuid(random[:16])),
		trace:   traceHeader(now, random[16:]),
		payload: payload,
		queued:  now,
		result:  make(chan result, 1),

		deadline:    t.Deadline,
		credentials: t.Credentials,
	}
}

// isOver reports whether an invocation's time has passed before it started.
func (inv *invocation) isOver(now time.Time) bool {
	return !inv.deadline.IsZero() && !now.Before(inv.deadline)
}

// uuid makes a version 4 UUID (RFC 9562, section 5.4), the form of Lambda's
// request ids, from 16 random bytes.
func uuid(b []byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := make([]byte, 0, 36)
	for i, n := range []int{4, 2, 2, 2, 6} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, b[:n])
		b = b[n:]
	}
	return string(text)
}

// traceHeader makes an unsampled X-Ray header from 20 random bytes:
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func traceHeader(now time.Time, b []byte) string {
	text := make([]byte, 0, 80)
	text = append(text, "Root=1-"...)
	text = strconv.AppendInt(text, now.Unix(), 16)
	text = append(text, '-')
	text = hex.AppendEncode(text, b[:12])
	text = append(text, ";Parent="...)
	text = hex.AppendEncode(text, b[12:])
	return string(append(text, ";Sampled=0"...))
}
