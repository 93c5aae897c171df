package loopback

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"api-auth-jwt-auth0/local/gateway"
)

// rawAPI is an API behind a Server. Its only function records every request and
// answers with it.
type rawAPI struct {
	server *Server
	wait   <-chan struct{} // delays answers unless nil

	mu   sync.Mutex
	seen []string // "METHOD path body" of each invocation
}

func newRawAPI(t testing.TB, changes ...func(*Server)) *rawAPI {
	t.Helper()
	a := &rawAPI{}
	api, err := gateway.New(gateway.Options{Invoke: a.invoke})
	if err != nil {
		t.Fatal(err)
	}
	commit, err := api.Prepare(t.Context(), gateway.Config{
		ID: "raw", AccountID: "123456789012", DomainName: "localhost",
		Stages: []gateway.Stage{{Name: "$default"}},
		Routes: []gateway.Route{{Key: "$default", Function: "f"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	commit()
	a.server = serveHandler(t, api.Handler(), changes...)
	return a
}

// serveHandler serves a handler by a Server, with changes to the Server first.
func serveHandler(t testing.TB, h http.Handler, changes ...func(*Server)) *Server {
	t.Helper()
	s, err := Listen(Config{Name: "api"})
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(s)
	}
	failed := make(chan error, 2)
	s.Serve(failed)
	s.Handle(h)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if len(failed) > 0 {
			t.Error(<-failed)
		}
	})
	return s
}

func (a *rawAPI) invoke(_ context.Context, _ string, event []byte) ([]byte, error) {
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		body, _ = base64.StdEncoding.DecodeString(e.Body)
	}
	if a.wait != nil {
		<-a.wait
	}
	seen := e.RequestContext.HTTP.Method + " " + e.RawPath + " " + string(body)
	a.mu.Lock()
	a.seen = append(a.seen, seen)
	a.mu.Unlock()
	return json.Marshal(events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: seen})
}

// invocations returns the requests since the last call.
func (a *rawAPI) invocations() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	seen := a.seen
	a.seen = nil
	return seen
}

// dial connects to a server.
func dial(t testing.TB, s *Server) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", s.listeners[0].Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// exchange sends bytes unchanged, except that HOST becomes the server's name, closes
// the sending direction, and returns everything that it receives.
func exchange(t testing.TB, s *Server, raw string) string {
	t.Helper()
	conn := dial(t, s)
	if _, err := io.WriteString(conn, strings.ReplaceAll(raw, "HOST", "localhost:"+s.Port())); err != nil {
		t.Fatal(err)
	}
	if err := conn.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return varyingHeaders.ReplaceAllString(string(answer), "$1: X\r\n")
}

// varyingHeaders differ from answer to answer.
var varyingHeaders = regexp.MustCompile(`(Date|apigw-requestid): [^\r]*\r\n`)

// answers parses the answers of a connection, each as "status body".
func answers(t testing.TB, raw string) (list []string) {
	t.Helper()
	reader := bufio.NewReader(strings.NewReader(raw))
	for {
		if _, err := reader.Peek(1); err == io.EOF {
			return list
		}
		answer, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatalf("%v in %q", err, raw)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatalf("%v in %q", err, raw)
		}
		list = append(list, fmt.Sprint(answer.StatusCode)+" "+string(body))
	}
}

