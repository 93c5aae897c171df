package standin_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/packets"
	"github.com/gorilla/websocket"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
)

const (
	accessKeyID = "ASIALIVEDEVELOPER001"
	secret      = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	session     = "token/of+the=developer"
	patience    = 20 * time.Second
)

// newBroker returns a broker with one key, which has the rights of policies.
func newBroker(t *testing.T, change func(*standin.Options), policies ...string) *standin.Broker {
	t.Helper()
	options := standin.Options{Keys: map[string]standin.Key{accessKeyID: {Secret: secret, SessionToken: session, Policies: policies}}}
	if change != nil {
		change(&options)
	}
	b, err := standin.New(options)
	must(t, err)
	t.Cleanup(func() { b.Close() })
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A client is a connection and its received messages.
type client struct {
	*mqtt.Conn
	messages chan mqtt.Message
}

func config(b *standin.Broker, id string) mqtt.Config {
	return mqtt.Config{Endpoint: b.URL(), Region: "eu-west-1", ClientID: id, Credentials: func(context.Context) (mqtt.Credentials, error) {
		return mqtt.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: secret, SessionToken: session}, nil
	}}
}

func dial(t *testing.T, cfg mqtt.Config, filters ...string) client {
	t.Helper()
	c := client{messages: make(chan mqtt.Message, 1000)}
	cfg.OnMessage = func(m mqtt.Message) { c.messages <- m }
	var err error
	c.Conn, err = mqtt.Dial(t.Context(), cfg)
	must(t, err)
	t.Cleanup(func() { c.Close() })
	must(t, c.Subscribe(t.Context(), filters...))
	return c
}

func (c client) publish(t *testing.T, topic, payload string, retain bool) {
	t.Helper()
	must(t, c.Publish(t.Context(), mqtt.Message{Topic: topic, Payload: []byte(payload), Retain: retain}))
}

// receive returns the next message's topic and payload.
func (c client) receive(t *testing.T) string {
	t.Helper()
	select {
	case m := <-c.messages:
		return m.Topic + " " + string(m.Payload)
	case <-time.After(patience):
		t.Fatal("no message arrived")
		return ""
	}
}

// quiet checks that nothing is left to receive: a message that is sent now arrives next.
func (c client) quiet(t *testing.T, sender client, topic string) {
	t.Helper()
	sender.publish(t, topic, "next", false)
	if got := c.receive(t); got != topic+" next" {
		t.Errorf("expected nothing, got %q", got)
	}
}

// refused returns the reason code of a client's DISCONNECT.
func (c client) refused(t *testing.T) byte {
	t.Helper()
	select {
	case <-c.Done():
	case <-time.After(patience):
		t.Fatal("the connection did not end")
	}
	var r *mqtt.Refusal
	if !errors.As(c.Err(), &r) || r.Packet != "DISCONNECT" {
		t.Fatalf("expected the broker to disconnect, got %v", c.Err())
	}
	return r.Code
}

// A raw client sends arbitrary packets.
type raw struct {
	ws *websocket.Conn
	r  io.Reader
}

// newRaw connects; a nil connect is not sent.
func newRaw(t *testing.T, b *standin.Broker, connect *packets.Connect) *raw {
	t.Helper()
	s := rightSigning()
	s.at = time.Now()
	dialer := websocket.Dialer{Subprotocols: []string{"mqtt"}}
	ws, _, err := dialer.DialContext(t.Context(), s.url(t, b), nil)
	must(t, err)
	t.Cleanup(func() { ws.Close() })
	c := &raw{ws: ws, r: &stream{ws: ws}}
	if connect != nil {
		c.send(connect)
	}
	return c
}

func connect(id string) *packets.Connect {
	return &packets.Connect{ProtocolName: "MQTT", ProtocolVersion: 5, CleanStart: true, ClientID: id, Properties: &packets.Properties{}}
}

func (c *raw) send(p packets.Packet) {
	var b bytes.Buffer
	p.WriteTo(&b)
	c.ws.WriteMessage(websocket.BinaryMessage, b.Bytes())
}

// next describes the next packet: its type, and its reason code unless that is 0.
func (c *raw) next(t *testing.T) string {
	t.Helper()
	c.ws.SetReadDeadline(time.Now().Add(patience))
	p, err := packets.ReadPacket(c.r)
	if err != nil {
		return "closed"
	}
	code := byte(0)
	switch p := p.Content.(type) {
	case *packets.Connack:
		code = p.ReasonCode
	case *packets.Disconnect:
		code = p.ReasonCode
	case *packets.Puback:
		code = p.ReasonCode
	case *packets.Suback:
		code = p.Reasons[0]
	}
	if code < 0x80 {
		return p.PacketType()
	}
	return p.PacketType() + " " + strings.ToUpper(hex(code))
}

func hex(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}

// A stream reads across messages.
type stream struct {
	ws *websocket.Conn
	r  io.Reader
}

func (s *stream) Read(p []byte) (int, error) {
	for {
		if s.r == nil {
			_, r, err := s.ws.NextReader()
			if err != nil {
				return 0, err
			}
			s.r = r
		}
		n, err := s.r.Read(p)
		if err == io.EOF {
			s.r = nil
			if n == 0 {
				continue
			}
			err = nil
		}
		return n, err
	}
}
