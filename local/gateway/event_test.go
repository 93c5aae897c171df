package gateway

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// capture serves one request and returns the event that the function got.
func capture(t testing.TB, cfg setup, r *http.Request) []byte {
	t.Helper()
	var event []byte
	for i := range cfg.Routes {
		cfg.Routes[i].Function = named(func(_ context.Context, e []byte) ([]byte, error) {
			event = e
			return []byte(hello), nil
		})
	}
	w := httptest.NewRecorder()
	mustNew(t, cfg).Handler().ServeHTTP(w, r)
	if w.Code != 200 {
		t.Fatalf("expected 200, got %d %s", w.Code, w.Body)
	}
	return event
}

func decodeEvent(t testing.TB, event []byte) (e events.APIGatewayV2HTTPRequest) {
	t.Helper()
	if !json.Valid(event) || !utf8.Valid(event) {
		t.Fatalf("not JSON: %q", event)
	}
	if err := json.Unmarshal(event, &e); err != nil {
		t.Fatalf("%v: %s", err, event)
	}
	return e
}

// varyingInEvent are the values that differ from run to run.
var varyingInEvent = regexp.MustCompile(`"(x-amzn-trace-id":"Root=1-69b30e1e-[0-9a-f]{24}|requestId":"[A-Za-z0-9_-]{15}=)"`)

func TestPrivateEvent(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	claims := i.with(jsonObject{"iss": i.url, "roles": []any{"a", 1, true, []string{"b"}}, "n": json.RawMessage("null"), "email_verified": true})
	token := sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), claims)
	r := httptest.NewRequest("GET", "/api/private?a=1&b=x%20y&a=2", nil)
	r.RequestURI = "/api/private?a=1&b=x%20y&a=2"
	r.RemoteAddr, r.Host = "127.0.0.1:5000", "localhost:3001"
	for name, value := range map[string]string{
		"User-Agent": "agent", "Authorization": token, "Accept": "*/*", "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "gopher",
		"X-Forwarded-Port": "70", "X-Amzn-Trace-Id": "Root=spoofed", "Connection": "keep-alive, X-Hop", "X-Hop": "gone", "Cookie": "a=1; b=2",
	} {
		r.Header.Set(name, value)
	}
	event := capture(t, testConfig(i.authorizer()), r)
	if n := len(varyingInEvent.FindAll(event, -1)); n != 2 {
		t.Fatalf("expected a trace id and a request id in %s", event)
	}
	got := varyingInEvent.ReplaceAllStringFunc(string(event), func(s string) string {
		return s[:strings.Index(s, ":")+1] + `"X"`
	})
	want := `{"version":"2.0","routeKey":"GET /private","rawPath":"/api/private","rawQueryString":"a=1&b=x%20y&a=2",` +
		`"cookies":["a=1","b=2"],` +
		`"headers":{"content-length":"0","host":"localhost:3001","accept":"*/*","authorization":"` + token + `","user-agent":"agent",` +
		`"x-amzn-trace-id":"X","x-forwarded-for":"203.0.113.7, 127.0.0.1","x-forwarded-port":"3001","x-forwarded-proto":"http"},` +
		`"queryStringParameters":{"a":"1,2","b":"x y"},` +
		`"requestContext":{"accountId":"123456789012","apiId":"a1b2c3d4e5",` +
		`"authorizer":{"jwt":{"claims":{"aud":"[` + testAudience + ` ` + i.url + `userinfo]","azp":"client","email_verified":"true",` +
		`"exp":"1773345838","iat":"1773342178","iss":"` + i.url + `","roles":"[a 1 true [b]]","scope":"openid read:private","sub":"auth0|123"},` +
		`"scopes":["read:private"]}},` +
		`"domainName":"localhost:3001","domainPrefix":"localhost",` +
		`"http":{"method":"GET","path":"/api/private","protocol":"HTTP/1.1","sourceIp":"127.0.0.1","userAgent":"agent"},` +
		`"requestId":"X","routeKey":"GET /private","stage":"api","time":"12/Mar/2026:19:03:58 +0000","timeEpoch":1773342238250},` +
		`"isBase64Encoded":false}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

func TestPublicEventHasNoAuthorizer(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	r := httptest.NewRequest("GET", "/api/public", nil)
	r.Header.Set("Authorization", "Bearer "+i.token(t))
	event := capture(t, testConfig(i.authorizer()), r)
	for _, absent := range []string{`"authorizer"`, `"cookies"`, `"queryStringParameters"`, `"pathParameters"`, `"body"`, `"stageVariables"`} {
		if bytes.Contains(event, []byte(absent)) {
			t.Errorf("%s in %s", absent, event)
		}
	}
	if !bytes.Contains(event, []byte(`"rawQueryString":""`)) {
		t.Errorf("no rawQueryString in %s", event)
	}
}

// TestScopesAreNullOnRouteWithoutScopes, as measured, whatever the token has.
func TestScopesAreNullOnRouteWithoutScopes(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.Routes[1].Scopes = nil
	r := httptest.NewRequest("GET", "/api/private", nil)
	r.Header.Set("Authorization", i.token(t))
	if event := capture(t, cfg, r); !bytes.Contains(event, []byte(`},"scopes":null}}`)) {
		t.Errorf("expected null scopes in %s", event)
	}
}

// TestAssumedScopesAreThoseOfTheRoute: the event has those of the token's scopes
// that the route names.
func TestAssumedScopesAreThoseOfTheRoute(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.Routes[1].Scopes = []string{"a", "b", "c"}
	r := httptest.NewRequest("GET", "/api/private", nil)
	r.Header.Set("Authorization", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"scope": "x c b", "scp": "b a"})))
	got := decodeEvent(t, capture(t, cfg, r)).RequestContext.Authorizer.JWT.Scopes
	if diff := cmp.Diff([]string{"c", "b", "a"}, got); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
}

func TestClaimText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`"a\"b\u00e9"`:          `a"bé`,
		`1604085585`:            "1604085585",
		`1.50`:                  "1.50",
		`1e3`:                   "1e3",
		`true`:                  "true",
		`[]`:                    "[]",
		`[ "a" , "b" ]`:         "[a b]",
		`["a b","c"]`:           "[a b c]",
		`{"a": {"b" : [1, 2]}}`: `{"a":{"b":[1,2]}}`,
		`[{"a": 1}, null]`:      `[{"a":1} null]`,
	} {
		if got := claimText([]byte(in)); got != want {
			t.Errorf("%s: expected %q, got %q", in, want, got)
		}
	}
}

