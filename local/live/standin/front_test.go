package standin_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/gorilla/websocket"

	"api-auth-jwt-auth0/local/live/standin"
)

var now = time.Date(2026, 11, 29, 18, 0, 0, 0, time.UTC)

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// A signing is the input of the SDK's signer for a URL.
type signing struct {
	id, secret, token string // token is signed
	appended          string // token that is appended after signing
	service, region   string
	expires           string
	at                time.Time
	path              string
}

func rightSigning() signing {
	return signing{id: accessKeyID, secret: secret, appended: session, service: "iotdevicegateway", region: "eu-west-1", expires: "300", at: now, path: "/mqtt"}
}

func (s signing) url(t *testing.T, b *standin.Broker) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", b.URL()+s.path+"?X-Amz-Expires="+s.expires, nil)
	must(t, err)
	key := sdk.Credentials{AccessKeyID: s.id, SecretAccessKey: s.secret, SessionToken: s.token}
	signed, _, err := v4.NewSigner().PresignHTTP(context.Background(), key, r, emptyHash, s.service, s.region, s.at)
	must(t, err)
	if s.appended != "" {
		signed += "&X-Amz-Security-Token=" + url.QueryEscape(s.appended)
	}
	return signed
}

// open opens a WebSocket, and returns the status.
func open(t *testing.T, rawURL string, header http.Header) int {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"mqtt"}}
	ws, response, err := dialer.DialContext(t.Context(), rawURL, header)
	if response == nil {
		t.Fatal(err)
	}
	if err == nil {
		ws.Close()
	}
	return response.StatusCode
}

// TestFrontVerifiesTheSignature of the SDK's signer, with one input changed.
func TestFrontVerifiesTheSignature(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) {
		o.Now = func() time.Time { return now }
		o.Keys["AKIALONGLIVEDKEY0001"] = standin.Key{Secret: "long-lived"}
		o.Keys["ASIAEXPIREDKEY000001"] = standin.Key{Secret: secret, SessionToken: session, Expiration: now}
	})
	for _, test := range []struct {
		name   string
		change func(*signing)
		want   int
	}{
		{"as IoT Core wants it", func(*signing) {}, 101},
		{"a key without a token", func(s *signing) { s.id, s.secret, s.appended = "AKIALONGLIVEDKEY0001", "long-lived", "" }, 101},
		{"the last second", func(s *signing) { s.at = now.Add(-300 * time.Second) }, 101},
		{"a second later", func(s *signing) { s.at = now.Add(-301 * time.Second) }, 403},
		{"a clock that is five minutes early", func(s *signing) { s.at = now.Add(5 * time.Minute) }, 101},
		{"and a second", func(s *signing) { s.at = now.Add(5*time.Minute + time.Second) }, 403},
		{"another secret", func(s *signing) { s.secret = "other" }, 403},
		{"a key that is not known", func(s *signing) { s.id = "ASIAUNKNOWN000000001" }, 403},
		{"a key that has expired", func(s *signing) { s.id = "ASIAEXPIREDKEY000001" }, 403},
		{"another region", func(s *signing) { s.region = "eu-central-1" }, 403},
		{"another service", func(s *signing) { s.service = "iotdata" }, 403},
		{"the service of S3", func(s *signing) { s.service = "s3" }, 403},
		{"no token", func(s *signing) { s.appended = "" }, 403},
		{"another token", func(s *signing) { s.appended = "other" }, 403},
		{"the token in the signature", func(s *signing) { s.token, s.appended = session, "" }, 403},
		{"the token twice", func(s *signing) { s.token = session }, 403},
		{"a token for a key that has none", func(s *signing) { s.id, s.secret = "AKIALONGLIVEDKEY0001", "long-lived" }, 403},
		{"eight days", func(s *signing) { s.expires = "691200" }, 403},
		{"another path", func(s *signing) { s.path = "/mqtt/" }, 404},
		{"the path of another endpoint", func(s *signing) { s.path = "/" }, 404},
	} {
		s := rightSigning()
		test.change(&s)
		if got := open(t, s.url(t, b), nil); got != test.want {
			t.Errorf("%s: expected %d, got %d", test.name, test.want, got)
		}
	}
}

