package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// TestTrace covers each way in which a request ends: what ran, and why it got
// its answer.
func TestTrace(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	var requests, traces []Trace
	var called string
	cfg := testConfig(i.authorizer())
	cfg.OnRequest = func(t Trace) { requests = append(requests, t) }
	cfg.OnTrace = func(t Trace) { traces = append(traces, t) }
	cfg.Routes[0].Function = named(func(_ context.Context, event []byte) ([]byte, error) {
		called = string(event)
		return []byte(hello), nil
	})
	cfg.Routes = append(cfg.Routes, Route{Key: "GET /broken", Function: named(func(context.Context, []byte) ([]byte, error) {
		return nil, errors.New("it broke")
	})})
	cfg.Stages = append(cfg.Stages, Stage{Name: "slow", ThrottleRate: 1, ThrottleBurst: 1})
	g := mustNew(t, cfg)
	noScope := sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"scope": nil}))
	for _, test := range []struct {
		name, path, token, route, refusal string
		authorized, integrated            bool
	}{
		{name: "public", path: "/api/public", route: "GET /public", integrated: true},
		{name: "private", path: "/api/private", token: i.token(t), route: "GET /private", authorized: true, integrated: true},
		{name: "no token", path: "/api/private", route: "GET /private", authorized: true, refusal: "no token in $request.header.Authorization"},
		{name: "bad token", path: "/api/private", token: "x", route: "GET /private", authorized: true, refusal: "token contains an invalid number of segments"},
		{name: "no scope", path: "/api/private", token: noScope, route: "GET /private", authorized: true, refusal: "the token has none of the route's scopes: " + testScope},
		{name: "burst", path: "/slow/public", route: "GET /public", integrated: true},
		{name: "throttled", path: "/slow/public", route: "GET /public", refusal: Throttled},
		{name: "long", path: "/api/" + strings.Repeat("x", maxHeaderBytes), refusal: "the request line and the headers are larger than 10,240 bytes"},
		{name: "no route", path: "/api/none", refusal: NoRoute},
		{name: "no stage", path: "/none", refusal: "no stage of the API has this path"},
		{name: "broken", path: "/api/broken", route: "GET /broken", integrated: true, refusal: "it broke"},
	} {
		requests, traces, called = nil, nil, ""
		var headers []string
		if test.token != "" {
			headers = []string{"Authorization", "Bearer " + test.token}
		}
		response := do(t, g, http.MethodGet, test.path, headers...)
		if len(traces) != 1 || len(requests) != 1 {
			t.Fatalf("%s: expected one trace, got %d of %d requests", test.name, len(traces), len(requests))
		}
		got := traces[0]
		if first := requests[0]; first.RequestID != got.RequestID || first.Request.URL.Path != test.path || first.Start != got.Start || first.Route != "" {
			t.Errorf("%s: expected it to be reported before, got %+v", test.name, first)
		}
		if got.Status != response.StatusCode || string(got.Body) != readAll(t, response.Body) || got.RequestID != response.Header.Get("Apigw-Requestid") {
			t.Errorf("%s: expected the answer in the trace, got %+v", test.name, got)
		}
		if got.Route != test.route || !strings.HasPrefix(got.Refusal, test.refusal) || (got.Refusal == "") != (test.refusal == "") {
			t.Errorf("%s: got the route %q and the refusal %q", test.name, got.Route, got.Refusal)
		}
		if !got.Authorizer.Start.IsZero() != test.authorized || !got.Integration.Start.IsZero() != test.integrated || (got.Event != nil) != test.integrated {
			t.Errorf("%s: got the authorizer %v, the integration %v, %d bytes of event", test.name, got.Authorizer, got.Integration, len(got.Event))
		}
		if test.name == "public" && (called != string(got.Event) || !strings.Contains(called, got.RequestID) || string(got.Output) != hello) {
			t.Errorf("expected the event that the function was called with, got %q", got.Event)
		}
	}
}

// TestWithoutTraceNothingIsKept: a request that is not traced allocates nothing for
// it.
func TestWithoutTraceNothingIsKept(t *testing.T) { // not parallel: it counts allocations
	cfg := testConfig(newIssuer(t).authorizer())
	if status := do(t, mustNew(t, cfg), http.MethodGet, "/api/public").StatusCode; status != http.StatusOK {
		t.Errorf("expected 200, got %d", status)
	}
	x := exchange{api: mustNew(t, cfg).served.Load()}
	allocations := testing.AllocsPerRun(100, func() {
		x.traceAuthorizer(x.mark())
		x.traceEvent(nil)
		x.traceOutput(x.mark(), nil)
		x.reportTrace(nil, nil)
	})
	if allocations != 0 {
		t.Errorf("expected no allocation, got %v", allocations)
	}
}
