package sigv4

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	accessKeyID = "ASIALOCALORDERS00001"
	secret      = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	session     = "token/of+the=process"
	region      = "eu-west-1"
)

var now = time.Date(2026, 11, 29, 18, 0, 0, 0, time.UTC)

// verifier knows one key.
func verifier() Verifier {
	return Verifier{Region: region, Now: func() time.Time { return now }, Key: func(id string) (Key, bool) {
		return Key{Secret: secret, SessionToken: session}, id == accessKeyID
	}}
}

// request returns a client's request with headers given as names and values.
func request(t testing.TB, method, url, body string, header ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return r
}

// sdkSign signs a request as the SDK does.
func sdkSign(t testing.TB, r *http.Request, payloadHash, service string, at time.Time) {
	t.Helper()
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == s3 })
	key := sdk.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: secret, SessionToken: session}
	if err := signer.SignHTTP(context.Background(), key, r, payloadHash, service, region, at); err != nil {
		t.Fatal(err)
	}
}

// sdkPresign returns the presigned form of a request.
func sdkPresign(t testing.TB, r *http.Request, payloadHash, service string, at time.Time) *http.Request {
	t.Helper()
	return sdkPresignWith(t, r, session, payloadHash, service, at)
}

// sdkPresignWith is sdkPresign with a session token.
func sdkPresignWith(t testing.TB, r *http.Request, token, payloadHash, service string, at time.Time) *http.Request {
	t.Helper()
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == s3 })
	key := sdk.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: secret, SessionToken: token}
	url, header, err := signer.PresignHTTP(context.Background(), key, r, payloadHash, service, region, at)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(r.Body)
	presigned := request(t, r.Method, url, string(body))
	for name, values := range header {
		if name != "Host" {
			presigned.Header[name] = values
		}
	}
	return presigned
}

// received is what a server reads of a client's request, with its body.
func received(t testing.TB, r *http.Request) (*http.Request, []byte) {
	t.Helper()
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		t.Fatal(err)
	}
	server, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(server.Body)
	if err != nil {
		t.Fatal(err)
	}
	return server, body
}

// verify parses and verifies a request as a server receives it.
func verify(v Verifier, r *http.Request, body []byte) ([]byte, error) {
	s, err := Parse(r, "")
	if err != nil {
		return nil, err
	}
	return v.Verify(r, s, body)
}
