package mqtt

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ErrClosed is the Err of a connection after its Close.
var ErrClosed = errors.New("the connection is closed")

// errSilent is the Err of a connection whose broker does not answer a ping.
var errSilent = errors.New("the broker is silent: a ping was not answered")

// A Refusal is an MQTT 5 reason code that reports a failure.
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-reason-codes
type Refusal struct {
	Packet string // CONNACK, SUBACK, PUBACK or DISCONNECT
	Code   byte
	Reason string // in the broker's words; may be empty
}

// NotAuthorized means that a policy does not allow a request. SessionTakenOver means that a
// newer connection uses the client ID.
const (
	NotAuthorized    = 0x87
	SessionTakenOver = 0x8E
)

// codeNames has the names of the codes that IoT Core documents.
var codeNames = map[byte]string{
	0x80: "unspecified error", 0x81: "malformed packet", 0x82: "protocol error", 0x85: "client identifier not valid",
	0x86: "bad user name or password", NotAuthorized: "not authorized", 0x8B: "server shutting down", 0x8D: "keep-alive time-out",
	SessionTakenOver: "session taken over", 0x8F: "topic filter invalid", 0x90: "topic name invalid", 0x91: "packet identifier in use",
	0x93: "receive maximum exceeded", 0x94: "topic alias invalid", 0x95: "packet too large", 0x97: "quota exceeded",
	0x98: "administrative action", 0x9B: "QoS not supported", 0xA1: "subscription identifiers not supported",
}

func (r *Refusal) Error() string {
	text := fmt.Sprintf("the broker answered %s 0x%02X", r.Packet, r.Code)
	if name := codeNames[r.Code]; name != "" {
		text += " (" + name + ")"
	}
	if r.Reason != "" && r.Reason != codeNames[r.Code] {
		text += ": " + fmt.Sprintf("%.200q", r.Reason)
	}
	return text
}

// A HandshakeError is an HTTP status in place of a WebSocket. IoT Core answers 403 if the
// signature does not verify.
type HandshakeError struct {
	Status int
	// ClockOff is how far this machine's clock is ahead of the broker's; zero if unknown.
	ClockOff time.Duration
}

func (e *HandshakeError) Error() string {
	text := fmt.Sprintf("the broker answered %d %s instead of opening a WebSocket", e.Status, http.StatusText(e.Status))
	if e.Status == http.StatusForbidden && e.ClockOff.Abs() > urlLife-time.Minute {
		text += fmt.Sprintf(": set this machine's clock, which is off by %v", e.ClockOff.Round(time.Second))
	}
	return text
}
