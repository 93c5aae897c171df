package wire

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// MaxBody is the longest event or answer in bytes. It is the longest response that Lambda
// accepts, 100 bytes more than its quota of 6 MB.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MaxBody = 6<<20 + 100

const (
	maxHead    = 64 << 10 // an environment of 4 KB, credentials, and an error's type
	maxMessage = 4 + maxHead + MaxBody

	stored, deflated = 0, 1    // the first byte of a packed message
	worthDeflating   = 1 << 10 // bytes
)

// Offer describes an invocation to the session that may claim it.
type Offer struct {
	RequestID string `json:"requestId"`
	Function  string `json:"function"`
	Handler   string `json:"handler"`
	Bridge    string `json:"bridge"` // its topic receives the session's frames
	LeftMS    int64  `json:"leftMs"` // until the function's time limit
	Size      int    `json:"size"`   // of the event, in bytes

	// Idempotent makes the session beat often for as long as it runs, unless it is patient.
	Idempotent bool `json:"idempotent,omitempty"`
}

// Credentials are those of a function's role.
type Credentials struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	SessionToken    string `json:"sessionToken"`
}

// Run is what a session needs to run an invocation.
type Run struct {
	Event       []byte            `json:"-"`
	Environment map[string]string `json:"environment,omitempty"`
	Credentials *Credentials      `json:"credentials,omitempty"` // nil unless asked for
}

// Answer is the end of an invocation: the handler's response or, with Failed, its error.
type Answer struct {
	Body      []byte `json:"-"` // the response, or the error in the Runtime API's form
	Failed    bool   `json:"failed,omitempty"`
	ErrorType string `json:"errorType,omitempty"` // if Failed
}

// Pack returns the message for [Call.Provide], or an error if the run is too long.
func (r Run) Pack() ([]byte, error) { return pack(r, r.Event) }

// Pack returns the message for [Desk.Finish]. An answer that is too long becomes Lambda's
// error for that case.
func (a Answer) Pack() []byte {
	packed, err := pack(a, a.Body)
	if err == nil {
		return packed
	}
	const kind = "Function.ResponseSizeTooLarge"
	packed, err = pack(Answer{Failed: true, ErrorType: kind}, fmt.Appendf(nil,
		`{"errorType":%q,"errorMessage":"Response payload size exceeded maximum allowed payload size (%d bytes)."}`, kind, MaxBody))
	if err != nil {
		panic(err) // cannot happen: it is short
	}
	return packed
}

func unpackRun(packed []byte) (r Run, err error) {
	r.Event, err = unpack(packed, &r)
	return r, err
}

func unpackAnswer(packed []byte) (a Answer, err error) {
	a.Body, err = unpack(packed, &a)
	return a, err
}

func parseOffer(body []byte) (o Offer, ok bool) {
	err := json.Unmarshal(body, &o)
	ok = err == nil && validHandler(o.Handler) && HandlerOf(o.Bridge) == o.Handler &&
		o.LeftMS > 0 && o.LeftMS <= (15*time.Minute).Milliseconds() && o.Size >= 0 && o.Size <= MaxBody
	return o, ok
}

// pack joins a head, as JSON, and a body in one message, compressed if that is shorter.
func pack(head any, body []byte) ([]byte, error) {
	text, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	if len(text) > maxHead || len(body) > MaxBody {
		return nil, fmt.Errorf("a message with %d + %d bytes is too long", len(text), len(body))
	}
	var b bytes.Buffer
	b.Grow(5 + len(text) + len(body))
	b.WriteByte(stored)
	b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(text))))
	b.Write(text)
	b.Write(body)
	if b.Len() < worthDeflating {
		return b.Bytes(), nil
	}
	if small := deflate(b.Bytes()[1:]); len(small) < b.Len() {
		return small, nil
	}
	return b.Bytes(), nil
}

func deflate(plain []byte) []byte {
	var b bytes.Buffer
	b.WriteByte(deflated)
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		panic(err) // cannot happen: the level is valid
	}
	w.Write(plain)
	w.Close()
	return b.Bytes()
}

var errMessage = errors.New("not a message")

// unpack reads the head of a packed message and returns its body.
func unpack(packed []byte, head any) ([]byte, error) {
	if len(packed) == 0 || packed[0] > deflated {
		return nil, errMessage
	}
	plain := packed[1:]
	if packed[0] == deflated {
		var err error
		if plain, err = inflate(plain); err != nil {
			return nil, err
		}
	}
	if len(plain) < 4 {
		return nil, errMessage
	}
	size := int64(binary.BigEndian.Uint32(plain))
	if plain = plain[4:]; size > maxHead || size > int64(len(plain)) || int64(len(plain))-size > MaxBody {
		return nil, errMessage
	}
	if err := json.Unmarshal(plain[:size], head); err != nil {
		return nil, err
	}
	return plain[size:], nil
}

// inflate decompresses at most maxMessage bytes.
func inflate(packed []byte) ([]byte, error) {
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxMessage+1))
	if err != nil {
		return nil, err
	}
	if len(plain) > maxMessage {
		return nil, errMessage
	}
	return plain, nil
}
