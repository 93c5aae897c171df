package lambda

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// variablesOf are the environment variables of the process that answers.
func (s *testService) variablesOf(t *testing.T) map[string]string {
	t.Helper()
	return variables(decode[[]string](t, s.call(t, `{"do":"env"}`)))
}

func variables(environment []string) map[string]string {
	variables := map[string]string{}
	for _, line := range environment {
		key, value, _ := strings.Cut(line, "=")
		variables[key] = value
	}
	return variables
}

func TestCaller(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.AWSEndpoint = "http://127.0.0.1:1" })
	got := s.variablesOf(t)
	if got["AWS_ENDPOINT_URL"] != "http://127.0.0.1:1" {
		t.Errorf("expected the endpoint, got %q", got["AWS_ENDPOINT_URL"])
	}
	caller, known := s.Caller(got["AWS_ACCESS_KEY_ID"])
	if !known || caller.Function != "f" || caller.SecretAccessKey != got["AWS_SECRET_ACCESS_KEY"] || caller.SessionToken != got["AWS_SESSION_TOKEN"] {
		t.Errorf("expected the process of f with its credentials, got %+v", caller)
	}
	if _, known := s.Caller("ASIAAAAAAAAAAAAAAAAA"); known {
		t.Error("expected no process with another key")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	after, known := s.Caller(got["AWS_ACCESS_KEY_ID"])
	if !known || after.Function != "f" || after.Invocation != "" || after.Expiration.IsZero() || after.SecretAccessKey != caller.SecretAccessKey {
		t.Errorf("expected the credentials to outlive the process for a while, got %+v", after)
	}
}

// TestCallerHasItsInvocation while it runs.
func TestCallerHasItsInvocation(t *testing.T) {
	t.Parallel()
	hanging := make(chan string, 1)
	s := start(t, func(c *setup) {
		add := c.OnLine
		c.OnLine = func(l Line) {
			add(l)
			if l.Text == "hanging" {
				hanging <- l.RequestID
			}
		}
		c.Functions[0].Timeout = time.Second
	})
	key := s.variablesOf(t)["AWS_ACCESS_KEY_ID"]
	failed := make(chan struct{})
	go func() {
		defer close(failed)
		_, _ = s.Invoke(t.Context(), "f", []byte(`{"do":"hang"}`)) // ends by its timeout
	}()
	id := <-hanging
	if caller, _ := s.Caller(key); caller.Invocation != id || id == "" {
		t.Errorf("expected the invocation %q, got %q", id, caller.Invocation)
	}
	<-failed
}

func TestCredentialsAreSeparate(t *testing.T) {
	t.Parallel()
	var keys []string
	for range 100 {
		c := newCredentials()
		if len(c.AccessKeyID) != 20 || len(c.SecretAccessKey) != 40 {
			t.Fatalf("expected the lengths of AWS's, got %+v", c)
		}
		keys = append(keys, c.AccessKeyID, c.SecretAccessKey, c.SessionToken)
	}
	slices.Sort(keys)
	if len(slices.Compact(keys)) != 300 {
		t.Error("expected no two equal")
	}
}
