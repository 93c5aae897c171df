package sigv4

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// presign returns a URL that Presign signs.
func presign(t *testing.T, rawURL, service string, key Key, life time.Duration) *http.Request {
	t.Helper()
	r := request(t, "GET", rawURL, "")
	Presign(r, accessKeyID, key, region, service, life, now)
	return r
}

// TestPresignAgreesWithTheSDK, parameter by parameter, for services that sign the token.
func TestPresignAgreesWithTheSDK(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(20261129, 6))
	for range 500 {
		service := pick(r, []string{"s3", "sts", "execute-api"})
		u := url.URL{Scheme: "https", Host: pick(r, []string{"h.example", "h.example:8443", "127.0.0.1:4566"}), Path: pick(r, []string{"/", "/a", "/a b/c", "/ü/"})}
		query := url.Values{"X-Amz-Expires": {"300"}}
		for range r.IntN(4) {
			query.Add(pick(r, someQuery), pick(r, someValues))
		}
		hash := map[bool]string{true: unsigned, false: emptyHash}[service == s3]
		u.RawQuery = query.Encode()
		bySDK := sdkPresign(t, request(t, "GET", u.String(), ""), hash, service, now)
		query.Del("X-Amz-Expires")
		u.RawQuery = query.Encode()
		ours := presign(t, u.String(), service, Key{Secret: secret, SessionToken: session}, 5*time.Minute)
		if got, want := sorted(ours.URL.Query()), sorted(bySDK.URL.Query()); got != want {
			t.Fatalf("%s\ngot      %s\nexpected %s", u.String(), got, want)
		}
	}
}

// sorted encodes a query with the values of each name in order.
func sorted(query url.Values) string {
	for _, values := range query {
		slices.Sort(values)
	}
	return query.Encode()
}

// TestPresignOfIoTAgreesWithTheSDK: the SDK's signature is that of a key without a token, as
// IoT Core wants it; the token is appended.
func TestPresignOfIoTAgreesWithTheSDK(t *testing.T) {
	t.Parallel()
	const endpoint = "wss://abc-ats.iot.eu-west-1.amazonaws.com/mqtt"
	bySDK := sdkPresignWith(t, request(t, "GET", endpoint+"?X-Amz-Expires=300", ""), "", emptyHash, iotDeviceGateway, now)
	want := bySDK.URL.Query()
	want.Set("X-Amz-Security-Token", session)
	ours := presign(t, endpoint, iotDeviceGateway, Key{Secret: secret, SessionToken: session}, 5*time.Minute)
	if got := ours.URL.Query().Encode(); got != want.Encode() {
		t.Errorf("got      %s\nexpected %s", got, want.Encode())
	}
	withToken := sdkPresign(t, request(t, "GET", endpoint+"?X-Amz-Expires=300", ""), emptyHash, iotDeviceGateway, now)
	if withToken.URL.Query().Get("X-Amz-Signature") == want.Get("X-Amz-Signature") {
		t.Error("the SDK's signature does not depend on the token")
	}
}

// TestPresignIsVerified, and the token's place decides for IoT Core.
func TestPresignIsVerified(t *testing.T) {
	t.Parallel()
	key := Key{Secret: secret, SessionToken: session}
	tests := []struct {
		name string
		url  *http.Request
		want string // the start of the error; empty: verified
	}{
		{"S3", presign(t, "http://h/bucket/key?versionId=7", s3, key, time.Minute), ""},
		{"STS", presign(t, "http://h/?Action=GetCallerIdentity", "sts", key, time.Minute), ""},
		{"IoT", presign(t, "http://h/mqtt", iotDeviceGateway, key, time.Minute), ""},
		{"IoT, signed with the token", sdkPresign(t, request(t, "GET", "http://h/mqtt?X-Amz-Expires=60", ""), emptyHash, iotDeviceGateway, now), "InvalidSignatureException"},
		{"IoT, no token", presign(t, "http://h/mqtt", iotDeviceGateway, Key{Secret: secret}, time.Minute), "UnrecognizedClientException"},
		{"IoT, another token", presign(t, "http://h/mqtt", iotDeviceGateway, Key{Secret: secret, SessionToken: "other"}, time.Minute), "UnrecognizedClientException"},
	}
	for _, test := range tests {
		r, body := received(t, test.url)
		if _, err := verify(verifier(), r, body); failure(err) != test.want && (test.want == "" || !strings.HasPrefix(failure(err), test.want)) {
			t.Errorf("%s: expected %q, got %q", test.name, test.want, failure(err))
		}
	}
}

// TestPresignReplacesASignature of either form.
func TestPresignReplacesASignature(t *testing.T) {
	t.Parallel()
	r := presign(t, "http://h/mqtt?a=1", iotDeviceGateway, Key{Secret: "other", SessionToken: "other"}, time.Hour)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 x")
	Presign(r, accessKeyID, Key{Secret: secret, SessionToken: session}, region, iotDeviceGateway, time.Minute, now)
	got, body := received(t, r)
	if _, err := verify(verifier(), got, body); err != nil || got.URL.Query().Get("a") != "1" {
		t.Errorf("got %q, %v", got.URL.RawQuery, err)
	}
}
