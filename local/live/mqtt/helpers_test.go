package mqtt_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
)

const (
	accessKeyID = "ASIALIVEDEVELOPER001"
	secret      = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	session     = "token/of+the=developer"
)

var developer = mqtt.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: secret, SessionToken: session}

// newBroker returns a stand-in with one developer's key, which allows everything.
func newBroker(t *testing.T, change func(*standin.Options)) *standin.Broker {
	t.Helper()
	options := standin.Options{Keys: map[string]standin.Key{accessKeyID: {Secret: secret, SessionToken: session}}}
	if change != nil {
		change(&options)
	}
	b, err := standin.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// config returns a client's configuration with the developer's credentials.
func config(endpoint, clientID string) mqtt.Config {
	return mqtt.Config{Endpoint: endpoint, Region: "eu-west-1", ClientID: clientID,
		Credentials: func(context.Context) (mqtt.Credentials, error) { return developer, nil }}
}

// dial connects a client until the test ends.
func dial(t *testing.T, cfg mqtt.Config) *mqtt.Conn {
	t.Helper()
	c, err := mqtt.Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// inbox returns an OnMessage, and the channel that receives its messages.
func inbox() (func(mqtt.Message), chan mqtt.Message) {
	messages := make(chan mqtt.Message, 2000)
	return func(m mqtt.Message) { messages <- m }, messages
}

// patience is how long a test waits for something that normally happens immediately.
const patience = 20 * time.Second

func receive(t *testing.T, messages <-chan mqtt.Message) mqtt.Message {
	t.Helper()
	select {
	case m := <-messages:
		return m
	case <-time.After(patience):
		t.Fatal("no message arrived")
		return mqtt.Message{}
	}
}

func ended(t *testing.T, c *mqtt.Conn) error {
	t.Helper()
	select {
	case <-c.Done():
		return c.Err()
	case <-time.After(patience):
		t.Fatal("the connection did not end")
		return nil
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refusal returns err as a Refusal.
func refusal(t *testing.T, err error) mqtt.Refusal {
	t.Helper()
	var r *mqtt.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("expected a refusal of the broker, got %v", err)
	}
	return *r
}
