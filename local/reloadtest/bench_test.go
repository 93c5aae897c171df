package reloadtest

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	local "api-auth-jwt-auth0/local/cloud"
)

// BenchmarkReload is the time from saving a handler to the first answer of the
// new code, over 20 edits that no cache has seen.
func BenchmarkReload(b *testing.B) {
	w := newWatched(b)
	times := w.saves(b, "stranger", func() string { return w.get(b, "/api/public", "") })
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(0, "ns/op")
}

// saves saves the public handler 20 times, with greetings that no cache has seen, and
// returns how long each took to be answered.
func (w *watched) saves(b *testing.B, before string, answer func() string) (times []time.Duration) {
	b.Helper()
	for i := range 20 {
		start := time.Now()
		next := fmt.Sprintf("reader %d of %d", i, start.UnixNano())
		w.replace(b, publicHandler, "Hello "+before+"!", "Hello "+next+"!")
		for answer() != "200 Hello "+next+"!" {
		}
		times = append(times, time.Since(start))
		before = next
	}
	return times
}

// BenchmarkLive compares, in one run: a call that the deployed code answers with one that
// this machine answers, and the time from a save to the first local answer with that to
// the first live one. The broker is on this machine.
func BenchmarkLive(b *testing.B) {
	deployed := newDeployedCloud(b)
	pace := time.NewTicker(200 * time.Millisecond) // far from the 100 messages a second that the broker lets through
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
	w := newDeveloper(b, deployed, local.Config{Live: &local.Live{Name: "anna"}})
	report("deployed", calls("", stranger))
	w.replace(b, publicHandler, "Hello stranger!", "Hello reader!")
	w.awaitOutput(b, "reloaded "+publicHandler)
	report("live", calls("anna", reader))
	report("save-local", w.saves(b, "reader", func() string { return w.get(b, "/api/public", "") }))
	text := readText(b, filepath.Join(w.root, publicHandler))
	_, rest, _ := strings.Cut(text, "Hello reader")
	last, _, _ := strings.Cut(rest, "!")
	report("save-live", w.saves(b, "reader"+last, func() string { return deployed.as(b, "anna") }))
	b.ReportMetric(0, "ns/op")
}
