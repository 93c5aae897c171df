package standin

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/mochi-mqtt/server/v2/packets"
	"golang.org/x/time/rate"

	"api-auth-jwt-auth0/local/live/mqtt"
)

// writeTimeout is how long a client may take for a packet.
const writeTimeout = 5 * time.Second

// A conn is a client's WebSocket, as the connection that the engine serves.
type conn struct {
	net.Conn // for the methods that do not read or write
	ws       *websocket.Conn
	*principal

	message io.Reader // the one that is being read; nil between two
	rest    []byte    // still to be returned by Read

	life  context.Context
	end   context.CancelFunc
	gone  chan struct{} // closed when the connection is no longer served
	bytes *rate.Limiter // a second
	sends *rate.Limiter // messages a second, in both directions

	writing sync.Mutex
	pending [][]byte // packets that were written while it was frozen

	mu     sync.Mutex
	frozen chan struct{} // closed while it is not frozen
	idle   *time.Timer   // disconnects the client; nil before CONNECT
	will   *Message
	exact  map[string]int // filters that are being subscribed to, see hook.OnACLCheck
}

func newConn(b *Broker, p *principal, ws *websocket.Conn) *conn {
	c := &conn{Conn: ws.NetConn(), ws: ws, principal: p, gone: make(chan struct{}), exact: map[string]int{},
		bytes: rate.NewLimiter(mqtt.MaxThroughput, mqtt.MaxThroughput), sends: rate.NewLimiter(mqtt.MaxPublishes, mqtt.MaxPublishes)}
	if b.options.Unlimited {
		c.bytes, c.sends = rate.NewLimiter(rate.Inf, 0), rate.NewLimiter(rate.Inf, 0)
	}
	c.life, c.end = context.WithCancel(context.Background())
	c.frozen = make(chan struct{})
	close(c.frozen)
	return c
}

// disconnect is a DISCONNECT packet.
var disconnect = []byte{packets.Disconnect << 4, 0}

// Read reads the stream of MQTT packets. It returns a Close frame as DISCONNECT: both are
// CLIENT_INITIATED_DISCONNECT, after which there is no will.
// https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
func (c *conn) Read(p []byte) (int, error) {
	for {
		if err := c.thawed(); err != nil {
			return 0, err
		}
		if len(c.rest) > 0 {
			n := copy(p, c.rest)
			c.rest = c.rest[n:]
			return n, nil
		}
		n, err := c.read(p)
		if n > 0 {
			return n, errors.Join(err, c.delay(n), c.thawed())
		}
		if err != nil {
			return 0, err
		}
	}
}

func (c *conn) read(p []byte) (int, error) {
	if c.message == nil {
		kind, message, err := c.ws.NextReader()
		var closed *websocket.CloseError
		switch {
		case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
			c.rest = disconnect
			return 0, nil
		case err != nil:
			return 0, err
		case kind != websocket.BinaryMessage:
			return 0, errors.New("a WebSocket message that is not binary")
		}
		c.message = message
	}
	n, err := c.message.Read(p)
	if err == io.EOF {
		c.message, err = nil, nil
	}
	return n, err
}

// Write writes MQTT packets. While the connection is frozen they wait, as they would in the
// network.
func (c *conn) Write(p []byte) (int, error) {
	if err := c.delay(len(p)); err != nil {
		return 0, err
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	select {
	case <-c.freezer():
	default:
		c.pending = append(c.pending, append([]byte(nil), p...))
		return len(p), nil
	}
	if err := c.send(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (c *conn) send(p []byte) error {
	c.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
	return c.ws.WriteMessage(websocket.BinaryMessage, p)
}

// delay waits until the throughput allows n more bytes.
func (c *conn) delay(n int) error {
	for n > 0 && c.bytes.Limit() != rate.Inf {
		part := min(n, c.bytes.Burst())
		if err := c.bytes.WaitN(c.life, part); err != nil {
			return net.ErrClosed
		}
		n -= part
	}
	return nil
}

// thawed waits while the connection is frozen.
func (c *conn) thawed() error {
	select {
	case <-c.freezer():
		return nil
	case <-c.life.Done():
		return net.ErrClosed
	}
}

// freezer is closed while the connection is not frozen.
func (c *conn) freezer() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.frozen
}

func (c *conn) freeze() (thaw func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	frozen := make(chan struct{})
	c.frozen = frozen
	return sync.OnceFunc(func() {
		c.writing.Lock()
		defer c.writing.Unlock()
		for _, p := range c.pending {
			c.send(p) // an error ends the connection
		}
		c.pending = nil
		close(frozen)
	})
}

// cut closes the connection without a Close frame.
func (c *conn) cut() { c.Close() }

// Close implements net.Conn.
func (c *conn) Close() error {
	c.end()
	c.stopIdle()
	return c.Conn.Close()
}

// The engine's deadlines are not used: see heardPacket.
func (c *conn) SetDeadline(time.Time) error      { return nil }
func (c *conn) SetReadDeadline(time.Time) error  { return nil }
func (c *conn) SetWriteDeadline(time.Time) error { return nil }

// startIdle calls drop when no packet arrives for a time.
func (c *conn) startIdle(after time.Duration, drop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = time.AfterFunc(after, drop)
}

// heardPacket postpones the end of an idle connection.
func (c *conn) heardPacket(after time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.idle != nil && c.life.Err() == nil {
		c.idle.Reset(after)
	}
}

func (c *conn) stopIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.idle != nil {
		c.idle.Stop()
	}
}