// TestEventShapeIsAWSs: the members of an event are among those of AWS's sample,
// with the same kinds of values.
func TestEventShapeIsAWSs(t *testing.T) {
	t.Parallel()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go/events").Output()
	if err != nil {
		t.Fatal(err)
	}
	sample := readFile(t, filepath.Join(strings.TrimSpace(string(dir)), "testdata", "apigw-v2-request-jwt-authorizer.json"))
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.Routes[1].Key = "POST /{proxy+}"
	r := httptest.NewRequest("POST", "/api/hello/world?a=b", strings.NewReader("{}"))
	r.Header.Set("Authorization", i.token(t))
	r.Header.Set("Cookie", "a=b")
	r.Header.Set("Content-Type", "application/json")
	var want, got map[string]any
	if err := json.Unmarshal(sample, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(capture(t, cfg, r), &got); err != nil {
		t.Fatal(err)
	}
	delete(want, "stageVariables") // the gateway has none
	delete(want["requestContext"].(map[string]any), "authentication")
	for _, free := range []string{"headers", "queryStringParameters"} {
		delete(want, free)
		delete(got, free)
	}
	for _, e := range []map[string]any{want, got} {
		e["requestContext"].(map[string]any)["authorizer"].(map[string]any)["jwt"].(map[string]any)["claims"] = nil
	}
	if diff := cmp.Diff(shape(want), shape(got)); diff != "" {
		t.Errorf("shape (-sample +got):\n%s", diff)
	}
}

// shape replaces every value by the name of its kind.
func shape(value any) any {
	switch v := value.(type) {
	case map[string]any:
		kinds := map[string]any{}
		for name, member := range v {
			kinds[name] = shape(member)
		}
		return kinds
	case []any:
		return "array"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	}
	return "null"
}

func TestBodies(t *testing.T) {
	t.Parallel()
	binary := "\x00\xff\x89PNG"
	for _, test := range []struct {
		name, contentType, body string
		base64                  bool
	}{
		{"JSON", "application/json", `{"a":"é\n"}`, false},
		{"JSON with a charset", "Application/JSON; charset=utf-8", "{}", false},
		{"text", "text/plain", "a\r\nb\x00", false},
		{"XML", "application/xml", "<a/>", false},
		{"script", "application/javascript", "1", false},
		{"image", "image/png", binary, true},
		{"octets", "application/octet-stream", "text", true},
		{"zip", "application/zip", "PK", true},
		{"form", "application/x-www-form-urlencoded", "a=b", true},
		{"multipart", "multipart/form-data; boundary=x", "--x--", true},
		{"JSON suffix", "application/problem+json", "{}", true},
		{"no type", "", "text", true},
		{"bad type", "text/", "text", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for name, reader := range map[string]io.Reader{
				"length": strings.NewReader(test.body), "chunked": io.MultiReader(strings.NewReader(test.body)),
			} {
				cfg := testConfig(nil)
				cfg.Routes = []Route{{Key: "POST /x"}}
				r := httptest.NewRequest("POST", "/api/x", reader)
				r.Header.Set("Content-Type", test.contentType)
				e := decodeEvent(t, capture(t, cfg, r))
				body := e.Body
				if e.IsBase64Encoded {
					decoded, err := base64.StdEncoding.DecodeString(body)
					if err != nil {
						t.Fatal(err)
					}
					body = string(decoded)
				}
				if e.IsBase64Encoded != test.base64 || body != test.body || e.Headers["content-length"] != strconv.Itoa(len(test.body)) {
					t.Errorf("%s: got %v %q %q", name, e.IsBase64Encoded, body, e.Headers["content-length"])
				}
			}
		})
	}
}

