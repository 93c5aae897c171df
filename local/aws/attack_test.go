package aws

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
)

// TestAttacks: requests that no function may make, each made from one that orders may.
// The service is reached by none.
func TestAttacks(t *testing.T) {
	t.Parallel()
	const target = "DynamoDB_20120810."
	authorization := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
		}
	}
	for _, test := range []struct {
		name   string
		key    sdk.Credentials
		change func(*http.Request)
		want   string // a part of the answer
	}{
		{"not signed", orders, func(r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException"},
		{"a forged signature", orders, func(r *http.Request) {
			head, _, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", head+"Signature="+strings.Repeat("0", 64))
		}, "InvalidSignatureException"},
		{"an empty signature", orders, func(r *http.Request) {
			head, _, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", head+"Signature=")
		}, "IncompleteSignatureException"},
		{"an unknown key", sdk.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "x"}, nil, "UnrecognizedClientException"},
		{"a guessed secret", sdk.Credentials{AccessKeyID: orders.AccessKeyID, SecretAccessKey: "", SessionToken: orders.SessionToken}, nil, "InvalidSignatureException"},
		{"an expired key", key("ASIAENDED00000000001"), nil, "ExpiredTokenException"},
		{"the key of another function", mailer, nil, "mailer-role/mailer-5d6e7f8 is not authorized"},
		{"the key ID of another function, with the own secret", sdk.Credentials{AccessKeyID: orders.AccessKeyID, SecretAccessKey: mailer.SecretAccessKey, SessionToken: mailer.SessionToken}, nil, "UnrecognizedClientException"},
		{"and with its token", sdk.Credentials{AccessKeyID: orders.AccessKeyID, SecretAccessKey: mailer.SecretAccessKey, SessionToken: orders.SessionToken}, nil, "InvalidSignatureException"},
		{"the key ID swapped after signing", mailer, authorization(mailer.AccessKeyID, orders.AccessKeyID), "UnrecognizedClientException"},
		{"the developer's key ID with the own secret", sdk.Credentials{AccessKeyID: developer.AccessKeyID, SecretAccessKey: mailer.SecretAccessKey}, nil, "InvalidSignatureException"},
		{"a token beside the developer's key", sdk.Credentials{AccessKeyID: developer.AccessKeyID, SecretAccessKey: developer.SecretAccessKey, SessionToken: mailer.SessionToken}, nil, "UnrecognizedClientException"},
		{"another region", orders, authorization("/eu-west-1/", "/us-east-1/"), "Credential should be scoped to a valid region, not 'us-east-1'"},
		{"another service", orders, authorization("/dynamodb/", "/s3/"), "Missing required header for this request: x-amz-content-sha256"},
		{"a service that needs no permission", orders, authorization("/dynamodb/", "/sts/"), "SignatureDoesNotMatch"},
		{"a service in capitals", orders, authorization("/dynamodb/", "/DynamoDB/"), "InvalidSignatureException"},
		{"another action", orders, func(r *http.Request) { r.Header.Set("X-Amz-Target", target+"DeleteTable") }, "InvalidSignatureException"},
		{"another action beside the signed one", orders, func(r *http.Request) { r.Header.Add("X-Amz-Target", target+"DeleteTable") }, "InvalidSignatureException"},
		{"a header that is not signed", orders, func(r *http.Request) { r.Header.Set("X-Amz-Meta-Owner", "mailer") }, "must be a 'SignedHeader'"},
		{"header and query", orders, func(r *http.Request) { r.URL.RawQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256" }, "Only one auth mechanism allowed"},
		{"another body", orders, func(r *http.Request) { r.Body = http.NoBody; r.ContentLength = 0 }, "InvalidSignatureException"},
		{"another host", orders, func(r *http.Request) { r.Host = "dynamodb.eu-west-1.amazonaws.com" }, "InvalidSignatureException"},
	} {
		served := 0
		cfg := config()
		cfg.Services[0] = tables{served: &served}
		e, calls := endpoint(t, cfg)
		client := putItem(t, test.key)
		if test.change != nil {
			test.change(client)
		}
		status, body, _ := send(t, e.Handler(), client)
		if status < 400 || !strings.Contains(body, test.want) || served > 0 {
			t.Errorf("%s: expected %q, got %d %s", test.name, test.want, status, body)
		}
		if len(*calls) != 1 || (*calls)[0].Refusal == "" || (*calls)[0].Status != status {
			t.Errorf("%s: reported %+v", test.name, *calls)
		}
	}
}

// TestReplay: SigV4 lets a request be sent again until its time is over.
func TestReplay(t *testing.T) {
	t.Parallel()
	at := now
	e, err := New(Options{Now: func() time.Time { return at }, Caller: func(id string) (Caller, bool) { c, known := callers[id]; return c, known }})
	if err != nil {
		t.Fatal(err)
	}
	commit, err := e.Prepare(t.Context(), config())
	if err != nil {
		t.Fatal(err)
	}
	commit()
	var wire bytes.Buffer
	if err := putItem(t, orders).Write(&wire); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		after  time.Duration
		status int
	}{{0, 200}, {time.Second, 200}, {5 * time.Minute, 200}, {5*time.Minute + time.Second, 400}} {
		at = now.Add(test.after)
		if status, body, _ := serve(e.Handler(), readRequest(t, wire.Bytes())); status != test.status {
			t.Errorf("after %v: expected %d, got %d %s", test.after, test.status, status, body)
		}
	}
}

// TestCallerIsLookedUpOnce: a process that ends while its request is verified does not
// turn into the developer.
func TestCallerIsLookedUpOnce(t *testing.T) {
	t.Parallel()
	lookups := 0
	e, err := New(Options{Now: func() time.Time { return now }, Caller: func(id string) (Caller, bool) {
		lookups++
		return callers[id], lookups == 1
	}})
	if err != nil {
		t.Fatal(err)
	}
	commit, err := e.Prepare(t.Context(), config())
	if err != nil {
		t.Fatal(err)
	}
	commit()
	if status, body, _ := send(t, e.Handler(), putItem(t, mailer)); lookups != 1 || status != 400 {
		t.Errorf("%d lookups, %d %s", lookups, status, body)
	}
}

// TestPathsAgainstResources: the policy allows bucket/public/* alone. What is signed is
// the decoded path; that is what the policy sees, and what the service gets.
func TestPathsAgainstResources(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Roles = map[string]Role{"orders-1a2b3c4": {ARN: roleARN, Policies: []string{
		statement(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/public/*"`)}}}
	e, _ := endpoint(t, cfg)
	for _, test := range []struct {
		path   string // decoded, signed and sent
		status int
	}{
		{"/bucket/public/key", 200},
		{"/bucket/private/key", 403},
		{"/bucket/public", 403},
		{"/bucket//public/key", 403},
		{"//bucket/public/key", 403},
		{"/Bucket/public/key", 403},
		{"/bucket/PUBLIC/key", 403},
		{"/other/../bucket/public/key", 403},
		{"/bucket/./public/key", 403},
		{"/bucket/\x00/public/key", 403},
		{"/bucket/public\x00/../private/key", 403},
		{"/bucket/public/%2e%2e/key", 200}, // encoded again on the way: a key with percent signs
		{"/bucket/public/../private/key", 200},
	} {
		status, body, _ := send(t, e.Handler(), signed(t, orders, "s3", "GET", test.path, ""))
		if status != test.status || status == 200 && body != test.path+"\n" {
			t.Errorf("%q: expected %d and the path itself, got %d %q", test.path, test.status, status, body)
		}
	}
}

// TestPathsChangedAfterSigning: another spelling of the same path is the same resource,
// and everything else is another path.
func TestPathsChangedAfterSigning(t *testing.T) {
	t.Parallel()
	e, _ := endpoint(t, config())
	var wire bytes.Buffer
	if err := signed(t, orders, "s3", "GET", "/bucket/a b", "").Write(&wire); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"/bucket/a%20b": 200, "/%62ucket/a%20b": 200, "/bucket%2Fa%20b": 200,
		"/bucket/a+b": 403, "/bucket/a%2520b": 403, "/bucket/./a%20b": 403, "/x/../bucket/a%20b": 403, "/x/%2e%2e/bucket/a%20b": 403,
		"//bucket/a%20b": 403, "/bucket//a%20b": 403, "/Bucket/a%20b": 403, "/bucket/a%20b%00": 403, "/bucket/a%20b/": 403,
		"/bucket/a%20b?": 200, "/bucket/a%20b?acl": 403, "http://127.0.0.1:4566/bucket/a%20b": 200,
	} {
		changed := bytes.Replace(wire.Bytes(), []byte("/bucket/a%20b"), []byte(path), 1)
		status, body, _ := serve(e.Handler(), readRequest(t, changed))
		if status != want || status == 200 && body != "/bucket/a b\n" {
			t.Errorf("%s: expected %d, got %d %q", path, want, status, body)
		}
	}
}