func TestFrontRefusesWhatWasChangedAfterSigning(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) { o.Now = func() time.Time { return now } })
	set := func(name, value string) func(url.Values) { return func(q url.Values) { q.Set(name, value) } }
	for _, test := range []struct {
		name   string
		change func(url.Values)
	}{
		{"no signature", func(q url.Values) { q.Del("X-Amz-Signature") }},
		{"no query", func(q url.Values) { clear(q) }},
		{"an empty signature", set("X-Amz-Signature", "")},
		{"a signature of zeros", set("X-Amz-Signature", strings.Repeat("0", 64))},
		{"a longer life", set("X-Amz-Expires", "3000")},
		{"a later date", set("X-Amz-Date", "20261129T180001Z")},
		{"another algorithm", set("X-Amz-Algorithm", "none")},
		{"another key's name", set("X-Amz-Credential", "AKIDOTHER/20261129/eu-west-1/iotdevicegateway/aws4_request")},
		{"one parameter more", set("x", "1")},
		{"no signed headers", set("X-Amz-SignedHeaders", "")},
		{"the host not signed", set("X-Amz-SignedHeaders", "accept")},
	} {
		u, err := url.Parse(rightSigning().url(t, b))
		must(t, err)
		query := u.Query()
		test.change(query)
		u.RawQuery = query.Encode()
		if got := open(t, u.String(), nil); got != 403 {
			t.Errorf("%s: got %d", test.name, got)
		}
	}
	for name, header := range map[string]http.Header{
		"another host":            {"Host": {"other.example"}},
		"an Authorization header": {"Authorization": {"AWS4-HMAC-SHA256 x"}},
		"a header x-amz-*":        {"X-Amz-Meta": {"x"}},
	} {
		if got := open(t, rightSigning().url(t, b), header); got != 403 {
			t.Errorf("%s: got %d", name, got)
		}
	}
	if got := len(b.Refused()); got != 14 {
		t.Errorf("expected 14 refusals, got %d: %+v", got, b.Refused())
	}
}

func TestFrontWantsAWebSocketOfMQTT(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) { o.Now = func() time.Time { return now } })
	signed := rightSigning().url(t, b)
	response, err := http.Get("http" + strings.TrimPrefix(signed, "ws"))
	must(t, err)
	response.Body.Close()
	if response.StatusCode != 400 {
		t.Errorf("HTTP: got %d", response.StatusCode)
	}
	for _, subprotocols := range [][]string{nil, {"soap"}} {
		dialer := websocket.Dialer{Subprotocols: subprotocols}
		ws, _, err := dialer.Dial(signed, nil)
		if err != nil {
			continue
		}
		if _, _, err := ws.ReadMessage(); err == nil {
			t.Errorf("%q: the broker speaks", subprotocols)
		}
		ws.Close()
	}
}

// TestReplayOfASignedURL is possible while the URL is valid, as on AWS.
func TestReplayOfASignedURL(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) { o.Now = func() time.Time { return now } })
	signed := rightSigning().url(t, b)
	for range 2 {
		if got := open(t, signed, nil); got != 101 {
			t.Errorf("got %d", got)
		}
	}
}

// TestNewRefusesAPolicy that cannot be read.
func TestNewRefusesAPolicy(t *testing.T) {
	t.Parallel()
	_, err := standin.New(standin.Options{Keys: map[string]standin.Key{"A": {Policies: []string{`{"Version": "2012-10-17"}`}}}})
	if err == nil || !strings.Contains(err.Error(), "key A: the policy has no Statement") {
		t.Errorf("got %v", err)
	}
}
