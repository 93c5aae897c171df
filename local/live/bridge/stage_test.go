package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live"
	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
	"api-auth-jwt-auth0/local/live/wire"
)

// The rights that the stack grants to a function's role, and to developers.
const (
	arn = "arn:aws:iot:eu-west-1:123456789012:"

	functionPolicy = `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "iot:Connect", "Resource": "` + arn + `client/project--dev--fn-items-*"},
		{"Effect": "Allow", "Action": "iot:Subscribe", "Resource": ["` + arn + `topicfilter/live/project/dev/dev/+",
			"` + arn + `topicfilter/live/project/dev/beat/+", "` + arn + `topicfilter/live/project/dev/env/items-*"]},
		{"Effect": "Allow", "Action": "iot:Receive", "Resource": ["` + arn + `topic/live/project/dev/dev/*",
			"` + arn + `topic/live/project/dev/beat/*", "` + arn + `topic/live/project/dev/env/items-*"]},
		{"Effect": "Allow", "Action": "iot:Publish", "Resource": "` + arn + `topic/live/project/dev/to/*"}]}`

	developerPolicy = `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "iot:Connect", "Resource": "` + arn + `client/project--dev--dev-*",
			"Condition": {"ForAllValues:StringEquals": {"iot:ConnectAttributes": ["LastWill"]}}},
		{"Effect": "Allow", "Action": "iot:Subscribe", "Resource": ["` + arn + `topicfilter/live/project/dev/to/*",
			"` + arn + `topicfilter/live/project/dev/dev/*"]},
		{"Effect": "Allow", "Action": "iot:Receive", "Resource": ["` + arn + `topic/live/project/dev/to/*",
			"` + arn + `topic/live/project/dev/dev/*"]},
		{"Effect": "Allow", "Action": "iot:Publish", "Resource": ["` + arn + `topic/live/project/dev/dev/*",
			"` + arn + `topic/live/project/dev/beat/*", "` + arn + `topic/live/project/dev/env/*"]}]}`
)

var (
	functionKey  = mqtt.Credentials{AccessKeyID: "ASIAFUNCTION00000001", SecretAccessKey: "function/secret", SessionToken: "function/token"}
	developerKey = mqtt.Credentials{AccessKeyID: "ASIADEVELOPER0000001", SecretAccessKey: "developer/secret", SessionToken: "developer/token"}
)

// stage is a broker and a deployed function.
type stage struct {
	*process
	endpoint string
	broker   *standin.Broker // nil: another broker than that of this repository
}

func newBroker(t testing.TB, change func(*standin.Options)) *standin.Broker {
	t.Helper()
	options := standin.Options{Keys: map[string]standin.Key{
		functionKey.AccessKeyID:  {Secret: functionKey.SecretAccessKey, SessionToken: functionKey.SessionToken, Policies: []string{functionPolicy}},
		developerKey.AccessKeyID: {Secret: developerKey.SecretAccessKey, SessionToken: developerKey.SessionToken, Policies: []string{developerPolicy}},
	}}
	if change != nil {
		change(&options)
	}
	broker, err := standin.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { broker.Close() })
	return broker
}

func newStage(t testing.TB, change func(*standin.Options)) *stage {
	t.Helper()
	broker := newBroker(t, change)
	s := &stage{startFunction(t, broker.URL()), broker.URL(), broker}
	s.awaitHello(t)
	return s
}

func startFunction(t testing.TB, endpoint string) *process {
	t.Helper()
	return startProcess(t, bridgeBinary(t), map[string]string{
		"LIVE_ENDPOINT": endpoint, "LIVE_TOPICS": "live/project/dev", "LIVE_CLIENT": "project--dev--fn-items-",
		"AWS_ACCESS_KEY_ID": functionKey.AccessKeyID, "AWS_SECRET_ACCESS_KEY": functionKey.SecretAccessKey, "AWS_SESSION_TOKEN": functionKey.SessionToken,
	})
}

// awaitHello waits until the bridge is connected.
func (s *stage) awaitHello(t testing.TB) {
	t.Helper()
	s.awaitMessages(t, 1, "/to/hello")
}

