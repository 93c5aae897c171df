package sqs

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	local "api-auth-jwt-auth0/local/aws"
)

const (
	account  = "123456789012"
	region   = "eu-central-1"
	arnOf    = "arn:aws:sqs:" + region + ":" + account + ":"
	endpoint = "http://127.0.0.1:1"
)

// standard is a queue with the defaults.
func standard(name string, change ...func(*Queue)) Queue {
	q := Queue{Name: name, VisibilityTimeout: DefaultVisibilityTimeout}
	for _, c := range change {
		c(&q)
	}
	return q
}

func fifo(name string, change ...func(*Queue)) Queue {
	q := standard(name+".fifo", change...)
	q.FIFO = true
	return q
}

func redriveTo(name, count string) func(*Queue) {
	return func(q *Queue) {
		q.RedrivePolicy = `{"deadLetterTargetArn":"` + arnOf + name + `","maxReceiveCount":` + count + `}`
	}
}

func byContent(q *Queue) { q.ContentBasedDeduplication = true }

func newService(t testing.TB, o Options, queues ...Queue) *Service {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	prepare(t, s, endpoint, queues...)
	return s
}

func prepare(t testing.TB, s *Service, url string, queues ...Queue) {
	t.Helper()
	commit, err := s.Prepare(context.Background(), Config{Region: region, AccountID: account, URL: url, Queues: queues})
	if err != nil {
		t.Fatal(err)
	}
	commit()
}

// handler is the endpoint without signatures and policies.
func handler(s *Service) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		if _, err := body.ReadFrom(r.Body); err != nil {
			return
		}
		if _, err := s.Read(r, body.Bytes()); err != nil {
			s.Refuse(w, r, err.(*local.Error))
			return
		}
		s.Serve(w, r, body.Bytes())
	})
}

// client returns a client of the SDK for Go for queues behind a server.
func client(t testing.TB, queues ...Queue) (*sdk.Client, *Service) {
	t.Helper()
	s := newService(t, Options{}, queues...)
	server := httptest.NewServer(handler(s))
	t.Cleanup(server.Close)
	prepare(t, s, server.URL, queues...)
	return sdk.New(sdk.Options{
		Region: region, BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("AKIA", "secret", ""),
	}), s
}

// object is an input or an output of the JSON protocol.
type object = map[string]any

// answer is that of one request in the JSON protocol.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   object
}

// call makes a request without a network, so that it works in a bubble of synctest.
// QueueUrl is the name of a queue.
func call(t testing.TB, s *Service, action, queue string, input object) answer {
	t.Helper()
	if input == nil {
		input = object{}
	}
	if queue != "" {
		input["QueueUrl"] = endpoint + "/" + account + "/" + queue
	}
	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, endpoint, bytes.NewReader(text))
	r.Header.Set("X-Amz-Target", "AmazonSQS."+action)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	w := httptest.NewRecorder()
	handler(s).ServeHTTP(w, r)
	a := answer{t: t, status: w.Code, header: w.Header()}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil {
			t.Fatalf("%s: %v: %s", action, err, w.Body)
		}
	}
	return a
}

// ok demands success.
func (a answer) ok() answer {
	a.t.Helper()
	if a.status != http.StatusOK {
		a.t.Fatalf("status %d: %v", a.status, a.body)
	}
	return a
}

// refusal is the error's type and message, empty for none.
func (a answer) refusal() string {
	if a.status == http.StatusOK {
		return ""
	}
	return a.body["__type"].(string) + ": " + a.body["message"].(string)
}

func send(t testing.TB, s *Service, queue, body string, more ...object) answer {
	t.Helper()
	input := object{"MessageBody": body}
	for _, m := range more {
		for k, v := range m {
			input[k] = v
		}
	}
	return call(t, s, "SendMessage", queue, input).ok()
}

// received are the bodies and handles of what a receive returns.
type received struct{ bodies, handles []string }

func receiveAll(t testing.TB, s *Service, queue string, more ...object) received {
	t.Helper()
	input := object{"MaxNumberOfMessages": 10}
	for _, m := range more {
		for k, v := range m {
			input[k] = v
		}
	}
	var r received
	messages, _ := call(t, s, "ReceiveMessage", queue, input).ok().body["Messages"].([]any)
	for _, m := range messages {
		r.bodies = append(r.bodies, m.(object)["Body"].(string))
		r.handles = append(r.handles, m.(object)["ReceiptHandle"].(string))
	}
	return r
}

func remove(t testing.TB, s *Service, queue, handle string) answer {
	t.Helper()
	return call(t, s, "DeleteMessage", queue, object{"ReceiptHandle": handle})
}

func counts(t testing.TB, s *Service, queue string) Counts {
	t.Helper()
	for _, status := range s.Queues() {
		if status.Name == queue {
			return status.Counts
		}
	}
	t.Fatalf("no queue %q", queue)
	return Counts{}
}

func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// bubble runs a test whose time passes by pass.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

func pass(d time.Duration) {
	time.Sleep(d) // of the bubble's clock
	synctest.Wait()
}
