package cloud

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
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

	"api-auth-jwt-auth0/local/sitetest"
)

// benchStack has limits above what a benchmark sends.
const benchStack = `config:
  protect: false
  aws:region: us-east-1
  throttleRate: 10000
  throttleBurst: 5000
`

// localCommand is the compiled local cloud, as `go run ./local` runs it.
func localCommand(b *testing.B) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "local")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, "../command").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// testCommand is the test binary, which is also the commands of TestMain.
func testCommand(b *testing.B) string {
	b.Helper()
	path, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	return path
}

// runProcess starts a command under a name, in dir, and returns it with the words of
// each line that it prints.
func runProcess(b *testing.B, path, dir, name string, args ...string) (*exec.Cmd, <-chan []string) {
	b.Helper()
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

// address waits for the line with the address of a server.
func address(b *testing.B, lines <-chan []string, name string) string {
	b.Helper()
	for fields := range lines {
		if fields[0] == name {
			return fields[1]
		}
	}
	b.Fatalf("the process ended before it printed the address of the %s", name)
	return ""
}

func benchProject(b *testing.B) string {
	b.Helper()
	dir := newProject(b)
	if err := os.WriteFile(filepath.Join(dir, "Pulumi.bench.yaml"), []byte(benchStack), 0o644); err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkStart is the time from the start of the process to the first answer
// of the public route, once everything is built.
func BenchmarkStart(b *testing.B) {
	dir, local := benchProject(b), localCommand(b)
	var times []time.Duration
	for i := 0; i <= b.N; i++ {
		start := time.Now()
		cmd, lines := runProcess(b, local, dir, "local", "-port", "0", "-stack", "bench")
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

// BenchmarkPrivate calls the private route with a real token and a compiled
// handler: through the whole local cloud, whose terminal and console observe each
// request; through its emulators alone, which nobody observes; through a relay, which
// does nothing but pass events to the same handler; and a bare server, without one.
// They are called in turn, and each figure is the median of the rounds. "/bare" and
// "/relay" are a rate as a part of theirs, and "cpu-µs/req" is the processor time of a
// target with its handlers, which depends less on what else the machine does.
//
//	go test ./local/cloud -run none -bench Private -benchtime 5000x
func BenchmarkPrivate(b *testing.B) {
	dir := benchProject(b)
	cloud, cloudLines := runProcess(b, localCommand(b), dir, "local", "-port", "0", "-stack", "bench")
	site := address(b, cloudLines, "Site")
	api := address(b, cloudLines, "API")
	emulators, emulatorLines := runProcess(b, testCommand(b), dir, "emulators")
	relay, relayLines := runProcess(b, testCommand(b), dir, "relay")
	_, bareLines := runProcess(b, testCommand(b), ".", "bare")
	observed := loadTarget{url: api + "/private", token: sitetest.SignIn(b, site), pid: cloud.Process.Pid}
	alone := loadTarget{url: address(b, emulatorLines, "API") + "/private", token: address(b, emulatorLines, "Token"), pid: emulators.Process.Pid}
	passed := loadTarget{url: address(b, relayLines, "API") + "/private", token: alone.token, pid: relay.Process.Pid}
	bare := loadTarget{url: address(b, bareLines, "Site"), token: alone.token}
	go drain(cloudLines)
	go drain(emulatorLines)
	for _, connections := range []int{1, 16} {
		b.Run(fmt.Sprintf("connections=%d", connections), func(b *testing.B) {
			const rounds = 5
			measured := map[string][]float64{}
			add := func(name string, value float64) { measured[name] = append(measured[name], value) }
			for range rounds {
				base := bare.load(b, connections, b.N)
				private := observed.load(b, connections, b.N)
				unobserved := alone.load(b, connections, b.N)
				handlers := passed.load(b, connections, b.N)
				add("req/s", private.rate)
				add("p50-µs", private.p50)
				add("p99-µs", private.p99)
				add("/bare", private.rate/base.rate)
				add("/relay", private.rate/handlers.rate)
				add("cpu-µs/req", private.cpu)
				add("unobserved-req/s", unobserved.rate)
				add("unobserved/bare", unobserved.rate/base.rate)
				add("unobserved/relay", unobserved.rate/handlers.rate)
				add("unobserved-cpu-µs/req", unobserved.cpu)
				add("relay-req/s", handlers.rate)
				add("relay/bare", handlers.rate/base.rate)
				add("relay-cpu-µs/req", handlers.cpu)
			}
			for name, values := range measured {
				b.ReportMetric(median(values), name)
			}
			b.ReportMetric(residentMiB(b, cloud.Process.Pid), "MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func drain(lines <-chan []string) {
	for range lines {
	}
}

// loadTarget is a server under load.
type loadTarget struct {
	url, token string
	pid        int // 0: its processor time is not measured
}

type figures struct{ rate, p50, p99, cpu float64 } // requests a second, and microseconds

// load sends n requests over so many connections.
func (t loadTarget) load(b *testing.B, connections, n int) figures {
	b.Helper()
	n = max(n, connections)
	latencies := make([][]time.Duration, connections)
	var wg sync.WaitGroup
	start, cpu := time.Now(), processorTime(b, t.pid)
	for c := range connections {
		wg.Go(func() {
			var err error
			if latencies[c], err = t.callAll(n / connections); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	all := slices.Sorted(slices.Values(slices.Concat(latencies...)))
	if len(all) == 0 {
		b.FailNow()
	}
	return figures{
		rate: float64(len(all)) / took.Seconds(),
		p50:  float64(all[len(all)/2].Microseconds()),
		p99:  float64(all[len(all)*99/100].Microseconds()),
		cpu:  float64((processorTime(b, t.pid) - cpu).Microseconds()) / float64(len(all)),
	}
}

// callAll sends n requests over one connection, with as little work as it can: on
// the machine that it measures, a client of net/http would take as long as a bare
// server does.
func (t loadTarget) callAll(n int) ([]time.Duration, error) {
	u, err := url.Parse(t.url)
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	request := []byte("GET " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host + "\r\nAuthorization: Bearer " + t.token + "\r\n\r\n")
	answers := bufio.NewReader(conn)
	latencies := make([]time.Duration, n)
	for i := range n {
		start := time.Now()
		if _, err := conn.Write(request); err != nil {
			return nil, err
		}
		if err := readGreeting(answers); err != nil {
			return nil, err
		}
		latencies[i] = time.Since(start)
	}
	return latencies, nil
}

func readGreeting(r *bufio.Reader) error {
	length := -1
	var head []byte
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		head = append(head, line...)
		name, value, _ := strings.Cut(string(line), ":")
		if strings.EqualFold(name, "Content-Length") {
			length, _ = strconv.Atoi(strings.TrimSpace(value))
		}
		if len(line) == 2 {
			break
		}
	}
	body := make([]byte, max(length, 0))
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	if !strings.HasPrefix(string(head), "HTTP/1.1 200 ") || !strings.HasPrefix(string(body), "Hello auth0|") {
		return fmt.Errorf("expected a greeting, got %s%s", head, body)
	}
	return nil
}

// processorTime is what a process and all its descendants have used, on Linux, to
// a hundredth of a second; 0 for no process.
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
func processorTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // from the third, the state
	var ticks int
	for _, field := range fields[11:15] { // utime, stime and those of children that have been waited for
		n, err := strconv.Atoi(field)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	total := time.Duration(ticks) * 10 * time.Millisecond
	for _, child := range childrenOf(pid) {
		total += processorTime(b, child)
	}
	return total
}

// childrenOf lists the processes that pid has started, on Linux.
func childrenOf(pid int) (children []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is well-formed
	for _, task := range tasks {
		list, _ := os.ReadFile(task) // the thread may have ended
		for _, child := range strings.Fields(string(list)) {
			if id, err := strconv.Atoi(child); err == nil {
				children = append(children, id)
			}
		}
	}
	return children
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
	for _, child := range childrenOf(pid) {
		total += residentMiB(b, child)
	}
	return total
}

func median[T int | float64 | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
