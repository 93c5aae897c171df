package gateway

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"
)

// message is a request as its client sees it, and as the function should.
type message struct {
	method, target string
	path, query    string   // the path decoded, the query as it is sent
	headers        []header // in the order in which they are sent
	cookies        []string
	body           []byte
	chunked        bool
}

// TestRequestSurvivesRoundTrip sends random requests over a socket to a function
// that aws-lambda-go serves, and which answers with all that it got. The client
// finds what it sent.
func TestRequestSurvivesRoundTrip(t *testing.T) {
	t.Parallel()
	const seed = 20
	random := rand.New(rand.NewPCG(seed, 0))
	function := lambda.NewHandler(mirror)
	cfg := testConfig(nil)
	cfg.Stages = []Stage{{Name: defaultStage, ThrottleRate: 1e6, ThrottleBurst: 1e6}}
	cfg.Routes = []Route{{Key: defaultRoute, Function: named(function.Invoke)}}
	conn, err := net.Dial("tcp", serve(t, mustNew(t, cfg)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for n := range 3000 {
		m := randomMessage(random)
		io.WriteString(conn, m.wire())
		answer, err := http.ReadResponse(answers, &http.Request{Method: m.method})
		if err != nil {
			t.Fatalf("seed %d, case %d: %v for %q", seed, n, err, m.wire())
		}
		got := seen(t, answer)
		if m.method == "HEAD" {
			got.body = m.body
		}
		if diff := cmp.Diff(m.asSeen(), got, cmp.AllowUnexported(message{}, header{})); diff != "" {
			t.Fatalf("seed %d, case %d: %q (-sent +got):\n%s", seed, n, m.wire(), diff)
		}
	}
}

// mirror answers with the request: its headers in headers, its cookies in
// cookies, its body in the body, and the rest in base64.
func mirror(_ context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	status, err := strconv.Atoi(e.Headers["x-status"])
	r := events.APIGatewayV2HTTPResponse{
		StatusCode: status, Headers: map[string]string{}, Cookies: e.Cookies, Body: e.Body, IsBase64Encoded: e.IsBase64Encoded,
	}
	for name, value := range e.Headers {
		if strings.HasPrefix(name, "x-") && !strings.HasPrefix(name, "x-forwarded") && name != "x-amzn-trace-id" {
			r.Headers["mirrored-"+name] = value
		}
	}
	r.Headers["content-type"] = e.Headers["content-type"]
	r.Headers["method"] = e.RequestContext.HTTP.Method
	r.Headers["path"] = base64.StdEncoding.EncodeToString([]byte(e.RawPath))
	r.Headers["query"] = base64.StdEncoding.EncodeToString([]byte(e.RawQueryString))
	if e.Headers["content-length"] == "" || e.RequestContext.HTTP.Path != e.RawPath || e.RouteKey != "$default" {
		err = fmt.Errorf("unexpected event %+v", e)
	}
	return r, err
}

// seen reads a mirrored request.
func seen(t *testing.T, answer *http.Response) message {
	t.Helper()
	decode := func(name string) string {
		text, err := base64.StdEncoding.DecodeString(answer.Header.Get(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	m := message{method: answer.Header.Get("method"), path: decode("path"), query: decode("query"), cookies: answer.Header["Set-Cookie"]}
	for _, name := range slices.Sorted(maps.Keys(answer.Header)) {
		if short, ok := strings.CutPrefix(strings.ToLower(name), "mirrored-"); ok {
			m.headers = append(m.headers, header{short, strings.Join(answer.Header[name], "|")})
		}
	}
	m.headers = append(m.headers, header{"content-type", answer.Header.Get("Content-Type")}, header{"status", strconv.Itoa(answer.StatusCode)})
	m.body = []byte(readAll(t, answer.Body))
	return m
}

// asSeen has the headers as an event does: in lower case, and those of one name
// joined by commas.
func (m message) asSeen() message {
	joined := map[string][]string{}
	for _, h := range m.headers {
		name := strings.ToLower(h.name)
		joined[name] = append(joined[name], h.value)
	}
	list := []header{}
	for _, name := range slices.SortedFunc(maps.Keys(joined), func(a, b string) int {
		return strings.Compare(http.CanonicalHeaderKey("mirrored-"+a), http.CanonicalHeaderKey("mirrored-"+b))
	}) {
		if name != "content-type" {
			list = append(list, header{name, strings.Join(joined[name], ",")})
		}
	}
	list = append(list, header{"content-type", joined["content-type"][0]}, header{"status", joined["x-status"][0]})
	return message{method: m.method, path: m.path, query: m.query, headers: list, cookies: m.cookies, body: m.body}
}

func (m message) wire() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\n", m.method, m.target)
	for _, h := range m.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h.name, h.value)
	}
	for _, c := range m.cookies { // a line each: HTTP/2's habit, allowed in HTTP/1.1
		fmt.Fprintf(&b, "Cookie: %s\r\n", c)
	}
	if !m.chunked {
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(m.body), m.body)
		return b.String()
	}
	b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
	for rest := m.body; len(rest) > 0; {
		n := 1 + len(rest)/2
		fmt.Fprintf(&b, "%x\r\n%s\r\n", n, rest[:n])
		rest = rest[n:]
	}
	b.WriteString("0\r\n\r\n")
	return b.String()
}

func randomMessage(random *rand.Rand) message {
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	text := func(alphabet string, most int) string {
		runes := []rune(alphabet)
		var b strings.Builder
		for range random.IntN(most + 1) {
			b.WriteRune(runes[random.IntN(len(runes))])
		}
		return b.String()
	}
	m := message{method: pick(methods...), chunked: random.IntN(2) == 0, body: []byte{}}
	m.path = "/" + text("aZ0é日😀\ufffd %+&#/;=\"\\<>\x00\x1f\x7f.~", 20)
	m.query = text("aZ09=&;+%._-~*'!:@/?,éß", 30)
	m.target = randomlyEscaped(random, m.path)
	if m.query != "" {
		m.target += "?" + m.query
	}
	m.headers = []header{{"X-Status", strconv.Itoa(200 + random.IntN(4) + 100*random.IntN(4))}}
	for range random.IntN(6) {
		name := pick("X-a", "x-A", "X-"+text("aB9!#$%&'*+-.^_`|~", 6)+"z")
		m.headers = append(m.headers, header{name, strings.Trim(text("abc ,;=\"'\\é日\t()<>@:{}%", 20), " \t")})
	}
	m.headers = append(m.headers, header{"Content-Type", pick("application/json", "text/plain; charset=utf-8", "application/xml", "image/png", "application/octet-stream", "a/b")})
	for range random.IntN(3) {
		m.cookies = append(m.cookies, "c"+text("aB9=\"%,é !", 12)+"z")
	}
	if random.IntN(4) > 0 {
		m.body = []byte(text("{}\"\\/\x00\x1f\x7f\r\n\t <>&\u2028\ufffdé日😀a", 60))
	}
	if random.IntN(3) == 0 {
		for i := range m.body {
			m.body[i] = byte(random.Uint32())
		}
	}
	return m
}

// randomlyEscaped encodes what must be encoded and some of the rest, in upper
// and in lower case.
func randomlyEscaped(random *rand.Rand, path string) string {
	var b strings.Builder
	for i, c := range []byte(path) {
		plain := c == '/' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+&;=.~", c) >= 0
		switch random.IntN(4) {
		case 0:
			if i == 0 {
				b.WriteByte(c)
				continue
			}
			fmt.Fprintf(&b, "%%%02x", c)
		default:
			if plain {
				b.WriteByte(c)
				continue
			}
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
