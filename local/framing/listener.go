package framing

import (
	"errors"
	"net"
)

// ErrAmbiguousFraming ends the input of a connection on which the next request
// could be read in two ways. A server of net/http answers it with a 400 in a
// request's head; in a body, it is the error of the handler's Read.
var ErrAmbiguousFraming = errors.New("the end of the request is ambiguous")

// Listener is a TCP listener whose connections end with [ErrAmbiguousFraming]
// before the first ambiguous byte.
type Listener struct{ net.Listener }

// Accept waits for the next connection. It fails if that is not a TCP connection.
func (l Listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return nil, errors.Join(errors.New("expected a TCP connection"), c.Close())
	}
	return &conn{TCPConn: tcp}, nil
}

// conn embeds a TCPConn, because net/http closes TCP connections in two steps so
// that no answer is lost.
type conn struct {
	*net.TCPConn
	framing framing
	err     error // ErrAmbiguousFraming, once it has occurred
}

func (c *conn) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.TCPConn.Read(p)
	if good := c.framing.scan(p[:n]); good < n {
		c.err = ErrAmbiguousFraming
		return good, c.err
	}
	return n, err
}

// Unframed returns a connection of a Listener without its checks, for what follows
// once both ends have switched from HTTP to another protocol. Any other connection
// is returned as it is.
func Unframed(c net.Conn) net.Conn {
	if c, ok := c.(*conn); ok {
		return c.TCPConn
	}
	return c
}
