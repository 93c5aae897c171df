package standin_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
)

// TestRetainedMessages: a wildcard subscription gets none, the exact topic does.
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-retain
func TestRetainedMessages(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	sender := dial(t, config(b, "sender"))
	sender.publish(t, "dev/anna", "here", true)
	wild := dial(t, config(b, "wild"), "dev/+", "#")
	exact := dial(t, config(b, "exact"), "dev/anna")
	if m := <-exact.messages; string(m.Payload) != "here" || !m.Retain {
		t.Errorf("exact: got %+v", m)
	}
	sender.publish(t, "dev/anna", "again", true)
	for name, c := range map[string]client{"exact": exact, "wild": wild} {
		if m := <-c.messages; string(m.Payload) != "again" || m.Retain {
			t.Errorf("%s: got %+v", name, m)
		}
	}
	if got := string(b.Retained("dev/anna")); got != "again" {
		t.Errorf("kept: %q", got)
	}
	sender.publish(t, "dev/anna", "", true)
	if m := <-exact.messages; len(m.Payload) != 0 || m.Retain {
		t.Errorf("deleted: got %+v", m)
	}
	if b.Retained("dev/anna") != nil {
		t.Error("it is kept after it was deleted")
	}
	late := dial(t, config(b, "late"), "dev/anna", "end")
	late.quiet(t, sender, "end")
}

// TestFates checks the fates of messages and their records.
func TestFates(t *testing.T) {
	t.Parallel()
	fates := map[string]standin.Fate{"deliver": standin.Deliver, "drop": standin.Drop, "twice": standin.Twice, "hold": standin.Hold, "late": standin.Delay(20 * time.Millisecond)}
	b := newBroker(t, func(o *standin.Options) {
		o.OnPublish = func(m standin.Message) standin.Fate { return fates[string(m.Payload)] }
	})
	c := dial(t, config(b, "c"), "a")
	for _, payload := range []string{"drop", "hold", "twice", "late", "deliver"} {
		c.publish(t, "a", payload, false)
	}
	for _, want := range []string{"twice", "twice", "deliver", "late"} {
		if got := c.receive(t); got != "a "+want {
			t.Errorf("expected %q, got %q", want, got)
		}
	}
	b.Release()
	if got := c.receive(t); got != "a hold" {
		t.Errorf("released: got %q", got)
	}
	var passed []string
	for _, m := range b.Published() {
		if m.From != "c" || m.Topic != "a" || m.Fate != fates[string(m.Payload)] {
			t.Errorf("recorded: %+v", m)
		}
		passed = append(passed, string(m.Payload))
	}
	if want := []string{"drop", "hold", "twice", "late", "deliver"}; !slices.Equal(passed, want) {
		t.Errorf("recorded %q", passed)
	}
}

// TestReordered: held messages are released in any order.
func TestReordered(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	b.OnPublish(func(standin.Message) standin.Fate { return standin.Hold })
	c := dial(t, config(b, "c"), "a")
	for _, payload := range []string{"0", "1", "2", "3"} {
		c.publish(t, "a", payload, false)
	}
	must(t, b.Wait(t.Context(), func() bool { return len(b.Held()) == 4 }))
	b.Release(2, 0)
	b.Release(1)
	b.Release()
	for _, want := range []string{"2", "0", "3", "1"} {
		if got := c.receive(t); got != "a "+want {
			t.Errorf("expected %s, got %q", want, got)
		}
	}
}

// TestHeldRetainedMessage is retained when released; its publisher is answered earlier.
func TestHeldRetainedMessage(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) { o.OnPublish = func(standin.Message) standin.Fate { return standin.Hold } })
	c := dial(t, config(b, "c"))
	c.publish(t, "a", "x", true)
	if b.Retained("a") != nil {
		t.Error("it is kept while it is held")
	}
	b.Release()
	if got := string(b.Retained("a")); got != "x" {
		t.Errorf("got %q", got)
	}
}

// TestWills are recorded as messages, with their fate.
func TestWills(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	for name, end := range map[string]func(id string) error{"kicked": b.Kick, "cut": b.Cut} {
		cfg := config(b, name)
		cfg.Will = &mqtt.Message{Topic: "dev/" + name, Payload: []byte("gone"), Retain: true}
		c := dial(t, cfg)
		must(t, end(name))
		<-c.Done()
		must(t, b.Wait(t.Context(), func() bool { return string(b.Retained("dev/"+name)) == "gone" }))
	}
	for _, m := range b.Published() {
		if !m.Will || !m.Retain || m.Topic != "dev/"+m.From {
			t.Errorf("recorded: %+v", m)
		}
	}
	if err := b.Kick("nobody"); err == nil || !strings.Contains(err.Error(), "not connected") {
		t.Errorf("got %v", err)
	}
}

// TestFrozenConnection drops everything until it thaws, and is closed after 1.5 keep-alives.
func TestFrozenConnection(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	c, other := dial(t, config(b, "c"), "a"), dial(t, config(b, "other"), "b")
	thaw, err := b.Freeze("c")
	must(t, err)
	other.publish(t, "a", "1", false)
	other.quiet(t, other, "b")
	select {
	case m := <-c.messages:
		t.Errorf("got %+v", m)
	default:
	}
	thaw()
	if got := c.receive(t); got != "a 1" {
		t.Errorf("got %q", got)
	}
	must(t, c.Ping(t.Context()))
}

func TestFrozenConnectionIsDropped(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) { o.Second = 20 * time.Millisecond }) // drops after 900 ms
	cfg := config(b, "c")
	cfg.Will = &mqtt.Message{Topic: "gone", Payload: []byte("c"), Retain: true}
	dial(t, cfg)
	_, err := b.Freeze("c")
	must(t, err)
	must(t, b.Wait(t.Context(), func() bool { return b.Retained("gone") != nil }))
	must(t, b.WaitClient(t.Context(), "c", false))
}

func TestStopAndStart(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil)
	url := b.URL()
	for _, id := range []string{"1", "2", "3"} {
		c := dial(t, config(b, id), "a")
		c.publish(t, "kept", id, true)
		must(t, b.WaitClient(t.Context(), id, true))
		if got := b.Clients(); !slices.Equal(got, []string{id}) {
			t.Errorf("connected: %q", got)
		}
		b.Stop()
		<-c.Done()
		if got := b.Clients(); len(got) != 0 {
			t.Errorf("connected after Stop: %q", got)
		}
		must(t, b.Start())
	}
	if b.URL() != url || string(b.Retained("kept")) != "3" {
		t.Errorf("got %s, %q", b.URL(), b.Retained("kept"))
	}
}
