package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func presenceOf(t testing.TB, name string) (Presence, []byte) {
	t.Helper()
	p := Presence{Identity: Identity{Version: Version, Name: name, Session: NewSession(), Since: time.Unix(1e9, 0).UTC(), Connection: "c"},
		Key: NewKeys().Public(), For: Selection{Routes: []string{"GET /items"}}}
	document, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return p, document
}

func TestTopics(t *testing.T) {
	t.Parallel()
	for _, root := range []string{"", "live", "live/p", "live/p/", "live/p/s/x", "live/+/s", "live/p/#", "live/$p/s", "other/p/s", "live/p\x00/s"} {
		if _, err := ParseTopics(root); err == nil {
			t.Errorf("%q is taken", root)
		}
	}
	topics, err := ParseTopics("live/p/s")
	if err != nil {
		t.Fatal(err)
	}
	session := NewSession()
	for topic, expected := range map[string][2]string{
		"live/p/s/dev/ada":                        {"ada", ""},
		"live/p/s/beat/" + session:                {"", session},
		"live/p/s/dev/+":                          {},
		"live/p/s/dev/#":                          {},
		"live/p/s/dev/Ada":                        {},
		"live/p/s/dev/ada/x":                      {},
		"live/p/s/dev/":                           {},
		"live/p/other/dev/ada":                    {},
		"live/p/s/beat/+":                         {},
		"live/p/s/to/" + session:                  {},
		"x/live/p/s/dev/ada":                      {},
		"live/p/s/dev/ada\x00":                    {},
		"live/p/s/beat/ada":                       {},
		"live/p/s/dev/-ada":                       {},
		"live/p/s/dev/" + strings.Repeat("a", 33): {},
	} {
		if got := [2]string{topics.Named(topic), topics.Beating(topic)}; got != expected {
			t.Errorf("%q: got %q, expected %q", topic, got, expected)
		}
	}
}