// TestAssumedTextThatIsNotUTF8IsBase64 keeps such a body whole.
func TestAssumedTextThatIsNotUTF8IsBase64(t *testing.T) {
	t.Parallel()
	if got := string(appendBody(nil, []byte("\xff"), "text/plain")); got != `,"body":"/w==","isBase64Encoded":true` {
		t.Errorf("got %s", got)
	}
}

func TestBodyLimits(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = []Route{{Key: "POST /x", Function: named(functionOutput(hello))}}
	g := mustNew(t, cfg)
	text := []string{"Content-Type", "text/plain"}
	size := func(n int) *strings.Reader { return strings.NewReader(strings.Repeat("a", n)) }
	for _, test := range []struct {
		name    string
		body    io.Reader
		headers []string
		want    int
	}{
		{"5 MB of text", size(5 << 20), text, 200},
		{"5 MB in base64", size(5 << 20), nil, 413},
		{"6 MB of text", size(6 << 20), text, 413},
		{"10 MB", size(10 << 20), text, 413},
		{"more, chunked", io.MultiReader(size(10<<20 + 1)), text, 413},
		{"a body that ends early", io.LimitReader(failingReader{}, 5), text, 400},
	} {
		if got := doBody(t, g, "POST", "/api/x", test.body, test.headers...); got.StatusCode != test.want {
			t.Errorf("%s: expected %d, got %d", test.name, test.want, got.StatusCode)
		}
	}
	short := httptest.NewRequest("POST", "/api/x", strings.NewReader("ab"))
	short.ContentLength = 3
	w := httptest.NewRecorder()
	g.Handler().ServeHTTP(w, short)
	if w.Code != 400 {
		t.Errorf("expected 400 for a short body, got %d", w.Code)
	}
}

// TestAssumedTargetsAreTakenAsTheyAre: a path is decoded once and not cleaned, a
// query not at all, and neither bytes beyond ASCII nor a # are refused.
func TestAssumedTargetsAreTakenAsTheyAre(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Stages = []Stage{{Name: defaultStage}}
	cfg.Routes = []Route{{Key: defaultRoute, Function: named(func(_ context.Context, event []byte) ([]byte, error) {
		e := decodeEvent(t, event)
		return json.Marshal(e.RawPath + " ? " + e.RawQueryString)
	})}}
	address := serve(t, mustNew(t, cfg))
	for target, want := range map[string]string{
		"/a":                     "/a ? ",
		"/a?":                    "/a ? ",
		"/a?b?c=d&e":             "/a ? b?c=d&e",
		"/a?b=%20+%2B":           "/a ? b=%20+%2B",
		"/a%20b+c":               "/a b+c ? ",
		"/a%2Fb%2f":              "/a/b/ ? ",
		"/a%252Fb":               "/a%2Fb ? ",
		"/a%23b%3Fc?d":           "/a#b ? d",
		"/a//b///":               "/a//b/// ? ",
		"/a/./b/../c":            "/a/./b/../c ? ",
		"/%2e%2e/%2E/a":          "/.././a ? ",
		"/..%5ca\\b":             "/..\\a\\b ? ",
		"/a;b=c,d":               "/a;b=c,d ? ",
		"/%E6%97%A5%f0%9f%98%80": "/日😀 ? ",
		"/日?é":                   "/日 ? é",
		"/a%00%1f%7f":            "/a\x00\x1f\x7f ? ",
		"/a#b":                   "/a#b ? ",
		"//evil.example/a":       "//evil.example/a ? ",
		"/a|\"<>{}^`":            "/a|\"<>{}^` ? ",
		"http://a/b?c":           "/b ? c",
		"/%":                     "400",
		"/%zz":                   "400",
		"/%f":                    "400",
		"/%c0%af":                "400",
		"/%ed%a0%80":             "400",
		"a":                      "400",
		"?a":                     "400",
	} {
		got := roundTrip(t, address, "GET "+target+" HTTP/1.1"+closing+"\n")
		status, body := got[len("HTTP/1.1 "):len("HTTP/1.1 200")], got[strings.Index(got, "\n\n")+2:]
		if got := body; status == "200" && got != want || status != "200" && status != want {
			t.Errorf("%s: expected %q, got %s %q", target, want, status, got)
		}
	}
}

