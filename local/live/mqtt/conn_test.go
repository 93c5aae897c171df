package mqtt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live/mosquitto"
	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
)

// eachBroker runs a test with the stand-in for IoT Core and with Mosquitto.
func eachBroker(t *testing.T, test func(t *testing.T, endpoint string)) {
	t.Parallel()
	t.Run("standin", func(t *testing.T) {
		t.Parallel()
		test(t, newBroker(t, func(o *standin.Options) { o.Unlimited = true }).URL())
	})
	t.Run("mosquitto", func(t *testing.T) {
		t.Parallel()
		test(t, mosquitto.Start(t))
	})
}

func TestMessagesArriveInOrder(t *testing.T) {
	eachBroker(t, func(t *testing.T, endpoint string) {
		cfg := config(endpoint, "receiver")
		onMessage, messages := inbox()
		cfg.OnMessage = onMessage
		must(t, dial(t, cfg).Subscribe(t.Context(), "order/+"))
		sender := dial(t, config(endpoint, "sender"))
		const count = 1000
		for i := range count {
			must(t, sender.Publish(t.Context(), mqtt.Message{Topic: "order/a", Payload: fmt.Append(nil, i)}))
		}
		for i := range count {
			if m := receive(t, messages); m.Topic != "order/a" || string(m.Payload) != fmt.Sprint(i) || m.Retain {
				t.Fatalf("message %d: got %+v", i, m)
			}
		}
	})
}

func TestLargestMessage(t *testing.T) {
	eachBroker(t, func(t *testing.T, endpoint string) {
		cfg := config(endpoint, "both")
		onMessage, messages := inbox()
		cfg.OnMessage = onMessage
		c := dial(t, cfg)
		must(t, c.Subscribe(t.Context(), "large"))
		payload := bytes.Repeat([]byte("0123456789abcdef"), mqtt.MaxPacket/16)
		largest := payload[:mqtt.MaxPacket-len("large")-10]
		must(t, c.Publish(t.Context(), mqtt.Message{Topic: "large", Payload: largest}))
		if m := receive(t, messages); !bytes.Equal(m.Payload, largest) {
			t.Fatalf("got %d bytes, expected %d", len(m.Payload), len(largest))
		}
		err := c.Publish(t.Context(), mqtt.Message{Topic: "large", Payload: payload[:len(largest)+1]})
		if err == nil || !strings.Contains(err.Error(), "IoT Core takes 131072") {
			t.Fatalf("one byte more: got %v", err)
		}
		must(t, c.Ping(t.Context()))
	})
}

func TestRetained(t *testing.T) {
	eachBroker(t, func(t *testing.T, endpoint string) {
		c := dial(t, config(endpoint, "publisher"))
		must(t, c.Publish(t.Context(), mqtt.Message{Topic: "kept/a", Payload: []byte("1"), Retain: true}))
		cfg := config(endpoint, "late")
		onMessage, messages := inbox()
		cfg.OnMessage = onMessage
		must(t, dial(t, cfg).Subscribe(t.Context(), "kept/a"))
		if m := receive(t, messages); string(m.Payload) != "1" || !m.Retain {
			t.Errorf("the one that was kept: got %+v", m)
		}
		must(t, c.Publish(t.Context(), mqtt.Message{Topic: "kept/a", Retain: true}))
		if m := receive(t, messages); len(m.Payload) != 0 || m.Retain {
			t.Errorf("its deletion: got %+v", m)
		}
	})
}

// TestSubscribeInEights: IoT Core takes eight filters in a request.
func TestSubscribeInEights(t *testing.T) {
	eachBroker(t, func(t *testing.T, endpoint string) {
		cfg := config(endpoint, "c")
		onMessage, messages := inbox()
		cfg.OnMessage = onMessage
		c := dial(t, cfg)
		var filters []string
		for i := range 20 {
			filters = append(filters, fmt.Sprintf("topic/%d", i))
		}
		must(t, c.Subscribe(t.Context(), filters...))
		for _, topic := range filters {
			must(t, c.Publish(t.Context(), mqtt.Message{Topic: topic}))
			if m := receive(t, messages); m.Topic != topic {
				t.Errorf("expected %s, got %+v", topic, m)
			}
		}
	})
}

