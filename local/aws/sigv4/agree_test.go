package sigv4

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	somePaths  = []string{"/", "/bucket/key", "/bucket/a b", "/bucket/ü/%", "/bucket/../other/key", "/bucket//key", "/bucket/./key", "/bucket/a%2Fb", "/bucket/+~*'()!$&=@:;,", "/bucket/\u20ac?#[]"}
	someQuery  = []string{"acl", "list-type", "prefix", "Prefix", "a", "a-b", "a b", "ü", "X-Amz-Meta"}
	someValues = []string{"", "1", "2", "a/b", "a+b", "a b", "ü", "%41", "=&", "~-_."}
	someHeader = []string{"X-Amz-Meta-One", "X-Amz-Target", "Content-Type", "Range", "X-Amz-Acl"}
)

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// randomRequest returns a slow description and the client's request of the same, signed
// by neither.
func randomRequest(t *testing.T, r *rand.Rand) (slow, *http.Request, string) {
	t.Helper()
	s := slow{method: pick(r, []string{"GET", "PUT", "POST", "DELETE"}), path: pick(r, somePaths), service: pick(r, []string{"s3", "execute-api"}), time: now.Format(timeFormat)}
	if s.service != "s3" { // the SDK does not normalize paths
		s.path = pick(r, []string{"/", "/a", "/a b/c", "/ü/"})
	}
	query := url.Values{}
	for range r.IntN(4) {
		name, value := pick(r, someQuery), pick(r, someValues)
		query.Add(name, value)
		s.query = append(s.query, [2]string{name, value})
	}
	body := strings.Repeat(pick(r, someValues), r.IntN(100))
	s.payloadHash = hexHash([]byte(body))
	client := request(t, s.method, "http://127.0.0.1:4566/", body)
	client.URL.Path, client.URL.RawPath, client.URL.RawQuery = s.path, slowEncode(s.path, true), query.Encode()
	s.headers = [][2]string{{"host", "127.0.0.1:4566"}, {"x-amz-date", s.time}, {"x-amz-security-token", session}}
	if s.service == "s3" {
		s.headers = append(s.headers, [2]string{"x-amz-content-sha256", s.payloadHash})
	}
	for range r.IntN(4) {
		s.headers = append(s.headers, [2]string{pick(r, someHeader), pick(r, []string{"1", " a  b ", "a,b", "text/plain"})})
	}
	for _, h := range s.headers[1:] {
		client.Header.Add(h[0], h[1])
	}
	return s, client, body
}

// TestRandomRequestsOfTwoSigners: 3,000 requests, each signed by the SDK and by the slow
// reference, are verified; the same with one byte of the secret changed are not.
func TestRandomRequestsOfTwoSigners(t *testing.T) {
	t.Parallel()
	const seed = 20261129
	r := rand.New(rand.NewPCG(seed, 4))
	other := verifier()
	other.Key = func(string) (Key, bool) { return Key{Secret: secret + "x", SessionToken: session}, true }
	for i := range 3000 {
		s, client, body := randomRequest(t, r)
		bySDK := client.Clone(context.Background())
		bySDK.Body = request(t, "GET", "/", body).Body
		client.Header.Set("Authorization", s.authorization())
		sdkSign(t, bySDK, s.payloadHash, s.service, now)
		for name, signed := range map[string]*http.Request{"slow": client, "SDK": bySDK} {
			got, sent := received(t, signed)
			if signedBody, err := verify(verifier(), got, sent); err != nil || string(signedBody) != body {
				t.Fatalf("request %d of the %s signer, %s %q %q: %v", i, name, s.method, s.path, s.query, err)
			}
			if _, err := verify(other, got, sent); err == nil {
				t.Fatalf("request %d of the %s signer is verified with another secret", i, name)
			}
		}
	}
}

// TestSignAgreesWithTheSlowReference: what is forwarded has a signature that the target
// can verify, and none of the old one.
func TestSignAgreesWithTheSlowReference(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(20261129, 5))
	for range 500 {
		s, client, body := randomRequest(t, r)
		client.Header.Set("Authorization", s.authorization())
		client.Header.Set("X-Amz-Security-Token", "of another")
		Sign(client, []byte(body), accessKeyID, Key{Secret: secret, SessionToken: session}, region, s.service, now)
		got, sent := received(t, client)
		if _, err := verify(verifier(), got, sent); err != nil {
			t.Fatalf("%s %q %q: %v", s.method, s.path, s.query, err)
		}
		signed, err := Parse(got, "")
		if err != nil {
			t.Fatal(err)
		}
		s.headers = slices.DeleteFunc(s.headers, func(h [2]string) bool { return strings.EqualFold(h[0], "range") })
		if s.service != "s3" {
			s.headers = append(s.headers, [2]string{"x-amz-content-sha256", s.payloadHash})
		}
		if want := s.signature(); signed.value != want {
			t.Fatalf("%s %q %q: expected %s, got %s", s.method, s.path, s.query, want, signed.value)
		}
	}
}

