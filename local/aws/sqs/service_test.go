package sqs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	local "api-auth-jwt-auth0/local/aws"
)

// TestPermissions: what IAM must allow for each operation.
func TestPermissions(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, standard("q", redriveTo("dead", "1")), standard("dead"))
	url := endpoint + "/" + account + "/q"
	for _, test := range []struct {
		action string
		input  object
		name   string // of the resource
		want   string // action and name of the queue, for each request
	}{
		{"SendMessage", object{"QueueUrl": url}, "q", "SendMessage:q"},
		{"SendMessage", object{"QueueUrl": endpoint + "/" + account + "/none"}, "none", "SendMessage:none"},
		{"SendMessage", object{"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/999999999999/q"}, "q", "SendMessage:999999999999:q"},
		{"SendMessageBatch", object{"QueueUrl": url}, "q", "SendMessage:q"},
		{"ReceiveMessage", object{"QueueUrl": url}, "q", "ReceiveMessage:q"},
		{"DeleteMessage", object{"QueueUrl": url}, "q", "DeleteMessage:q"},
		{"DeleteMessageBatch", object{"QueueUrl": url}, "q", "DeleteMessage:q"},
		{"ChangeMessageVisibility", object{"QueueUrl": url}, "q", "ChangeMessageVisibility:q"},
		{"ChangeMessageVisibilityBatch", object{"QueueUrl": url}, "q", "ChangeMessageVisibility:q"},
		{"GetQueueUrl", object{"QueueName": "q"}, "q", "GetQueueUrl:q"},
		{"GetQueueUrl", object{"QueueName": "q", "QueueOwnerAWSAccountId": "999999999999"}, "q", "GetQueueUrl:999999999999:q"},
		{"GetQueueAttributes", object{"QueueUrl": url}, "q", "GetQueueAttributes:q"},
		{"ListQueues", object{}, "", "ListQueues:*"},
		{"ListDeadLetterSourceQueues", object{"QueueUrl": url}, "q", "ListDeadLetterSourceQueues:q"},
		{"PurgeQueue", object{"QueueUrl": url}, "q", "PurgeQueue:q"},
		{"StartMessageMoveTask", object{"SourceArn": arnOf + "dead"}, "dead", "StartMessageMoveTask:dead ReceiveMessage:dead DeleteMessage:dead GetQueueAttributes:dead SendMessage:q"},
		{"StartMessageMoveTask", object{"SourceArn": arnOf + "dead", "DestinationArn": arnOf + "x"}, "dead", "StartMessageMoveTask:dead ReceiveMessage:dead DeleteMessage:dead GetQueueAttributes:dead SendMessage:x"},
		{"ListMessageMoveTasks", object{"SourceArn": arnOf + "dead"}, "dead", "ListMessageMoveTasks:dead"},
		{"CancelMessageMoveTask", object{"TaskHandle": "x"}, "", "CancelMessageMoveTask:*"},
	} {
		text, err := json.Marshal(test.input)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, endpoint, nil)
		r.Header.Set("X-Amz-Target", "AmazonSQS."+test.action)
		operation, err := s.Read(r, text)
		if err != nil {
			t.Errorf("%s: %v", test.action, err)
			continue
		}
		var got []string
		for _, request := range operation.Requests {
			resource := strings.TrimPrefix(request.Resource, arnOf)
			got = append(got, strings.TrimPrefix(request.Action, "sqs:")+":"+strings.TrimPrefix(resource, "arn:aws:sqs:"+region+":"))
		}
		equal(t, test.action, strings.Join(got, " "), test.want)
		equal(t, test.action+"'s resource", operation.Resource, test.name)
		equal(t, "action", operation.Action, test.action)
	}
	for action := range requests {
		if slices.Contains(declared, action) {
			t.Errorf("%s is served and refused", action)
		}
	}
}

