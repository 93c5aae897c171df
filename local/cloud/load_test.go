package cloud

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/sitetest"
)

var loadTime = flag.Duration("load", 3*time.Second, "how long TestMixedLoad goes on")

// What TestMixedLoad does to a stack, by the number of the request.
const (
	loadConnections = 64
	rotateEvery     = 4000 // requests between two rotations of the tenant's keys
)

// A mix is one kind of request, and what must come of it.
type mix struct {
	name string
	send func(l *loadRun, c *loadClient, nonce string) error
}

// mixes are sent in turn. Valid requests are between all others, so that they suffer
// where an invalid one affects other clients.
var mixes = []mix{
	{"private", (*loadRun).private}, {"public", (*loadRun).public}, {"private", (*loadRun).private},
	{"no token", (*loadRun).noToken}, {"private", (*loadRun).private},
	{"changed token", (*loadRun).changedToken}, {"private", (*loadRun).private},
	{"rubbish", (*loadRun).rubbish}, {"private", (*loadRun).private},
	{"slow client", (*loadRun).slow}, {"private", (*loadRun).private},
	{"aborted request", (*loadRun).abortRequest}, {"private", (*loadRun).private},
	{"aborted answer", (*loadRun).abortAnswer}, {"private", (*loadRun).private},
	{"failing handler", (*loadRun).fail}, {"private", (*loadRun).private},
	{"exiting handler", (*loadRun).exit}, {"public", (*loadRun).public},
	{"panicking handler", (*loadRun).panics}, {"private", (*loadRun).private},
}

// TestMixedLoad sends good, bad, slow and aborted requests over 64 connections,
// ends handlers in the middle of them, and rotates the tenant's keys. Every
// answer has to be its own request's, and right; and memory, goroutines and open
// files must not grow.
//
//	go test ./local/cloud -run MixedLoad -v -load 10m -timeout 20m
func TestMixedLoad(t *testing.T) {
	cloud := newCloudWith(t, Config{Root: loadProject(t), Stack: "load"})
	l := &loadRun{cloud: cloud, counts: make([]atomic.Int64, len(mixes))}
	l.renew(t)
	l.run(t, time.Second) // what is made once, such as a process for each connection
	before := settledFootprint()
	for i := range l.counts {
		l.counts[i].Store(0)
	}
	start := time.Now()
	l.run(t, *loadTime)
	took := time.Since(start)
	l.report(t, took)
	before.mustNotGrow(t)
}

func loadProject(t *testing.T) string {
	t.Helper()
	dir := newProject(t)
	handler, err := os.ReadFile(filepath.Join("testdata", "load", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"public", "private"} {
		folder := filepath.Join(dir, "lambdas", name)
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "main.go"), handler, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "Pulumi.load.yaml"), []byte(benchStack), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A loadRun is one stack under load.
type loadRun struct {
	cloud     *Cloud
	token     atomic.Pointer[string]
	number    atomic.Int64
	counts    []atomic.Int64 // by mix
	rotations atomic.Int64
}

// renew signs in again: a token outlives one rotation of the keys, not two.
func (l *loadRun) renew(t testing.TB) {
	token := sitetest.SignIn(t, l.cloud.SiteURL())
	l.token.Store(&token)
}

func (l *loadRun) run(t *testing.T, duration time.Duration) {
	end := time.Now().Add(duration)
	var workers sync.WaitGroup
	for range loadConnections {
		workers.Go(func() {
			transport := &http.Transport{MaxIdleConnsPerHost: 1}
			defer transport.CloseIdleConnections()
			c := &loadClient{http: &http.Client{Transport: transport}}
			for time.Now().Before(end) && !t.Failed() {
				l.one(t, c)
			}
		})
	}
	workers.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// one sends the next request of all.
func (l *loadRun) one(t *testing.T, c *loadClient) {
	n := l.number.Add(1)
	if n%rotateEvery == 0 {
		if err := l.cloud.RotateKeys(); err != nil {
			t.Error(err)
		}
		l.renew(t)
		l.rotations.Add(1)
	}
	kind := int(n) % len(mixes)
	if err := mixes[kind].send(l, c, fmt.Sprintf("nonce-%d", n)); err != nil {
		t.Errorf("request %d, %s: %v", n, mixes[kind].name, err)
	}
	l.counts[kind].Add(1)
}

func (l *loadRun) report(t *testing.T, took time.Duration) {
	totals, all := map[string]int64{}, int64(0)
	for i := range mixes {
		n := l.counts[i].Load()
		totals[mixes[i].name] += n
		all += n
		if n == 0 {
			t.Errorf("%s was never sent", mixes[i].name)
		}
	}
	t.Logf("%d requests in %v, %.0f a second, with %d rotations of the keys: %v", all, took.Round(time.Second), float64(all)/took.Seconds(), l.rotations.Load(), totals)
}

// A loadClient has one connection of its own.
type loadClient struct{ http *http.Client }

// answer is what came back: the status, the body, and why a token was refused.
type answer struct {
	status             int
	body, authenticate string
}

func (c *loadClient) get(url, token string) (answer, error) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return answer{}, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, string(body), response.Header.Get("Www-Authenticate")}, err
}

func (c *loadClient) expect(url, token string, want answer) error {
	got, err := c.get(url, token)
	if err == nil && got != want {
		err = fmt.Errorf("expected %+v, got %+v", want, got)
	}
	return err
}

const (
	unauthorized = `{"message":"Unauthorized"}`
	failed       = `{"message":"Internal Server Error"}`
	invalidToken = `Bearer scope="read:private" error="invalid_token" error_description="`
)