func TestParsePresence(t *testing.T) {
	t.Parallel()
	p, document := presenceOf(t, "ada")
	got, err := ParsePresence("ada", document)
	if err != nil || !cmp.Equal(got, p) {
		t.Errorf("got %+v, %v", got, err)
	}
	change := func(member string, value any) []byte {
		var members map[string]any
		if err := json.Unmarshal(document, &members); err != nil {
			t.Fatal(err)
		}
		members[member] = value
		changed, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		return changed
	}
	for name, wrong := range map[string][]byte{
		"nothing":          {},
		"garbage":          []byte("\xff\x00"),
		"a list":           []byte("[]"),
		"cut":              document[:len(document)-1],
		"huge":             slices.Concat(document[:len(document)-1], []byte(`,"x":"`), bytes.Repeat([]byte("x"), maxPresence), []byte(`"}`)),
		"another's name":   change("name", "grace"),
		"no session":       change("session", ""),
		"session as topic": change("session", "../to/x"),
		"wildcard session": change("session", "+"),
		"short key":        change("key", "AAAA"),
		"no key":           change("key", nil),
		"key no base64":    change("key", "!"),
		"list as text":     change("for", map[string]any{"routes": "GET /"}),
	} {
		if _, err := ParsePresence("ada", wrong); err == nil || errors.Is(err, ErrVersion) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := ParsePresence("ada", change("version", Version+1)); !errors.Is(err, ErrVersion) || got.Session != p.Session {
		t.Errorf("another version: %+v, %v", got, err)
	}
	if got, err := ParsePresence("ada", p.Goodbye()); err != nil || !got.Gone || got.Session != p.Session || got.Connection != "c" {
		t.Errorf("a goodbye: %+v, %v", got, err)
	}
	p.For.Subjects = []string{strings.Repeat("x", maxPresence)}
	if _, err := p.Marshal(); err == nil {
		t.Error("a selection that nobody reads is taken")
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	began := time.Unix(1e9, 0)
	ada := Presence{Identity: Identity{Name: "ada", Session: "a", Since: began}, For: Selection{Routes: []string{"GET /items"}}}
	bob := Presence{Identity: Identity{Name: "bob", Session: "b", Since: began.Add(time.Hour)}, For: Selection{Subjects: []string{"auth0|1"}, Routes: []string{"GET /items"}}}
	eve := Presence{Identity: Identity{Name: "eve", Session: "e", Since: began.Add(time.Hour)}, For: Selection{Subjects: []string{"auth0|1", ""}, Routes: []string{""}, Handlers: []string{"items"}}}
	get := Request{Route: "GET /items", Method: "GET"}
	for _, c := range []struct {
		name     string
		present  []Presence
		request  Request
		handler  string
		expected string
	}{
		{"nobody", nil, get, "items", ""},
		{"the header", []Presence{ada, bob}, Request{Developer: "ada", Subject: "auth0|1"}, "x", "ada"},
		{"the header names nobody", []Presence{ada, bob}, Request{Developer: "zoe", Subject: "auth0|1", Route: "GET /items"}, "x", ""},
		{"the subject before the route", []Presence{ada, bob}, Request{Subject: "auth0|1", Route: "GET /items"}, "x", "bob"},
		{"the route before the handler", []Presence{eve, bob}, get, "items", "bob"},
		{"the first", []Presence{bob, ada}, get, "x", "ada"},
		{"the same time", []Presence{eve, bob}, Request{Subject: "auth0|1"}, "x", "bob"},
		{"the handler", []Presence{ada, bob, eve}, Request{}, "items", "eve"},
		{"no subject, no route", []Presence{eve}, Request{}, "x", ""},
	} {
		got, ok := Choose(c.present, c.request, c.handler)
		if got.Name != c.expected || ok != (c.expected != "") {
			t.Errorf("%s: got %q, %v", c.name, got.Name, ok)
		}
	}
}

func TestReadRequest(t *testing.T) {
	t.Parallel()
	http := `{"version":"2.0","routeKey":"POST /items","headers":{"x-live":"ada","host":"x"},"requestContext":{"http":{"method":"POST"},` +
		`"authorizer":{"jwt":{"claims":{"sub":"auth0|1"},"scopes":null}}},"body":"x-live"}`
	if got, expected := ReadRequest([]byte(http)), (Request{"ada", "auth0|1", "POST /items", "POST"}); got != expected || !NamesDeveloper([]byte(http)) {
		t.Errorf("got %+v", got)
	}
	for _, event := range []string{"", "null", "[]", `{"Records":[]}`, `{"headers":{"x-live":"ada"}}`, `{"headers":7,"requestContext":{"http":{"method":"GET"}}}`} {
		if got := ReadRequest([]byte(event)); got != (Request{}) {
			t.Errorf("%s: got %+v", event, got)
		}
	}
	for method, expected := range map[string]bool{"GET": true, "HEAD": true, "POST": false, "": false, "get": false, "OPTIONS": false} {
		if got := (Request{Method: method}).Idempotent(); got != expected {
			t.Errorf("%s: %v", method, got)
		}
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	random := make([]byte, MaxBody)
	rand.New(rand.NewSource(1)).Read(random)
	for _, body := range [][]byte{{}, []byte("x"), bytes.Repeat([]byte("x"), MaxBody), random} {
		packed := Answer{Body: body, Failed: true, ErrorType: "T"}.Pack()
		if pieces := len(newOutgoing(kindAnswer, packed).pieces); pieces > maxPieces {
			t.Errorf("%d pieces", pieces)
		}
		got, err := unpackAnswer(packed)
		if err != nil || !bytes.Equal(got.Body, body) || !got.Failed || got.ErrorType != "T" {
			t.Errorf("%d bytes came back as %d, %v", len(body), len(got.Body), err)
		}
	}
	got, err := unpackAnswer(Answer{Body: make([]byte, MaxBody+1)}.Pack())
	if err != nil || !got.Failed || got.ErrorType != "Function.ResponseSizeTooLarge" {
		t.Errorf("an answer above the limit: %+v, %v", got, err)
	}
	if _, err := (Run{Event: make([]byte, MaxBody+1)}).Pack(); err == nil {
		t.Error("an event above the limit is packed")
	}
}

// TestDecompressionBomb is read up to the longest allowed message.
func TestDecompressionBomb(t *testing.T) {
	t.Parallel()
	bomb := deflate(make([]byte, 64<<20))
	plain, err := inflate(bomb[1:])
	if err == nil || plain != nil {
		t.Errorf("%d bytes are read", len(plain))
	}
	if _, err := unpackRun(bomb); err == nil {
		t.Error("a bomb is taken")
	}
}

// TestForgedFrames: a frame is ignored by another session or invocation, in the other
// direction, in part, or a second time.
func TestForgedFrames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	offer := func(c *Call) []byte {
		frames, _ := c.Poll(w.now, &w.bridgePace)
		return frames[0]
	}
	first, second := w.call([]byte("one"), time.Minute, false).call, w.call([]byte("two"), time.Minute, false).call
	offers := [][]byte{offer(first), offer(second)}
	swapped := slices.Concat(offers[0][:2], offers[1][2:34], offers[0][34:])
	for name, payload := range map[string][]byte{
		"nothing": nil, "a byte": {Version}, "another version": append([]byte{Version + 1}, offers[0][1:]...),
		"cut": offers[0][:len(offers[0])-1], "the header alone": offers[0][:headerSize], "longer": append(slices.Clone(offers[0]), 0),
		"another invocation's": swapped,
	} {
		if w.desk.Receive(w.now, payload) {
			t.Errorf("%s: taken", name)
		}
		if first.Receive(w.now, payload) {
			t.Errorf("%s: taken by the bridge", name)
		}
	}
	if first.Receive(w.now, offers[0]) || w.stranger.Receive(w.now, offers[0]) {
		t.Error("an offer comes back, or is read by a stranger")
	}
	for _, o := range offers {
		if !w.desk.Receive(w.now, o) {
			t.Fatal("an offer is not taken")
		}
	}
	claims, _ := w.desk.Poll(w.now, &w.deskPace)
	if second.Receive(w.now, claims[0].Payload) || !first.Receive(w.now, claims[0].Payload) {
		t.Error("a claim is taken for another invocation's")
	}
	if w.desk.Receive(w.now, claims[0].Payload) {
		t.Error("a claim comes back")
	}
}

// TestReplayedExchange replays an exchange to the session after its end: nothing runs.
func TestReplayedExchange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	trial := w.call([]byte("once"), time.Minute, false)
	w.after(0, func() {})
	w.run()
	w.check(trial, 0)
	if trial.outcome.Kind != Answered || w.desk.Len() != 0 {
		t.Fatalf("%v, %d jobs", trial.outcome.Kind, w.desk.Len())
	}
	for range 2 {
		for _, payload := range slices.Clone(w.recorded) {
			w.desk.Receive(w.now, payload)
			w.desk.Poll(w.now, &w.deskPace)
		}
	}
	if ready := w.desk.TakeReady(); len(ready) != 0 || trial.runs != 1 {
		t.Errorf("%d runs, %d more", trial.runs, len(ready))
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewSource(1))
	for round := range 50 {
		var p Pace
		now := time.Unix(1e9, 0)
		var sent []time.Time
		total := 0
		for range 2000 {
			size := rng.Intn(pieceSize >> (round % 10))
			if p.Take(now, size) {
				sent = append(sent, now)
				total += size
				continue
			}
			ready := p.Ready(now, size)
			if !ready.After(now) {
				t.Fatal("neither now nor later")
			}
			now = ready
		}
		for i := range sent {
			if i >= messagesPerSecond && sent[i].Sub(sent[i-messagesPerSecond]) < time.Second {
				t.Fatalf("more than %d messages in a second", messagesPerSecond)
			}
		}
		if rate := float64(total-bytesAtOnce-pieceSize) / now.Sub(time.Unix(1e9, 0)).Seconds(); rate > bytesPerSecond {
			t.Errorf("%.0f bytes a second", rate)
		}
	}
}

func FuzzParsePresence(f *testing.F) {
	_, document := presenceOf(f, "ada")
	f.Add("ada", document)
	f.Add("", []byte(`{"version":2,"name":"ada","session":"00000000000000000000000000000000"}`))
	f.Add("+", []byte(`{}`))
	f.Fuzz(func(t *testing.T, name string, document []byte) {
		p, err := ParsePresence(name, document)
		if err != nil && !errors.Is(err, ErrVersion) {
			return
		}
		if !ValidName(p.Name) || !validSession(p.Session) || (name != "" && p.Name != name) || (err == nil && !p.Gone && len(p.Key) != 32) {
			t.Errorf("%q: %+v", name, p)
		}
	})
}

func FuzzReadRequest(f *testing.F) {
	f.Add([]byte(`{"routeKey":"GET /","headers":{"x-live":"ada"},"requestContext":{"http":{"method":"GET"}}}`))
	f.Fuzz(func(t *testing.T, event []byte) {
		r := ReadRequest(event)
		if r != (Request{}) && !json.Valid(event) {
			t.Errorf("%q: %+v", event, r)
		}
		if p, ok := Choose([]Presence{{Identity: Identity{Name: "ada"}}}, r, "items"); ok && p.Name != r.Developer {
			t.Errorf("chosen for %+v", r)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	packed, err := Run{Event: bytes.Repeat([]byte("x"), 2000), Environment: map[string]string{"A": "b"}}.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Add([]byte{stored, 0, 0, 0, 2, '{', '}', 'x'})
	f.Add([]byte{stored, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, packed []byte) {
		run, err := unpackRun(packed)
		if err != nil {
			return
		}
		again, err := run.Pack()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := unpackRun(again); err != nil || !bytes.Equal(got.Event, run.Event) || !cmp.Equal(got.Environment, run.Environment) {
			t.Errorf("%v: %v", got, err)
		}
	})
}

// FuzzDesk passes a session, in the middle of an exchange, a sealed frame with any content,
// and arbitrary bytes.
func FuzzDesk(f *testing.F) {
	f.Add(byte(kindRun), true, byte(0), byte(2), []byte("piece"), []byte{Version, typeSealed})
	f.Add(byte(kindOffer), false, byte(0), byte(0), []byte(`{"bridge":"items-0123456789abcdef","handler":"items","leftMs":1}`), []byte{})
	f.Add(byte(kindAnswerAck), true, byte(0), byte(0), []byte("01234567"), []byte("x"))
	f.Fuzz(func(t *testing.T, kind byte, challenged bool, number, count byte, body, rest []byte) {
		if len(body) > pieceSize {
			return
		}
		keys, bridge, now := NewKeys(), NewKeys(), time.Unix(1e9, 0)
		desk, pace := NewDesk(keys), &Pace{}
		channel := newChannel(ID(*bridge.public), bridge, keys.Public())
		offer, err := json.Marshal(Offer{Bridge: NewBridge("items"), Handler: "items", LeftMS: 1000})
		if err != nil {
			t.Fatal(err)
		}
		desk.Receive(now, channel.seal(frame{kind: kindOffer, body: offer}))
		desk.Poll(now, pace)
		given := frame{kind: kind, number: number, count: count, body: body}
		if challenged {
			given.challenge = desk.jobs[0].challenge
		}
		desk.Receive(now, channel.seal(given))
		if desk.Receive(now, rest) {
			t.Errorf("%q is taken for a frame", rest)
		}
		for _, j := range desk.TakeReady() {
			desk.Finish(now, j, Answer{}.Pack())
		}
		for range 100 {
			_, wake := desk.Poll(now, pace)
			if wake.IsZero() {
				return
			}
			if wake.Before(now) {
				t.Fatal("time goes back")
			}
			now = wake
		}
	})
}

// FuzzCall passes a bridge, in the middle of an exchange, frames with any content, sealed by
// the session.
func FuzzCall(f *testing.F) {
	f.Add(byte(kindClaim), byte(kindAnswer), byte(0), byte(1), []byte{stored, 0, 0, 0, 2, '{', '}', 'x'}, []byte{})
	f.Add(byte(kindClaim), byte(kindRunAck), byte(0), byte(0), []byte("01234567"), []byte{Version, typePresence, '{', '}'})
	f.Add(byte(kindClaim), byte(kindDecline), byte(0), byte(0), []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, kind1, kind2, number, count byte, body, rest []byte) {
		if len(body) > pieceSize {
			return
		}
		w := newWorld(t, 1)
		call := w.call([]byte("event"), time.Minute, false).call
		call.Poll(w.now, &w.bridgePace)
		channel := newChannel(call.ID(), w.desk.keys, bytes.Clone(call.channel.id[:]))
		var c challenge
		c[0] = 1
		for _, f := range []frame{{kind1, c, number, count, body}, {kind2, c, number, count, body}} {
			call.Receive(w.now, channel.seal(f))
			call.Poll(w.now, &w.bridgePace)
		}
		if call.Receive(w.now, rest) {
			t.Errorf("%q is taken for a frame", rest)
		}
		ParseHelloAnswer(rest)
		if o := call.Outcome(); o.Kind == Answered && (kind1 != kindClaim || kind2 != kindAnswer) {
			t.Errorf("answered by kinds %d and %d", kind1, kind2)
		}
	})
}

func FuzzParseHello(f *testing.F) {
	f.Add(Hello(NewBridge("items")))
	f.Add([]byte{2, typeHello, '+'})
	f.Fuzz(func(t *testing.T, payload []byte) {
		if _, bridge, ok := ParseHello(payload); ok && HandlerOf(bridge) == "" {
			t.Errorf("%q: %q", payload, bridge)
		}
	})
}