// TestRefuse writes what the endpoint refuses in both protocols.
func TestRefuse(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{})
	e := &local.Error{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: "User: x is not authorized to perform: sqs:sendmessage"}
	r := httptest.NewRequest(http.MethodPost, endpoint, nil)
	w := httptest.NewRecorder()
	s.Refuse(w, r, e)
	if w.Code != 403 || !strings.Contains(w.Body.String(), "<Type>Sender</Type><Code>AccessDenied</Code><Message>User: x is") {
		t.Errorf("unexpected answer %d %s", w.Code, w.Body)
	}
	r.Header.Set("X-Amz-Target", "AmazonSQS.SendMessage")
	w = httptest.NewRecorder()
	s.Refuse(w, r, e)
	if w.Code != 403 || w.Header().Get("X-Amzn-Query-Error") != "AccessDenied;Sender" || w.Body.String() != `{"__type":"com.amazon.coral.service#AccessDeniedException","message":"User: x is not authorized to perform: sqs:sendmessage"}` {
		t.Errorf("unexpected answer %d %v %s", w.Code, w.Header(), w.Body)
	}
	equal(t, "name", s.Name(), "sqs")
}

func TestPrepareReportsEveryProblem(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, standard("q"))
	allow := func(policy string) func(*Queue) { return func(q *Queue) { q.RedriveAllowPolicy = policy } }
	for _, test := range []struct {
		queues []Queue
		want   string
	}{
		{[]Queue{standard("a b")}, `queue "a b": expected a name of up to 80`},
		{[]Queue{standard(strings.Repeat("a", 81))}, "expected a name of up to 80"},
		{[]Queue{standard("a.fifo")}, "expected a name that ends with .fifo for a FIFO queue, and for no other"},
		{[]Queue{{Name: "a", FIFO: true}}, "expected a name that ends with .fifo"},
		{[]Queue{standard("a"), standard("a")}, `queue "a" is there twice`},
		{[]Queue{standard("a", func(q *Queue) { q.VisibilityTimeout = 13 * time.Hour })}, "expected a visibility timeout from 0s to 12h0m0s, got 13h0m0s"},
		{[]Queue{standard("a", func(q *Queue) { q.Delay = time.Hour })}, "expected a delay from 0s to 15m0s"},
		{[]Queue{standard("a", func(q *Queue) { q.ReceiveWait = time.Minute })}, "expected a wait time of a receive from 0s to 20s"},
		{[]Queue{standard("a", func(q *Queue) { q.Retention = time.Second })}, "expected a retention from 1m0s to 336h0m0s"},
		{[]Queue{standard("a", func(q *Queue) { q.MaximumMessageSize = 1 << 21 })}, "expected a maximum message size from 1024 to 1048576, got 2097152"},
		{[]Queue{standard("a", byContent)}, "on FIFO queues only"},
		{[]Queue{fifo("a", func(q *Queue) { q.DeduplicationScope = "x" })}, `expected the deduplication scope queue or messageGroup, got "x"`},
		{[]Queue{fifo("a", func(q *Queue) { q.ThroughputLimit = "x" })}, `expected the throughput limit perQueue or perMessageGroupId, got "x"`},
		{[]Queue{fifo("a", func(q *Queue) { q.ThroughputLimit = "perMessageGroupId" })}, "needs the deduplication scope messageGroup"},
		{[]Queue{standard("a", redriveTo("none", "1"))}, `its dead-letter queue "` + arnOf + `none" does not exist: declare it`},
		{[]Queue{standard("a", redriveTo("a", "0"))}, "expected a maxReceiveCount from 1 to 1000, got 0"},
		{[]Queue{standard("a", redriveTo("a", `"many"`))}, "got many"},
		{[]Queue{standard("a", func(q *Queue) { q.RedrivePolicy = "{" })}, "reading the redrive policy"},
		{[]Queue{standard("a", redriveTo("b.fifo", "1")), fifo("b")}, `its dead-letter queue "b.fifo" must be of the same kind`},
		{[]Queue{standard("a", redriveTo("b", "1")), standard("b", allow(`{"redrivePermission":"denyAll"}`))}, `the redrive allow policy of "b" does not allow it`},
		{[]Queue{standard("a", redriveTo("b", "1")), standard("b", allow(`{"redrivePermission":"byQueue","sourceQueueArns":["`+arnOf+`c"]}`))}, "does not allow it"},
		{[]Queue{standard("a", allow(`{"redrivePermission":"byQueue"}`))}, "expected a number of sourceQueueArns from 1 to 10, got 0"},
		{[]Queue{standard("a", allow(`{"redrivePermission":"some"}`))}, `expected the redrivePermission allowAll, denyAll or byQueue, got "some"`},
		{[]Queue{standard("a", allow(`{"redrivePermission":"denyAll","sourceQueueArns":["x"]}`))}, "denyAll has no sourceQueueArns"},
	} {
		_, err := s.Prepare(t.Context(), Config{Region: region, AccountID: account, URL: endpoint, Queues: test.queues})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("expected %q, got %v", test.want, err)
		}
	}
	_, err := s.Prepare(t.Context(), Config{URL: "x/"})
	if err == nil || !strings.Contains(err.Error(), "expected the endpoint's URL") || !strings.Contains(err.Error(), "expected a region and an account") {
		t.Errorf("expected both problems, got %v", err)
	}
	if _, err := s.Prepare(t.Context(), Config{}); err != nil {
		t.Errorf("a stack without queues: %v", err)
	}
	ok := []Queue{standard("a", redriveTo("b", "1")), standard("b", allow(`{"redrivePermission":"byQueue","sourceQueueArns":["`+arnOf+`a"]}`))}
	if _, err := s.Prepare(t.Context(), Config{Region: region, AccountID: account, URL: endpoint, Queues: ok}); err != nil {
		t.Error(err)
	}
	equal(t, "nothing has changed", len(s.Queues()), 1)
}

