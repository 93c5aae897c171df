package cloud

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/stack/stacktest"
)

// benchStack lets through what a benchmark sends.
const benchStack = `config:
  protect: false
  aws:region: us-east-1
  throttleRate: 10000
  throttleBurst: 5000
`

// bareMain is the ceiling: a server of net/http that answers and does nothing
// else.
func bareMain() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("Site http://%s\n", listener.Addr())
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "Hello auth0|0123456789abcdef01234567!")
	})))
}

// run starts one of the test binary's commands in a process of its own, in dir,
// and returns it with the words of each line that it prints.
func runProcess(b *testing.B, dir, name string, args ...string) (*exec.Cmd, <-chan []string) {
	b.Helper()
	path, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(path)
	cmd.Args = append([]string{name}, args...)
	cmd.Dir = dir
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGINT) // it may have ended
		_ = cmd.Wait()
	})
	lines := make(chan []string, 64)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
			if fields := strings.Fields(scanner.Text()); len(fields) == 2 {
				lines <- fields
			}
		}
	}()
	return cmd, lines
}

// address waits for the line that says where a server is.
func address(b *testing.B, lines <-chan []string, name string) string {
	b.Helper()
	for fields := range lines {
		if fields[0] == name {
			return fields[1]
		}
	}
	b.Fatalf("the process ended before it said where the %s is", name)
	return ""
}

func benchProject(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	if err := stacktest.CopyProject(dir); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Pulumi.bench.yaml"), []byte(benchStack), 0o644); err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkStart is the time from the start of the process to the first answer
// of the public route, once everything is built.
func BenchmarkStart(b *testing.B) {
	dir := benchProject(b)
	var times []time.Duration
	for i := 0; i <= b.N; i++ {
		start := time.Now()
		cmd, lines := runProcess(b, dir, "local", "-port", "0", "-stack", "bench")
		response, err := http.Get(address(b, lines, "Site") + "/api/public")
		if err != nil || response.StatusCode != http.StatusOK {
			b.Fatalf("expected the greeting, got %v (%v)", response, err)
		}
		response.Body.Close()
		if i > 0 { // the first run may have built
			times = append(times, time.Since(start))
		}
		_ = cmd.Process.Signal(syscall.SIGINT)
		_ = cmd.Wait()
	}
	b.ReportMetric(float64(median(times).Microseconds())/1000, "ms/start")
	b.ReportMetric(0, "ns/op")
}

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
	b.ReportMetric(float64(median(times).Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPrivate calls the private route with a real token and a compiled
// handler, and a bare server in turn. Each figure is the median of the rounds;
// "ceiling" is the rate as a part of the bare server's.
func BenchmarkPrivate(b *testing.B) {
	cloud, lines := runProcess(b, benchProject(b), "local", "-port", "0", "-stack", "bench")
	site := address(b, lines, "Site")
	api := address(b, lines, "API")
	_, bareLines := runProcess(b, ".", "bare")
	bare := address(b, bareLines, "Site")
	go drain(lines)
	token := signIn(b, site)
	for _, connections := range []int{1, 16} {
		b.Run(fmt.Sprintf("connections=%d", connections), func(b *testing.B) {
			const rounds = 5
			var rates, ceilings, p50s, p99s []float64
			for range rounds {
				private := load(b, api+"/private", token, connections, b.N)
				base := load(b, bare, token, connections, b.N)
				rates = append(rates, private.rate)
				ceilings = append(ceilings, private.rate/base.rate)
				p50s, p99s = append(p50s, private.p50), append(p99s, private.p99)
			}
			b.ReportMetric(median(rates), "req/s")
			b.ReportMetric(median(ceilings), "ceiling")
			b.ReportMetric(median(p50s), "p50-µs")
			b.ReportMetric(median(p99s), "p99-µs")
			b.ReportMetric(residentMiB(b, cloud.Process.Pid), "MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func drain(lines <-chan []string) {
	for range lines {
	}
}

type figures struct{ rate, p50, p99 float64 } // requests a second, microseconds

// load sends n requests over so many connections.
func load(b *testing.B, url, token string, connections, n int) figures {
	b.Helper()
	n = max(n, connections)
	latencies := make([][]time.Duration, connections)
	var wg sync.WaitGroup
	start := time.Now()
	for c := range connections {
		wg.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			for range n / connections {
				latencies[c] = append(latencies[c], call(b, client, url, token))
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	all := slices.Sorted(slices.Values(slices.Concat(latencies...)))
	return figures{
		rate: float64(len(all)) / took.Seconds(),
		p50:  float64(all[len(all)/2].Microseconds()),
		p99:  float64(all[len(all)*99/100].Microseconds()),
	}
}

func call(b *testing.B, client *http.Client, url, token string) time.Duration {
	start := time.Now()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Error(err)
		return 0
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := client.Do(request)
	if err != nil {
		b.Error(err)
		return 0
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || !strings.HasPrefix(string(body), "Hello auth0|") {
		b.Errorf("expected a greeting, got %s %q (%v)", response.Status, body, err)
	}
	return time.Since(start)
}

// residentMiB is the proportional resident memory of a process and all its
// descendants: pages that several of them share count once.
// https://docs.kernel.org/filesystems/proc.html
func residentMiB(b *testing.B, pid int) float64 {
	b.Helper()
	kib := 0
	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		b.Logf("memory is read on Linux only: %v", err)
		return 0
	}
	for line := range strings.Lines(string(rollup)) {
		if fields := strings.Fields(line); fields[0] == "Pss:" {
			kib, _ = strconv.Atoi(fields[1]) // the kernel writes a number
		}
	}
	total := float64(kib) / 1024
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is well-formed
	for _, task := range tasks {
		children, _ := os.ReadFile(task) // the thread may have ended
		for _, child := range strings.Fields(string(children)) {
			if id, err := strconv.Atoi(child); err == nil {
				total += residentMiB(b, id)
			}
		}
	}
	return total
}

func median[T int | float64 | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
