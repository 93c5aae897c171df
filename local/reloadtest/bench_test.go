package reloadtest

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// BenchmarkReload is the time from saving a handler to the first answer of the
// new code, over 20 edits that no cache has seen.
func BenchmarkReload(b *testing.B) {
	w := newWatched(b)
	var times []time.Duration
	before := "stranger"
	for i := range 20 {
		start := time.Now()
		next := fmt.Sprintf("reader %d of %d", i, start.UnixNano())
		w.replace(b, publicHandler, "Hello "+before+"!", "Hello "+next+"!")
		for w.get(b, "/api/public", "") != "200 Hello "+next+"!" {
		}
		times = append(times, time.Since(start))
		before = next
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(0, "ns/op")
}
