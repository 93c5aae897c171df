package aws

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/aws/sigv4"
)

// TestForwardDeployed: AWS decides about the calls of functions, which get the signature of
// their own role; the services here answer the developer alone.
func TestForwardDeployed(t *testing.T) {
	t.Parallel()
	there := target(t, "ASIAROLE", "secret")
	cfg := config()
	cfg.Deployed = func(_ context.Context, function, service string) (Target, error) {
		if function != "mailer-5d6e7f8" {
			return Target{}, errors.New("no role for " + function)
		}
		return Target{URL: there, AccessKeyID: "ASIAROLE", Key: sigv4.Key{Secret: "secret"}}, nil
	}
	e, calls := endpoint(t, cfg)
	// No policy of the function's role here allows it.
	status, body, header := send(t, e.Handler(), putItem(t, mailer))
	if status != 200 || body != `POST / {"TableName":"orders"}` || header.Get("X-Amzn-Requestid") != "of the target" {
		t.Errorf("got %d %s", status, body)
	}
	if c := (*calls)[0]; c.Status != 200 || c.Action != "PutItem" || c.Resource == "" || c.Refusal != "" {
		t.Errorf("reported %+v", c)
	}
	// A service that is not served here.
	publish := signed(t, mailer, "sns", "POST", "/", "Action=Publish", "Content-Type", "application/x-www-form-urlencoded")
	if status, body, _ := send(t, e.Handler(), publish); status != 200 || body != "POST / Action=Publish" {
		t.Errorf("another service: got %d %s", status, body)
	}
	status, body, _ = send(t, e.Handler(), putItem(t, orders))
	if status != 400 || !strings.Contains(body, "AccessDeniedException") || !strings.Contains(body, "no role for orders-1a2b3c4") {
		t.Errorf("without a role: got %d %s", status, body)
	}
	if c := (*calls)[2]; c.Action != "PutItem" || !strings.Contains(c.Refusal, "no role for") {
		t.Errorf("reported %+v", c)
	}
	if status, body, _ := send(t, e.Handler(), putItem(t, developer)); status != 200 || strings.HasPrefix(body, "POST") {
		t.Errorf("the developer: got %d %s", status, body)
	}
}

// TestDeployedThatDoesNotAnswer names the host.
func TestDeployedThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Deployed = func(context.Context, string, string) (Target, error) {
		return Target{URL: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}, AccessKeyID: "ASIAROLE", Key: sigv4.Key{Secret: "secret"}}, nil
	}
	e, _ := endpoint(t, cfg)
	if status, body, _ := send(t, e.Handler(), putItem(t, orders)); status != 502 || !strings.Contains(body, "127.0.0.1:1 does not answer") {
		t.Errorf("got %d %s", status, body)
	}
}

// TestRefusedCaller may call nothing, and learns why in the shape of each service.
func TestRefusedCaller(t *testing.T) {
	t.Parallel()
	e, calls := endpoint(t, config())
	live := key("ASIALIVE000000000001")
	for _, test := range []struct {
		name    string
		request *http.Request
		status  int
		want    []string
	}{
		{"a table", putItem(t, live), 400, []string{"AccessDeniedException", "start with -live-credentials"}},
		{"an object", signed(t, live, "s3", "GET", "/bucket/key", ""), 403, []string{"<Code>AccessDenied</Code>", "start with -live-credentials"}},
		{"what is not served here", signed(t, live, "sns", "POST", "/", "Action=Publish", "Content-Type", "application/x-www-form-urlencoded"), 403, []string{"start with -live-credentials"}},
	} {
		status, body, _ := send(t, e.Handler(), test.request)
		for _, want := range test.want {
			if status != test.status || !strings.Contains(body, want) {
				t.Errorf("%s: expected %d %q, got %d %s", test.name, test.status, want, status, body)
			}
		}
	}
	if c := (*calls)[0]; c.Invocation != "feed" || c.Action != "PutItem" || c.Resource != "orders" || !strings.Contains(c.Refusal, "-live-credentials") {
		t.Errorf("reported %+v", c)
	}
}
