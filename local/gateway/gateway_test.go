package gateway

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	testAudience = "https://api.example.com"
	testScope    = "read:private"
	testKeyID    = "key-1"
)

// testTime is the gateway's clock in tests.
var testTime = time.Date(2026, 3, 12, 19, 3, 58, 250e6, time.UTC)

func frozen() time.Time { return testTime }

var testKey = sync.OnceValue(func() *rsa.PrivateKey { return mustKey(2048) })

var otherKey = sync.OnceValue(func() *rsa.PrivateKey { return mustKey(2048) })

func mustKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// issuer serves an OpenID provider's two documents over a real socket.
type issuer struct {
	url     string // with its final slash
	fetches atomic.Int64

	mu   sync.Mutex
	keys []map[string]any
}

func newIssuer(t testing.TB, keys ...map[string]any) *issuer {
	t.Helper()
	i := &issuer{keys: keys}
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	i.url = server.URL + "/"
	return i
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case discoverySuffix:
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":"%sjwks.json"}`, i.url, i.url)
	case "/jwks.json":
		i.fetches.Add(1)
		i.mu.Lock()
		defer i.mu.Unlock()
		json.NewEncoder(w).Encode(map[string]any{"keys": i.keys})
	default:
		http.NotFound(w, r)
	}
}

func (i *issuer) rotate(keys ...map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = keys
}

func (i *issuer) authorizer() *JWTAuthorizer {
	return &JWTAuthorizer{
		Name:           "auth0",
		Issuer:         i.url,
		Audiences:      []string{"https://other.example.com", testAudience},
		IdentitySource: "$request.header.Authorization",
	}
}

// jwk returns the public half of key as a JWK.
func jwk(kid string, key *rsa.PrivateKey) map[string]any {
	return map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}
}

// testClaims are those of a token that every check accepts.
func (i *issuer) testClaims() map[string]any {
	return map[string]any{
		"iss":   i.url,
		"sub":   "auth0|123",
		"aud":   []string{testAudience, i.url + "userinfo"},
		"iat":   testTime.Unix() - 60,
		"exp":   testTime.Unix() + 3600,
		"azp":   "client",
		"scope": "openid " + testScope,
	}
}

// sign makes a token of any header and claims.
func sign(t testing.TB, key *rsa.PrivateKey, method jwt.SigningMethod, header map[string]any, claims any) string {
	t.Helper()
	head, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return signText(t, key, method, string(head), string(body))
}

func signText(t testing.TB, key any, method jwt.SigningMethod, head, body string) string {
	t.Helper()
	text := encode(head) + "." + encode(body)
	signature, err := method.Sign(text, key)
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(string(signature))
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func goodHeader() map[string]any {
	return map[string]any{"alg": "RS256", "typ": "JWT", "kid": testKeyID}
}

func (i *issuer) token(t testing.TB) string {
	return sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.testClaims())
}

// functions are the functions that the tests' routes call, by name.
var functions sync.Map

// named returns the name of a function that is called with a request's event.
func named(f func(context.Context, []byte) ([]byte, error)) string {
	name := rand.Text()
	functions.Store(name, f)
	return name
}

func invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	f, found := functions.Load(function)
	if !found {
		return nil, errors.New("no such function: " + function)
	}
	return f.(func(context.Context, []byte) ([]byte, error))(ctx, event)
}

// functionOutput returns a function that always returns output.
func functionOutput(output string) func(context.Context, []byte) ([]byte, error) {
	return func(context.Context, []byte) ([]byte, error) { return []byte(output), nil }
}

const hello = `{"statusCode":200,"headers":null,"multiValueHeaders":null,"body":"Hello","cookies":null}`

// setup is what a test's gateway is made of.
type setup struct {
	Options
	Config
}

// testConfig is an API like the deployed one: a public and a private route
// under the stage api.
func testConfig(a *JWTAuthorizer) setup {
	return setup{
		Options{Invoke: invoke, Now: frozen},
		Config{
			ID:         "a1b2c3d4e5",
			AccountID:  "123456789012",
			DomainName: "localhost:3001",
			Stages:     []Stage{{Name: "api"}},
			Routes: []Route{
				{Key: "GET /public", Function: named(functionOutput(hello))},
				{Key: "GET /private", Authorizer: a, Scopes: []string{testScope}, Function: named(functionOutput(hello))},
			},
		},
	}
}