// TestBodyLimitsAreExact: ten megabytes pass the API and one byte more does not,
// and an event of six reaches the function and one byte more does not.
func TestBodyLimitsAreExact(t *testing.T) {
	t.Parallel()
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"length":  func(r io.Reader) io.Reader { return r },
		"chunked": func(r io.Reader) io.Reader { return io.MultiReader(r) },
	} {
		for extra, want := range map[int]*failure{0: nil, 1: tooLarge} {
			sent := strings.Repeat("a", maxBodyBytes+extra)
			body, refused := readBody(httptest.NewRequest("POST", "/", wrap(strings.NewReader(sent))))
			if refused != want || want == nil && string(body) != sent {
				t.Errorf("%s, %d over: got %d bytes and %v", name, extra, len(body), refused)
			}
		}
	}
	cfg := testConfig(nil)
	cfg.Routes = []Route{{Key: "POST /x", Function: named(functionOutput(hello))}}
	post := func(n int) *http.Request {
		r := httptest.NewRequest("POST", "/api/x", strings.NewReader(strings.Repeat("a", n)))
		r.Header.Set("Content-Type", "text/plain")
		return r
	}
	const some = 6_000_000 // as many digits as the length that is wanted
	most := some + maxEventBytes - len(capture(t, cfg, post(some)))
	if n := len(capture(t, cfg, post(most))); n != maxEventBytes {
		t.Errorf("expected an event of %d bytes, got %d", maxEventBytes, n)
	}
	w := httptest.NewRecorder()
	mustNew(t, cfg).Handler().ServeHTTP(w, post(most+1))
	if w.Code != 413 {
		t.Errorf("expected 413, got %d", w.Code)
	}
}

// TestAssumedHeaderBytesThatAreNoUTF8AreReplaced in the event, as in the query:
// JSON has no place for them.
func TestAssumedHeaderBytesThatAreNoUTF8AreReplaced(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = cfg.Routes[:1]
	r := httptest.NewRequest("GET", "/api/public", nil)
	r.URL.RawQuery = "a=\xff"
	r.Header["X-Latin"] = []string{"caf\xe9"}
	e := decodeEvent(t, capture(t, cfg, r))
	if e.Headers["x-latin"] != "caf\ufffd" || e.RawQueryString != "a=\ufffd" || e.QueryStringParameters["a"] != "\ufffd" {
		t.Errorf("got %q, %q, %q", e.Headers["x-latin"], e.RawQueryString, e.QueryStringParameters)
	}
}

