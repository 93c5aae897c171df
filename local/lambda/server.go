package lambda

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	maxHeadBytes    = 64 << 10         // of a request line and headers
	readHeadTimeout = 10 * time.Second // from the first byte
	maxUnreadBytes  = 256 << 10        // of a body that a handler left, for which the connection stays open
	lingerTimeout   = 500 * time.Millisecond
	connBufferBytes = 4 << 10
)

// apiServer is an HTTP/1.1 server for the one kind of client that the Runtime API
// has: a process of this machine that keeps one connection, sends a request at a
// time and waits long for answers. It needs no read in the background of each request
// and no deadline to end that, so that a request takes a fifth less time than with
// net/http (BenchmarkRuntimeAPI), which parses requests and bodies here, too.
//
// A handler must write its response in one call of Write, or set Content-Length.
// A request without a body has a context that ends with the connection; that of
// one with a body does not end.
type apiServer struct {
	handler  http.HandlerFunc
	listener net.Listener

	mu       sync.Mutex
	conns    map[*apiConn]struct{}
	isClosed bool
}

func newAPIServer(l net.Listener, handler http.HandlerFunc) *apiServer {
	return &apiServer{handler: handler, listener: l, conns: map[*apiConn]struct{}{}}
}

// serve accepts connections until close.
func (s *apiServer) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			if s.hasClosed() {
				return
			}
			time.Sleep(5 * time.Millisecond) // such as for want of file descriptors
			continue
		}
		c := newAPIConn(conn)
		if !s.add(c) {
			conn.Close()
			return
		}
		go func() {
			c.serve(s.handler)
			s.remove(c)
		}()
	}
}

// close ends the server with its connections at once.
func (s *apiServer) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isClosed = true
	for c := range s.conns {
		c.conn.Close()
	}
	if err := s.listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

func (s *apiServer) hasClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.isClosed
}

func (s *apiServer) add(c *apiConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.isClosed {
		s.conns[c] = struct{}{}
	}
	return !s.isClosed
}

func (s *apiServer) remove(c *apiConn) {
	c.conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// apiConn is a connection, whose buffers serve all its requests.
type apiConn struct {
	conn  net.Conn
	limit io.LimitedReader // of conn
	in    *bufio.Reader    // of limit
	out   *bufio.Writer    // of conn
}

func newAPIConn(conn net.Conn) *apiConn {
	c := &apiConn{conn: conn}
	c.limit = io.LimitedReader{R: conn, N: math.MaxInt64}
	c.in = bufio.NewReaderSize(&c.limit, connBufferBytes)
	c.out = bufio.NewWriterSize(conn, connBufferBytes)
	return c
}

// serve answers requests until the connection cannot be used for another.
func (c *apiConn) serve(handler http.HandlerFunc) {
	for {
		r, err := c.readRequest()
		if err != nil {
			return
		}
		if !c.answer(handler, r) {
			return
		}
	}
}

// readRequest waits for a request as long as it takes, but not for the rest of one.
// One that cannot be read is answered.
func (c *apiConn) readRequest() (*http.Request, error) {
	if _, err := c.in.Peek(1); err != nil {
		return nil, err
	}
	c.limit.N = maxHeadBytes
	if err := c.conn.SetReadDeadline(time.Now().Add(readHeadTimeout)); err != nil {
		return nil, err
	}
	r, err := http.ReadRequest(c.in)
	if err != nil {
		_, _ = io.WriteString(c.conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") // it may be gone
		c.linger()
		return nil, err
	}
	c.limit.N = math.MaxInt64
	return r, c.conn.SetReadDeadline(time.Time{})
}

// answer reports whether the connection can be used for another request.
func (c *apiConn) answer(handler http.HandlerFunc, r *http.Request) bool {
	if r.Header.Get("Expect") == "100-continue" { // as curl sends it, which many a bootstrap calls
		if _, err := io.WriteString(c.conn, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
			return false
		}
	}
	w := &apiResponse{conn: c, unread: r.Body, header: http.Header{}, isLast: r.Close}
	if r.Body == http.NoBody {
		ctx := &connContext{conn: c}
		defer ctx.wait()
		r = r.WithContext(ctx)
	}
	handler(w, r)
	w.finish()
	if w.isLast { // a client may read up to the end of the connection
		c.linger()
	}
	return !w.isLast && w.err == nil
}

// linger has the client read the answer before the connection is reset for what
// it has sent since.
func (c *apiConn) linger() {
	if tcp, ok := c.conn.(*net.TCPConn); ok && tcp.CloseWrite() == nil && tcp.SetReadDeadline(time.Now().Add(lingerTimeout)) == nil {
		_, _ = io.Copy(io.Discard, tcp) // until the client closes, or the deadline
	}
}

// connContext ends with its connection. It looks for that from the first call of
// Done on, by reading ahead the next request's first byte.
type connContext struct {
	conn    *apiConn
	started sync.Once
	gone    chan struct{} // made by Done
	read    chan struct{} // made by Done; closed once the connection can be read again
}

func (x *connContext) Done() <-chan struct{} {
	x.started.Do(func() {
		x.gone, x.read = make(chan struct{}), make(chan struct{})
		go func() {
			defer close(x.read)
			if _, err := x.conn.in.Peek(1); err != nil {
				close(x.gone)
			}
		}()
	})
	return x.gone
}

// wait returns when the connection's next request can be read.
func (x *connContext) wait() {
	if x.read != nil {
		<-x.read
	}
}

func (x *connContext) Err() error {
	select {
	case <-x.Done():
		return context.Canceled
	default:
		return nil
	}
}

func (*connContext) Deadline() (time.Time, bool) { return time.Time{}, false }
func (*connContext) Value(any) any               { return nil }

// apiResponse sends a response in one write, if it fits the buffer.
type apiResponse struct {
	conn   *apiConn
	unread io.Reader // the request's body
	header http.Header
	status int  // 0 until it is known
	isSent bool // the head is
	isLast bool // on its connection
	err    error
}

func (w *apiResponse) Header() http.Header { return w.header }

func (w *apiResponse) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *apiResponse) Write(body []byte) (int, error) {
	w.sendHead(len(body))
	if w.err != nil {
		return 0, w.err
	}
	var n int
	n, w.err = w.conn.out.Write(body)
	return n, w.err
}

// finish sends what is still in the buffer.
func (w *apiResponse) finish() {
	w.sendHead(0)
	if w.err == nil {
		w.err = w.conn.out.Flush()
	}
}

// sendHead sends the status and the headers once, with the length of the body
// unless the handler has set that. It reads the rest of the request first, since
// the next one follows it, or declares the connection's end if that is too long.
func (w *apiResponse) sendHead(length int) {
	if w.isSent {
		return
	}
	w.isSent = true
	w.WriteHeader(http.StatusOK)
	if _, err := io.CopyN(io.Discard, w.unread, maxUnreadBytes); !errors.Is(err, io.EOF) {
		w.isLast = true
	}
	if w.header["Content-Length"] == nil {
		w.header["Content-Length"] = []string{strconv.Itoa(length)}
	}
	head := append(w.conn.out.AvailableBuffer(), "HTTP/1.1 "...)
	head = strconv.AppendInt(head, int64(w.status), 10)
	head = append(append(append(head, ' '), http.StatusText(w.status)...), "\r\n"...)
	for name, values := range w.header {
		for _, value := range values {
			head = append(append(append(append(head, name...), ": "...), value...), "\r\n"...)
		}
	}
	if w.isLast {
		head = append(head, "Connection: close\r\n"...)
	}
	_, w.err = w.conn.out.Write(append(head, "\r\n"...))
}
