package lambda

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// startAPIServer serves on a loopback port until the test ends.
func startAPIServer(t testing.TB, handler http.HandlerFunc) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newAPIServer(listener, handler)
	go s.serve()
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

func dial(t testing.TB, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// echo answers with what it has read, and leaves a body whose path says so.
func echo(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/missing" {
		http.NotFound(w, r)
		return
	}
	var body []byte
	if r.URL.Path != "/unread" {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	fmt.Fprintf(w, "%s %s %q %s", r.Method, r.URL.Path, body, r.Trailer.Get("X-T"))
}

// TestAPIServer compares it with net/http: each connection sends its bytes at once,
// and both servers must give the same statuses and bodies, and leave it as open.
func TestAPIServer(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 1<<20)
	const host = "Host: a\r\n"
	ours := startAPIServer(t, echo)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	reference := &http.Server{Handler: http.HandlerFunc(echo)}
	go reference.Serve(listener)
	t.Cleanup(func() { reference.Close() })
	for name, sent := range map[string]string{
		"one":                  "GET /a HTTP/1.1\r\n" + host + "\r\n",
		"kept":                 "GET /a HTTP/1.1\r\n" + host + "\r\nPOST /b HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\nhiGET /c HTTP/1.1\r\n" + host + "\r\n",
		"chunked with trailer": "POST /a HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nhi\r\n0\r\nX-T: end\r\n\r\nGET /b HTTP/1.1\r\n" + host + "\r\n",
		"empty body":           "POST /a HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\nGET /b HTTP/1.1\r\n" + host + "\r\n",
		"close":                "GET /a HTTP/1.1\r\n" + host + "Connection: close\r\n\r\nGET /b HTTP/1.1\r\n" + host + "\r\n",
		"HTTP/1.0":             "GET /a HTTP/1.0\r\n\r\nGET /b HTTP/1.1\r\n" + host + "\r\n",
		"continue":             "POST /a HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
		"not found":            "GET /missing HTTP/1.1\r\n" + host + "\r\nGET /b HTTP/1.1\r\n" + host + "\r\n",
		"body left":            "POST /unread HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\nhiGET /b HTTP/1.1\r\n" + host + "\r\n",
		"large body left":      "POST /unread HTTP/1.1\r\n" + host + "Content-Length: 1048576\r\n\r\n" + large + "GET /b HTTP/1.1\r\n" + host + "\r\n",
		"large body":           "POST /a HTTP/1.1\r\n" + host + "Content-Length: 1048576\r\n\r\n" + large + "GET /b HTTP/1.1\r\n" + host + "\r\n",
		"no HTTP":              "rubbish\r\n\r\nGET /b HTTP/1.1\r\n" + host + "\r\n",
		"body breaks off":      "POST /a HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhi",
		"two lengths":          "POST /a HTTP/1.1\r\n" + host + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
		"nothing":              "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, got := converse(t, listener.Addr().String(), sent), converse(t, ours, sent)
			if want != got {
				t.Errorf("expected %.300s\ngot %.300s", want, got)
			}
		})
	}
}

// TestLastResponseEndsTheConnection, also for a client that reads up to there before it
// closes, and whose request's context was used.
func TestLastResponseEndsTheConnection(t *testing.T) {
	t.Parallel()
	address := startAPIServer(t, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		default:
		}
		_, _ = io.WriteString(w, "answer")
	})
	for _, head := range []string{"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"} {
		conn := dial(t, address)
		if _, err := io.WriteString(conn, head); err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(conn)
		if err != nil || !strings.HasSuffix(string(text), "\r\n\r\nanswer") {
			t.Errorf("%q: got %q (%v)", head, text, err)
		}
	}
}

