package standin_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/packets"
	"github.com/gorilla/websocket"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
)

func credentials(id, secret, token string) func(context.Context) (mqtt.Credentials, error) {
	return func(context.Context) (mqtt.Credentials, error) {
		return mqtt.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: token}, nil
	}
}

func TestLimitsOfConnect(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	with := func(change func(*packets.Connect)) *packets.Connect {
		c := connect("c" + fmt.Sprint(time.Now().UnixNano()))
		change(c)
		return c
	}
	for _, test := range []struct {
		name    string
		connect *packets.Connect
		want    string
	}{
		{"128 bytes of a client ID", connect(strings.Repeat("a", 128)), "CONNACK"},
		{"129 bytes", connect(strings.Repeat("a", 129)), "CONNACK 85"},
		{"no client ID", connect(""), "CONNACK 85"},
		{"MQTT 3.1.1", with(func(c *packets.Connect) { c.ProtocolVersion = 4 }), "CONNACK 84"},
		{"a will at QoS 2", with(func(c *packets.Connect) {
			c.WillFlag, c.WillQOS, c.WillTopic, c.WillMessage, c.WillProperties = true, 2, "a", []byte("x"), &packets.Properties{}
		}), "CONNACK 9B"},
		{"a will of eight slashes", with(func(c *packets.Connect) {
			c.WillFlag, c.WillTopic, c.WillMessage, c.WillProperties = true, "a/b/c/d/e/f/g/h/i", []byte("x"), &packets.Properties{}
		}), "CONNACK 90"},
	} {
		if got := newRaw(t, b, test.connect).next(t); got != test.want && !(got == "closed" && test.want == "CONNACK 84") {
			t.Errorf("%s: expected %s, got %s", test.name, test.want, got)
		}
	}
}

// TestLimitsOfPackets: a connected client sends one packet.
func TestLimitsOfPackets(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	publish := func(topic string, size int, qos byte) packets.Packet {
		return &packets.Publish{Topic: topic, Payload: bytes.Repeat([]byte("x"), size), QoS: qos, PacketID: 1, Properties: &packets.Properties{}}
	}
	subscribe := func(count int, filter string, qos byte) packets.Packet {
		p := &packets.Subscribe{PacketID: 1, Properties: &packets.Properties{}}
		for i := range count {
			p.Subscriptions = append(p.Subscriptions, packets.SubOptions{Topic: strings.Replace(filter, "N", fmt.Sprint(i), 1), QoS: qos})
		}
		return p
	}
	alias := uint16(1)
	for i, test := range []struct {
		name   string
		packet packets.Packet
		want   string
	}{
		{"128 KB", publish("a", mqtt.MaxPacket-10, 1), "PUBACK"},
		{"more", publish("a", mqtt.MaxPacket, 1), "closed"},
		{"256 bytes of a topic", publish(strings.Repeat("a", 256), 1, 1), "PUBACK"},
		{"257", publish(strings.Repeat("a", 257), 1, 1), "DISCONNECT 90"},
		{"seven slashes", publish("a/b/c/d/e/f/g/h", 1, 1), "PUBACK"},
		{"eight", publish("a/b/c/d/e/f/g/h/i", 1, 1), "DISCONNECT 90"},
		{"a topic with a wildcard", publish("a/+", 1, 1), "DISCONNECT 90"},
		{"a reserved topic", publish("$aws/things/a", 1, 1), "DISCONNECT 90"},
		{"QoS 2", publish("a", 1, 2), "DISCONNECT 9B"},
		{"a topic alias", &packets.Publish{Topic: "a", Payload: []byte("x"), Properties: &packets.Properties{TopicAlias: &alias}}, "DISCONNECT 94"},
		{"eight filters", subscribe(8, "N", 1), "SUBACK"},
		{"nine", subscribe(9, "N", 1), "DISCONNECT 97"},
		{"a filter of eight slashes", subscribe(1, "a/b/c/d/e/f/g/h/+", 1), "DISCONNECT 8F"},
		{"a filter of 257 bytes", subscribe(1, strings.Repeat("a", 257), 1), "DISCONNECT 8F"},
		{"a shared subscription", subscribe(1, "$share/group/a", 1), "DISCONNECT 8F"},
		{"a subscription at QoS 2", subscribe(1, "a", 2), "DISCONNECT 9B"},
		{"a second CONNECT", connect("again"), "DISCONNECT 82"},
		{"AUTH", &packets.Auth{ReasonCode: 0x18, Properties: &packets.Properties{AuthMethod: "x"}}, "DISCONNECT 82"},
		{"PUBREL", &packets.Pubrel{PacketID: 1, Properties: &packets.Properties{}}, "DISCONNECT 82"},
		{"PINGREQ", &packets.Pingreq{}, "PINGRESP"},
	} {
		c := newRaw(t, b, connect(fmt.Sprintf("c%d", i)))
		if got := c.next(t); got != "CONNACK" {
			t.Fatalf("%s: got %s", test.name, got)
		}
		c.send(test.packet)
		if got := c.next(t); got != test.want {
			t.Errorf("%s: expected %s, got %s", test.name, test.want, got)
		}
	}
}

// TestFiftySubscriptions: one more ends the connection.
func TestFiftySubscriptions(t *testing.T) {
	t.Parallel()
	c := dial(t, config(newBroker(t, nil), "c"))
	for i := range 50 {
		must(t, c.Subscribe(t.Context(), fmt.Sprint("topic/", i)))
	}
	if err := c.Subscribe(t.Context(), "one/more"); err == nil {
		t.Error("a subscription more is taken")
	}
	if code := c.refused(t); code != 0x97 {
		t.Errorf("got %#x", code)
	}
}