// TestOddHeaders as they are in the event; absent is the empty string.
func TestOddHeaders(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, header string
		values       []string
		want         string
	}{
		{"once", "X-A", []string{"b"}, "b"},
		{"twice", "X-A", []string{"b", "c"}, "b,c"},
		{"empty", "X-A", []string{""}, ""},
		{"empty and not", "X-A", []string{"", "b", ""}, ",b,"},
		{"a list already", "X-A", []string{"b, c", "d"}, "b, c,d"},
		{"quotes and backslashes", "X-A", []string{`"b\c"`}, `"b\c"`},
		{"tab", "X-A", []string{"b\tc"}, "b\tc"},
		{"not ASCII", "X-A", []string{"日本"}, "日本"},
		{"name of every kind of byte", "X-!#$%&'*+-.^_`|~9", []string{"b"}, "b"},
		{"expectation", "Expect", []string{"100-continue"}, "100-continue"},
		{"range", "Range", []string{"bytes=0-1"}, "bytes=0-1"},
		{"for the next peer only", "Keep-Alive", []string{"timeout=5"}, ""},
		{"for the next peer only, old", "Proxy-Connection", []string{"close"}, ""},
		{"upgrade", "Upgrade", []string{"h2c"}, ""},
		{"forwarded", "Forwarded", []string{"for=1.2.3.4"}, "for=1.2.3.4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := testConfig(nil)
			cfg.Routes = cfg.Routes[:1]
			r := httptest.NewRequest("GET", "/api/public", nil)
			r.Header[test.header] = test.values
			got, there := decodeEvent(t, capture(t, cfg, r)).Headers[strings.ToLower(test.header)]
			if got != test.want || there == hopByHop[test.header] {
				t.Errorf("expected %q, got %q (%t)", test.want, got, there)
			}
		})
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestHeaderLimit counts the request line with the headers.
func TestHeaderLimit(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = cfg.Routes[:1]
	g := mustNew(t, cfg)
	target := "/api/public"
	fixed := len("GET "+target+" HTTP/1.1") + len("host: example.com") + len("X-A: ")
	for extra, want := range map[int]int{0: 200, 1: 431} {
		value := strings.Repeat("a", maxHeaderBytes-fixed+extra)
		if got := do(t, g, "GET", target, "X-A", value); got.StatusCode != want {
			t.Errorf("%d over: expected %d, got %d", extra, want, got.StatusCode)
		}
	}
	if got := do(t, g, "GET", target+"?"+strings.Repeat("a", maxHeaderBytes)); got.StatusCode != 431 {
		t.Errorf("long query: expected 431, got %d", got.StatusCode)
	}
}

// TestRequestSurvivesEvent sends random requests and finds them again, whole,
// in aws-lambda-go's event.
func TestRequestSurvivesEvent(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	cfg := testConfig(nil)
	cfg.Routes = []Route{{Key: "POST /{first}/{rest+}"}}
	text := func(alphabet string, n int) string {
		runes := []rune(alphabet)
		var b strings.Builder
		for range 1 + random.IntN(n) {
			b.WriteRune(runes[random.IntN(len(runes))])
		}
		return b.String()
	}
	for range 300 {
		first, rest := text("aZ0 é%+&日\"\\;", 8), text("ab/ %#ü", 12)
		query := url.Values{text("kK é", 4): {text("v,=& +é", 6), text("v", 3)}}
		body := make([]byte, random.IntN(64))
		for i := range body {
			body[i] = byte(random.Uint32())
		}
		header := text("abc ,;=\"é\t", 20)
		target := (&url.URL{Path: "/api/" + first + "/x" + rest, RawQuery: query.Encode()}).String()
		r := httptest.NewRequest("POST", target, bytes.NewReader(body))
		r.Header["X-Odd"] = []string{header, "2"}
		r.Header.Set("Content-Type", "application/octet-stream")
		e := decodeEvent(t, capture(t, cfg, r))
		got, err := base64.StdEncoding.DecodeString(e.Body)
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("body %q: got %q", body, e.Body)
		}
		want := map[string]string{"first": first, "rest": "x" + rest}
		if diff := cmp.Diff(want, e.PathParameters); diff != "" {
			t.Errorf("%s: path parameters (-want +got):\n%s", target, diff)
		}
		for name, values := range query {
			if got := e.QueryStringParameters[name]; got != strings.Join(values, ",") {
				t.Errorf("query %q: expected %q, got %q", name, values, got)
			}
		}
		if e.Headers["x-odd"] != header+",2" || e.RawQueryString != query.Encode() || e.RawPath != "/api/"+first+"/x"+rest {
			t.Errorf("got %q, %q, %q", e.Headers["x-odd"], e.RawQueryString, e.RawPath)
		}
	}
}

