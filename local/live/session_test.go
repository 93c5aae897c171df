package live_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live"
	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
	"api-auth-jwt-auth0/local/live/wire"
)

// patience is how long a test waits for something that normally happens immediately.
const patience = 30 * time.Second

var key = mqtt.Credentials{AccessKeyID: "ASIADEVELOPER0000001", SecretAccessKey: "secret", SessionToken: "token"}

func newBroker(t *testing.T) *standin.Broker {
	t.Helper()
	broker, err := standin.New(standin.Options{Keys: map[string]standin.Key{key.AccessKeyID: {Secret: key.SecretAccessKey, SessionToken: key.SessionToken}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { broker.Close() })
	return broker
}

func config(endpoint, name string) live.Config {
	return live.Config{Project: "project", Stack: "dev", Name: name, Endpoint: endpoint, Region: "eu-west-1",
		Connect: func(context.Context) (mqtt.Credentials, error) { return key, nil },
		Run:     func(context.Context, live.Invocation) ([]byte, error) { return []byte("{}"), nil }}
}

func start(t *testing.T, cfg live.Config) *live.Session {
	t.Helper()
	s, err := live.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// presences returns the documents published for a developer.
func presences(t *testing.T, broker *standin.Broker, name string) (list []wire.Presence) {
	t.Helper()
	for _, m := range broker.Published() {
		if m.Topic == "live/project/dev/dev/"+name {
			p, err := wire.ParsePresence(name, m.Payload)
			if err != nil {
				t.Errorf("%s: %v", m.Payload, err)
			}
			list = append(list, p)
		}
	}
	return list
}

func await(t *testing.T, broker *standin.Broker, what string, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := broker.Wait(ctx, condition); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func TestStartSaysHowToFixIt(t *testing.T) {
	t.Parallel()
	broker := newBroker(t)
	for _, c := range []struct {
		name     string
		change   func(*live.Config)
		expected string
	}{
		{"a name with a wildcard", func(c *live.Config) { c.Name = "+" }, "choose one of up to 32"},
		{"no name", func(c *live.Config) { c.Name = "" }, "choose one of up to 32"},
		{"a stack with a slash", func(c *live.Config) { c.Stack = "a/b" }, "live/PROJECT/STACK"},
		{"a long selection", func(c *live.Config) { c.For.Routes = []string{strings.Repeat("x", 20_000)} }, "select fewer"},
		{"no broker", func(c *live.Config) { c.Endpoint = "ws://127.0.0.1:9" }, "check the network"},
		{"other credentials", func(c *live.Config) {
			c.Connect = func(context.Context) (mqtt.Credentials, error) {
				return mqtt.Credentials{AccessKeyID: "A", SecretAccessKey: "B"}, nil
			}
		}, "403"},
		{"no credentials", func(c *live.Config) {
			c.Connect = func(context.Context) (mqtt.Credentials, error) {
				return mqtt.Credentials{}, errors.New("run aws sso login")
			}
		}, "run aws sso login"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := config(broker.URL(), "ada")
			c.change(&cfg)
			s, err := live.Start(t.Context(), cfg)
			if err == nil {
				s.Close()
				t.Fatal("it starts")
			}
			if !strings.Contains(err.Error(), c.expected) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cfg := config(newBroker(t).URL(), "ada")
	cfg.Connect = func(ctx context.Context) (mqtt.Credentials, error) {
		cancel()
		<-ctx.Done()
		return key, ctx.Err()
	}
	if _, err := live.Start(ctx, cfg); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestNameIsTaken(t *testing.T) {
	t.Parallel()
	broker := newBroker(t)
	start(t, config(broker.URL(), "ada"))
	if _, err := live.Start(t.Context(), config(broker.URL(), "ada")); !errors.Is(err, live.ErrNameTaken) || !strings.Contains(err.Error(), "choose another name") {
		t.Errorf("got %v", err)
	}
	start(t, config(broker.URL(), "grace"))
}

// TestTwoStartAtOnce: one gets the name, regardless of their clocks.
func TestTwoStartAtOnce(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{0, 4 * time.Minute, -4 * time.Minute} {
		broker := newBroker(t)
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for i := range 4 {
			cfg := config(broker.URL(), "ada")
			cfg.Now = func() time.Time { return time.Now().Add(skew * time.Duration(i%2)) }
			wg.Go(func() {
				s, err := live.Start(t.Context(), cfg)
				if err != nil && !errors.Is(err, live.ErrNameTaken) {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
					t.Cleanup(func() { s.Close() })
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("clocks off by %v: %d have the name", skew, won)
		}
	}
}

// TestStartWithoutALastingConnection fails: nobody could have defended the name.
func TestStartWithoutALastingConnection(t *testing.T) {
	t.Parallel()
	broker := newBroker(t)
	broker.OnPublish(func(m standin.Message) standin.Fate {
		if !m.Will {
			go broker.Kick(m.From)
		}
		return standin.Deliver
	})
	s, err := live.Start(t.Context(), config(broker.URL(), "ada"))
	if err == nil {
		s.Close()
		t.Fatal("it starts")
	}
	if !strings.Contains(err.Error(), "connecting to "+broker.URL()) || !strings.Contains(err.Error(), "check the network") {
		t.Errorf("got %v", err)
	}
}

// TestEachCauseIsReported, once. This includes why a lost connection is not reestablished.
func TestEachCauseIsReported(t *testing.T) {
	t.Parallel()
	broker := newBroker(t)
	statuses := make(chan live.Status, 10)
	cfg := config(broker.URL(), "ada")
	cfg.OnStatus = func(s live.Status) { statuses <- s }
	connects := 0
	cfg.Connect = func(context.Context) (mqtt.Credentials, error) {
		if connects++; 1 < connects && connects < 5 {
			return mqtt.Credentials{}, errors.New("run aws sso login")
		}
		return key, nil
	}
	start(t, cfg)
	if err := broker.Cut(broker.Clients()[0]); err != nil {
		t.Fatal(err)
	}
	for i, expected := range []live.StatusKind{live.Online, live.Offline, live.Offline, live.Online} {
		got := <-statuses
		if got.Kind != expected || (i == 2) != (got.Err != nil && strings.Contains(got.Err.Error(), "run aws sso login")) {
			t.Errorf("status %d: %+v", i, got)
		}
	}
}

// TestNameIsFreeAgain, once its owner has left or died.
func TestNameIsFreeAgain(t *testing.T) {
	t.Parallel()
	broker := newBroker(t)
	first := start(t, config(broker.URL(), "ada"))
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	await(t, broker, "her goodbye", func() bool {
		list := presences(t, broker, "ada")
		return list[len(list)-1].Gone
	})
	start(t, config(broker.URL(), "ada"))
}

// TestPresenceComesBack after its connection has died and its will arrives late.
func TestPresenceComesBack(t *testing.T) {
	t.Parallel()
	broker := newBroker(t)
	statuses := make(chan live.Status, 10)
	cfg := config(broker.URL(), "ada")
	cfg.OnStatus = func(s live.Status) { statuses <- s }
	start(t, cfg)
	if err := broker.Cut(broker.Clients()[0]); err != nil {
		t.Fatal(err)
	}
	for i, expected := range []live.StatusKind{live.Online, live.Offline, live.Online} {
		if got := <-statuses; got.Kind != expected {
			t.Errorf("status %d: %+v", i, got)
		}
	}
	await(t, broker, "an announcement", func() bool {
		list := presences(t, broker, "ada")
		return !list[len(list)-1].Gone && list[len(list)-1].Connection != list[0].Connection
	})
	list := presences(t, broker, "ada")
	first, last := list[0], list[len(list)-1]
	if first.Session != last.Session || first.Connection == last.Connection || last.Gone {
		t.Errorf("%+v\n%+v", first, last)
	}
	said := len(list)
	other, err := mqtt.Dial(t.Context(), mqtt.Config{Endpoint: broker.URL(), Region: "eu-west-1", ClientID: "other", Credentials: cfg.Connect})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.Publish(t.Context(), mqtt.Message{Topic: "live/project/dev/dev/ada", Payload: first.Goodbye()}); err != nil {
		t.Fatal(err)
	}
	await(t, broker, "another announcement", func() bool { return len(presences(t, broker, "ada")) >= said+2 })
}

// TestHelloIsAnswered, unless the bridge's name is invalid.
func TestHelloIsAnswered(t *testing.T) {
	t.Parallel()
	broker := newBroker(t)
	cfg := config(broker.URL(), "ada")
	start(t, cfg)
	answers := make(chan mqtt.Message, 10)
	bridge := wire.NewBridge("items")
	conn, err := mqtt.Dial(t.Context(), mqtt.Config{Endpoint: broker.URL(), Region: "eu-west-1", ClientID: "bridge",
		Credentials: cfg.Connect, OnMessage: func(m mqtt.Message) { answers <- m }})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Subscribe(t.Context(), "live/project/dev/env/#"); err != nil {
		t.Fatal(err)
	}
	for _, hello := range [][]byte{wire.Hello("+"), wire.Hello("items-0123456789abcdef/x"), wire.Hello(bridge)} {
		if err := conn.Publish(t.Context(), mqtt.Message{Topic: "live/project/dev/to/hello", Payload: hello}); err != nil {
			t.Fatal(err)
		}
	}
	m := <-answers
	if p, ok := wire.ParseHelloAnswer(m.Payload); !ok || p.Name != "ada" || m.Topic != "live/project/dev/env/"+bridge {
		t.Errorf("%s: %+v", m.Topic, p)
	}
}