// converse sends bytes, ends them and returns the status and body of each response.
func converse(t *testing.T, address, sent string) string {
	t.Helper()
	conn := dial(t, address)
	go func() {
		_, _ = io.WriteString(conn, sent) // a server may close before it has read all
		conn.(*net.TCPConn).CloseWrite()
	}()
	var got strings.Builder
	for r := bufio.NewReader(conn); ; {
		response, err := http.ReadResponse(r, nil)
		if err != nil {
			fmt.Fprintf(&got, "EOF: %t", errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
			return got.String()
		}
		body, err := io.ReadAll(response.Body)
		if response.StatusCode == http.StatusBadRequest {
			body = nil // its text is the server's own
		}
		fmt.Fprintf(&got, "%d %.40q %d %t %v\n", response.StatusCode, body, len(body), response.Close, err)
	}
}

// TestAPIServerContext: a request's context ends with its connection, and not when
// the connection's next request comes.
func TestAPIServerContext(t *testing.T) {
	t.Parallel()
	waiting, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	address := startAPIServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/wait" {
			return
		}
		waiting <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
			ended <- r.Context().Err()
		}
	})
	conn := dial(t, address)
	const get = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"
	if _, err := io.WriteString(conn, get+"GET /other HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-waiting
	release <- struct{}{}
	responses := bufio.NewReader(conn)
	for range 2 {
		if _, err := http.ReadResponse(responses, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.WriteString(conn, get); err != nil {
		t.Fatal(err)
	}
	<-waiting
	conn.Close()
	if err := <-ended; err == nil {
		t.Error("expected the context to have ended")
	}
}

// TestAPIServerLimits: a head that does not end is refused.
func TestAPIServerLimits(t *testing.T) {
	t.Parallel()
	conn := dial(t, startAPIServer(t, echo))
	go func() {
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nX: "+strings.Repeat("x", 2*maxHeadBytes)) // the server closes
	}()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || response.StatusCode != http.StatusBadRequest || !response.Close {
		t.Errorf("expected 400 and the end, got %v, %v", response, err)
	}
}

// TestAPIServerClose ends open connections.
func TestAPIServerClose(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newAPIServer(listener, echo)
	done := make(chan struct{})
	go func() { s.serve(); close(done) }()
	conn := dial(t, listener.Addr().String())
	if _, err := io.WriteString(conn, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	responses := bufio.NewReader(conn)
	if response, err := http.ReadResponse(responses, nil); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("got %v, %v", response, err)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
	<-done
	conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := responses.Peek(len("Hello auth0") + 1<<10); errors.Is(err, bufio.ErrBufferFull) || err == nil {
		t.Errorf("expected the connection to end, got %v", err)
	}
}

// BenchmarkRuntimeAPI is what a runtime's two requests cost a server for each
// invocation, beside net/http's.
func BenchmarkRuntimeAPI(b *testing.B) {
	event, answer := []byte(strings.Repeat("e", 1500)), strings.Repeat("a", 150)
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			select {
			case <-r.Context().Done(): // as a request for the next event looks for it
				return
			default:
			}
			w.Write(event)
			return
		}
		io.Copy(io.Discard, r.Body)
		accept(w)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	reference := &http.Server{Handler: http.HandlerFunc(handler)}
	go reference.Serve(listener)
	defer reference.Close()
	next := []byte("GET /token/next HTTP/1.1\r\nHost: a\r\nUser-Agent: aws-lambda-go\r\nAccept-Encoding: gzip\r\n\r\n")
	post := []byte("POST /token/response HTTP/1.1\r\nHost: a\r\nUser-Agent: aws-lambda-go\r\nContent-Length: 150\r\nContent-Type: application/json\r\n\r\n" + answer)
	for _, server := range []struct{ name, address string }{{"own", startAPIServer(b, handler)}, {"net-http", listener.Addr().String()}} {
		b.Run(server.name, func(b *testing.B) {
			conn := dial(b, server.address)
			responses := bufio.NewReader(conn)
			b.ReportAllocs()
			for b.Loop() {
				for _, request := range [][]byte{next, post} {
					if _, err := conn.Write(request); err != nil {
						b.Fatal(err)
					}
					if err := skipResponse(responses); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// skipResponse reads a response with as little work as it can.
func skipResponse(r *bufio.Reader) error {
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if name, value, _ := strings.Cut(string(line), ":"); strings.EqualFold(name, "Content-Length") {
			fmt.Sscan(value, &length)
		}
		if len(line) == 2 {
			_, err := r.Discard(length)
			return err
		}
	}
}
