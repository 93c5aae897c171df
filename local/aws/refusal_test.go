package aws

import (
	"net/http"
	"strings"
	"testing"
)

// TestNotServed: a service that nobody serves, in the shape of each protocol.
func TestNotServed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, service, method, target, body string
		header                              []string
		contentType                         string
		want                                []string
	}{
		{"JSON 1.1, a resource that is inert", "kinesis", "POST", "/", "{}", []string{"X-Amz-Target", "Kinesis_20131202.PutRecord", "Content-Type", "application/x-amz-json-1.1"}, "application/x-amz-json-1.1",
			[]string{`{"__type":"NotServedLocally","message":"kinesis is not served on this machine. aws:kinesis/stream:Stream \"clicks\" is deployed, and inert here. ` +
				`To send its calls to another endpoint, start with -aws kinesis=http://localhost:PORT."}`}},
		{"JSON without a resource", "logs", "POST", "/", "{}", []string{"X-Amz-Target", "Logs_20140328.PutLogEvents", "Content-Type", "application/x-amz-json-1.1"}, "application/x-amz-json-1.1",
			[]string{"logs is not served on this machine. The stack has no resource of it that is served. To send"}},
		{"REST with JSON", "lambda", "POST", "/2015-03-31/functions/f/invocations", "{}", nil, "application/json", []string{`"__type":"NotServedLocally","message":"lambda is`}},
		{"query", "sns", "POST", "/", "Action=Publish&Version=2010-03-31", []string{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}, "text/xml",
			[]string{"<ErrorResponse><Error><Type>Sender</Type><Code>NotServedLocally</Code><Message>sns is not served", "<RequestId>"}},
		{"REST with XML", "cloudfront", "GET", "/2020-05-31/distribution", "", nil, "application/xml", []string{"<Error><Code>NotServedLocally</Code><Message>cloudfront is not"}},
		{"CBOR", "monitoring", "POST", "/service/GraniteServiceVersion20100801/operation/PutMetricData", "", []string{"Smithy-Protocol", "rpc-v2-cbor", "Content-Type", "application/cbor"}, "application/cbor",
			[]string{"\xa2\x7a\x00\x00\x00\x06__type\x7a\x00\x00\x00\x10NotServedLocally\x7a\x00\x00\x00\x07message\x7a\x00\x00\x00", "monitoring is not served"}},
	} {
		e, _ := endpoint(t, config())
		status, body, header := send(t, e.Handler(), signed(t, orders, test.service, test.method, test.target, test.body, test.header...))
		if status != 501 || header.Get("Content-Type") != test.contentType || header.Get("X-Amzn-Requestid") == "" {
			t.Errorf("%s: %d %s %v", test.name, status, body, header)
		}
		for _, want := range test.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s: expected %q in %q", test.name, want, body)
			}
		}
	}
}

// TestNotServedInAnotherRegion: global services are signed for us-east-1, and that is not
// what is wrong.
func TestNotServedInAnotherRegion(t *testing.T) {
	t.Parallel()
	e, _ := endpoint(t, config())
	r := unsignedRequest(t, "POST", "/", "Action=GetRole&Version=2010-05-08", "Content-Type", "application/x-www-form-urlencoded")
	sign(t, r, orders, "iam", "us-east-1", "Action=GetRole&Version=2010-05-08")
	if status, body, _ := send(t, e.Handler(), r); status != 501 || !strings.Contains(body, "iam is not served") {
		t.Errorf("got %d %s", status, body)
	}
	forged := unsignedRequest(t, "POST", "/", "Action=GetRole", "Content-Type", "application/x-www-form-urlencoded")
	sign(t, forged, mailer, "iam", "us-east-1", "Action=DeleteRole")
	if status, body, _ := send(t, e.Handler(), forged); status != 403 || !strings.Contains(body, "<Code>SignatureDoesNotMatch</Code>") {
		t.Errorf("forged: got %d %s", status, body)
	}
}

// TestUnsignedRequestsInEachShape: what the request shows of its protocol decides.
func TestUnsignedRequestsInEachShape(t *testing.T) {
	t.Parallel()
	e, calls := endpoint(t, config())
	for _, test := range []struct {
		name    string
		request *http.Request
		status  int
		want    string
	}{
		{"DynamoDB", unsignedRequest(t, "POST", "/", "{}", "X-Amz-Target", "DynamoDB_20120810.PutItem"), 400, `"__type":"com.amazon.coral.service#MissingAuthenticationTokenException"`},
		{"SQS, which is not served", unsignedRequest(t, "POST", "/", "{}", "X-Amz-Target", "AmazonSQS.SendMessage"), 400, `{"__type":"MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}`},
		{"query", unsignedRequest(t, "POST", "/", "Action=GetCallerIdentity", "Content-Type", "application/x-www-form-urlencoded"), 403, "<Code>MissingAuthenticationToken</Code>"},
		{"query in the URL", unsignedRequest(t, "GET", "/?Action=GetCallerIdentity", ""), 403, "<Code>MissingAuthenticationToken</Code>"},
		{"S3", unsignedRequest(t, "GET", "/bucket/key", ""), 403, "<Code>AccessDenied</Code><Message>Access Denied</Message>"},
		{"S3 with version 2", unsignedRequest(t, "GET", "/bucket/key", "", "Authorization", "AWS AKIAIOSFODNN7EXAMPLE:sig"), 400, "<Code>InvalidRequest</Code><Message>The authorization mechanism"},
	} {
		if status, body, _ := send(t, e.Handler(), test.request); status != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s: expected %d %q, got %d %s", test.name, test.status, test.want, status, body)
		}
	}
	for _, call := range *calls {
		if call.Function != "" || call.Refusal == "" {
			t.Errorf("reported %+v", call)
		}
	}
}

// TestErrorsThatAreNotAnAPIsAreHidden: their text is not for the client.
func TestErrorsThatAreNotAnAPIsAreHidden(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Services = []Service{fails{}}
	e, _ := endpoint(t, cfg)
	if status, body, _ := send(t, e.Handler(), putItem(t, orders)); status != 500 || strings.Contains(body, "secret") || !strings.Contains(body, "InternalFailure") {
		t.Errorf("got %d %s", status, body)
	}
}

type fails struct{ tables }

func (fails) Read(*http.Request, []byte) (Operation, error) {
	return Operation{}, http.ErrNoLocation // any error
}