// awaitMessages waits until n messages have been published on topics that contain part.
func (s *stage) awaitMessages(t testing.TB, n int, part string) {
	t.Helper()
	if err := s.broker.Wait(within(t), func() bool { return len(s.published(part)) >= n }); err != nil {
		var topics []string
		for _, m := range s.broker.Published() {
			topics = append(topics, fmt.Sprintf("%s %d", m.Topic, len(m.Payload)))
		}
		t.Fatalf("waiting for %d messages on %s: %v; %s; published %q, refused %+v", n, part, err, s.output, topics, s.broker.Refused())
	}
}

func (s *stage) published(part string) (found []standin.Message) {
	for _, m := range s.broker.Published() {
		if strings.Contains(m.Topic, part) {
			found = append(found, m)
		}
	}
	return found
}

// The first byte of frames of this version of the protocol, and of the next.
var version, nextVersion = string([]byte{wire.Version}), string([]byte{wire.Version + 1})

// request returns an HTTP API event for the handler `items` to act on.
func request(method, developer, do, value string) string {
	header := ""
	if developer != "" {
		header = `"x-live":"` + developer + `"`
	}
	return `{"version":"2.0","routeKey":"` + method + ` /items","headers":{` + header + `},"requestContext":{"http":{"method":"` + method +
		`"},"authorizer":{"jwt":{"claims":{"sub":"auth0|1"}}}},"do":"` + do + `","value":` + value + `}`
}

// developer is a session in this process, whose handler acts on events.
type developer struct {
	*live.Session
	name string

	mu       sync.Mutex
	runs     []live.Invocation
	statuses []live.Status
	changed  chan struct{}
	began    chan<- struct{} // receives from each run; nil: not
	proceed  <-chan struct{} // awaited by each run
}

func developerConfig(endpoint, name string) live.Config {
	return live.Config{Project: "project", Stack: "dev", Name: name, Endpoint: endpoint, Region: "eu-west-1",
		Connect: func(context.Context) (mqtt.Credentials, error) { return developerKey, nil }}
}

// startDeveloper starts a session that is closed at the end of the test, and waits until the
// function knows it.
func (s *stage) startDeveloper(t testing.TB, name string, change func(*live.Config)) *developer {
	t.Helper()
	d, err := startSession(t, s.endpoint, name, change)
	if err != nil {
		t.Fatal(err)
	}
	s.eventuallyBy(t, name)
	d.update(func() { d.runs = nil })
	return d
}

// eventuallyBy invokes until the named developer answers.
func (s *stage) eventuallyBy(t testing.TB, name string) {
	t.Helper()
	for range 1000 {
		if by(t, s.invoke(t, request("GET", name, "echo", "1"))) == name {
			return
		}
	}
	t.Errorf("%s answers nothing", name)
}

func startSession(t testing.TB, endpoint, name string, change func(*live.Config)) (*developer, error) {
	t.Helper()
	d := &developer{name: name, changed: make(chan struct{})}
	cfg := developerConfig(endpoint, name)
	cfg.OnStatus = func(status live.Status) { d.update(func() { d.statuses = append(d.statuses, status) }) }
	cfg.Run = d.run
	if change != nil {
		change(&cfg)
	}
	var err error
	if d.Session, err = live.Start(within(t), cfg); err != nil {
		return nil, err
	}
	t.Cleanup(func() { d.Close() })
	return d, nil
}

func (d *developer) update(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
	close(d.changed)
	d.changed = make(chan struct{})
}

// wait waits until a condition on the records holds.
func (d *developer) wait(t testing.TB, what string, condition func() bool) {
	t.Helper()
	limit := time.After(patience)
	for {
		d.mu.Lock()
		met, changed := condition(), d.changed
		d.mu.Unlock()
		if met {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("%s: no %s", d.name, what)
		}
	}
}

func (d *developer) run(ctx context.Context, inv live.Invocation) ([]byte, error) {
	d.update(func() { d.runs = append(d.runs, inv) })
	d.mu.Lock()
	began, proceed := d.began, d.proceed
	d.mu.Unlock()
	if began != nil {
		began <- struct{}{}
		<-proceed
	}
	return handle(ctx, d.name, inv)
}