func (l *loadRun) url(path, nonce, do string) string {
	return l.cloud.SiteURL() + "/api/" + path + "?nonce=" + nonce + "&do=" + do
}

func (l *loadRun) private(c *loadClient, nonce string) error {
	got, err := c.get(l.url("private", nonce, ""), *l.token.Load())
	if err == nil && (got.status != http.StatusOK || !strings.HasPrefix(got.body, nonce+" auth0|")) {
		err = fmt.Errorf("expected 200 with %s, got %+v", nonce, got)
	}
	return err
}

func (l *loadRun) public(c *loadClient, nonce string) error {
	return c.expect(l.url("public", nonce, ""), "", answer{status: 200, body: nonce + " stranger"})
}

func (l *loadRun) noToken(c *loadClient, nonce string) error {
	return c.expect(l.url("private", nonce, ""), "", answer{401, unauthorized, "Bearer"})
}

func (l *loadRun) rubbish(c *loadClient, nonce string) error {
	return c.expect(l.url("private", nonce, ""), "rubbish", answer{401, unauthorized, invalidToken + `token contains an invalid number of segments"`})
}

// changedToken changes the payload by one letter, and leaves the signature.
func (l *loadRun) changedToken(c *loadClient, nonce string) error {
	header, rest, _ := strings.Cut(*l.token.Load(), ".")
	payload, signature, _ := strings.Cut(rest, ".")
	i := len(payload) / 2
	changed := byte('A')
	if payload[i] == changed {
		changed = 'B'
	}
	token := header + "." + payload[:i] + string(changed) + payload[i+1:] + "." + signature
	got, err := c.get(l.url("private", nonce, ""), token)
	if err == nil && (got.status != http.StatusUnauthorized || got.body != unauthorized || !strings.HasPrefix(got.authenticate, invalidToken)) {
		err = fmt.Errorf("expected 401, got %+v", got)
	}
	return err
}

func (l *loadRun) fail(c *loadClient, nonce string) error {
	return c.expect(l.url("public", nonce, "fail"), "", answer{status: 500, body: failed})
}

func (l *loadRun) exit(c *loadClient, nonce string) error {
	return c.expect(l.url("public", nonce, "exit"), "", answer{status: 500, body: failed})
}

func (l *loadRun) panics(c *loadClient, nonce string) error {
	return c.expect(l.url("public", nonce, "panic"), "", answer{status: 500, body: failed})
}

// slow sends half a request, has another one answered meanwhile, and sends the
// rest.
func (l *loadRun) slow(c *loadClient, nonce string) error {
	conn, request, err := l.dial(nonce)
	if err != nil {
		return err
	}
	defer conn.Close()
	half := len(request) / 2
	if _, err := io.WriteString(conn, request[:half]); err != nil {
		return err
	}
	if err := l.public(c, nonce+"-meanwhile"); err != nil {
		return err
	}
	if _, err := io.WriteString(conn, request[half:]); err != nil {
		return err
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && (response.StatusCode != http.StatusOK || string(body) != nonce+" stranger") {
		err = fmt.Errorf("expected 200 with %s, got %s %q", nonce, response.Status, body)
	}
	return err
}

// abortRequest leaves in the middle of its request.
func (l *loadRun) abortRequest(_ *loadClient, nonce string) error {
	conn, request, err := l.dial(nonce)
	if err != nil {
		return err
	}
	_, err = io.WriteString(conn, request[:len(request)/2])
	return joinClose(err, conn)
}

// abortAnswer leaves before its answer comes.
func (l *loadRun) abortAnswer(_ *loadClient, nonce string) error {
	conn, request, err := l.dial(nonce)
	if err != nil {
		return err
	}
	_, err = io.WriteString(conn, request)
	return joinClose(err, conn)
}

func joinClose(err error, conn net.Conn) error {
	if closeErr := conn.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (l *loadRun) dial(nonce string) (net.Conn, string, error) {
	u, err := url.Parse(l.url("public", nonce, ""))
	if err != nil {
		return nil, "", err
	}
	conn, err := net.Dial("tcp", u.Host)
	return conn, "GET " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host + "\r\nConnection: close\r\n\r\n", err
}

// A footprint is what this process, with the local cloud in it, uses.
type footprint struct {
	heapMiB          float64
	goroutines, open int
}

func takeFootprint() footprint {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	files, _ := os.ReadDir("/proc/self/fd") // none on other systems than Linux
	return footprint{float64(memory.HeapAlloc) / (1 << 20), runtime.NumGoroutine(), len(files)}
}

// settledFootprint is taken once the connections that have ended are gone: when
// many readings in a row have the same goroutines and files.
func settledFootprint() footprint {
	last, same := takeFootprint(), 0
	for range 2000 {
		next := takeFootprint()
		if same++; next.goroutines != last.goroutines || next.open != last.open {
			same = 0
		}
		if last = next; same == 50 {
			break
		}
	}
	return last
}

// mustNotGrow allows for what differs from one reading to the next: the handlers'
// processes that happen to be idle have some goroutines and files each. What is
// left by each request would be thousands.
func (before footprint) mustNotGrow(t *testing.T) {
	t.Helper()
	after := settledFootprint()
	t.Logf("before %+v, after %+v", before, after)
	if after.heapMiB > before.heapMiB*1.5+4 || after.goroutines > before.goroutines+2*loadConnections || after.open > before.open+2*loadConnections {
		t.Error("the local cloud has grown under load")
	}
}
