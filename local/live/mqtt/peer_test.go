package mqtt_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/packets"
	"github.com/gorilla/websocket"

	"api-auth-jwt-auth0/local/live/mqtt"
)

// newPeer returns the endpoint of a broker that runs serve on each WebSocket.
func newPeer(t *testing.T, subprotocols []string, serve func(*websocket.Conn)) string {
	t.Helper()
	upgrader := websocket.Upgrader{Subprotocols: subprotocols}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		serve(ws)
	}))
	t.Cleanup(server.Close)
	return "ws://" + server.Listener.Addr().String()
}

// accept answers CONNECT.
func accept(ws *websocket.Conn, properties *packets.Properties) {
	ws.ReadMessage()
	send(ws, &packets.Connack{Properties: properties})
}

func send(ws *websocket.Conn, p packets.Packet) {
	var b bytes.Buffer
	p.WriteTo(&b)
	ws.WriteMessage(websocket.BinaryMessage, b.Bytes())
}

// drain reads until the client disconnects.
func drain(ws *websocket.Conn) {
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return
		}
	}
}

// TestBrokerThatMisbehaves after accepting a client: the connection ends with a reason.
func TestBrokerThatMisbehaves(t *testing.T) {
	t.Parallel()
	raw := func(kind int, data string) func(*websocket.Conn) {
		return func(ws *websocket.Conn) { ws.WriteMessage(kind, []byte(data)) }
	}
	packet := func(p packets.Packet) func(*websocket.Conn) { return func(ws *websocket.Conn) { send(ws, p) } }
	for _, test := range []struct {
		name string
		does func(*websocket.Conn)
		want string
	}{
		{"a text message", raw(websocket.TextMessage, "hello"), "not binary"},
		{"a packet that is no packet", raw(websocket.BinaryMessage, "\x00\x00"), "malformed"},
		{"a packet that says it is 256 MB", raw(websocket.BinaryMessage, "\x30\xFF\xFF\xFF\x7F"), "expected at most 131072"},
		{"a message at QoS 2", packet(&packets.Publish{Topic: "a", QoS: 2, PacketID: 1, Properties: &packets.Properties{}}), "QoS 2"},
		{"another CONNACK", packet(&packets.Connack{Properties: &packets.Properties{}}), "unexpected CONNACK"},
		{"a CONNECT", packet(&packets.Connect{ProtocolName: "MQTT", ProtocolVersion: 5, Properties: &packets.Properties{}}), "unexpected CONNECT"},
		{"a Close frame", func(ws *websocket.Conn) { ws.WriteMessage(websocket.CloseMessage, nil) }, "lost"},
		{"nothing more", func(ws *websocket.Conn) { ws.Close() }, "lost"},
		{"answers and pongs that nobody asked for", func(ws *websocket.Conn) {
			send(ws, &packets.Suback{PacketID: 9, Reasons: []byte{0}, Properties: &packets.Properties{}})
			send(ws, &packets.Puback{PacketID: 0, Properties: &packets.Properties{}})
			send(ws, &packets.Pingresp{})
			send(ws, &packets.Disconnect{ReasonCode: 0x8B, Properties: &packets.Properties{}})
		}, "0x8B (server shutting down)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			endpoint := newPeer(t, []string{"mqtt"}, func(ws *websocket.Conn) {
				accept(ws, &packets.Properties{})
				test.does(ws)
				drain(ws)
			})
			c := dial(t, config(endpoint, "c"))
			if err := ended(t, c); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("expected %q, got %v", test.want, err)
			}
		})
	}
}