// TestSDKPresigned verifies what the SDK presigns, for S3 and another service.
func TestSDKPresigned(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, method, url, body, hash, service string }{
		{"S3, GET", "GET", "http://127.0.0.1:4566/bucket/a%20b?X-Amz-Expires=900&response-content-type=text%2Fplain", "", unsigned, "s3"},
		{"S3, PUT of any body", "PUT", "http://127.0.0.1:4566/bucket/key?X-Amz-Expires=900", "anything", unsigned, "s3"},
		{"STS, GET", "GET", "http://127.0.0.1:4566/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60", "", emptyHash, "sts"},
		{"STS, without a life", "GET", "http://127.0.0.1:4566/?Action=GetCallerIdentity&Version=2011-06-15", "", emptyHash, "sts"},
	} {
		r, body := received(t, sdkPresign(t, request(t, test.method, test.url, test.body), test.hash, test.service, now))
		if got, err := verify(verifier(), r, body); err != nil || string(got) != test.body {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
	}
}

// TestPresignedTimes: a URL lives for X-Amz-Expires, to the second.
func TestPresignedTimes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, service, expires string
		late                   time.Duration
		want                   string // the start of the error; empty: verified
	}{
		{"the last second", s3, "900", 900 * time.Second, ""},
		{"one second later", s3, "900", 901 * time.Second, "AccessDenied: Request has expired"},
		{"seven days", s3, "604800", 7 * 24 * time.Hour, ""},
		{"more than seven days", s3, "604801", 0, "AuthorizationQueryParametersError: X-Amz-Expires must be less than a week"},
		{"zero", s3, "0", 0, "AuthorizationQueryParametersError: X-Amz-Expires must be positive"},
		{"no number", s3, "soon", 0, "AuthorizationQueryParametersError: X-Amz-Expires should be a number"},
		{"from the future", s3, "900", -16 * time.Minute, "AccessDenied: Request is not valid yet"},
		{"a clock that is off", s3, "900", -14 * time.Minute, ""},
		{"STS in its life", "sts", "60", time.Minute, ""},
		{"STS after its life", "sts", "60", 61 * time.Second, "InvalidSignatureException: Signature expired: 20261129T180000Z is now earlier than 20261129T180001Z"},
		{"STS without a life", "sts", "", 5*time.Minute + time.Second, "InvalidSignatureException: Signature expired"},
	} {
		u := "http://127.0.0.1:4566/bucket/key?b=1"
		if test.expires != "" {
			u += "&X-Amz-Expires=" + test.expires
		}
		hash := map[bool]string{true: unsigned, false: emptyHash}[test.service == s3]
		r, body := received(t, sdkPresign(t, request(t, "GET", u, ""), hash, test.service, now))
		v := verifier()
		v.Now = func() time.Time { return now.Add(test.late) }
		if _, err := verify(v, r, body); failure(err) != test.want && (test.want == "" || !strings.HasPrefix(failure(err), test.want)) {
			t.Errorf("%s: expected %q, got %q", test.name, test.want, failure(err))
		}
	}
}

// TestPresignedRefusals changes one thing of a presigned URL.
func TestPresignedRefusals(t *testing.T) {
	t.Parallel()
	remove := func(name string) func(*http.Request) {
		return func(r *http.Request) {
			query := r.URL.Query()
			query.Del(name)
			r.URL.RawQuery = query.Encode()
		}
	}
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			query := r.URL.Query()
			query.Set(name, value)
			r.URL.RawQuery = query.Encode()
		}
	}
	twice := func(name string) func(*http.Request) {
		return func(r *http.Request) { r.URL.RawQuery += "&" + name + "=" + url.QueryEscape(r.URL.Query().Get(name)) }
	}
	const requires = "AuthorizationQueryParametersError: Query-string authentication version 4 requires"
	for _, test := range []struct {
		name   string
		change func(*http.Request)
		want   string
	}{
		{"no signature", remove("X-Amz-Signature"), requires},
		{"no expiry", remove("X-Amz-Expires"), requires},
		{"no credential", remove("X-Amz-Credential"), "IncompleteSignatureException: Credential must have exactly 5"},
		{"no algorithm", remove("X-Amz-Algorithm"), "MissingAuthenticationTokenException"},
		{"another algorithm", set("X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256"), "IncompleteSignatureException: Unsupported algorithm"},
		{"the signature twice", twice("X-Amz-Signature"), requires},
		{"the algorithm twice", twice("X-Amz-Algorithm"), requires},
		{"the token twice", twice("X-Amz-Security-Token"), requires},
		{"no token", remove("X-Amz-Security-Token"), "InvalidToken"},
		{"another date", set("X-Amz-Date", "29.11.2026"), "AuthorizationQueryParametersError: X-Amz-Date must be in the ISO8601 Long Format"},
		{"a longer life", set("X-Amz-Expires", "901"), "SignatureDoesNotMatch"},
		{"a parameter that is not signed", set("acl", ""), "SignatureDoesNotMatch"},
		{"a header that is not signed", func(r *http.Request) { r.Header.Set("X-Amz-Acl", "public-read") }, "AccessDenied: There were headers present"},
		{"an Authorization header", func(r *http.Request) { r.Header.Set("Authorization", "AWS4-HMAC-SHA256 x") }, "IncompleteSignatureException: Only one auth"},
		{"another key", func(r *http.Request) { r.URL.Path = "/bucket/other" }, "SignatureDoesNotMatch"},
	} {
		r, body := received(t, sdkPresign(t, request(t, "GET", "http://127.0.0.1:4566/bucket/key?X-Amz-Expires=900", ""), unsigned, s3, now))
		test.change(r)
		if _, err := verify(verifier(), r, body); !strings.HasPrefix(failure(err), test.want) || err == nil {
			t.Errorf("%s: expected %q, got %q", test.name, test.want, failure(err))
		}
	}
}

