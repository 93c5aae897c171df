package live

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/reloadtest"
)

// BenchmarkLive compares, in one run, a call that the deployed code answers with one that
// the developer's machine answers, and the time from a save to the first local answer with
// the time to the first live one. The broker is on this machine.
func BenchmarkLive(b *testing.B) {
	deployed := newDeployedCloud(b)
	pace := time.NewTicker(200 * time.Millisecond) // far below the broker's limit of 100 messages a second
	defer pace.Stop()
	calls := func(developer, want string) (times []time.Duration) {
		for range 100 {
			<-pace.C
			start := time.Now()
			got := deployed.as(b, developer)
			times = append(times, time.Since(start))
			if got != want {
				b.Fatalf("expected %q, got %q", want, got)
			}
		}
		slices.Sort(times)
		return times
	}
	report := func(name string, times []time.Duration) {
		slices.Sort(times)
		b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, name+"-p50-ms")
		b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, name+"-p99-ms")
	}
	const stranger, reader = "200 Hello stranger!", "200 Hello reader!"
	report("nobody", calls("", stranger))
	w := newDeveloper(b, deployed, cloud.Config{Live: &cloud.Live{Name: "anna"}})
	report("deployed", calls("", stranger))
	w.Replace(b, reloadtest.PublicHandler, "Hello stranger!", "Hello reader!")
	w.AwaitOutput(b, "reloaded "+reloadtest.PublicHandler)
	report("live", calls("anna", reader))
	report("save-local", w.Saves(b, "reader", func() string { return w.Get(b, "/api/public", "") }))
	text := reloadtest.ReadText(b, filepath.Join(w.Root, reloadtest.PublicHandler))
	_, rest, _ := strings.Cut(text, "Hello reader")
	last, _, _ := strings.Cut(rest, "!")
	report("save-live", w.Saves(b, "reader"+last, func() string { return deployed.as(b, "anna") }))
	b.ReportMetric(0, "ns/op")
}
