package cloud

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/framing"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/sitetest"
)

// benchStack has limits above what a benchmark sends.
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

// relayMain is the ceiling of everything that runs compiled handlers in processes of their
// own: a server that passes a constant event to the private route's handler, and its answer
// back, and does nothing else.
func relayMain() {
	if err := serveRelay(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serveRelay() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	handler, err := os.MkdirTemp("", "relay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(handler)
	build := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-o", handler+"/", "./lambdas/private")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: newRelay(), ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(listener)
	for range 2 * runtime.GOMAXPROCS(0) { // as many as the local cloud runs
		cmd := exec.CommandContext(ctx, filepath.Join(handler, "private"))
		cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "GOMAXPROCS=1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128"}
		if err := cmd.Start(); err != nil {
			return err
		}
		defer cmd.Wait()
	}
	fmt.Printf("API http://%s\n", listener.Addr())
	<-ctx.Done()
	return server.Close()
}

// newRelay serves the route and the Runtime API.
func newRelay() http.Handler {
	event, _ := json.Marshal(events.APIGatewayV2HTTPRequest{ // strings alone
		Version: "2.0", RouteKey: "GET /private", RawPath: "/private", Headers: map[string]string{"host": "localhost"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: "GET /private", RequestID: "id", Authorizer: &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
				JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"sub": "auth0|0123456789abcdef01234567"}},
			},
		},
	})
	var latest atomic.Int64
	var running sync.Map // the channels of requests, by the ID of their invocation
	requests := make(chan chan string)
	deadline := strconv.FormatInt(time.Now().Add(time.Hour).UnixMilli(), 10)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /private", func(w http.ResponseWriter, _ *http.Request) {
		answer := make(chan string, 1)
		requests <- answer
		io.WriteString(w, <-answer)
	})
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case answer := <-requests:
			id := strconv.FormatInt(latest.Add(1), 10)
			running.Store(id, answer)
			w.Header()["Lambda-Runtime-Aws-Request-Id"] = []string{id}
			w.Header()["Lambda-Runtime-Deadline-Ms"] = []string{deadline}
			w.Write(event)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		var response events.APIGatewayV2HTTPResponse
		err := json.NewDecoder(r.Body).Decode(&response)
		if answer, ok := running.LoadAndDelete(r.PathValue("id")); ok && err == nil {
			answer.(chan string) <- response.Body
		}
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

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

// emulatorsMain serves the private route by the gateway and the functions alone.
func emulatorsMain() {
	if err := serveEmulators(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serveEmulators() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	archives, err := artifact.Builder{Target: artifact.Host(), Local: true}.Handlers(ctx, []string{"private"})
	if err != nil {
		return err
	}
	functions, err := lambda.New(lambda.Options{})
	if err != nil {
		return err
	}
	defer functions.Close()
	commit, err := functions.Prepare(ctx, lambda.Config{Region: "us-east-1", AccountID: "123456789012", Functions: []lambda.Function{
		{Name: "private", Archive: archives["private"], Handler: "bootstrap", Runtime: "provided.al2023", Timeout: 10 * time.Second},
	}})
	if err != nil {
		return err
	}
	commit()
	issuer, token, err := serveIssuer()
	if err != nil {
		return err
	}
	api, err := gateway.New(gateway.Options{Invoke: functions.Invoke})
	if err != nil {
		return err
	}
	commit, err = api.Prepare(ctx, gateway.Config{
		ID: "bench", AccountID: "123456789012", DomainName: "localhost",
		Stages: []gateway.Stage{{Name: "$default", ThrottleRate: 1e6, ThrottleBurst: 1e6}},
		Routes: []gateway.Route{{Key: "GET /private", Function: "private", Scopes: []string{"read:private"}, Authorizer: &gateway.JWTAuthorizer{
			Name: "issuer", Issuer: issuer, Audiences: []string{"https://api"}, IdentitySource: "$request.header.Authorization",
		}}},
	})
	if err != nil {
		return err
	}
	commit()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: api.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(framing.Listener{Listener: listener})
	fmt.Printf("API http://%s\nToken %s\n", listener.Addr(), token)
	<-ctx.Done()
	return server.Close()
}

// serveIssuer serves the keys of an issuer and returns a token of it.
func serveIssuer() (issuer, token string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", "", err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	issuer = "http://" + listener.Addr().String() + "/"
	keys := map[string]any{"keys": []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}}
	documents := map[string]any{"/.well-known/openid-configuration": map[string]string{"issuer": issuer, "jwks_uri": issuer + "keys"}, "/keys": keys}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(documents[r.URL.Path])
	}))
	claims := jwt.MapClaims{
		"iss": issuer, "sub": "auth0|0123456789abcdef01234567", "aud": []string{"https://api", issuer + "userinfo"}, "azp": "client",
		"iat": time.Now().Unix() - 5, "exp": time.Now().Add(time.Hour).Unix(), "scope": "openid profile email read:private",
	}
	signed := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	signed.Header["kid"] = "1"
	token, err = signed.SignedString(key)
	return issuer, token, err
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
