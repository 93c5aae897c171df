package mqtt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws/sigv4"
)

// Credentials are AWS credentials.
type Credentials struct {
	AccessKeyID, SecretAccessKey string
	SessionToken                 string // empty if they are not temporary
}

// A Message is a message to publish or a received one.
type Message struct {
	Topic   string
	Payload []byte
	// Retain, on a message to publish, makes the broker keep it for later subscribers; an
	// empty payload deletes the kept one. A received message has it if the broker had kept
	// it.
	Retain bool
}

// Config configures a connection.
type Config struct {
	// Endpoint is the host of IoT Core, with a port if it is not 443, or ws://HOST:PORT of a
	// broker on this machine, without TLS.
	Endpoint string
	Region   string
	ClientID string

	// Credentials sign the connection's URL. Nil is for a broker on this machine that does
	// not verify a signature.
	Credentials func(context.Context) (Credentials, error)

	// Will is published when the connection ends without Close. Nil means no will.
	Will *Message

	// OnMessage is called for each message, in order of arrival, in one goroutine. While it
	// runs, no other message is delivered, and after a backlog the broker is not read either.
	// It must not block or call Close. Nil discards messages.
	OnMessage func(Message)

	// KeepAlive is the time between two pings; zero means 30 seconds. A shorter one detects a
	// dead connection sooner; IoT Core itself accepts none below 30 seconds.
	KeepAlive time.Duration

	// Now is the clock for signatures and LastHeard; nil means time.Now.
	Now func() time.Time
}

// path is the WebSocket path of IoT Core's device endpoint.
// https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
const (
	path    = "/mqtt"
	service = "iotdevicegateway"
)

// urlLife is how long a signed URL is valid; it is used immediately. AWS tolerates the same
// clock skew in the other direction.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
const urlLife = 5 * time.Minute

func (c *Config) validate() error {
	if c.ClientID == "" || len(c.ClientID) > MaxClientID {
		return fmt.Errorf("expected a client ID of 1 to %d bytes, got %q", MaxClientID, c.ClientID)
	}
	if c.KeepAlive < 0 || c.KeepAlive > MaxKeepAlive {
		return fmt.Errorf("expected a keep-alive of at most %v, got %v", MaxKeepAlive, c.KeepAlive)
	}
	if c.Will != nil {
		if err := checkTopic(c.Will.Topic, false); err != nil {
			return fmt.Errorf("will: %w", err)
		}
	}
	c.KeepAlive = cmp.Or(c.KeepAlive, MinKeepAlive)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.OnMessage == nil {
		c.OnMessage = func(Message) {}
	}
	return nil
}

// url returns the URL to open, signed if there are credentials. It is a secret.
func (c *Config) url(ctx context.Context) (*url.URL, error) {
	u, err := endpointURL(c.Endpoint)
	if err != nil {
		return nil, err
	}
	if c.Credentials == nil {
		if u.Scheme == "wss" {
			return nil, errors.New("AWS IoT Core needs credentials")
		}
		return u, nil
	}
	credentials, err := c.Credentials(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the credentials: %w", err)
	}
	r := &http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: http.Header{}}
	key := sigv4.Key{Secret: credentials.SecretAccessKey, SessionToken: credentials.SessionToken}
	sigv4.Presign(r, credentials.AccessKeyID, key, c.Region, service, urlLife, c.Now())
	return u, nil
}

// endpointURL converts an endpoint to a URL. Without TLS a URL exposes the session token to
// eavesdroppers, so it is for this machine only.
func endpointURL(endpoint string) (*url.URL, error) {
	host, plain := strings.CutPrefix(endpoint, "ws://")
	scheme := map[bool]string{true: "ws", false: "wss"}[plain]
	u, err := url.Parse(scheme + "://" + host)
	if err != nil || u.Host == "" || u.Host != host {
		return nil, fmt.Errorf("expected the host of an endpoint of AWS IoT Core, or ws://HOST:PORT, got %q", endpoint)
	}
	if plain && !isLoopback(u.Hostname()) {
		return nil, fmt.Errorf("endpoint %q: ws:// is for a broker on this machine, at 127.0.0.1, ::1 or localhost", endpoint)
	}
	u.Path = path
	return u, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