// handle is a developer's handler. Its response names the developer.
func handle(ctx context.Context, name string, inv live.Invocation) ([]byte, error) {
	var event struct {
		Do    string          `json:"do"`
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(inv.Event, &event); err != nil {
		return nil, err
	}
	switch event.Do {
	case "echo":
		return fmt.Appendf(nil, `{"by":%q,"value":%s}`, name, event.Value), nil
	case "fail":
		return nil, &live.FunctionError{Type: "Order.Missing", Message: "no such order"}
	case "fail in full":
		return nil, &live.FunctionError{Type: "T", Payload: []byte(`{"errorType":"T","errorMessage":"m","stackTrace":[]}`)}
	case "fail plainly":
		return nil, errors.New("does not compile")
	case "hang":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return nil, errors.New("unknown: " + event.Do)
}

// stays is the value of an event that a developer's process does not answer.
const stays = `"stays at the developer"`

// developerEnv makes this test binary run a developer, which can be killed.
const developerEnv = "LIVE_TEST_DEVELOPER"

func developerMain() int {
	cfg := developerConfig(os.Getenv(developerEnv), "ada")
	cfg.OnStatus = func(live.Status) {}
	cfg.Run = func(ctx context.Context, inv live.Invocation) ([]byte, error) {
		fmt.Println("run", inv.ID)
		if strings.Contains(string(inv.Event), stays) {
			<-ctx.Done()
		}
		return handle(ctx, "ada", inv)
	}
	cfg.For = wire.Selection{Routes: []string{"POST /items"}}
	if _, err := live.Start(context.Background(), cfg); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("online")
	select {}
}

// developerProcess is a developer in a separate process.
type developerProcess struct {
	cmd  *exec.Cmd
	runs chan string // a line for each run; closed with the process
}

// startDeveloperProcess starts a developer who reaches the broker at an endpoint, and waits
// until the function knows the session.
func (s *stage) startDeveloperProcess(t testing.TB, endpoint string) *developerProcess {
	t.Helper()
	d := &developerProcess{cmd: exec.Command(os.Args[0]), runs: make(chan string, 100)}
	d.cmd.Env = append(os.Environ(), developerEnv+"="+endpoint)
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := d.cmd.StdoutPipe()
	if err == nil {
		err = d.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.kill()
		for range d.runs {
		}
		_ = d.cmd.Wait() // it was killed
	})
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() || lines.Text() != "online" {
		t.Fatalf("the developer says %q", lines.Text())
	}
	go func() {
		defer close(d.runs)
		for lines.Scan() {
			d.runs <- lines.Text()
		}
	}()
	s.eventuallyBy(t, "ada")
	return d
}

// kill ends the developer as a power cut would, without a goodbye.
func (d *developerProcess) kill() { _ = d.cmd.Process.Kill() } // an error means that it is gone

// raw is a client of the broker that does not follow the protocol.
type raw struct {
	*mqtt.Conn
	messages chan mqtt.Message
}

// startRaw connects with a developer's rights.
func startRaw(t testing.TB, broker *standin.Broker, key mqtt.Credentials, client string) *raw {
	t.Helper()
	r := &raw{messages: make(chan mqtt.Message, 1000)}
	var err error
	r.Conn, err = mqtt.Dial(within(t), mqtt.Config{Endpoint: broker.URL(), Region: "eu-west-1", ClientID: client,
		Credentials: func(context.Context) (mqtt.Credentials, error) { return key, nil },
		OnMessage:   func(m mqtt.Message) { r.messages <- m }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func (r *raw) subscribe(t testing.TB, filters ...string) {
	t.Helper()
	if err := r.Subscribe(within(t), filters...); err != nil {
		t.Fatal(err)
	}
}

func (r *raw) publish(t testing.TB, topic, payload string) {
	t.Helper()
	if err := r.Publish(within(t), mqtt.Message{Topic: topic, Payload: []byte(payload)}); err != nil {
		t.Fatal(err)
	}
}