func TestWillIsSentUnlessClosed(t *testing.T) {
	eachBroker(t, func(t *testing.T, endpoint string) {
		watcher := config(endpoint, "watcher")
		onMessage, messages := inbox()
		watcher.OnMessage = onMessage
		w := dial(t, watcher)
		must(t, w.Subscribe(t.Context(), "dev/+", "end"))
		leave := func(name string) mqtt.Config {
			cfg := config(endpoint, name)
			cfg.Will = &mqtt.Message{Topic: "dev/" + name, Payload: []byte("gone"), Retain: true}
			return cfg
		}
		polite := dial(t, leave("polite"))
		must(t, polite.Close())
		if err := ended(t, polite); !errors.Is(err, mqtt.ErrClosed) {
			t.Errorf("after Close: got %v", err)
		}
		dial(t, leave("ghost")).Sever()
		if m := receive(t, messages); m.Topic != "dev/ghost" || string(m.Payload) != "gone" {
			t.Errorf("expected only the will of ghost, got %+v", m)
		}
		must(t, w.Publish(t.Context(), mqtt.Message{Topic: "end"}))
		if m := receive(t, messages); m.Topic != "end" {
			t.Errorf("got %+v", m)
		}
	})
}

func TestPing(t *testing.T) {
	eachBroker(t, func(t *testing.T, endpoint string) {
		cfg := config(endpoint, "c")
		cfg.KeepAlive = time.Second
		c := dial(t, cfg)
		before := c.LastHeard()
		for range 3 {
			must(t, c.Ping(t.Context()))
		}
		if !c.LastHeard().After(before) || c.Silence() < 0 {
			t.Errorf("heard at %v, then at %v", before, c.LastHeard())
		}
		must(t, c.Close())
		if err := c.Ping(t.Context()); !errors.Is(err, mqtt.ErrClosed) {
			t.Errorf("after Close: got %v", err)
		}
	})
}

// TestManyPublishAtOnce: each request at QoS 1 gets its own answer.
func TestManyPublishAtOnce(t *testing.T) {
	eachBroker(t, func(t *testing.T, endpoint string) {
		c := dial(t, config(endpoint, "c"))
		errs := make(chan error)
		for i := range 100 {
			go func() {
				errs <- c.Publish(t.Context(), mqtt.Message{Topic: fmt.Sprintf("kept/%d", i), Payload: []byte("x"), Retain: true})
			}()
		}
		for range 100 {
			must(t, <-errs)
		}
	})
}

