package s3_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/s3"
)

const (
	bucket  = "receipts-1a2b"
	other   = "archive-3c4d"
	account = "123456789012"
)

// A clock is the time of a test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func config(change ...func(*s3.Bucket)) s3.Config {
	cfg := s3.Config{Region: "eu-central-1", AccountID: account, Buckets: []s3.Bucket{
		{Name: bucket, ARN: "arn:aws:s3:::" + bucket}, {Name: other, ARN: "arn:aws:s3:::" + other},
	}}
	for _, f := range change {
		f(&cfg.Buckets[0])
	}
	return cfg
}

func newService(t testing.TB, o s3.Options, cfg s3.Config) *s3.Service {
	t.Helper()
	s := s3.New(o)
	prepare(t, s, cfg)
	return s
}

func prepare(t testing.TB, s *s3.Service, cfg s3.Config) {
	t.Helper()
	commit, err := s.Prepare(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit()
}

// newClient starts a server without signatures and permissions, and returns the
// SDK's client of it.
func newClient(t testing.TB, s *s3.Service) (*client.Client, string) {
	t.Helper()
	server := httptest.NewServer(handler(t, s))
	t.Cleanup(server.Close)
	return sdkClient(server.URL, true), server.URL
}

func sdkClient(url string, usePathStyle bool) *client.Client {
	return client.New(client.Options{
		Region: "eu-central-1", BaseEndpoint: &url, UsePathStyle: usePathStyle,
		Credentials:      credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
		RetryMaxAttempts: 1,
	})
}

// handler does what the endpoint does to a request, but for its signature and its
// permissions.
func handler(t testing.TB, s *s3.Service) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("reading a request: %v", err)
			return
		}
		if strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
			if body, r.Trailer, err = unchunk(body); err != nil {
				t.Errorf("decoding chunks: %v", err)
				return
			}
		}
		if r.Method == http.MethodOptions {
			s.Preflight(w, r)
			return
		}
		if _, err := s.Read(r, body); err != nil {
			var refused *aws.Error
			if !errors.As(err, &refused) {
				t.Errorf("Read: expected an *aws.Error, got %v", err)
				return
			}
			s.Refuse(w, r, refused)
			return
		}
		s.Serve(w, r, body)
	})
}

// unchunk decodes aws-chunked content.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
func unchunk(body []byte) (content []byte, trailer http.Header, err error) {
	r := bufio.NewReader(bytes.NewReader(body))
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, nil, err
		}
		digits, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		size, err := strconv.ParseInt(digits, 16, 32)
		if err != nil {
			return nil, nil, err
		}
		if size == 0 {
			break
		}
		chunk := make([]byte, size+2)
		if _, err := io.ReadFull(r, chunk); err != nil {
			return nil, nil, err
		}
		content = append(content, chunk[:size]...)
	}
	trailer = http.Header{}
	for {
		line, err := r.ReadString('\n')
		if name, value, found := strings.Cut(strings.TrimSpace(line), ":"); found {
			trailer.Set(name, value)
		}
		if err != nil {
			return content, trailer, nil
		}
	}
}

// code is the error code that a client sees, or "".
func code(err error) string {
	if err == nil {
		return ""
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return err.Error()
}

func put(t testing.TB, c *client.Client, key, content string) *client.PutObjectOutput {
	t.Helper()
	out, err := c.PutObject(t.Context(), &client.PutObjectInput{Bucket: sdk.String(bucket), Key: &key, Body: strings.NewReader(content)})
	if err != nil {
		t.Fatalf("PutObject %q: %v", key, err)
	}
	return out
}

func get(t testing.TB, c *client.Client, key string) string {
	t.Helper()
	out, err := c.GetObject(t.Context(), &client.GetObjectInput{Bucket: sdk.String(bucket), Key: &key})
	if err != nil {
		t.Fatalf("GetObject %q: %v", key, err)
	}
	return readAll(t, out.Body)
}

func readAll(t testing.TB, r io.ReadCloser) string {
	t.Helper()
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// send makes a raw request, and returns status, headers and body.
func send(t testing.TB, method, url, body string, headers ...string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, readAll(t, resp.Body)
}

// element is the text of an element of XML, or "".
func element(text, name string) string {
	_, rest, _ := strings.Cut(text, "<"+name+">")
	inner, _, found := strings.Cut(rest, "</"+name+">")
	if !found {
		return ""
	}
	return inner
}

func bytesOf(n int, seed byte) []byte {
	content := make([]byte, n)
	for i := range content {
		content[i] = byte(i*7) + seed
	}
	return content
}

func keyName(i int) string { return fmt.Sprintf("key-%04d", i) }
