package wire

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"time"
)

const (
	// pieceSize is the payload of a frame. An MQTT packet holds 128 KB, including the topic:
	// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
	pieceSize = 110_000
	maxPieces = 64 // as many as an acknowledgment has bits; maxMessage needs 58

	window     = 4 // pieces that are sent before the first is acknowledged
	firstRetry = 250 * time.Millisecond
	lastRetry  = 4 * time.Second
)

// outgoing is a message being sent in pieces.
type outgoing struct {
	kind   byte
	pieces [][]byte
	acked  uint64 // a bit for each piece
	sent   uint64
	at     [maxPieces]time.Time // of the last time each was sent
	tries  [maxPieces]int
	retry  time.Duration // the first wait, from the delay of acknowledgments
}

func newOutgoing(kind byte, message []byte) *outgoing {
	return &outgoing{kind: kind, retry: firstRetry, pieces: slices.Collect(slices.Chunk(message, pieceSize))}
}

func all(n int) uint64 { return ^uint64(0) >> (maxPieces - n) }

// complete reports whether all pieces are acknowledged.
func (o *outgoing) complete() bool { return o.acked == all(len(o.pieces)) }

// sentAll reports whether the other side may have received the whole message.
func (o *outgoing) sentAll() bool { return o.sent == all(len(o.pieces)) }

// ack applies an acknowledgment's bitmap. Replaying one changes nothing: bits are only set.
func (o *outgoing) ack(now time.Time, body []byte) {
	if len(body) != 8 {
		return
	}
	fresh := binary.BigEndian.Uint64(body) & o.sent &^ o.acked
	o.acked |= fresh
	for fresh != 0 {
		n := bits.TrailingZeros64(fresh)
		fresh &^= 1 << n
		if o.tries[n] == 1 { // if sent twice, it is unclear which was acknowledged
			o.retry = min(max(firstRetry, 3*now.Sub(o.at[n])), lastRetry)
		}
	}
}

// restart schedules unacknowledged pieces to be sent again over a new connection.
func (o *outgoing) restart() {
	for n := range o.pieces {
		o.at[n], o.tries[n] = time.Time{}, 0
	}
}

// due returns a piece to send now, or -1 and when to call it again. Zero means not before an
// acknowledgment.
func (o *outgoing) due(now time.Time) (int, time.Time) {
	var wake time.Time
	waiting := 0
	for n := range o.pieces {
		bit := uint64(1) << n
		switch {
		case o.acked&bit != 0:
		case o.sent&bit == 0:
			if waiting < window {
				return n, now
			}
			return -1, wake
		default:
			retry := o.at[n].Add(min(o.retry<<max(0, min(o.tries[n]-1, 8)), lastRetry))
			if o.tries[n] == 0 || !retry.After(now) {
				return n, now
			}
			wake = earlier(wake, retry)
			waiting++
		}
	}
	return -1, wake
}

func (o *outgoing) frame(n int, c challenge) frame {
	return frame{o.kind, c, uint8(n), uint8(len(o.pieces)), o.pieces[n]}
}

func (o *outgoing) mark(n int, now time.Time) {
	o.sent |= 1 << n
	o.at[n] = now
	o.tries[n]++
}

// earlier returns the earlier of two times. A zero time means never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// incoming is a message being received in pieces.
type incoming struct {
	pieces [][]byte // nil until the first piece has come
	have   uint64
}

// add adds a piece. It reports false if the piece does not belong to the message.
func (in *incoming) add(f frame) bool {
	if f.count == 0 || f.count > maxPieces || f.number >= f.count || len(f.body) > pieceSize ||
		(in.pieces != nil && len(in.pieces) != int(f.count)) {
		return false
	}
	if in.pieces == nil {
		in.pieces = make([][]byte, f.count)
	}
	if in.have&(1<<f.number) == 0 {
		in.have |= 1 << f.number
		in.pieces[f.number] = f.body
	}
	return true
}

func (in *incoming) complete() bool { return in.pieces != nil && in.have == all(len(in.pieces)) }

func (in *incoming) message() []byte { return slices.Concat(in.pieces...) }

// bitmap returns the body of an acknowledgment.
func (in *incoming) bitmap() []byte { return binary.BigEndian.AppendUint64(nil, in.have) }
