package sigv4

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestRefusals changes one thing of a request that the SDK signed for DynamoDB and for
// S3.
func TestRefusals(t *testing.T) {
	t.Parallel()
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	authorization := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
		}
	}
	const mismatch, s3Mismatch = "InvalidSignatureException: The request signature we calculated", "SignatureDoesNotMatch: The request signature we calculated"
	for _, test := range []struct {
		name        string
		change      func(*http.Request)
		general, s3 string // the start of the error
	}{
		{"no signature", func(r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException: Request is missing", "MissingAuthenticationTokenException"},
		{"two headers", func(r *http.Request) { r.Header.Add("Authorization", r.Header.Get("Authorization")) }, "IncompleteSignatureException: Only one auth", "IncompleteSignatureException"},
		{"header and query", func(r *http.Request) { r.URL.RawQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256" }, "IncompleteSignatureException: Only one auth", "IncompleteSignatureException"},
		{"version 2", set("Authorization", "AWS "+accessKeyID+":signature"), "IncompleteSignatureException: Unsupported algorithm", "IncompleteSignatureException"},
		{"version 4A", authorization("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), "IncompleteSignatureException: Unsupported", "IncompleteSignatureException"},
		{"a bearer token", set("Authorization", "Bearer abc"), "IncompleteSignatureException: Unsupported", "IncompleteSignatureException"},
		{"no parameters", set("Authorization", "AWS4-HMAC-SHA256"), "IncompleteSignatureException: Authorization header requires 'Credential' parameter. Authorization header requires 'Signature'", "IncompleteSignatureException"},
		{"a parameter twice", authorization("Signature=", "Signature=a, Signature="), "IncompleteSignatureException: Authorization header has the parameter 'Signature' twice", "IncompleteSignatureException"},
		{"a scope of four parts", authorization("/aws4_request", ""), "IncompleteSignatureException: Credential must have exactly 5", "IncompleteSignatureException"},
		{"a scope without a region", authorization("/"+region+"/", "//"), "IncompleteSignatureException: Credential must have exactly 5", "IncompleteSignatureException"},

		{"another key", authorization(accessKeyID, "AKIAIOSFODNN7EXAMPLE"), "UnrecognizedClientException: The security token", "InvalidAccessKeyId: The AWS Access Key Id"},
		{"another token", set("X-Amz-Security-Token", "other"), "UnrecognizedClientException: The security token", "InvalidToken: The provided token"},
		{"no token", func(r *http.Request) { r.Header.Del("X-Amz-Security-Token") }, "UnrecognizedClientException: The security token", "InvalidToken: The provided token"},

		{"another region", authorization("/"+region+"/", "/us-east-1/"), "InvalidSignatureException: Credential should be scoped to a valid region, not 'us-east-1'", "AuthorizationHeaderMalformed: The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'"},
		{"another terminator", authorization("aws4_request", "aws5_request"), "InvalidSignatureException: Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'", "AuthorizationHeaderMalformed: The authorization header is malformed; incorrect terminal"},
		{"another day", authorization("/20261129/", "/20261128/"), "InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261128' != '20261129', from '20261129T180000Z'.", "AuthorizationHeaderMalformed: The authorization header is malformed; Invalid credential date"},
		{"no date", func(r *http.Request) { r.Header.Del("X-Amz-Date") }, "IncompleteSignatureException: Authorization header requires existence of either", "AuthorizationHeaderMalformed"},
		{"a date with dashes", set("X-Amz-Date", "2026-11-29T18:00:00Z"), "IncompleteSignatureException: Date must be in ISO-8601 'basic format'", "AccessDenied: AWS authentication requires a valid Date"},
		{"a fraction of a second", set("X-Amz-Date", "20261129T180000.5Z"), "IncompleteSignatureException: Date must be", "AccessDenied: AWS authentication requires a valid Date"},
		{"too old", set("X-Amz-Date", "20261129T174459Z"), "InvalidSignatureException: Signature expired: 20261129T174459Z is now earlier than 20261129T175500Z (20261129T180000Z - 5 min.)", "RequestTimeTooSkewed: The difference"},
		{"too new", set("X-Amz-Date", "20261129T181501Z"), "InvalidSignatureException: Signature not yet current: 20261129T181501Z is still later than 20261129T180500Z (20261129T180000Z + 5 min.)", "RequestTimeTooSkewed: The difference"},
		{"another time within the window", set("X-Amz-Date", "20261129T180001Z"), mismatch, s3Mismatch},

		{"the host is not signed", authorization("content-type;host;", "content-type;"), "InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader'", "AccessDenied: There were headers present"},
		{"an x-amz header that is not signed", set("X-Amz-Acl", "public-read"), "InvalidSignatureException: 'X-Amz-Acl' must be a 'SignedHeader'", "AccessDenied: There were headers present"},
		{"the content type is not signed", authorization("content-type;host;", "host;"), mismatch, "AccessDenied: There were headers present"},
		{"names out of order", authorization("content-type;host;", "host;content-type;"), mismatch, s3Mismatch},
		{"a name in capitals", authorization("content-type;host;", "Content-Type;host;"), mismatch, s3Mismatch},
		{"a name twice", authorization("host;", "host;host;"), mismatch, s3Mismatch},
		{"a name without a header", authorization("content-type;host;", "content-type;host;range;"), mismatch, s3Mismatch},

		{"another method", func(r *http.Request) { r.Method = "DELETE" }, mismatch, s3Mismatch},
		{"another host", func(r *http.Request) { r.Host = "localhost:4566" }, mismatch, s3Mismatch},
		{"another path", func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/bucket/other", "" }, mismatch, s3Mismatch},
		{"a path in another case", func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/Bucket/key", "" }, mismatch, s3Mismatch},
		{"a parameter more", func(r *http.Request) { r.URL.RawQuery += "&acl" }, mismatch, s3Mismatch},
		{"a query that is read in part", func(r *http.Request) { r.URL.RawQuery += "&a=1;acl" }, "IncompleteSignatureException: Couldn't parse", "IncompleteSignatureException"},
		{"a signed header changed", set("X-Amz-Target", "DynamoDB_20120810.DeleteTable"), mismatch, s3Mismatch},
		{"a signed header twice", func(r *http.Request) { r.Header.Add("X-Amz-Target", "DynamoDB_20120810.DeleteTable") }, mismatch, s3Mismatch},
		{"a signature in capitals", func(r *http.Request) {
			head, value, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", head+"Signature="+strings.ToUpper(value))
		}, mismatch, s3Mismatch},
		{"a shorter signature", func(r *http.Request) {
			r.Header.Set("Authorization", r.Header.Get("Authorization")[:len(r.Header.Get("Authorization"))-2])
		}, mismatch, s3Mismatch},
	} {
		for service, want := range map[string]string{"dynamodb": test.general, s3: test.s3} {
			r, body := received(t, signedRequest(t, service, "the body"))
			test.change(r)
			if _, err := verify(verifier(), r, body); !strings.HasPrefix(failure(err), want) || want == "" {
				t.Errorf("%s, %s: expected %q, got %q", test.name, service, want, failure(err))
			}
		}
	}
}

func signedRequest(t testing.TB, service, body string) *http.Request {
	client := request(t, "POST", "http://127.0.0.1:4566/bucket/key?list-type=2", body, "Content-Type", "application/x-amz-json-1.0", "X-Amz-Target", "DynamoDB_20120810.PutItem")
	hash := hexHash([]byte(body))
	if service == s3 {
		client.Header.Set(contentSHA256Parameter, hash)
	}
	sdkSign(t, client, hash, service, now)
	return client
}

// TestSwappedScope: a signature is of one service, region and day, also where the scope
// is rewritten to say another.
func TestSwappedScope(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"/sqs/", "/s3/", "/dynamodb2/"} {
		r, body := received(t, signedRequest(t, "dynamodb", "{}"))
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "/dynamodb/", to, 1))
		if _, err := verify(verifier(), r, body); err == nil {
			t.Errorf("a signature for dynamodb is verified for %s", to)
		}
	}
	v := verifier()
	v.Region = "us-east-1"
	r, body := received(t, signedRequest(t, "dynamodb", "{}"))
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "/"+region+"/", "/us-east-1/", 1))
	if _, err := verify(v, r, body); !strings.HasPrefix(failure(err), "InvalidSignatureException: The request") {
		t.Errorf("a signature for another region: %v", err)
	}
}

// TestBodies: what a body may be, and what S3 demands to know of it.
func TestBodies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, service, said, sent string // x-amz-content-sha256 and the body
		want                      string
	}{
		{"DynamoDB, the body", "dynamodb", "", "the body", ""},
		{"DynamoDB, another body", "dynamodb", "", "another", "InvalidSignatureException: The request"},
		{"DynamoDB, unsigned", "dynamodb", unsigned, "the body", "InvalidSignatureException: The request"},
		{"S3, the body", s3, hexHash([]byte("the body")), "the body", ""},
		{"S3, another body", s3, hexHash([]byte("the body")), "another", "XAmzContentSHA256Mismatch"},
		{"S3, any body", s3, unsigned, "another", ""},
		{"S3, no hash", s3, "", "the body", "InvalidRequest: Missing required header for this request: x-amz-content-sha256"},
		{"S3, a hash in capitals", s3, strings.ToUpper(hexHash([]byte("the body"))), "the body", "InvalidArgument: x-amz-content-sha256 must be"},
		{"S3, a short hash", s3, "abcd", "the body", "InvalidArgument"},
		{"S3, chunks of version 4A", s3, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "the body", "InvalidArgument"},
		{"S3, chunks without a length", s3, signedChunks, "0\r\n\r\n", "MissingContentLength"},
	} {
		client := request(t, "PUT", "http://127.0.0.1:4566/bucket/key", test.sent)
		hash := test.said
		if test.said != "" {
			client.Header.Set(contentSHA256Parameter, test.said)
		} else {
			hash = hexHash([]byte("the body"))
		}
		sdkSign(t, client, hash, test.service, now)
		r, body := received(t, client)
		if _, err := verify(verifier(), r, body); failure(err) != test.want && (test.want == "" || !strings.HasPrefix(failure(err), test.want)) {
			t.Errorf("%s: expected %q, got %q", test.name, test.want, failure(err))
		}
	}
}

