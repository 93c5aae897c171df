package cloud

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/sitetest"
)

// watchFrames measures the longest time in which the page neither drew nor reacted.
const watchFrames = `(() => {
	let last = performance.now()
	window.longest = 0
	const tick = () => {
		const now = performance.now()
		window.longest = Math.max(window.longest, now - last)
		last = now
		setTimeout(tick, 0)
	}
	tick()
})()`

// TestConsoleHandlesBurst of 5,000 requests, each of which is recorded twice and
// logs: the page goes on to answer, and draws only the rows that are in sight.
func TestConsoleHandlesBurst(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL())
	b.See(sitetest.TestID("no-requests"))
	b.Do(chromedp.Evaluate[chromedp.Void](watchFrames))
	burst(cloud.observer.recorder, 5000)
	b.Until(`document.querySelector('[data-testid="request"]')?.textContent.includes("/api/burst/4999")`)
	b.Fill(sitetest.TestID("filter"), "burst/4321")
	b.Until(`document.querySelectorAll('[data-testid="request"]').length === 1`)
	// Only logged: a limit would measure the machine as well as the page.
	t.Logf("the page was busy for %.0f ms at a time", sitetest.Evaluate(b.Browser, chromedp.Evaluate[float64]("window.longest")))
	b.Open(cloud.ConsoleURL())
	b.See(sitetest.TestID("request"))
	rows := sitetest.Evaluate(b.Browser, chromedp.Evaluate[[]int](`(() => {
		const list = document.querySelector('[data-testid="requests"]')
		return [list.querySelectorAll("li").length, Number(list.querySelector("li").ariaSetSize), list.scrollHeight]
	})()`))
	if rows[0] > 100 || rows[1] != 1000 || rows[2] < 30_000 {
		t.Errorf("expected few rows of 1000, got %v", rows)
	}
}

// burst records requests as the emulators do.
func burst(recorder *console.Recorder, requests int) {
	for i := range requests {
		q := journal.Entry{
			ID: fmt.Sprintf("burst-%d", i), Via: "api", Start: time.Now(), Method: "GET", Path: fmt.Sprintf("/api/burst/%d", i),
			Function: "public", Invocation: fmt.Sprintf("invocation-%d", i), Running: true,
		}
		began := q
		recorder.Request(&began)
		recorder.Line(console.Line{Time: time.Now(), Function: "public", Invocation: q.Invocation, Kind: "output", Text: `{"level":"INFO","msg":"burst"}`})
		q.Running, q.End, q.Status = false, time.Now(), 200
		recorder.Request(&q)
	}
}
