package reload

import (
	"slices"
	"testing"

	"api-auth-jwt-auth0/local/reloadtest"
)

// BenchmarkReload measures the time from saving a handler to the first answer of the new
// code, over 20 edits that no cache contains.
func BenchmarkReload(b *testing.B) {
	w := reloadtest.New(b)
	times := w.Saves(b, "stranger", func() string { return w.Get(b, "/api/public", "") })
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(0, "ns/op")
}