// mustNew returns a gateway that serves cfg and has fetched no keys.
func mustNew(t testing.TB, cfg setup) *Gateway {
	t.Helper()
	g, err := New(cfg.Options)
	if err != nil {
		t.Fatal(err)
	}
	served, err := g.build(cfg.Config)
	if err != nil {
		t.Fatal(err)
	}
	g.served.Store(served)
	return g
}

// serve starts g on a real socket and returns its address.
func serve(t testing.TB, g *Gateway) string {
	t.Helper()
	server := httptest.NewServer(g.Handler())
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

var varying = regexp.MustCompile(`(?m)^(Date|apigw-requestid): .*\r$`)

// roundTrip sends raw bytes and returns the raw answer, with the values of
// Date and apigw-requestid replaced.
func roundTrip(t testing.TB, address, raw string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.ReplaceAll(raw, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(varying.ReplaceAllString(string(answer), "$1: X\r"), "\r\n", "\n")
}

// do serves one request without a socket.
func do(t testing.TB, g *Gateway, method, target string, headers ...string) *http.Response {
	t.Helper()
	return doBody(t, g, method, target, nil, headers...)
}

func doBody(t testing.TB, g *Gateway, method, target string, body io.Reader, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, body)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	g.Handler().ServeHTTP(w, r)
	result := w.Result()
	canonical := http.Header{} // as a client reads it
	for name, values := range result.Header {
		for _, value := range values {
			canonical.Add(name, value)
		}
	}
	result.Header = canonical
	return result
}

func readAll(t testing.TB, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPrepareReportsEveryProblem(t *testing.T) {
	t.Parallel()
	err := prepare(t, setup{Options{Invoke: invoke}, Config{
		AccountID: "12",
		Stages: []Stage{
			{Name: "a/b"},
			{Name: "api", AccessLogFormat: "$context.nope $input.body"},
			{Name: "api"},
			{Name: "slow", ThrottleRate: -1},
		},
		Routes: []Route{
			{Key: "GET private", Function: named(functionOutput(hello))},
			{Key: "FETCH /private", Function: named(functionOutput(hello))},
			{Key: "GET /a/{proxy+}/b", Function: named(functionOutput(hello))},
			{Key: "GET /a/{x}/{x}", Function: named(functionOutput(hello))},
			{Key: "GET /e/{x}/x/{x}", Function: named(functionOutput(hello))},
			{Key: "GET /a/x{y}", Function: named(functionOutput(hello))},
			{Key: "GET /a/{}", Function: named(functionOutput(hello))},
			{Key: "GET /b/{x}", Function: named(functionOutput(hello))},
			{Key: "GET /b/{y}", Function: named(functionOutput(hello))},
			{Key: "GET /c", Scopes: []string{"x"}, Timeout: time.Minute},
			{Key: "GET /d", Function: named(functionOutput(hello)), Scopes: []string{`a"b`}, Authorizer: &JWTAuthorizer{
				Name: "j", Issuer: "http://tenant.example.com/", IdentitySource: "Authorization",
			}},
		},
		CORS: &CORS{
			AllowOrigins: []string{"*", "https://example.com/"}, AllowHeaders: []string{"a b"},
			AllowCredentials: true, MaxAge: -time.Second,
		},
	}})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		"gateway: ID is empty: set the API's id",
		`AccountID: expected 12 digits, got "12"`,
		"DomainName is empty",
		`stage "a/b": expected $default, or up to 128 letters`,
		`stage "api": access log format: $context.nope is unknown; known are $context.accountId`,
		`stage "api" is given twice`,
		`stage "slow": the throttle's rate and burst must not be negative`,
		`route "GET private": expected a path that starts with /, got "private"`,
		`route "FETCH /private": expected ANY or one of DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, got "FETCH"`,
		`route "GET /a/{proxy+}/b": the greedy variable {proxy+} must end the path`,
		`route "GET /a/{x}/{x}": the variable {x} occurs twice`,
		`route "GET /e/{x}/x/{x}": the variable {x} occurs twice`,
		`route "GET /a/x{y}": expected a variable to be a whole segment, got "x{y}"`,
		`route "GET /a/{}": expected letters, digits`,
		`route "GET /b/{y}" matches the same requests as "GET /b/{x}": remove one`,
		`route "GET /c" has no function`,
		`route "GET /c": expected a timeout of 50ms to 30s, got 1m0s`,
		`route "GET /c" has scopes but no authorizer`,
		`route "GET /d": "a\"b" is not a scope`,
		`authorizer "j": issuer: expected https, or http on localhost, got "http://tenant.example.com/"`,
		`authorizer "j": expected 1 to 50 audiences, none of them empty, got []`,
		`authorizer "j": identity source: expected $request.header.NAME or $request.querystring.NAME, got "Authorization"`,
		"CORS: credentials cannot be allowed for the origin *",
		`CORS: expected an origin such as https://example.com, without path and final slash, got "https://example.com/"`,
		`CORS: "a b" is neither a method, a header's name nor *`,
		"CORS: expected a max age of 0 to 24h0m0s, got -1s",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("expected %q in\n%s", want, err)
		}
	}
}