// TestSignReplacesAPresignedSignature, and keeps the parameters that are the request's own.
func TestSignReplacesAPresignedSignature(t *testing.T) {
	t.Parallel()
	r, body := received(t, sdkPresign(t, request(t, "GET", "http://127.0.0.1:4566/bucket/key?X-Amz-Expires=900&versionId=7", ""), unsigned, s3, now))
	Sign(r, body, accessKeyID, Key{Secret: secret, SessionToken: session}, region, s3, now)
	if _, err := verify(verifier(), r, body); err != nil || r.URL.RawQuery != "versionId=7" {
		t.Errorf("got the query %q, %v", r.URL.RawQuery, err)
	}
}

func failure(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestReplayWithinTheTimeIsAllowed: SigV4 has no nonce. The time ends it.
func TestReplayWithinTheTimeIsAllowed(t *testing.T) {
	t.Parallel()
	for service, minutes := range map[string]int{"dynamodb": 5, s3: 15} {
		client := request(t, "POST", "http://127.0.0.1:4566/", "{}", contentSHA256Parameter, hexHash([]byte("{}")))
		sdkSign(t, client, hexHash([]byte("{}")), service, now)
		r, body := received(t, client)
		for after, want := range map[time.Duration]bool{
			0: true, time.Second: true, time.Duration(minutes) * time.Minute: true, time.Duration(minutes)*time.Minute + time.Second: false,
			-time.Duration(minutes) * time.Minute: true, -time.Duration(minutes)*time.Minute - time.Second: false,
		} {
			v := verifier()
			v.Now = func() time.Time { return now.Add(after) }
			if _, err := verify(v, r, body); (err == nil) != want {
				t.Errorf("%s, %v after it was signed: expected %v, got %v", service, after, want, err)
			}
		}
	}
}

// TestNormalizedPathIsWhatIsLeft: outside S3, a service reads the path that was signed.
func TestNormalizedPathIsWhatIsLeft(t *testing.T) {
	t.Parallel()
	for sent, signed := range map[string]string{
		"/": "/", "//": "/", "/a/../b": "/b", "/./a//b/": "/a/b/", "/a/..": "/", "/a/b/..": "/a/", "/../..": "/", "/a/%2e%2e/b": "/a/%2e%2e/b", "/a%2fb": "/a%2fb",
	} {
		s := slow{method: "GET", service: "execute-api", time: now.Format(timeFormat), payloadHash: emptyHash,
			headers: [][2]string{{"host", "h"}, {"x-amz-date", now.Format(timeFormat)}, {"x-amz-security-token", session}}}
		if s.path, _ = url.PathUnescape(signed); s.path != signed { // the reference would encode what was sent in another form
			continue
		}
		r, _ := received(t, request(t, "GET", "http://h/", "", "X-Amz-Date", s.time, "X-Amz-Security-Token", session, "Authorization", s.authorization()))
		r.URL.Path, r.URL.RawPath = sent, ""
		if _, err := verify(verifier(), r, nil); err != nil || r.URL.Path != signed {
			t.Errorf("%q: expected %q to be left, got %q, %v", sent, signed, r.URL.Path, err)
		}
	}
	for sent, want := range map[string]string{"/a/%2e%2e/b": "/a/%2e%2e/b", "/a/./b": "/a/b", "": "/"} {
		if got := normalize(sent); got != want {
			t.Errorf("normalize(%q): expected %q, got %q", sent, want, got)
		}
	}
}

func ExampleVerifier() {
	r, _ := http.NewRequest("POST", "http://127.0.0.1:4566/", strings.NewReader("{}"))
	Sign(r, []byte("{}"), "AKIDEXAMPLE", Key{Secret: "of orders"}, "eu-west-1", "dynamodb", now)

	v := Verifier{Region: "eu-west-1", Now: func() time.Time { return now }, Key: func(string) (Key, bool) { return Key{Secret: "of mailer"}, true }}
	s, _ := Parse(r, "")
	_, err := v.Verify(r, s, []byte("{}"))
	fmt.Println(err.(*Error).Code)
	// Output: InvalidSignatureException
}