// TestBrokerThatDoesNotAccept a client.
func TestBrokerThatDoesNotAccept(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		subprotocols []string
		does         func(*websocket.Conn)
		want         string
	}{
		{"another subprotocol", nil, func(*websocket.Conn) {}, "expected mqtt"},
		{"a refusal", []string{"mqtt"}, func(ws *websocket.Conn) {
			send(ws, &packets.Connack{ReasonCode: 0x97, Properties: &packets.Properties{ReasonString: "too fast"}})
		}, `CONNACK 0x97 (quota exceeded): "too fast"`},
		{"another packet", []string{"mqtt"}, func(ws *websocket.Conn) { send(ws, &packets.Pingresp{}) }, "expected CONNACK"},
		{"nothing", []string{"mqtt"}, func(ws *websocket.Conn) { ws.Close() }, "lost"},
	} {
		endpoint := newPeer(t, test.subprotocols, func(ws *websocket.Conn) {
			ws.ReadMessage()
			test.does(ws)
		})
		if _, err := mqtt.Dial(t.Context(), config(endpoint, "c")); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: expected %q, got %v", test.name, test.want, err)
		}
	}
}

// TestOnePacketIsOneFrame, but packets in many frames, or many in one, can be read.
func TestOnePacketIsOneFrame(t *testing.T) {
	t.Parallel()
	frames := make(chan []byte, 3)
	endpoint := newPeer(t, []string{"mqtt"}, func(ws *websocket.Conn) {
		accept(ws, &packets.Properties{})
		_, frame, _ := ws.ReadMessage()
		frames <- frame
		var two bytes.Buffer
		for _, topic := range []string{"a", "b"} {
			(&packets.Publish{Topic: topic, Payload: []byte("payload"), Properties: &packets.Properties{}}).WriteTo(&two)
		}
		ws.WriteMessage(websocket.BinaryMessage, two.Bytes())
		for _, b := range two.Bytes() {
			ws.WriteMessage(websocket.BinaryMessage, []byte{b})
		}
		drain(ws)
	})
	cfg := config(endpoint, "c")
	onMessage, messages := inbox()
	cfg.OnMessage = onMessage
	c := dial(t, cfg)
	must(t, c.Publish(t.Context(), mqtt.Message{Topic: "topic", Payload: []byte("payload")}))
	want := "\x30\x0F\x00\x05topic\x00payload"
	if got := <-frames; string(got) != want {
		t.Errorf("got the frame %q, expected %q", got, want)
	}
	for _, topic := range []string{"a", "b", "a", "b"} {
		if m := receive(t, messages); m.Topic != topic || string(m.Payload) != "payload" {
			t.Errorf("expected %s, got %+v", topic, m)
		}
	}
}

// TestKeepAliveOfTheBroker counts if it is shorter.
func TestKeepAliveOfTheBroker(t *testing.T) {
	t.Parallel()
	pinged := make(chan time.Time, 10)
	start := time.Now()
	endpoint := newPeer(t, []string{"mqtt"}, func(ws *websocket.Conn) {
		second := uint16(1)
		accept(ws, &packets.Properties{ServerKeepAlive: &second})
		for {
			if _, frame, err := ws.ReadMessage(); err != nil || frame[0]>>4 != packets.PINGREQ {
				return
			}
			pinged <- time.Now()
			send(ws, &packets.Pingresp{})
		}
	})
	cfg := config(endpoint, "c")
	cfg.KeepAlive = time.Hour / 4
	dial(t, cfg)
	select {
	case at := <-pinged:
		if after := at.Sub(start); after < time.Second {
			t.Errorf("pinged after %v", after)
		}
	case <-time.After(patience):
		t.Error("no ping")
	}
}

// TestNoCloseFrameWithoutClose: IoT Core would treat one as a clean end, without a will.
func TestNoCloseFrameWithoutClose(t *testing.T) {
	t.Parallel()
	ends := make(chan error, 2)
	endpoint := newPeer(t, []string{"mqtt"}, func(ws *websocket.Conn) {
		accept(ws, &packets.Properties{})
		for {
			if _, _, err := ws.ReadMessage(); err != nil { // pings are not answered
				ends <- err
				return
			}
		}
	})
	cfg := config(endpoint, "c")
	cfg.KeepAlive = 20 * time.Millisecond
	ended(t, dial(t, cfg))
	if err := <-ends; !websocket.IsCloseError(err, websocket.CloseAbnormalClosure) {
		t.Errorf("the client ended with %v", err)
	}
}
