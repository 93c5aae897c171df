package secret

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// A store serves GetParameter, and counts the requests.
type store struct {
	mu       sync.Mutex
	value    string
	failures int // how many of the next requests fail
	requests int
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	var in struct {
		Name           string
		WithDecryption bool
	}
	err := json.NewDecoder(r.Body).Decode(&in)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if err != nil || s.failures > 0 || in.Name != "/dev/paymentsKey" || !in.WithDecryption {
		s.failures--
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"ParameterNotFound","message":"the words of the service"}`))
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"Parameter": map[string]any{"Name": in.Name, "Value": s.value}})
}

func (s *store) set(value string, failures int) (requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value, s.failures = value, failures
	return s.requests
}

func newReader(t *testing.T, s *store) (*Reader, *time.Time) {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Setenv("PAYMENTS_KEY_PARAMETER", "/dev/paymentsKey")
	r := NewReader(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", "")})
	now := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	r.now = func() time.Time { return now }
	return r, &now
}

func TestRead(t *testing.T) {
	s := &store{value: "one"}
	r, now := newReader(t, s)
	for _, step := range []struct {
		name     string
		wait     time.Duration
		value    string
		failures int
		want     string
		requests int // after it
	}{
		{"first", 0, "one", 0, "one", 1},
		{"from memory", 5*time.Minute - 1, "two", 0, "one", 1},
		{"after its time", 1, "two", 0, "two", 2},
		{"after one failure", 5 * time.Minute, "three", 1, "three", 4},
		{"after two failures", 5 * time.Minute, "four", 2, "", 6},
		{"a failure is not kept", 0, "four", 0, "four", 7},
	} {
		*now = now.Add(step.wait)
		s.set(step.value, step.failures)
		got, err := r.Read(t.Context(), "PAYMENTS_KEY_PARAMETER")
		if got != step.want || (err != nil) != (step.want == "") || s.set(step.value, 0) != step.requests {
			t.Errorf("%s: expected %q after %d requests, got %q, %v after %d", step.name, step.want, step.requests, got, err, s.requests)
		}
		if err != nil && (!strings.Contains(err.Error(), "PAYMENTS_KEY_PARAMETER") || !strings.Contains(err.Error(), "the words of the service")) {
			t.Errorf("%s: expected the variable and the service's words, got %v", step.name, err)
		}
	}
}

func TestForget(t *testing.T) {
	s := &store{value: "one"}
	r, _ := newReader(t, s)
	for _, want := range []string{"one", "two"} {
		s.set(want, 0)
		if got, err := r.Read(t.Context(), "PAYMENTS_KEY_PARAMETER"); err != nil || got != want {
			t.Errorf("expected %q, got %q, %v", want, got, err)
		}
		r.Forget("PAYMENTS_KEY_PARAMETER")
	}
}

func TestConcurrentReadsAreOne(t *testing.T) {
	s := &store{value: "one"}
	r, _ := newReader(t, s)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got, err := r.Read(t.Context(), "PAYMENTS_KEY_PARAMETER"); err != nil || got != "one" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	wg.Wait()
	if s.requests != 1 {
		t.Errorf("expected one request, got %d", s.requests)
	}
}

// The function Read uses the configuration that Lambda gives to a process.
func TestReadOfTheProcess(t *testing.T) {
	s := &store{value: "one"}
	newReader(t, s)
	server := httptest.NewServer(s)
	defer server.Close()
	t.Setenv("AWS_ENDPOINT_URL_SSM", server.URL)
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	if got, err := Read(t.Context(), "PAYMENTS_KEY_PARAMETER"); err != nil || got != "one" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := Read(t.Context(), "OTHER_PARAMETER"); err == nil || !strings.Contains(err.Error(), "OTHER_PARAMETER is not set") {
		t.Errorf("got %v", err)
	}
	Forget("PAYMENTS_KEY_PARAMETER")
	s.set("two", 0)
	if got, err := Read(t.Context(), "PAYMENTS_KEY_PARAMETER"); err != nil || got != "two" {
		t.Errorf("after Forget: got %q, %v", got, err)
	}
}
