package lambda

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// event is about as large as a payload format 2.0 event of a browser.
var benchEvent = []byte(`{"do":"echo","value":{"statusCode":200,"body":"Hello auth0|0123456789abcdef!"},"padding":"` +
	fmt.Sprintf("%01500d", 0) + `"}`)

func BenchmarkInvoke(b *testing.B) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := start(b, func(c *setup) { c.OnLine = func(Line) {} })
			s.call(b, string(benchEvent))
			b.ReportAllocs()
			b.ResetTimer()
			times := invokeAll(b, s, callers)
			b.StopTimer()
			slices.Sort(times)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "invocations/s")
			b.ReportMetric(float64(times[len(times)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-µs")
			processes, resident := s.footprint(b)
			b.ReportMetric(float64(processes), "processes")
			b.ReportMetric(float64(resident)/(1<<20), "handlers-MiB")
		})
	}
}

func invokeAll(b *testing.B, s *testService, callers int) []time.Duration {
	times := make([]time.Duration, b.N)
	next := make(chan int, callers)
	go func() {
		for i := range b.N {
			next <- i
		}
		close(next)
	}()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for i := range next {
				began := time.Now()
				if _, err := s.Invoke(b.Context(), "f", benchEvent); err != nil {
					b.Error(err)
				}
				times[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	return times
}

// footprint counts the processes and adds up their resident memory.
func (s *testService) footprint(b *testing.B) (processes, bytes int) {
	pool := s.pools["f"]
	pool.mu.Lock()
	defer pool.mu.Unlock()
	for p := range pool.alive {
		if p.cmd != nil {
			bytes += residentBytes(p.cmd.Process.Pid)
		}
	}
	return len(pool.alive), bytes
}

// BenchmarkColdStart times a handler from the start of its process to its
// first answer, beside the simplest loop that serves the same binary.
func BenchmarkColdStart(b *testing.B) {
	s := start(b, func(c *setup) { c.OnLine = nil })
	s.call(b, string(benchEvent))
	binary := filepath.Join(s.pools["f"].root, bootstrap)
	var ours, plain []time.Duration
	for b.Loop() {
		ours = append(ours, coldStart(b, s))
		plain = append(plain, plainColdStart(b, binary))
	}
	slices.Sort(ours)
	slices.Sort(plain)
	a, z := ours[len(ours)/2], plain[len(plain)/2]
	b.ReportMetric(float64(a.Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(z.Microseconds())/1000, "ms-plain-loop")
	b.ReportMetric(float64(a)/float64(z), "ratio")
}

// coldStart ends the function's process and times the next invocation.
func coldStart(b *testing.B, s *testService) time.Duration {
	pool := s.pools["f"]
	pool.mu.Lock()
	for p := range pool.alive {
		pool.drop(p)
		p.kill()
	}
	pool.mu.Unlock()
	began := time.Now()
	s.call(b, string(benchEvent))
	return time.Since(began)
}

// plainColdStart is the baseline: one event, answered over plain net/http.
func plainColdStart(b *testing.B, binary string) time.Duration {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	answered, events := make(chan struct{}), make(chan []byte, 1)
	events <- benchEvent
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case event := <-events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10))
			w.Write(event)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/1/response", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusAccepted)
		close(answered)
	})
	server := &http.Server{Handler: mux}
	defer server.Close()
	go server.Serve(listener)
	cmd := exec.Command(binary)
	cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "GOMAXPROCS=1"} // as ours has it
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	<-answered
	took := time.Since(began)
	cmd.Process.Kill()
	cmd.Wait()
	return took
}