func TestPrepareRejectsLoneProblems(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	for name, test := range map[string]struct {
		change func(*setup)
		want   string
	}{
		"no stage":         {func(c *setup) { c.Stages = nil }, `no stage: add one, such as "$default"`},
		"too many routes":  {func(c *setup) { c.Routes = manyRoutes(maxRoutes + 1) }, "expected at most 300 routes, got 301"},
		"too many scopes":  {func(c *setup) { c.Routes[1].Scopes = strings.Split("abcdefghijk", "") }, "expected at most 10 scopes, got 11"},
		"$input":           {func(c *setup) { c.Stages[0].AccessLogFormat = "$input.body" }, "$input is no $context variable"},
		"issuer query":     {func(c *setup) { c.Routes[1].Authorizer.Issuer = "https://x/?a=b" }, "expected a URL of scheme, host and path"},
		"issuer no scheme": {func(c *setup) { c.Routes[1].Authorizer.Issuer = "tenant.example.com" }, "expected a URL of scheme, host and path"},
		"empty audience":   {func(c *setup) { c.Routes[1].Authorizer.Audiences = []string{""} }, "none of them empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := testConfig(i.authorizer())
			test.change(&cfg)
			if err := prepare(t, cfg); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("expected %q, got %v", test.want, err)
			}
		})
	}
}

func manyRoutes(n int) (routes []Route) {
	for i := range n {
		routes = append(routes, Route{Key: fmt.Sprintf("GET /%d", i), Function: named(functionOutput(hello))})
	}
	return routes
}

func TestNilLoggerClockAndAccessLog(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = cfg.Routes[:1]
	cfg.Now = nil
	cfg.Stages[0].AccessLogFormat = "$context.requestId"
	if got := do(t, mustNew(t, cfg), "GET", "/api/public"); got.StatusCode != 200 {
		t.Errorf("expected 200, got %d", got.StatusCode)
	}
}

func TestFailingAccessLogReachesTheLoggerOnly(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	cfg := testConfig(nil)
	cfg.Routes = cfg.Routes[:1]
	cfg.Stages[0].AccessLogFormat = "$context.requestId"
	cfg.AccessLog = failingWriter{}
	cfg.Logger = testLogger(&log)
	got := do(t, mustNew(t, cfg), "GET", "/api/public")
	if got.StatusCode != 200 || !strings.Contains(log.String(), "writing the access log") {
		t.Errorf("expected 200 and a log line, got %d and %q", got.StatusCode, log.String())
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestPipelinedRequests sends two requests before it reads an answer.
func TestPipelinedRequests(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = cfg.Routes[:1]
	conn, err := net.Dial("tcp", serve(t, mustNew(t, cfg)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET /api/public HTTP/1.1\r\nHost: a\r\n\r\nGET /api/nope HTTP/1.1\r\nHost: a\r\n\r\n")
	answers := bufio.NewReader(conn)
	for _, want := range []int{200, 404} {
		answer, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		if answer.StatusCode != want {
			t.Errorf("expected %d, got %d", want, answer.StatusCode)
		}
	}
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// prepare returns the problems of cfg.
func prepare(t *testing.T, cfg setup) error {
	t.Helper()
	g, err := New(cfg.Options)
	if err == nil {
		_, err = g.Prepare(t.Context(), cfg.Config)
	}
	return err
}
