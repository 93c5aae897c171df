package gateway

import (
	"sync/atomic"
	"testing"
	"time"
)

// TestThrottle has a burst of 3 and 2 requests a second, for each route by
// itself.
func TestThrottle(t *testing.T) {
	t.Parallel()
	now := testTime
	cfg := testConfig(newIssuer(t).authorizer())
	cfg.Now = func() time.Time { return now }
	cfg.Stages = []Stage{{Name: "api", ThrottleRate: 2, ThrottleBurst: 3}, {Name: "free"}}
	g := mustNew(t, cfg)
	for _, step := range []struct {
		after  time.Duration
		target string
		want   []int
	}{
		{0, "/api/public", []int{200, 200, 200, 429, 429}},
		{0, "/api/private", []int{401, 401, 401, 429}}, // before the authorizer
		{0, "/free/public", []int{200, 200, 200, 200}},
		{0, "/api/nope", []int{404, 404, 404, 404}},
		{500 * time.Millisecond, "/api/public", []int{200, 429}},
		{499 * time.Millisecond, "/api/public", []int{429}},
		{10 * time.Second, "/api/public", []int{200, 200, 200, 429}},
	} {
		now = now.Add(step.after)
		for n, want := range step.want {
			got := do(t, g, "GET", step.target)
			if got.StatusCode != want {
				t.Errorf("%s, request %d: expected %d, got %d", step.target, n+1, want, got.StatusCode)
			}
			if body := readAll(t, got.Body); want == 429 && body != `{"message":"Too Many Requests"}` {
				t.Errorf("got %s", body)
			}
		}
	}
}

// TestThrottleDefaults are the account's: 5000 requests at once.
func TestThrottleDefaults(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = cfg.Routes[:1]
	g := mustNew(t, cfg)
	var served atomic.Int64
	for range accountBurst + 5 {
		if do(t, g, "GET", "/api/public").StatusCode == 200 {
			served.Add(1)
		}
	}
	if n := served.Load(); n != accountBurst {
		t.Errorf("expected %d, got %d", accountBurst, n)
	}
}

// TestThrottleOfOneZero refuses every request, as the service does.
func TestThrottleOfOneZero(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = cfg.Routes[:1]
	cfg.Stages[0].ThrottleRate = 10
	if got := do(t, mustNew(t, cfg), "GET", "/api/public"); got.StatusCode != 429 {
		t.Errorf("expected 429, got %d", got.StatusCode)
	}
}
