package gateway

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
)

func testLogger(b *bytes.Buffer) *slog.Logger { return slog.New(slog.NewTextHandler(b, nil)) }

const closing = "\nHost: localhost:3001\nConnection: close\n"

// TestFailureBytes compares whole answers as they come out of a socket.
func TestFailureBytes(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	fails := func(context.Context, []byte) ([]byte, error) { return nil, errors.New("secret cause") }
	cfg.Routes = append(cfg.Routes,
		Route{Key: "GET /open", Authorizer: i.authorizer(), Function: named(functionOutput(hello))},
		Route{Key: "GET /fails", Function: named(fails)},
		Route{Key: "GET /shape", Function: named(functionOutput(`{"statusCode":"200"}`))},
		Route{Key: "POST /body", Function: named(functionOutput(hello))},
	)
	address := serve(t, mustNew(t, cfg))
	claims := i.testClaims()
	claims["scope"] = "openid"
	noScope := sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), claims)

	json := func(status, body string) string {
		return "HTTP/1.1 " + status + "\nContent-Length: " + strconv.Itoa(len(body)) +
			"\nContent-Type: application/json\napigw-requestid: X\nDate: X\nConnection: close\n\n" + body
	}
	denied := func(challenge string) string {
		return "HTTP/1.1 401 Unauthorized\nContent-Length: 26\napigw-requestid: X\nwww-authenticate: " +
			challenge + "\nDate: X\nConnection: close\n\n" + `{"message":"Unauthorized"}`
	}
	for _, test := range []struct{ name, request, want string }{
		{"token missing", "GET /api/private HTTP/1.1" + closing + "\n", denied("Bearer")},
		{"token bad", "GET /api/private HTTP/1.1" + closing + "Authorization: Bearer nonsense\n\n",
			denied(`Bearer scope="read:private" error="invalid_token" error_description="token contains an invalid number of segments"`)},
		{"token bad, route without scopes", "GET /api/open HTTP/1.1" + closing + "Authorization: nonsense\n\n",
			denied(`Bearer scope="" error="invalid_token" error_description="token contains an invalid number of segments"`)},
		{"scope not held", "GET /api/private HTTP/1.1" + closing + "Authorization: Bearer " + noScope + "\n\n",
			"HTTP/1.1 403 Forbidden\nContent-Length: 23\nContent-Type: application/json\napigw-requestid: X\n" +
				`www-authenticate: Bearer scope="read:private" error="insufficient_scope" error_description="expected scopes: [read:private]"` +
				"\nDate: X\nConnection: close\n\n" + `{"message":"Forbidden"}`},
		{"no such stage", "GET /other/public HTTP/1.1" + closing + "\n", json("404 Not Found", `{"message":"Not Found"}`)},
		{"no route", "GET /api/nope HTTP/1.1" + closing + "\n", json("404 Not Found", `{"message":"Not Found"}`)},
		{"another method", "POST /api/public HTTP/1.1" + closing + "Content-Length: 0\n\n", json("404 Not Found", `{"message":"Not Found"}`)},
		{"unknown method", "TRACE /api/public HTTP/1.1" + closing + "\n", json("404 Not Found", `{"message":"Not Found"}`)},
		{"no CORS, no OPTIONS route", "OPTIONS /api/private HTTP/1.1" + closing + "Origin: http://localhost:3000\nAccess-Control-Request-Method: GET\n\n",
			json("404 Not Found", `{"message":"Not Found"}`)},
		{"function error", "GET /api/fails HTTP/1.1" + closing + "\n", json("500 Internal Server Error", `{"message":"Internal Server Error"}`)},
		{"bad output shape", "GET /api/shape HTTP/1.1" + closing + "\n", json("500 Internal Server Error", `{"message":"Internal Server Error"}`)},
		{"body over the limit", "POST /api/body HTTP/1.1" + closing + "Content-Length: 10485761\n\n",
			json("413 Request Entity Too Large", `{"message":"Request Entity Too Large"}`)},
		{"headers over the limit", "GET /api/public HTTP/1.1" + closing + "X-A: " + strings.Repeat("a", 10_240) + "\n\n",
			json("431 Request Header Fields Too Large", `{"message":"Request Header Fields Too Large"}`)},
		{"path not UTF-8", "GET /api/%ff HTTP/1.1" + closing + "\n", json("400 Bad Request", `{"message":"Bad Request"}`)},
		{"HTTP/1.0", "GET /api/nope HTTP/1.0\n\n", strings.NewReplacer("HTTP/1.1 ", "HTTP/1.0 ", "Connection: close\n", "").Replace(json("404 Not Found", `{"message":"Not Found"}`))},
		{"HEAD has the headers alone", "HEAD /api/nope HTTP/1.1" + closing + "\n",
			strings.TrimSuffix(json("404 Not Found", `{"message":"Not Found"}`), `{"message":"Not Found"}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, roundTrip(t, address, test.request)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAssumedFailureTexts pins the answers whose bytes are not documented:
// 429, 431, 400, and the content types of 403, 413, 429 and 503.
func TestAssumedFailureTexts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		failure *failure
		status  int
		body    string
	}{
		{badRequest, 400, `{"message":"Bad Request"}`},
		{forbidden, 403, `{"message":"Forbidden"}`},
		{tooLarge, 413, `{"message":"Request Entity Too Large"}`},
		{throttled, 429, `{"message":"Too Many Requests"}`},
		{headersTooLarge, 431, `{"message":"Request Header Fields Too Large"}`},
		{unavailable, 503, `{"message":"Service Unavailable"}`},
	} {
		a := test.failure.answer()
		if a.status != test.status || string(a.body) != test.body || a.contentType != "application/json" {
			t.Errorf("expected %d %s, got %d %s %s", test.status, test.body, a.status, a.body, a.contentType)
		}
	}
}

func TestIntegrationTimeoutIs503(t *testing.T) {
	t.Parallel()
	for name, timeout := range map[string]time.Duration{"the route's": 2 * time.Second, "the default": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cfg := testConfig(nil)
				cfg.Routes = []Route{{Key: "GET /slow", Timeout: timeout, Function: named(func(ctx context.Context, _ []byte) ([]byte, error) {
					<-ctx.Done()
					return nil, ctx.Err()
				})}}
				start := time.Now()
				got := do(t, mustNew(t, cfg), "GET", "/api/slow")
				want := timeout
				if want == 0 {
					want = 30 * time.Second
				}
				if body := readAll(t, got.Body); got.StatusCode != 503 || body != `{"message":"Service Unavailable"}` {
					t.Errorf("got %d %s", got.StatusCode, body)
				}
				if took := time.Since(start); took != want {
					t.Errorf("expected to wait %s, got %s", want, took)
				}
			})
		})
	}
}

// TestNoTimeout: if the route has no timeout, a function may run for any time.
func TestNoTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := testConfig(nil)
		cfg.Routes = []Route{{Key: "GET /slow", Timeout: 2 * time.Second, NoTimeout: true, Function: named(func(ctx context.Context, _ []byte) ([]byte, error) {
			time.Sleep(8 * time.Hour)
			return []byte(hello), ctx.Err()
		})}}
		if got := do(t, mustNew(t, cfg), "GET", "/api/slow"); got.StatusCode != 200 {
			t.Errorf("expected 200 after 8 hours, got %d", got.StatusCode)
		}
	})
}

// TestWaitIsNotTheIntegrationsTime: waiting before the function may take any time,
// and its failure counts as the function's.
func TestWaitIsNotTheIntegrationsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var failure error
		type contextKey struct{}
		cfg := testConfig(nil)
		cfg.Wait = func(ctx context.Context, function string, _ []byte) error {
			if ctx.Value(contextKey{}) == nil || function != cfg.Routes[0].Function {
				t.Errorf("expected the request's context and function, got %q", function)
			}
			time.Sleep(time.Hour)
			return failure
		}
		cfg.Routes = []Route{{Key: "GET /slow", Timeout: 2 * time.Second,
			Function: named(func(ctx context.Context, _ []byte) ([]byte, error) {
				if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) != 2*time.Second {
					t.Errorf("expected two seconds, got %v", deadline)
				}
				return []byte(`"done"`), nil
			})}}
		handler := mustNew(t, cfg).Handler()
		for _, want := range []int{200, 500} {
			w := httptest.NewRecorder()
			ctx := context.WithValue(t.Context(), contextKey{}, "set")
			handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/api/slow", nil))
			if w.Code != want {
				t.Errorf("expected %d, got %d", want, w.Code)
			}
			failure = errors.New("does not build")
		}
	})
}

// TestFunctionTimeoutIs500 has the function's own deadline pass first: that is a
// function error, whatever error it returns.
func TestFunctionTimeoutIs500(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = []Route{{Key: "GET /slow", Function: named(func(context.Context, []byte) ([]byte, error) {
		return nil, context.DeadlineExceeded
	})}}
	if got := do(t, mustNew(t, cfg), "GET", "/api/slow"); got.StatusCode != 500 {
		t.Errorf("expected 500, got %d", got.StatusCode)
	}
}

// TestAssumedInvocationOutlivesClient: a client that disconnects does not stop the
// function.
func TestAssumedInvocationOutlivesClient(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	var invoked context.Context
	cfg.Routes = []Route{{Key: "GET /x", Function: named(func(ctx context.Context, _ []byte) ([]byte, error) {
		invoked = ctx
		return []byte(hello), ctx.Err()
	})}}
	g := mustNew(t, cfg)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequest("GET", "/api/x", nil).WithContext(gone)
	w := httptest.NewRecorder()
	g.Handler().ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("expected 200, got %d", w.Code)
	}
	if deadline, ok := invoked.Deadline(); !ok || time.Until(deadline) > maxTimeout {
		t.Errorf("expected a deadline within %s, got %v", maxTimeout, deadline)
	}
}

func TestInternalCausesReachTheLogOnly(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	cfg := testConfig(nil)
	cfg.Logger = testLogger(&log)
	cfg.Routes = []Route{{Key: "GET /fails", Function: named(func(context.Context, []byte) ([]byte, error) {
		return nil, errors.New("secret cause")
	})}}
	got := do(t, mustNew(t, cfg), "GET", "/api/fails")
	if body := readAll(t, got.Body); strings.Contains(body, "secret") {
		t.Errorf("the client reads %s", body)
	}
	if !strings.Contains(log.String(), "secret cause") || !strings.Contains(log.String(), "GET /fails") {
		t.Errorf("expected the cause in the log, got %q", log.String())
	}
}

// TestSmuggledRequestsAreRefused sends what two servers could read as two different
// requests. net/http refuses them; this test notices if that changes.
func TestSmuggledRequestsAreRefused(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = []Route{{Key: "$default", Function: named(functionOutput(hello))}}
	cfg.Stages = []Stage{{Name: "$default"}}
	address := serve(t, mustNew(t, cfg))
	for _, test := range []struct{ name, request string }{
		{"two lengths", "POST / HTTP/1.1\nHost: a\nContent-Length: 1\nContent-Length: 2\n\nab"},
		{"length list", "POST / HTTP/1.1\nHost: a\nContent-Length: 1, 2\n\nab"},
		{"signed length", "POST / HTTP/1.1\nHost: a\nContent-Length: +1\n\na"},
		{"negative length", "POST / HTTP/1.1\nHost: a\nContent-Length: -1\n\na"},
		{"unknown coding", "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: xchunked\n\n0\n\n"},
		{"coding twice", "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: identity\n\n0\n\n"},
		{"space before colon", "GET / HTTP/1.1\nHost: a\nContent-Length : 0\n\n"},
		{"no host", "GET / HTTP/1.1\n\n"},
		{"two hosts", "GET / HTTP/1.1\nHost: a\nHost: b\n\n"},
		{"bad header name", "GET / HTTP/1.1\nHost: a\nA\x00B: c\n\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := roundTrip(t, address, test.request); !strings.HasPrefix(got, "HTTP/1.1 400 ") && !strings.HasPrefix(got, "HTTP/1.1 501 ") {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestChunksWinOverALength pins that the bytes after the chunks are not taken
// for a second request.
func TestChunksWinOverALength(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = []Route{{Key: "$default", Function: named(functionOutput(hello))}}
	cfg.Stages = []Stage{{Name: "$default"}}
	address := serve(t, mustNew(t, cfg))
	got := roundTrip(t, address, "POST / HTTP/1.1\nHost: a\nConnection: close\nContent-Length: 3\nTransfer-Encoding: chunked\n\n1\na\n0\n\n")
	if strings.Count(got, "HTTP/1.1 ") != 1 {
		t.Errorf("expected one answer, got %q", got)
	}
}

var discard = slog.New(slog.DiscardHandler)

// TestNotPermitted: a function that the API may not invoke is not called, and the
// client gets the answer for any failure of the integration.
func TestNotPermitted(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	var reasons []string
	cfg.OnTrace = func(t Trace) { reasons = append(reasons, t.Refusal) }
	cfg.Routes = []Route{{Key: "GET /x", NotPermitted: true, Function: named(func(context.Context, []byte) ([]byte, error) {
		t.Error("the function was called")
		return []byte(hello), nil
	})}}
	got := do(t, mustNew(t, cfg), "GET", "/api/x")
	if body := readAll(t, got.Body); got.StatusCode != 500 || body != `{"message":"Internal Server Error"}` {
		t.Errorf("expected 500, got %d %s", got.StatusCode, body)
	}
	if len(reasons) != 1 || !strings.Contains(reasons[0], "may not invoke the function "+cfg.Routes[0].Function) {
		t.Errorf("expected the reason in the trace, got %q", reasons)
	}
}