// TestKeys: expired ones, and ones without a secret, which anybody could sign with.
func TestKeys(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		key  Key
		want map[string]string // by service
	}{
		{"before the expiration", Key{Secret: secret, SessionToken: session, Expiration: now.Add(time.Second)}, map[string]string{"dynamodb": "", s3: ""}},
		{"at the expiration", Key{Secret: secret, SessionToken: session, Expiration: now}, map[string]string{
			"dynamodb": "ExpiredTokenException: The security token included in the request is expired", s3: "ExpiredToken: The provided token has expired."}},
		{"no secret", Key{SessionToken: session}, map[string]string{"dynamodb": "UnrecognizedClientException: The security token included in the request is invalid.",
			s3: "InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records."}},
		{"a key without a token", Key{Secret: secret}, map[string]string{"dynamodb": "UnrecognizedClientException: The security token included in the request is invalid.",
			s3: "InvalidToken: The provided token is malformed or otherwise invalid."}},
	} {
		for service, want := range test.want {
			v := verifier()
			v.Key = func(string) (Key, bool) { return test.key, true }
			r, body := received(t, signedRequest(t, service, "{}"))
			if _, err := verify(v, r, body); failure(err) != want {
				t.Errorf("%s, %s: expected %q, got %q", test.name, service, want, failure(err))
			}
		}
	}
}

// TestSignedHeadersAreInOrder, so that one set of headers has one canonical request.
func TestSignedHeadersAreInOrder(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]bool{"host": true, "content-type;host;x-amz-date": true, "": false, "host;": false, "x-amz-date;host": false, "host;host": false, "Host": false} {
		s := &Signature{Service: s3}
		if err := s.readSignedHeaders(names); (err == nil) != want || err != nil && !strings.HasPrefix(err.Error(), "SignatureDoesNotMatch") {
			t.Errorf("%q: expected %v, got %v", names, want, err)
		}
	}
}
