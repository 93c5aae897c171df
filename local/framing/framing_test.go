package framing

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestFramingPassesWhatNetHTTPWrites checks that no request of Go's own client is
// refused, however its bytes are cut, and that each ends where it ends.
func TestFramingPassesWhatNetHTTPWrites(t *testing.T) {
	t.Parallel()
	const seed = 11
	random := rand.New(rand.NewPCG(seed, 0))
	for n := range 2000 {
		var f framing
		for range 1 + random.IntN(3) {
			wire := randomRequest(t, random)
			for rest := wire; len(rest) > 0; {
				piece := rest[:1+random.IntN(len(rest))]
				if good := f.scan(piece); good < len(piece) {
					t.Fatalf("seed %d, case %d: refused %q at %q", seed, n, wire, piece[good:])
				}
				rest = rest[len(piece):]
			}
			if !f.between() {
				t.Fatalf("seed %d, case %d: %q did not end", seed, n, wire)
			}
		}
	}
}

// between reports whether a request has ended and none has begun.
func (f *framing) between() bool {
	return f.state == startLine && len(f.line) == 0 && !f.afterCR && f.remaining == 0
}

func randomRequest(t *testing.T, random *rand.Rand) []byte {
	t.Helper()
	body := make([]byte, random.IntN(3)*random.IntN(9000))
	for i := range body {
		body[i] = "\r\n0 aX:;\x00\xff"[random.IntN(10)]
	}
	r, err := http.NewRequest([]string{"GET", "POST", "PUT"}[random.IntN(3)], "http://localhost/a%20b?c=d", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if random.IntN(2) == 0 {
		r.ContentLength = -1 // in chunks
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	for range random.IntN(5) {
		r.Header.Add(strings.Repeat("x", 1+random.IntN(9)), strings.Repeat("v, ", random.IntN(9)))
	}
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		t.Fatal(err)
	}
	return wire.Bytes()
}

// TestAmbiguous marks where each request becomes ambiguous: at the bar.
func TestAmbiguous(t *testing.T) {
	t.Parallel()
	const get, post = "GET /a HTTP/1.1\r\n", "POST /a HTTP/1.1\r\n"
	const te, length = "Transfer-Encoding: chunked\r\n", "Content-Length: 3\r\n"
	for name, bytes := range map[string]string{
		"LF alone after the request line":   "GET /a HTTP/1.1|\nHost: a\r\n\r\n",
		"LF alone after a header":           get + "Host: a|\nX: y\r\n\r\n",
		"LF alone ends the head":            get + "Host: a\r\n|\n",
		"CR alone":                          get + "Host: a\r|X: y\r\n\r\n",
		"two CRs":                           get + "Host: a\r|\r\n\r\n",
		"empty line first":                  "\r|\nGET /a HTTP/1.1\r\n\r\n",
		"empty line after a request":        get + "\r\n\r|\n",
		"empty line after a body":           post + length + "\r\nabc\r|\n",
		"folded by a space":                 get + "X: y\r\n z\r|\n\r\n",
		"folded by a tab":                   get + "X: y\r\n\tz\r|\n\r\n",
		"length and coding":                 post + length + te + "\r|\n0\r\n\r\n",
		"coding and length":                 post + te + length + "\r|\n0\r\n\r\n",
		"length twice":                      post + length + "Content-Length: 3\r|\n\r\nabc",
		"length no number":                  post + "content-length: 3a\r|\n\r\nabc",
		"coding in HTTP/1.0":                "POST /a HTTP/1.0\r\n" + te + "\r|\n0\r\n\r\n",
		"chunk's size no number":            post + te + "\r\n3 \r|\nabc\r\n0\r\n\r\n",
		"chunk longer than its size":        post + te + "\r\n2\r\nabc\r|\n0\r\n\r\n",
		"chunk's size ends in LF alone":     post + te + "\r\n3|\nabc\r\n0\r\n\r\n",
		"trailer folded":                    post + te + "\r\n0\r\nX: y\r\n z\r|\n\r\n",
		"second request, after a chunk":     post + te + "\r\n0\r\n\r\nGET /b HTTP/1.1|\n\n",
		"second request, after no body":     post + te + "\r\n0\r\n\r\n" + get + "Content-Length: 0\r\nContent-Length: 0\r|\n\r\n",
		"length of the one is not the next": post + length + "\r\nabc" + post + length + "Content-Length: 3\r|\n",
	} {
		want, rest, _ := strings.Cut(bytes, "|")
		var f framing
		if got := f.scan([]byte(want + rest)); got != len(want) {
			t.Errorf("%s: expected %q to be ambiguous, got %q", name, rest, (want + rest)[got:])
		}
	}
}

// FuzzFraming checks that, wherever net/http finds the end of a request, the
// framing has found it too, and that what it refuses does not depend on how the
// bytes were cut.
func FuzzFraming(f *testing.F) {
	const head = "POST /a HTTP/1.1\r\nHost: a\r\n"
	for _, seed := range []string{
		"GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: b\r\n\r\n",
		head + "Content-Length: 3\r\n\r\nabc" + head + "Content-Length: 03\r\n\r\nabc",
		head + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n00\r\nX: y\r\n\r\n" + head + "\r\n",
		head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		head + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
		head + "Transfer-Encoding : chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
		head + "X-A: b\r\n Content-Length: 3\r\n\r\nabc",
		"POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"\r\nGET /a HTTP/1.1\nHost: a\n\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		input := &strictReader{rest: wire}
		reader := bufio.NewReader(input)
		for {
			r, err := http.ReadRequest(reader)
			if err != nil || r.ProtoMajor != 1 {
				break
			}
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				break
			}
			if reader.Buffered() == 0 && !input.framing.between() {
				t.Fatalf("net/http ended a request before %q, the framing did not", input.rest)
			}
		}
		var whole framing
		passed := len(wire) - len(input.rest)
		if good := whole.scan(wire); good < passed || input.refused && good != passed {
			t.Errorf("%d bytes are good at once, %d one by one", good, passed)
		}
	})
}