// TestValidFramings: well-formed but rare requests reach the function, once and
// complete.
func TestValidFramings(t *testing.T) {
	t.Parallel()
	const chunked = "Host: HOST\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, test := range []struct {
		name, raw string
		want      []string
	}{
		{"no body", "GET /a HTTP/1.1\r\nHost: HOST\r\n\r\n", []string{"GET /a "}},
		{"body", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\n\r\nabc", []string{"POST /a abc"}},
		{"body of a GET", "GET /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\n\r\nabc", []string{"GET /a abc"}},
		{"length of nothing", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n", []string{"POST /a "}},
		{"white space around a length", "POST /a HTTP/1.1\r\nHost: HOST\r\ncontent-length:\t 3 \r\n\r\nabc", []string{"POST /a abc"}},
		{"body of line ends", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 6\r\n\r\n\n\n\r\r\n\r", []string{"POST /a \n\n\r\r\n\r"}},
		{"body like a request", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 18\r\n\r\nGET /b HTTP/1.1\r\n\r", []string{"POST /a GET /b HTTP/1.1\r\n\r"}},
		{"chunks", "POST /a HTTP/1.1\r\n" + chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", []string{"POST /a abcde"}},
		{"coding in another case", "POST /a HTTP/1.1\r\nHost: HOST\r\ntransfer-encoding:CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n", []string{"POST /a a"}},
		{"no chunk", "POST /a HTTP/1.1\r\n" + chunked + "0\r\n\r\n", []string{"POST /a "}},
		{"zeros before a size, hexadecimal", "POST /a HTTP/1.1\r\n" + chunked + "000a\r\n0123456789\r\nA\r\n0123456789\r\n00\r\n\r\n", []string{"POST /a 01234567890123456789"}},
		{"chunk extensions", "POST /a HTTP/1.1\r\n" + chunked + "1;a=b\r\nx\r\n0;c=\"d\"\r\n\r\n", []string{"POST /a x"}},
		{"chunk of line ends", "POST /a HTTP/1.1\r\n" + chunked + "4\r\n\n\r\n0\r\n0\r\n\r\n", []string{"POST /a \n\r\n0"}},
		{"trailer", "POST /a HTTP/1.1\r\n" + chunked + "1\r\nx\r\n0\r\nX-A: b\r\nContent-Length: 9\r\n\r\n", []string{"POST /a x"}},
		{"HTTP/1.0", "POST /a HTTP/1.0\r\nHost: HOST\r\nContent-Length: 3\r\n\r\nabc", []string{"POST /a abc"}},
		{"a later HTTP/1", "POST /a HTTP/1.2\r\nHost: HOST\r\nContent-Length: 3\r\n\r\nabc", []string{"POST /a abc"}},
		{"HTTP/1.0 kept alive", "GET /a HTTP/1.0\r\nHost: HOST\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\nHost: HOST\r\n\r\n", []string{"GET /a ", "GET /b "}},
		{"HTTP/1.0 ends after one", "GET /a HTTP/1.0\r\nHost: HOST\r\n\r\nGET /b HTTP/1.0\r\nHost: HOST\r\n\r\n", []string{"GET /a "}},
		{"closed after the first", "GET /a HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\nGET /b HTTP/1.1\r\nHost: HOST\r\n\r\n", []string{"GET /a "}},
		{"pipelined", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\n\r\n1" + "POST /b HTTP/1.1\r\n" + chunked + "1\r\n2\r\n0\r\n\r\n" +
			"GET /c HTTP/1.1\r\nHost: HOST\r\n\r\n" + "PUT /d HTTP/1.1\r\n" + chunked + "1\r\n3\r\n0\r\nX: y\r\n\r\n" + "DELETE /e HTTP/1.1\r\nHost: HOST\r\n\r\n",
			[]string{"POST /a 1", "POST /b 2", "GET /c ", "PUT /d 3", "DELETE /e "}},
		{"absolute form", "GET http://HOST/a?b HTTP/1.1\r\nHost: HOST\r\n\r\n", []string{"GET /a "}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := newRawAPI(t)
			got := answers(t, exchange(t, api.server, test.raw))
			if seen := api.invocations(); !slices.Equal(seen, test.want) {
				t.Errorf("expected the requests %q, got %q", test.want, seen)
			}
			for i, want := range test.want {
				if len(got) != len(test.want) || got[i] != "200 "+want {
					t.Fatalf("expected the answers to %q, got %q", test.want, got)
				}
			}
		})
	}
}

// TestRequestInSmallPieces sends each byte by itself.
func TestRequestInSmallPieces(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	conn := dial(t, api.server)
	raw := "POST /a HTTP/1.1\r\nHost: localhost:" + api.server.Port() + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
	for _, c := range []byte(raw) {
		if _, err := conn.Write([]byte{c}); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if got := answers(t, string(answer)); len(got) != 1 || got[0] != "200 POST /a abc" {
		t.Errorf("got %q", got)
	}
}

// TestExpectContinue: the server asks for the body only if the API reads it.
func TestExpectContinue(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	for _, test := range []struct{ name, headers, wantFirst, body, wantLast string }{
		{"wanted", "Expect: 100-continue\r\nContent-Length: 3\r\n", "HTTP/1.1 100 Continue", "abc", "200 POST /a abc"},
		{"chunks wanted", "Expect: 100-Continue\r\nTransfer-Encoding: chunked\r\n", "HTTP/1.1 100 Continue", "1\r\nx\r\n0\r\n\r\n", "200 POST /a x"},
		{"too large", "Expect: 100-continue\r\nContent-Length: 10485761\r\n", "HTTP/1.1 413 Request Entity Too Large", "", ""},
		{"another expectation", "Expect: 200-ok\r\nContent-Length: 3\r\n", "HTTP/1.1 417 Expectation Failed", "", ""},
		{"nothing to send", "Expect: 100-continue\r\nContent-Length: 0\r\n", "HTTP/1.1 200 OK", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			conn := dial(t, api.server)
			fmt.Fprintf(conn, "POST /a HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n%s\r\n", api.server.Port(), test.headers)
			reader := bufio.NewReader(conn)
			first, err := reader.ReadString('\n')
			if err != nil || strings.TrimSpace(first) != test.wantFirst {
				t.Fatalf("expected %q, got %q (%v)", test.wantFirst, first, err)
			}
			rest := ""
			if test.wantLast != "" {
				io.WriteString(conn, test.body)
				rest = "\r\n" // after the 100
			}
			remaining, err := io.ReadAll(reader)
			if err != nil {
				t.Fatal(err)
			}
			seen := api.invocations()
			if test.wantLast == "" {
				if invoked := strings.HasSuffix(first, " 200 OK\r\n"); invoked != (len(seen) == 1) {
					t.Errorf("got the requests %q", seen)
				}
				return
			}
			if got := answers(t, strings.TrimPrefix(string(remaining), rest)); len(got) != 1 || got[0] != test.wantLast {
				t.Errorf("expected %q, got %q", test.wantLast, got)
			}
		})
	}
}

// TestHeaderLimits: the API's limit is 10,240 bytes of request line and headers,
// net/http's is higher.
func TestHeaderLimits(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	const netHTTPText = "431 Request Header Fields Too Large"
	for _, test := range []struct {
		name, line string
		bytes      int
		want       string
	}{
		{"value at the limit", "GET /a HTTP/1.1", 10_240, "200 GET /a "},
		{"value over it", "GET /a HTTP/1.1", 10_241, `431 {"message":"Request Header Fields Too Large"}`},
		{"chunked, at the limit", "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked", 10_240, "200 POST /a "},
		{"chunked, over it", "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked", 10_241, `431 {"message":"Request Header Fields Too Large"}`},
		{"below net/http's limit", "GET /a HTTP/1.1", 64 << 10, `431 {"message":"Request Header Fields Too Large"}`},
		{"over net/http's limit", "GET /a HTTP/1.1", 70 << 10, "431 " + netHTTPText},
	} {
		t.Run(test.name, func(t *testing.T) {
			head := test.line + "\r\nHost: localhost:" + api.server.Port()
			counted := len(head) - 2*strings.Count(head, "\r\n") + len("X-A: ") // without line ends
			raw := head + "\r\nX-A: " + strings.Repeat("a", test.bytes-counted) + "\r\n\r\n"
			if strings.HasPrefix(head, "POST") {
				raw += "0\r\n\r\n"
			}
			if got := answers(t, exchange(t, api.server, raw)); !slices.Equal(got, []string{test.want}) {
				t.Errorf("expected %q, got %q", test.want, got)
			}
		})
	}
	for name, target := range map[string]string{
		"path":  "/" + strings.Repeat("a", 10_240),
		"query": "/a?" + strings.Repeat("b", 10_240),
	} {
		got := answers(t, exchange(t, api.server, "GET "+target+" HTTP/1.1\r\nHost: HOST\r\n\r\n"))
		if !slices.Equal(got, []string{`431 {"message":"Request Header Fields Too Large"}`}) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	many := strings.Repeat("X-A: b\r\n", 2000)
	got := answers(t, exchange(t, api.server, "GET /a HTTP/1.1\r\nHost: HOST\r\n"+many+"\r\n"))
	if !slices.Equal(got, []string{`431 {"message":"Request Header Fields Too Large"}`}) {
		t.Errorf("many headers: got %q", got)
	}
}

// TestLargeBodies arrive complete, or are refused without an invocation, and the
// connection serves the next request.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	const next = "GET /next HTTP/1.1\r\nHost: HOST\r\n\r\n"
	const refusal = `413 {"message":"Request Entity Too Large"}`
	for _, test := range []struct {
		name  string
		bytes int
		want  string // of the first answer; empty: the body itself
	}{
		{"4 MB", 4 << 20, ""},
		{"10 MB, too large for a function", 10 << 20, refusal},
		{"10 MB and a byte, in chunks", 10<<20 + 1, refusal},
	} {
		t.Run(test.name, func(t *testing.T) {
			body := strings.Repeat("0123456789abcde\n", test.bytes/16+1)[:test.bytes]
			raw := "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: " + fmt.Sprint(len(body)) + "\r\n\r\n" + body
			if test.bytes > 10<<20 {
				raw = "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
			}
			got := answers(t, exchange(t, api.server, raw+next))
			want := []string{test.want, "200 GET /next "}
			if test.want == "" {
				want[0] = "200 POST /a " + body
			}
			if !slices.Equal(got, want) {
				t.Errorf("expected %d answers, got %d: %.200q", len(want), len(got), got)
			}
			if seen := api.invocations(); len(seen) == 0 || seen[len(seen)-1] != "GET /next " || len(seen) == 2 != (test.want == "") {
				t.Errorf("the function got %.200q", seen)
			}
		})
	}
}
