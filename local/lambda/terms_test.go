package lambda

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"
)

// TestTerms: the handler has the request ID and the deadline that the caller gives.
func TestTerms(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions[0].Timeout = time.Minute })
	const id = "3f1c9a52-7d0e-4b16-9a58-0c2f8e5d6b71"
	deadline := time.Now().Add(20 * time.Second).Truncate(time.Millisecond)
	output, err := s.InvokeWith(t.Context(), "f", []byte(`{"do":"deadline"}`), Terms{RequestID: id, Deadline: deadline})
	if err != nil {
		t.Fatal(err)
	}
	if got := decode[int64](t, string(output)); got != deadline.UnixMilli() {
		t.Errorf("expected the deadline %d, got %d", deadline.UnixMilli(), got)
	}
	s.log.await(1, func(l Line) bool { return l.RequestID == id && l.Kind == Start })
	// The function's own limit is the earlier one.
	output, err = s.InvokeWith(t.Context(), "f", []byte(`{"do":"deadline"}`), Terms{Deadline: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(time.UnixMilli(decode[int64](t, string(output)))); left > time.Minute {
		t.Errorf("expected at most the function's time limit, got %v", left)
	}
}

// TestDeadlineEndsTheProcess before the function's own limit does.
func TestDeadlineEndsTheProcess(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions[0].Timeout = time.Minute })
	_, err := s.InvokeWith(t.Context(), "f", []byte(`{"do":"hang"}`), Terms{Deadline: time.Now().Add(300 * time.Millisecond)})
	if !errors.Is(err, ErrTimeout) {
		t.Errorf("expected a timeout, got %v", err)
	}
}

// TestInvocationAfterItsDeadline is not begun.
func TestInvocationAfterItsDeadline(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	before := decode[int](t, s.call(t, `{"do":"pid"}`))
	_, err := s.InvokeWith(t.Context(), "f", []byte(`{"do":"crash"}`), Terms{Deadline: time.Now().Add(-time.Second)})
	if !errors.Is(err, ErrTimeout) {
		t.Errorf("expected a timeout, got %v", err)
	}
	if after := decode[int](t, s.call(t, `{"do":"pid"}`)); after != before {
		t.Errorf("expected the process %d to go on, got %d", before, after)
	}
}

// TestDelegatedFunction: its SDK finds the credentials of its invocation, and no
// endpoint and no credentials of this machine.
func TestDelegatedFunction(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.AWSEndpoint, c.Functions[0].Delegated = "http://127.0.0.1:1", true })
	invoke := func(c *Credentials) map[string]string {
		t.Helper()
		output, err := s.InvokeWith(t.Context(), "f", []byte(`{"do":"env"}`), Terms{Credentials: c})
		if err != nil {
			t.Fatal(err)
		}
		return variables(decode[[]string](t, string(output)))
	}
	got := invoke(nil)
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		if value, set := got[name]; set {
			t.Errorf("expected no %s, got %q", name, value)
		}
	}
	uri := got["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
	if status, body := fetch(t, uri); status != http.StatusServiceUnavailable {
		t.Errorf("before any credentials: got %d %s", status, body)
	}
	invoke(&Credentials{AccessKeyID: "ASIA1", SecretAccessKey: "secret", SessionToken: "token"})
	status, body := fetch(t, uri)
	var found struct {
		AccessKeyID     string `json:"AccessKeyId"`
		SecretAccessKey string
		Token           string
		Expiration      time.Time
	}
	if err := json.Unmarshal(body, &found); err != nil || status != http.StatusOK {
		t.Fatalf("got %d %s", status, body)
	}
	if found.AccessKeyID != "ASIA1" || found.SecretAccessKey != "secret" || found.Token != "token" || time.Until(found.Expiration) < 5*time.Minute {
		t.Errorf("got %+v", found)
	}
}

// TestOnlyDelegatedFunctionsGetCredentials: others have their own.
func TestOnlyDelegatedFunctionsGetCredentials(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	got := s.variablesOf(t)
	if status, _ := fetch(t, "http://"+got["AWS_LAMBDA_RUNTIME_API"]+"/"+credentialsPath); status == http.StatusOK {
		t.Errorf("got %d", status)
	}
	if status, _ := fetch(t, "http://"+s.address+"/0123456789abcdef0123456789abcdef/"+credentialsPath); status != http.StatusNotFound {
		t.Errorf("of nobody: got %d", status)
	}
}

func fetch(t *testing.T, url string) (status int, body []byte) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
}