// TestAssumedQueryThatCannotBeDecodedStays and splits only at &.
func TestAssumedQueryThatCannotBeDecodedStays(t *testing.T) {
	t.Parallel()
	got := string(appendQuery(nil, "a=%zz&b;c=1;2&&d&=e&A=3"))
	want := `,"queryStringParameters":{"a":"%zz","b;c":"1;2","d":"","":"e","A":"3"}`
	if got != want {
		t.Errorf("expected %s, got %s", want, got)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	for want, lines := range map[string][]string{
		"":                             nil,
		`,"cookies":["a=1"]`:           {"a=1"},
		`,"cookies":["a=1","b=\"2\""]`: {`a=1; b="2"`},
		`,"cookies":["a=1","b","c=3"]`: {"a=1;b", " ; c=3;"},
	} {
		if got := string(appendCookies(nil, lines)); got != want {
			t.Errorf("%q: expected %s, got %s", lines, want, got)
		}
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[A-Za-z0-9_-]{15}=$`)
	seen := map[string]bool{}
	for range 1000 {
		id := newRequestID()
		if !form.MatchString(id) || seen[id] {
			t.Fatalf("got %q", id)
		}
		seen[id] = true
	}
}

// FuzzEvent checks that every request becomes valid JSON with what was sent, and
// with U+FFFD for each byte that is not UTF-8.
func FuzzEvent(f *testing.F) {
	f.Add("/a/b", "x=1&x=2", "X-A", "v", "a=b; c", "text/plain", []byte("body"))
	f.Add("/\xff\x00\"", "%zz&=&", "Connection", "\x80", ";;", "image/png", []byte{0, 255})
	f.Add("/\ufffd", "%FF=+&a;b", "x-b", "\xe6\x97", " a ;\tb", "application/json", []byte("\xe6\x97\xa5"))
	f.Fuzz(func(t *testing.T, path, query, name, value, cookie, contentType string, body []byte) {
		name = http.CanonicalHeaderKey(name)
		if !headerName.MatchString(name) || name == "Host" || name == "Content-Type" {
			return // net/http refuses such a name, or the test sets it
		}
		a := &api{Config: Config{ID: "id", AccountID: "123456789012", DomainName: "x"}, domainPrefix: "x"}
		r := httptest.NewRequest("POST", "/", nil)
		r.URL = &url.URL{Path: path, RawQuery: query}
		r.Header["Cookie"] = []string{cookie}
		r.Header["Content-Type"] = []string{contentType}
		r.Header[name] = append(r.Header[name], value, "2")
		x := &exchange{api: a, request: r, start: testTime, path: path, requestID: "id",
			stage: &stage{name: "s"}, route: &route{key: "k"}, params: []pathVariable{{name, value}}}
		e := decodeEvent(t, x.event(body))
		want := map[string]string{"path": path, "query": query, "method": "POST", "context path": path, "parameter": value, "body": string(body)}
		got := map[string]string{"path": e.RawPath, "query": e.RawQueryString, "method": e.RequestContext.HTTP.Method,
			"context path": e.RequestContext.HTTP.Path, "parameter": e.PathParameters[name], "body": e.Body}
		if e.IsBase64Encoded {
			decoded, err := base64.StdEncoding.DecodeString(e.Body)
			if err != nil {
				t.Fatal(err)
			}
			got["body"] = string(decoded)
		} else if !utf8.Valid(body) {
			t.Errorf("%q travels as text", body)
		}
		if !hopByHop[name] {
			want["header"], got["header"] = value+",2", e.Headers[strings.ToLower(name)]
		}
		for what := range want {
			if want[what] != got[what] && readable(want[what]) != got[what] {
				t.Errorf("%s: expected %q, got %q", what, want[what], got[what])
			}
		}
		if want := sentCookies(r.Header["Cookie"]); !slices.Equal(want, e.Cookies) {
			t.Errorf("cookies: expected %q, got %q", want, e.Cookies)
		}
		checkQuery(t, query, e.QueryStringParameters)
	})
}

// readable is text with U+FFFD for each byte that is not UTF-8.
func readable(text string) string { return string([]rune(text)) }

func sentCookies(lines []string) (list []string) {
	for _, cookie := range strings.Split(strings.Join(lines, ";"), ";") {
		if cookie = strings.TrimSpace(cookie); cookie != "" {
			list = append(list, readable(cookie))
		}
	}
	return list
}

// checkQuery compares with net/url wherever that can decode the query.
func checkQuery(t *testing.T, query string, got map[string]string) {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		return
	}
	want := map[string]string{}
	for name, list := range values {
		if !utf8.ValidString(name) {
			return // two such names can read the same
		}
		want[name] = readable(strings.Join(list, ","))
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("query %q (-want +got):\n%s", query, diff)
	}
}
