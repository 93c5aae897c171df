package wire

import (
	"bytes"
	"crypto/rand"

	"golang.org/x/crypto/nacl/box"
)

// The types of frames, in the second byte.
const (
	typeSealed   = 1
	typeHello    = 2 // a bridge to sessions: its name
	typePresence = 3 // the answer to a hello: the presence document
)

// Hello returns the frame by which a bridge asks for presence. A session of another version
// learns from it that there is such a bridge: its first byte and its form never change.
func Hello(bridge string) []byte { return append([]byte{Version, typeHello}, bridge...) }

// ParseHello returns the version and the name of the bridge that sent a hello.
func ParseHello(payload []byte) (version int, bridge string, ok bool) {
	if len(payload) < 3 || len(payload) > 128 || payload[1] != typeHello || HandlerOf(string(payload[2:])) == "" {
		return 0, "", false
	}
	return int(payload[0]), string(payload[2:]), true
}

// HelloAnswer returns a session's answer to a hello, given its presence document.
func HelloAnswer(document []byte) []byte { return append([]byte{Version, typePresence}, document...) }

// ParseHelloAnswer reads the presence in an answer to a hello. It reports false for any other
// frame.
func ParseHelloAnswer(payload []byte) (Presence, bool) {
	if len(payload) < 2 || payload[1] != typePresence {
		return Presence{}, false
	}
	p, err := ParsePresence("", payload[2:])
	return p, err == nil
}

// ID identifies an invocation. It is the public key of a pair made for this invocation only.
type ID [32]byte

// InvocationOf returns the invocation of a sealed frame of this version.
func InvocationOf(payload []byte) (ID, bool) {
	if len(payload) < headerSize || payload[0] != Version || payload[1] != typeSealed {
		return ID{}, false
	}
	return ID(payload[2:34]), true
}

// Keys is a pair of X25519 keys, of a session or of an invocation.
type Keys struct{ public, private *[32]byte }

// NewKeys returns a random pair.
func NewKeys() Keys {
	public, private, err := box.GenerateKey(rand.Reader)
	if err != nil {
		panic(err) // cannot happen: crypto/rand does not fail
	}
	return Keys{public, private}
}

// Public returns the public key.
func (k Keys) Public() []byte { return bytes.Clone(k.public[:]) }

// The kinds of sealed frames. Each belongs to one direction, so that a frame cannot be sent
// back to its sender.
const (
	kindOffer        = iota + 1 // bridge: body is an Offer
	kindClaim                   // session: brings the challenge
	kindRun                     // bridge: a piece of a Run
	kindRunAck                  // session: body is the bitmap of pieces received
	kindAnswer                  // session: a piece of an Answer
	kindAnswerAck               // bridge: body is the bitmap of pieces received
	kindDecline                 // session: it has not run the invocation and will not
	kindCancel                  // bridge: the invocation is over
	challengeSize    = 16
	headerSize       = 2 + 32 + 24           // version, type, invocation, nonce
	sealedHeaderSize = 1 + challengeSize + 2 // kind, challenge, number, count
	frameOverhead    = headerSize + box.Overhead + sealedHeaderSize
)

// A challenge is a session's random answer to an offer. All later frames carry it, so that a
// recorded exchange cannot be replayed to the session.
type challenge [challengeSize]byte

// frame is the content of a sealed frame.
type frame struct {
	kind          byte
	challenge     challenge
	number, count uint8 // of a piece
	body          []byte
}

// channel seals and opens the frames of one invocation between one bridge and one session.
// Its shared key is derived from both public keys.
type channel struct {
	id     ID
	shared [32]byte
}

func newChannel(id ID, own Keys, peer []byte) *channel {
	c := &channel{id: id}
	box.Precompute(&c.shared, (*[32]byte)(peer), own.private)
	return c
}

func (c *channel) seal(f frame) []byte {
	var nonce [24]byte
	rand.Read(nonce[:])
	plain := make([]byte, 0, sealedHeaderSize+len(f.body))
	plain = append(plain, f.kind)
	plain = append(plain, f.challenge[:]...)
	plain = append(plain, f.number, f.count)
	plain = append(plain, f.body...)
	out := make([]byte, 0, frameOverhead+len(f.body))
	out = append(out, Version, typeSealed)
	out = append(out, c.id[:]...)
	out = append(out, nonce[:]...)
	return box.SealAfterPrecomputation(out, plain, &nonce, &c.shared)
}

// open opens a frame. It reports false if payload was not sealed for this channel.
func (c *channel) open(payload []byte) (frame, bool) {
	if id, ok := InvocationOf(payload); !ok || id != c.id || len(payload) > frameOverhead+pieceSize {
		return frame{}, false
	}
	nonce := [24]byte(payload[34:headerSize])
	plain, ok := box.OpenAfterPrecomputation(nil, payload[headerSize:], &nonce, &c.shared)
	if !ok || len(plain) < sealedHeaderSize {
		return frame{}, false
	}
	return frame{plain[0], challenge(plain[1:17]), plain[17], plain[18], plain[sealedHeaderSize:]}, true
}