// strictReader returns one byte at a time, so that net/http reads none ahead, and
// refuses as a connection does.
type strictReader struct {
	rest    []byte
	framing framing
	refused bool
}

func (r *strictReader) Read(p []byte) (int, error) {
	switch {
	case r.refused:
		return 0, ErrAmbiguousFraming
	case len(r.rest) == 0:
		return 0, io.EOF
	case r.framing.scan(r.rest[:1]) == 0:
		r.refused = true
		return 0, ErrAmbiguousFraming
	}
	p[0], r.rest = r.rest[0], r.rest[1:]
	return 1, nil
}

// TestRefusalIsForGood: after it the connection returns no data, not even what
// would have been a request.
func TestRefusalIsForGood(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := Listener{listener}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
	client.Close()
	got, err := io.ReadAll(conn)
	if want := "GET / HTTP/1.1\r\nHost: a\r\n\r\n\r"; string(got) != want || !errors.Is(err, ErrAmbiguousFraming) {
		t.Errorf("expected %q and a refusal, got %q and %v", want, got, err)
	}
	if n, err := conn.Read(make([]byte, 1)); n != 0 || !errors.Is(err, ErrAmbiguousFraming) {
		t.Errorf("expected a refusal, got %d bytes and %v", n, err)
	}
}

// TestListenerPassesErrorsOn of the one below, and accepts only TCP.
func TestListenerPassesErrorsOn(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	if _, err := (Listener{closed}).Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("expected the listener's error, got %v", err)
	}
	if _, err := (Listener{pipeListener{}}).Accept(); err == nil || !strings.Contains(err.Error(), "expected a TCP connection") {
		t.Errorf("expected only TCP, got %v", err)
	}
}

type pipeListener struct{ net.Listener }

func (pipeListener) Accept() (net.Conn, error) {
	a, _ := net.Pipe()
	return a, nil
}

// BenchmarkScan reads the head of a request with a token.
func BenchmarkScan(b *testing.B) {
	wire := []byte("GET /api/private HTTP/1.1\r\nHost: localhost:3001\r\nAccept: */*\r\nAuthorization: Bearer " + strings.Repeat("t", 800) + "\r\n\r\n")
	b.SetBytes(int64(len(wire)))
	var f framing
	for b.Loop() {
		f.scan(wire)
	}
}
