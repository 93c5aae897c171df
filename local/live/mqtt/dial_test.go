package mqtt_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
)

func TestDialRefusesAConfiguration(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(*mqtt.Config)
		want   string // in the error
	}{
		{"no client ID", func(c *mqtt.Config) { c.ClientID = "" }, "client ID of 1 to 128 bytes"},
		{"a long client ID", func(c *mqtt.Config) { c.ClientID = strings.Repeat("a", 129) }, "client ID of 1 to 128 bytes"},
		{"a long keep-alive", func(c *mqtt.Config) { c.KeepAlive = 1201 * time.Second }, "at most 20m0s"},
		{"a will with a wildcard", func(c *mqtt.Config) { c.Will = &mqtt.Message{Topic: "a/+"} }, "without wildcards"},
		{"plain text to another machine", func(c *mqtt.Config) { c.Endpoint = "ws://broker.example:80" }, "ws:// is for a broker on this machine"},
		{"plain text to a name that looks like this machine", func(c *mqtt.Config) { c.Endpoint = "ws://127.0.0.1.example:80" }, "ws:// is for a broker on this machine"},
		{"a user in the endpoint", func(c *mqtt.Config) { c.Endpoint = "ws://127.0.0.1@broker.example:80" }, "expected the host of an endpoint"},
		{"a path in the endpoint", func(c *mqtt.Config) { c.Endpoint = "x.iot.eu-west-1.amazonaws.com/other" }, "expected the host of an endpoint"},
		{"no endpoint", func(c *mqtt.Config) { c.Endpoint = "" }, "expected the host of an endpoint"},
		{"IoT Core without credentials", func(c *mqtt.Config) {
			c.Endpoint, c.Credentials = "x.iot.eu-west-1.amazonaws.com", nil
		}, "needs credentials"},
		{"credentials that cannot be read", func(c *mqtt.Config) {
			c.Credentials = func(context.Context) (mqtt.Credentials, error) { return mqtt.Credentials{}, errors.New("expired") }
		}, "reading the credentials: expired"},
	} {
		cfg := config("ws://127.0.0.1:1", "c")
		test.change(&cfg)
		if _, err := mqtt.Dial(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
}

// TestDialErrors: errors give the reason, and no secrets.
func TestDialErrors(t *testing.T) {
	t.Parallel()
	now := time.Now()
	b := newBroker(t, nil)
	for _, test := range []struct {
		name   string
		change func(*mqtt.Config)
		want   string
	}{
		{"another secret", func(c *mqtt.Config) { c.Credentials = credentials(accessKeyID, "other", session) }, "403 Forbidden"},
		{"no session token", func(c *mqtt.Config) { c.Credentials = credentials(accessKeyID, secret, "") }, "403 Forbidden"},
		{"another region", func(c *mqtt.Config) { c.Region = "us-east-1" }, "403 Forbidden"},
		{"a clock that is late", func(c *mqtt.Config) { c.Now = func() time.Time { return now.Add(-90 * time.Minute) } }, "set this machine's clock, which is off by -1h"},
		{"a clock that is early", func(c *mqtt.Config) { c.Now = func() time.Time { return now.Add(90 * time.Minute) } }, "set this machine's clock, which is off by 1h"},
	} {
		cfg := config(b.URL(), "c")
		test.change(&cfg)
		_, err := mqtt.Dial(t.Context(), cfg)
		var handshake *mqtt.HandshakeError
		if !errors.As(err, &handshake) || handshake.Status != 403 || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", test.name, err)
			continue
		}
		for _, hidden := range []string{secret, session, "X-Amz", "token%2F"} {
			if strings.Contains(err.Error(), hidden) {
				t.Errorf("%s: the error has %q: %v", test.name, hidden, err)
			}
		}
	}
}

func credentials(id, secret, token string) func(context.Context) (mqtt.Credentials, error) {
	return func(context.Context) (mqtt.Credentials, error) {
		return mqtt.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: token}, nil
	}
}

func TestDialIsRefusedByThePolicy(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) {
		o.Keys[accessKeyID] = standin.Key{Secret: secret, SessionToken: session, Policies: []string{
			`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iot:Connect", "Resource": "arn:aws:iot:eu-west-1:123456789012:client/mine-*"}}`}}
	})
	dial(t, config(b.URL(), "mine-1"))
	_, err := mqtt.Dial(t.Context(), config(b.URL(), "other"))
	if r := refusal(t, err); r.Packet != "CONNACK" || r.Code != mqtt.NotAuthorized {
		t.Errorf("got %+v", r)
	}
}

// TestDialEndsWithItsContext, whatever the broker does.
func TestDialEndsWithItsContext(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		conn, err := l.Accept() // and never an answer
		if err == nil {
			defer conn.Close()
			cancel()
			<-t.Context().Done()
		}
	}()
	if _, err := mqtt.Dial(ctx, config("ws://"+l.Addr().String(), "c")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestShortKeepAlive: a client may ping more often than IoT Core requires.
func TestShortKeepAlive(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) { o.Second = 10 * time.Millisecond }) // drops after 450 ms
	cfg := config(b.URL(), "c")
	cfg.KeepAlive = 50 * time.Millisecond
	c := dial(t, cfg)
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	select {
	case <-c.Done():
		t.Fatalf("the connection ended: %v", c.Err())
	case <-timer.C:
	}
	must(t, c.Ping(t.Context()))
}

func TestTopics(t *testing.T) {
	t.Parallel()
	c := dial(t, config(newBroker(t, nil).URL(), "c"))
	for _, test := range []struct{ name, topic, want string }{
		{"none", "", "expected a topic"},
		{"257 bytes", strings.Repeat("a", 257), "has 257 bytes"},
		{"eight slashes", "a/b/c/d/e/f/g/h/i", "has 8 slashes"},
		{"a zero", "a\x00b", "expected a topic"},
	} {
		if err := c.Publish(t.Context(), mqtt.Message{Topic: test.topic}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("publishing, %s: got %v", test.name, err)
		}
		if err := c.Subscribe(t.Context(), test.topic); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("subscribing, %s: got %v", test.name, err)
		}
	}
	if err := c.Publish(t.Context(), mqtt.Message{Topic: "a/#"}); err == nil || !strings.Contains(err.Error(), "without wildcards") {
		t.Errorf("a wildcard: got %v", err)
	}
	must(t, c.Publish(t.Context(), mqtt.Message{Topic: strings.Repeat("a", 242) + "/b/c/d/e/f/g/h"}))
	must(t, c.Ping(t.Context()))
}
