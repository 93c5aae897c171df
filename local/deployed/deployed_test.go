package deployed

import (
	"context"
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/sqs"
	"api-auth-jwt-auth0/local/credentials"
	"api-auth-jwt-auth0/local/outputs"
)

const (
	account = "123456789012"
	region  = "eu-west-1"
	role    = "arn:aws:iam::123456789012:role/mailer"
)

// newStack returns a stack with one function. The developer may assume its role unless
// refused is set.
func newStack(forwards map[string]*url.URL, refused error) *Stack {
	return New(Config{
		Name: "dev", Forwards: forwards,
		Assume: func(_ context.Context, arn string) (credentials.Credentials, error) {
			if refused != nil || arn != role {
				return credentials.Credentials{}, refused
			}
			return credentials.Credentials{AccessKeyID: "ASIAMAILER0000000001", SecretAccessKey: "secret", SessionToken: "token"}, nil
		},
		Live: outputs.Live{Region: region, Functions: map[string]outputs.Function{
			"mailer": {Name: "mailer-1a2b3c4", Role: role, Environment: map[string]string{"MAILS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/mails"}},
			"plain":  {Name: "plain-1a2b3c4", Role: role},
		}},
	})
}

func TestTarget(t *testing.T) {
	t.Parallel()
	s := newStack(map[string]*url.URL{"sqs": {Scheme: "http", Host: "localhost:9324", Path: "/x"}}, nil)
	for _, test := range []struct{ service, at, region string }{
		{"dynamodb", "https://dynamodb.eu-west-1.amazonaws.com", region},
		{"s3", "https://s3.eu-west-1.amazonaws.com", region},
		{"ses", "https://email.eu-west-1.amazonaws.com", region},
		{"iam", "https://iam.amazonaws.com", "us-east-1"},
		{"sqs", "http://localhost:9324/x", region},
	} {
		got, err := s.Target(t.Context(), "mailer", test.service)
		if err != nil || got.URL.String() != test.at || got.Region != test.region || got.AccessKeyID != "ASIAMAILER0000000001" || got.Key.SessionToken != "token" {
			t.Errorf("%s: got %+v, %v", test.service, got, err)
		}
	}
	if at, _ := endpoint("dynamodb", "cn-north-1"); at.Host != "dynamodb.cn-north-1.amazonaws.com.cn" {
		t.Errorf("in China: got %s", at.Host)
	}
}

// TestNoRights: the errors say how to get the rights.
func TestNoRights(t *testing.T) {
	t.Parallel()
	denied := &credentials.Failure{Code: "AccessDenied", Message: "AccessDenied: User: anna is not authorized to perform: sts:AssumeRole"}
	for _, test := range []struct {
		name, handler string
		refused       error
		want          []string
	}{
		{"a handler that is not deployed", "orders", nil, []string{`the handler "orders" is not deployed in stack "dev"`, "pulumi up --stack dev"}},
		{"a role that developers do not have", "mailer", denied, []string{`does not allow you to assume the role of the handler "mailer"`,
			"pulumi config set --stack dev liveDevelopers arn:aws:iam::123456789012:role/ROLE\n  pulumi up --stack dev", "is not authorized to perform: sts:AssumeRole"}},
		{"nobody is logged in", "mailer", errors.New("log in"), []string{"log in"}},
	} {
		s := newStack(nil, test.refused)
		_, err := s.Target(t.Context(), test.handler, "sqs")
		for _, want := range test.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: expected %q, got %v", test.name, want, err)
			}
		}
		if test.handler == "mailer" && s.Check(t.Context()) == nil {
			t.Errorf("%s: expected the check to fail", test.name)
		}
	}
}

// TestQueue receives and deletes messages at a service that verifies the signature of the
// function's role.
func TestQueue(t *testing.T) {
	t.Parallel()
	service, err := sqs.New(sqs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { service.Close() })
	endpoint, err := aws.New(aws.Options{Caller: func(id string) (aws.Caller, bool) {
		return aws.Caller{Function: "mailer", SecretAccessKey: "secret", SessionToken: "token"}, id == "ASIAMAILER0000000001"
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(endpoint.Handler())
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	commitQueues, err := service.Prepare(t.Context(), sqs.Config{Region: region, AccountID: account, URL: server.URL, Queues: []sqs.Queue{{Name: "mails", VisibilityTimeout: sqs.DefaultVisibilityTimeout}}})
	if err != nil {
		t.Fatal(err)
	}
	commitQueues()
	commit, err := endpoint.Prepare(t.Context(), aws.Config{Region: region, AccountID: account, Services: []aws.Service{service}, Roles: map[string]aws.Role{"mailer": {ARN: role, Policies: []string{
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage"],"Resource":"arn:aws:sqs:eu-west-1:123456789012:mails"}}`,
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	commit()
	if _, err := service.Send("mails", sqs.Sending{Body: "hello"}); err != nil {
		t.Fatal(err)
	}
	q := Queue{Stack: newStack(map[string]*url.URL{"sqs": at}, nil), Handler: "mailer", URL: server.URL + "/" + account + "/mails"}
	got, err := q.Receive(t.Context(), 10, time.Second)
	if err != nil || len(got) != 1 || got[0].Body != "hello" || got[0].SystemAttributes["SentTimestamp"] == "" || got[0].ReceiptHandle == "" {
		t.Fatalf("got %+v, %v", got, err)
	}
	if err := q.Delete([]string{got[0].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	if queues := service.Queues(); queues[0].Visible+queues[0].InFlight != 0 {
		t.Errorf("expected an empty queue, got %+v", queues[0])
	}
	q.URL += "-of-others"
	if _, err := q.Receive(t.Context(), 1, 0); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("another queue: got %v", err)
	}
}