func TestSecondCloseDoesNothing(t *testing.T) {
	t.Parallel()
	c := dial(t, config(newBroker(t, nil).URL(), "c"))
	for range 2 {
		must(t, c.Close())
	}
	if err := c.Publish(t.Context(), mqtt.Message{Topic: "a"}); !errors.Is(err, mqtt.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if err := c.Subscribe(t.Context(), "a"); !errors.Is(err, mqtt.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// TestSilentBrokerIsNoticed: the connection stays open, and nothing passes.
func TestSilentBrokerIsNoticed(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	cfg := config(b.URL(), "c")
	cfg.KeepAlive = 50 * time.Millisecond
	c := dial(t, cfg)
	must(t, c.Ping(t.Context()))
	thaw, err := b.Freeze("c")
	must(t, err)
	if err := ended(t, c); err == nil || !strings.Contains(err.Error(), "silent") {
		t.Errorf("got %v", err)
	}
	thaw()
	if err := c.Ping(t.Context()); err == nil {
		t.Error("a connection that ended answers a ping")
	}
}

// TestPingWaitsForItsOwnAnswer: data that was in transit to a frozen connection proves
// nothing.
func TestPingWaitsForItsOwnAnswer(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	c := dial(t, config(b.URL(), "c"))
	thaw, err := b.Freeze("c")
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := c.Ping(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("frozen: got %v", err)
	}
	thaw()
	must(t, c.Ping(t.Context()))
}

func TestBrokerGoneAndBack(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	c := dial(t, config(b.URL(), "first"))
	must(t, c.Publish(t.Context(), mqtt.Message{Topic: "kept", Payload: []byte("1"), Retain: true}))
	b.Stop()
	if err := ended(t, c); err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("got %v", err)
	}
	if _, err := mqtt.Dial(t.Context(), config(b.URL(), "second")); err == nil {
		t.Error("a broker that is stopped takes connections")
	}
	must(t, b.Start())
	cfg := config(b.URL(), "third")
	onMessage, messages := inbox()
	cfg.OnMessage = onMessage
	must(t, dial(t, cfg).Subscribe(t.Context(), "kept"))
	if m := receive(t, messages); string(m.Payload) != "1" {
		t.Errorf("got %+v", m)
	}
}

// TestWhyTheConnectionEnded: Err has the broker's reason.
func TestWhyTheConnectionEnded(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	kicked := dial(t, config(b.URL(), "kicked"))
	must(t, b.Kick("kicked"))
	if r := refusal(t, ended(t, kicked)); r.Packet != "DISCONNECT" || r.Code != 0x98 {
		t.Errorf("kicked: got %+v", r)
	}
	cut := dial(t, config(b.URL(), "cut"))
	must(t, b.Cut("cut"))
	if err := ended(t, cut); err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("cut: got %v", err)
	}
}

// TestRefusedSubscription has the reason that ends the connection.
func TestRefusedSubscription(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) {
		key := o.Keys[accessKeyID]
		key.Policies = []string{`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"}}`}
		o.Keys[accessKeyID] = key
	})
	c := dial(t, config(b.URL(), "c"))
	if r := refusal(t, c.Subscribe(t.Context(), "a")); r.Code != mqtt.NotAuthorized {
		t.Errorf("got %+v", r)
	}
	if r := refusal(t, ended(t, c)); r.Code != mqtt.NotAuthorized {
		t.Errorf("got %+v", r)
	}
}

// TestOnMessageMayTakeItsTime: messages wait, and the keep-alive continues.
func TestOnMessageMayTakeItsTime(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) { o.Unlimited = true })
	cfg := config(b.URL(), "slow")
	cfg.KeepAlive = 20 * time.Millisecond
	release := make(chan struct{})
	var got []string
	last := make(chan struct{})
	cfg.OnMessage = func(m mqtt.Message) {
		<-release
		if got = append(got, string(m.Payload)); len(got) == 50 {
			close(last)
		}
	}
	c := dial(t, cfg)
	must(t, c.Subscribe(t.Context(), "a"))
	var want []string
	for i := range 50 {
		want = append(want, fmt.Sprint(i))
		must(t, c.Publish(t.Context(), mqtt.Message{Topic: "a", Payload: []byte(want[i])}))
	}
	for range 5 {
		must(t, c.Ping(t.Context()))
	}
	close(release)
	<-last
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestClosedWhileOnMessageIsBusy(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	cfg := config(b.URL(), "busy")
	busy, release := make(chan struct{}), make(chan struct{})
	cfg.OnMessage = func(mqtt.Message) {
		close(busy)
		<-release
	}
	c := dial(t, cfg)
	must(t, c.Subscribe(t.Context(), "a"))
	must(t, c.Publish(t.Context(), mqtt.Message{Topic: "a"}))
	<-busy
	must(t, c.Close())
	select {
	case <-c.Done():
		t.Error("Done is closed while OnMessage runs")
	default:
	}
	close(release)
	ended(t, c)
}
