package provider

import (
	"strings"
	"testing"
)

func TestNamesAreLimited(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ token, name string }{
		{IAMRole, strings.Repeat("x", 65)},
		{LambdaFunction, "a.b"},
		{S3Bucket, "a_bucket"},
		{CloudFrontFunction, strings.Repeat("x", 65)},
	} {
		row, _ := Lookup(test.token)
		if _, err := row.Naming.Propose(test.name, nil); err == nil {
			t.Errorf("%s: expected %q to be refused", test.token, test.name)
		}
	}
}

func TestComputedValues(t *testing.T) {
	t.Parallel()
	row, _ := Lookup(LambdaFunction)
	id, out := row.Create(Cloud{Region: "eu-central-1"}, Resource{Inputs: map[string]any{"name": "f"}})
	if id != "f" || out["arn"] != "arn:aws:lambda:eu-central-1:000000000000:function:f" {
		t.Errorf("got %q and %v", id, out)
	}
}

// TestFIFOQueuesAreNamedAsSuch: the suffix follows the random digits, and counts toward
// the limit.
func TestFIFOQueuesAreNamedAsSuch(t *testing.T) {
	t.Parallel()
	row, _ := Lookup(SQSQueue)
	for _, test := range []struct {
		proposal string
		inputs   map[string]any
		want     string // empty for a refusal
	}{
		{"mails-0123456", nil, "mails-0123456"},
		{"mails-0123456", map[string]any{"fifoQueue": false}, "mails-0123456"},
		{"mails-0123456", map[string]any{"fifoQueue": true}, "mails-0123456.fifo"},
		{strings.Repeat("x", 75), map[string]any{"fifoQueue": true}, strings.Repeat("x", 75) + ".fifo"},
		{strings.Repeat("x", 76), map[string]any{"fifoQueue": true}, ""},
	} {
		if got, err := row.Naming.Propose(test.proposal, test.inputs); (err == nil) != (test.want != "") || err == nil && got != test.want {
			t.Errorf("%q with %v: expected %q, got %q and %v", test.proposal, test.inputs, test.want, got, err)
		}
	}
}

// TestEndpointIsTheBroker: the endpoint is the broker's address; without a broker, the
// call fails.
func TestEndpointIsTheBroker(t *testing.T) {
	t.Parallel()
	const token, broker = "aws:iot/getEndpoint:getEndpoint", "ws://127.0.0.1:1883"
	got, known, err := Call(Cloud{Broker: broker}, token, map[string]any{"endpointType": "iot:Data-ATS"})
	if !known || err != nil || got["endpointAddress"] != broker {
		t.Errorf("expected the broker, got %v, %t and %v", got, known, err)
	}
	for _, test := range []struct{ broker, kind, want string }{
		{"", "iot:Data-ATS", token + ": nothing stands in for AWS IoT Core here"},
		{broker, "iot:Data", `got "iot:Data"`},
		{broker, "", `got ""`},
	} {
		if _, _, err := Call(Cloud{Broker: test.broker}, token, map[string]any{"endpointType": test.kind}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q, %q: expected an error with %q, got %v", test.broker, test.kind, test.want, err)
		}
	}
}
