package mqtt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// writeTimeout limits the writing of a packet, which takes a quarter of a second at IoT
	// Core's throughput.
	writeTimeout = 10 * time.Second

	dialTimeout = 10 * time.Second
)

// A socket is a WebSocket of binary messages, read as a stream.
type socket struct {
	ws      *websocket.Conn
	message io.Reader // the message being read; nil between two
}

// open opens a WebSocket. heard is called whenever bytes arrive.
func open(ctx context.Context, u *url.URL, now func() time.Time, heard func()) (*socket, error) {
	var release func() bool
	dialer := websocket.Dialer{
		Subprotocols: []string{"mqtt"}, HandshakeTimeout: dialTimeout,
		NetDialContext: func(dialing context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(dialing, network, address)
			if err != nil {
				return nil, err
			}
			release = context.AfterFunc(ctx, func() { conn.Close() })
			return &heardConn{conn, heard}, nil
		},
	}
	if u.Scheme == "wss" {
		dialer.Proxy = http.ProxyFromEnvironment
	}
	ws, response, err := dialer.DialContext(ctx, u.String(), nil)
	if release != nil && !release() {
		return nil, ctx.Err()
	}
	if errors.Is(err, websocket.ErrBadHandshake) {
		return nil, newHandshakeError(response, now())
	}
	if err != nil {
		return nil, err
	}
	if ws.Subprotocol() != "mqtt" {
		ws.Close()
		return nil, fmt.Errorf("the broker speaks the WebSocket subprotocol %.40q, expected mqtt", ws.Subprotocol())
	}
	return &socket{ws: ws}, nil
}

func newHandshakeError(r *http.Response, now time.Time) *HandshakeError {
	e := &HandshakeError{Status: r.StatusCode}
	if date, err := http.ParseTime(r.Header.Get("Date")); err == nil {
		e.ClockOff = now.Sub(date)
	}
	return e
}

// Read implements io.Reader, across messages.
func (s *socket) Read(p []byte) (int, error) {
	for {
		if s.message == nil {
			kind, message, err := s.ws.NextReader()
			if err != nil {
				return 0, err
			}
			if kind != websocket.BinaryMessage {
				return 0, errors.New("the broker sent a WebSocket message that is not binary")
			}
			s.message = message
		}
		n, err := s.message.Read(p)
		if err == io.EOF {
			s.message, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// write sends a message. It must not be called concurrently.
func (s *socket) write(message []byte) error {
	s.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
	return s.ws.WriteMessage(websocket.BinaryMessage, message)
}

// close closes the connection without a Close frame, which IoT Core would treat as a clean
// end, without a will.
// https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
func (s *socket) close() { s.ws.Close() }

// heardConn calls heard when bytes arrive.
type heardConn struct {
	net.Conn
	heard func()
}

func (c *heardConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.heard()
	}
	return n, err
}