// A clock is advanced by the test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// TestOneConnectASecond for a client ID; the older connection is dropped, and its will sent.
func TestOneConnectASecond(t *testing.T) {
	t.Parallel()
	clock := &clock{now: time.Now()}
	b := newBroker(t, func(o *standin.Options) { o.Now = clock.Now })
	watcher := dial(t, config(b, "watcher"), "gone")
	cfg := config(b, "c")
	cfg.Will = &mqtt.Message{Topic: "gone", Payload: []byte("c")}
	older := dial(t, cfg)
	var r *mqtt.Refusal
	if _, err := mqtt.Dial(t.Context(), cfg); !errors.As(err, &r) || r.Code != 0x97 {
		t.Errorf("at once: got %v", err)
	}
	must(t, older.Ping(t.Context()))
	clock.advance(time.Second)
	newer := dial(t, cfg)
	if code := older.refused(t); code != mqtt.SessionTakenOver {
		t.Errorf("the older: got %#x", code)
	}
	must(t, newer.Ping(t.Context()))
	if got := watcher.receive(t); got != "gone c" {
		t.Errorf("got %q", got)
	}
}

// TestHundredMessagesASecond, sent and received: the rest are discarded.
func TestHundredMessagesASecond(t *testing.T) {
	t.Parallel()
	clock := &clock{now: time.Now()}
	b := newBroker(t, func(o *standin.Options) { o.Now = clock.Now })
	receiver := dial(t, config(b, "receiver"), "a", "b")
	sender, other := dial(t, config(b, "sender")), dial(t, config(b, "other"))
	for i := range 120 {
		sender.publish(t, "a", fmt.Sprint(i), false)
	}
	must(t, sender.Ping(t.Context()))
	if got := b.Messages(); got != 100 {
		t.Errorf("expected 100 messages to be published, got %d", got)
	}
	for i := range 100 {
		if got := receiver.receive(t); got != fmt.Sprint("a ", i) {
			t.Fatalf("message %d: got %q", i, got)
		}
	}
	other.publish(t, "a", "too much for the receiver", false)
	err := sender.Publish(t.Context(), mqtt.Message{Topic: "a", Payload: []byte("x"), Retain: true})
	var r *mqtt.Refusal
	if !errors.As(err, &r) || r.Packet != "PUBACK" || r.Code != 0x97 {
		t.Errorf("at QoS 1: got %v", err)
	}
	must(t, other.Ping(t.Context()))
	clock.advance(time.Second)
	receiver.quiet(t, sender, "b")
}

// TestThroughput: bytes above 512 KB a second are delayed.
func TestThroughput(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	c := dial(t, config(b, "c"))
	payload := strings.Repeat("x", 64<<10)
	start := time.Now()
	const bursts = 3 // half a second each, of which the first is free
	for range bursts * 4 {
		c.publish(t, "a", payload, false)
	}
	must(t, c.Ping(t.Context()))
	if took := time.Since(start); took < 450*time.Millisecond {
		t.Errorf("768 KB took %v", took)
	}
}

// TestIdleConnectionIsDropped after 1.5 keep-alives. IoT Core accepts none below 30 seconds;
// here a second is a millisecond.
func TestIdleConnectionIsDropped(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) { o.Second = time.Millisecond })
	c := connect("c")
	c.KeepAlive = 1
	c.WillFlag, c.WillRetain, c.WillTopic, c.WillMessage, c.WillProperties = true, true, "gone", []byte("c"), &packets.Properties{}
	start := time.Now()
	idle := newRaw(t, b, c)
	if got := idle.next(t); got != "CONNACK" {
		t.Fatalf("got %s", got)
	}
	if got := idle.next(t); got != "DISCONNECT 8D" {
		t.Errorf("got %s", got)
	}
	if took := time.Since(start); took < 45*time.Millisecond {
		t.Errorf("dropped after %v", took)
	}
	must(t, b.Wait(t.Context(), func() bool { return string(b.Retained("gone")) == "c" }))
}

// TestKeepAliveIsAnnounced if it differs from the client's.
func TestKeepAliveIsAnnounced(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	for asked, want := range map[uint16]uint16{0: 1200, 1: 30, 30: 0, 600: 0, 1200: 0, 1201: 1200} {
		p := connect(fmt.Sprint("c", asked))
		p.KeepAlive = asked
		c := newRaw(t, b, p)
		answer, err := packets.ReadPacket(c.r)
		must(t, err)
		got := uint16(0)
		if seconds := answer.Content.(*packets.Connack).Properties.ServerKeepAlive; seconds != nil {
			got = *seconds
		}
		if got != want {
			t.Errorf("%d: expected %d, got %d", asked, want, got)
		}
	}
}

// TestCloseFrameIsAGoodbye: no will is sent after it.
func TestCloseFrameIsAGoodbye(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	w := dial(t, config(b, "watcher"), "gone", "end")
	p := connect("c")
	p.WillFlag, p.WillTopic, p.WillMessage, p.WillProperties = true, "gone", []byte("c"), &packets.Properties{}
	c := newRaw(t, b, p)
	c.next(t)
	c.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
	must(t, b.WaitClient(t.Context(), "c", false))
	w.quiet(t, w, "end")
}
