package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live"
	"api-auth-jwt-auth0/local/live/standin"
)

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

func report(b *testing.B, name string, times []time.Duration) {
	b.Helper()
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), name+"-p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), name+"-p99-µs")
}

// BenchmarkNobodyThere times a warm handler behind the bridge and alone, in turn.
func BenchmarkNobodyThere(b *testing.B) {
	for _, size := range []int{1 << 10, 100 << 10, 5 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			alone := startProcess(b, handlerBinary(b), nil)
			behind := newStage(b, nil)
			event := `{"do":"echo","value":"` + strings.Repeat("x", size) + `"}`
			var a, z []time.Duration
			for b.Loop() {
				a = append(a, alone.invoke(b, event).Took)
				z = append(z, behind.invoke(b, event).Took)
			}
			report(b, "alone", a)
			report(b, "behind", z)
			b.ReportMetric(float64((median(z) - median(a)).Microseconds()), "added-µs")
			b.ReportMetric(float64(resident(b, behind.cmd.Process.Pid))/(1<<20), "bridge-MiB")
		})
	}
}

// BenchmarkColdStart times the first answer of a new environment, behind the bridge and
// alone.
func BenchmarkColdStart(b *testing.B) {
	broker := newBroker(b, nil)
	first := func(start func() *process) time.Duration {
		began := time.Now()
		p := start()
		p.invoke(b, `{"do":"echo","value":1}`)
		took := time.Since(began)
		_ = p.cmd.Process.Kill() // the next must not share the processor with it
		<-p.ended
		return took
	}
	bridgeBinary(b)
	var a, z []time.Duration
	for b.Loop() {
		a = append(a, first(func() *process { return startProcess(b, handlerBinary(b), nil) }))
		z = append(z, first(func() *process { return startFunction(b, broker.URL()) }))
	}
	report(b, "alone", a)
	report(b, "behind", z)
	b.ReportMetric(float64((median(z) - median(a)).Microseconds()), "added-µs")
}

// BenchmarkDeveloperAnswers times requests that a developer answers, without a connection's
// limits per second, which would dominate the result.
func BenchmarkDeveloperAnswers(b *testing.B) {
	for _, size := range []int{1 << 10, 100 << 10, 5 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := newStage(b, func(o *standin.Options) { o.Unlimited = true })
			s.startDeveloper(b, "ada", func(*live.Config) {})
			event := request("POST", "ada", "echo", `"`+strings.Repeat("x", size)+`"`)
			var times []time.Duration
			live := 0
			pace := time.NewTicker(100 * time.Millisecond) // within the limit of messages a second
			defer pace.Stop()
			for b.Loop() {
				<-pace.C
				got := s.invoke(b, event)
				if by(b, got) == "ada" {
					live++
					times = append(times, got.Took)
				}
			}
			if live > 0 {
				report(b, "live", times)
			}
			b.ReportMetric(float64(live)/float64(b.N), "answered-by-ada")
		})
	}
}

// resident returns the memory of a process in bytes.
func resident(b *testing.B, pid int) int {
	b.Helper()
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		b.Fatal(err)
	}
	var size, pages int
	if _, err := fmt.Sscan(string(statm), &size, &pages); err != nil {
		b.Fatal(err)
	}
	return pages * os.Getpagesize()
}
