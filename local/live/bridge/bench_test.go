package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
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
	if len(times) == 0 {
		return
	}
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

// BenchmarkDeveloperAnswers times requests that a developer answers, to one environment of
// the function and to 16 at once, without the limits of a connection a second, which would
// be measured otherwise.
func BenchmarkDeveloperAnswers(b *testing.B) {
	for _, environments := range []int{1, 16} {
		for _, size := range []int{1 << 10, 100 << 10, 5 << 20} {
			b.Run(fmt.Sprintf("%d/%d", environments, size), func(b *testing.B) { benchmarkDeveloper(b, environments, size) })
		}
	}
}

func benchmarkDeveloper(b *testing.B, environments, size int) {
	first := newStage(b, func(o *standin.Options) { o.Unlimited = true })
	first.startDeveloper(b, "ada", func(*live.Config) {})
	stages := []*stage{first}
	for len(stages) < environments {
		s := &stage{startFunction(b, first.endpoint), first.endpoint, first.broker}
		s.eventuallyBy(b, "ada")
		stages = append(stages, s)
	}
	value := `"` + strings.Repeat("x", size) + `"`
	round := func(developer string) (times []time.Duration) {
		answers := make([]answer, environments)
		var all sync.WaitGroup
		for i, s := range stages {
			all.Go(func() { answers[i] = s.invoke(b, request("POST", developer, "echo", value)) })
		}
		all.Wait()
		for _, a := range answers {
			if by(b, a) == developer {
				times = append(times, a.Took)
			}
		}
		return times
	}
	pace := time.NewTicker(time.Duration(environments) * 100 * time.Millisecond) // below the messages a second of a session
	defer pace.Stop()
	var deployed, answered []time.Duration
	for b.Loop() {
		<-pace.C
		deployed = append(deployed, round("")...)
		answered = append(answered, round("ada")...)
	}
	report(b, "deployed", deployed)
	report(b, "live", answered)
	b.ReportMetric(float64(len(answered))/float64(len(deployed)), "answered-live")
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