func TestConsumer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, standard("q"))
		send(t, s, "q", "a", attribute("k", "String", "v"), object{"MessageBody": "a"})
		got, err := s.Receive(t.Context(), arnOf+"q", 10, time.Second)
		if err != nil || len(got) != 1 {
			t.Fatalf("expected a message, got %v, %v", got, err)
		}
		m := got[0]
		if m.Body != "a" || m.MD5OfBody != md5Of([]byte("a")) || m.MD5OfAttributes == "" || m.SystemAttributes["SenderId"] != account || m.SystemAttributes["ApproximateReceiveCount"] != "1" {
			t.Errorf("unexpected message %+v", m)
		}
		if err := s.Delete(arnOf+"q", []string{m.ReceiptHandle, "garbage"}); err == nil || !strings.Contains(err.Error(), "ReceiptHandleIsInvalid") {
			t.Errorf("expected the error of the second handle, got %v", err)
		}
		equal(t, "counts", counts(t, s, "q"), Counts{})
		for _, arn := range []string{arnOf + "none", "arn:aws:sqs:us-east-1:" + account + ":q"} {
			if _, err := s.Receive(t.Context(), arn, 1, 0); err == nil {
				t.Errorf("%s: expected an error", arn)
			}
			if err := s.Delete(arn, nil); err == nil {
				t.Errorf("%s: expected an error", arn)
			}
		}
	})
}

// BenchmarkHTTP sends, receives and deletes a message, one after the other.
func BenchmarkHTTP(b *testing.B) {
	for _, dir := range []string{"", b.TempDir()} {
		b.Run(fmt.Sprintf("kept=%t", dir != ""), func(b *testing.B) {
			s := newService(b, Options{Dir: dir}, standard("q"))
			server := httptest.NewServer(handler(s))
			defer server.Close()
			post := func(action string, input object) object {
				input["QueueUrl"] = endpoint + "/" + account + "/q"
				text, err := json.Marshal(input)
				if err != nil {
					b.Fatal(err)
				}
				r, err := http.NewRequest(http.MethodPost, server.URL, bytes.NewReader(text))
				if err != nil {
					b.Fatal(err)
				}
				r.Header.Set("X-Amz-Target", "AmazonSQS."+action)
				response, err := http.DefaultClient.Do(r)
				if err != nil {
					b.Fatal(err)
				}
				defer response.Body.Close()
				var body bytes.Buffer
				body.ReadFrom(response.Body)
				var out object
				json.Unmarshal(body.Bytes(), &out)
				return out
			}
			for b.Loop() {
				post("SendMessage", object{"MessageBody": "a body of some length, as messages have it"})
				got := post("ReceiveMessage", object{})
				post("DeleteMessage", object{"ReceiptHandle": got["Messages"].([]any)[0].(object)["ReceiptHandle"]})
			}
			b.ReportMetric(float64(3*b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}
