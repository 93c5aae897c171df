package standin_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
)

const arn = "arn:aws:iot:eu-west-1:123456789012:"

// document returns a policy whose statements have actions and resources below arn.
func document(statements ...[2]string) string {
	var parts []string
	for _, s := range statements {
		parts = append(parts, fmt.Sprintf(`{"Effect": "Allow", "Action": %q, "Resource": %q}`, s[0], arn+s[1]))
	}
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(parts, ",") + `]}`
}

// function is the policy of a live function's role, developer that of a developer.
var (
	function = document([2]string{"iot:Connect", "client/p--s--fn-items-*"}, [2]string{"iot:Subscribe", "topicfilter/live/p/s/dev/+"},
		[2]string{"iot:Receive", "topic/live/p/s/dev/*"}, [2]string{"iot:Publish", "topic/live/p/s/to/*"})
	developer = strings.Replace(document([2]string{"iot:Connect", "client/p--s--dev-*"}, [2]string{"iot:Subscribe", "topicfilter/live/p/s/*"},
		[2]string{"iot:Receive", "topic/live/p/s/*"}, [2]string{"iot:Publish", "topic/live/p/s/dev/*"}, [2]string{"iot:RetainPublish", "topic/live/p/s/dev/*"}),
		`client/p--s--dev-*"`, `client/p--s--dev-*", "Condition": {"ForAllValues:StringEquals": {"iot:ConnectAttributes": ["LastWill"]}}`, 1)
)

// TestForbiddenEndsTheConnection: the policy must name every action.
func TestForbiddenEndsTheConnection(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil, function)
	for i, test := range []struct {
		name string
		does func(client) error
		want string // what was refused
	}{
		{"publishing presence", func(c client) error {
			return c.Publish(t.Context(), mqtt.Message{Topic: "live/p/s/dev/anna", Payload: []byte("x")})
		}, "iot:Publish " + arn + "topic/live/p/s/dev/anna"},
		{"publishing to another stack", func(c client) error {
			return c.Publish(t.Context(), mqtt.Message{Topic: "live/p/prod/to/x", Payload: []byte("x")})
		}, "iot:Publish " + arn + "topic/live/p/prod/to/x"},
		{"retaining", func(c client) error {
			return c.Publish(t.Context(), mqtt.Message{Topic: "live/p/s/to/x", Payload: []byte("x"), Retain: true})
		}, "iot:RetainPublish " + arn + "topic/live/p/s/to/x"},
		{"subscribing to others' mail", func(c client) error { return c.Subscribe(t.Context(), "live/p/s/to/x") }, "iot:Subscribe " + arn + "topicfilter/live/p/s/to/x"},
		{"subscribing to everything", func(c client) error { return c.Subscribe(t.Context(), "#") }, "iot:Subscribe " + arn + "topicfilter/#"},
		{"a wider filter", func(c client) error { return c.Subscribe(t.Context(), "live/p/s/dev/#") }, "iot:Subscribe " + arn + "topicfilter/live/p/s/dev/#"},
		{"one of several", func(c client) error { return c.Subscribe(t.Context(), "live/p/s/dev/+", "live/p/s/to/x") }, "iot:Subscribe " + arn + "topicfilter/live/p/s/to/x"},
	} {
		before := len(b.Refused())
		c := dial(t, config(b, fmt.Sprintf("p--s--fn-items-%d", i)))
		test.does(c)
		if code := c.refused(t); code != mqtt.NotAuthorized {
			t.Errorf("%s: got %#x", test.name, code)
		}
		if got := b.Refused()[before]; got.What != test.want || got.AccessKeyID != accessKeyID || !strings.HasPrefix(got.Reason, "no statement allows") {
			t.Errorf("%s: got %+v", test.name, got)
		}
	}
	if got := b.Published(); len(got) != 0 {
		t.Errorf("published: %+v", got)
	}
}

// TestReceiveNeedsItsOwnPermission: a subscription without it delivers nothing.
func TestReceiveNeedsItsOwnPermission(t *testing.T) {
	t.Parallel()
	b := newBroker(t, nil, document([2]string{"iot:Connect", "client/*"}, [2]string{"iot:Subscribe", "topicfilter/*"},
		[2]string{"iot:Publish", "topic/*"}, [2]string{"iot:Receive", "topic/open/*"}))
	c := dial(t, config(b, "c"), "+/a", "secret/b")
	c.publish(t, "secret/a", "1", false)
	c.publish(t, "secret/b", "2", false)
	c.quiet(t, c, "open/a")
	if got := b.Messages(); got != 3 {
		t.Errorf("expected 3 messages to be published, got %d", got)
	}
}

func TestConnectRights(t *testing.T) {
	t.Parallel()
	will := func(topic string, retain bool) *mqtt.Message {
		return &mqtt.Message{Topic: topic, Payload: []byte("gone"), Retain: retain}
	}
	persistent := strings.Replace(developer, `["LastWill"]`, `["PersistentConnect"]`, 1)
	unconditional := document([2]string{"iot:*", "*"})
	for _, test := range []struct {
		name, policy, id string
		will             *mqtt.Message
		want             byte // the code of CONNACK
	}{
		{"a developer", developer, "p--s--dev-anna-1", nil, 0},
		{"a developer with presence", developer, "p--s--dev-anna-1", will("live/p/s/dev/anna", true), 0},
		{"a function's name", developer, "p--s--fn-items-1", nil, mqtt.NotAuthorized},
		{"another stack's developer", developer, "p--prod--dev-anna-1", nil, mqtt.NotAuthorized},
		{"a will on another topic", developer, "p--s--dev-anna-1", will("live/p/s/to/x", true), mqtt.NotAuthorized},
		{"a will on no topic", developer, "p--s--dev-anna-1", will("live/p/s/to/x", false), mqtt.NotAuthorized},
		{"a function with a will", function, "p--s--fn-items-1", will("live/p/s/to/x", false), mqtt.NotAuthorized},
		{"a policy for other attributes", persistent, "p--s--dev-anna-1", will("live/p/s/dev/anna", true), mqtt.NotAuthorized},
		{"a policy for other attributes, without a will", persistent, "p--s--dev-anna-1", nil, 0},
		{"a policy without a condition", unconditional, "c", will("a", true), mqtt.NotAuthorized},
		{"a policy without a condition, without a will", unconditional, "c", nil, 0},
	} {
		b := newBroker(t, nil, test.policy)
		cfg := config(b, test.id)
		cfg.Will = test.will
		c, err := mqtt.Dial(t.Context(), cfg)
		if err == nil {
			c.Close()
		}
		var r *mqtt.Refusal
		if test.want == 0 && err != nil || test.want != 0 && (!errors.As(err, &r) || r.Packet != "CONNACK" || r.Code != test.want) {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
}

// TestTwoKeysOfOneBroker each have their own rights.
func TestTwoKeysOfOneBroker(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(o *standin.Options) {
		o.Keys["ASIAOTHERSTACK000001"] = standin.Key{Secret: "other", Policies: []string{strings.ReplaceAll(developer, "live/p/s/", "live/p/prod/")}}
	}, developer)
	other := config(b, "p--s--dev-eve-1")
	other.Credentials = credentials("ASIAOTHERSTACK000001", "other", "")
	eve := dial(t, other)
	if err := eve.Subscribe(t.Context(), "live/p/s/dev/+"); err == nil {
		t.Error("a developer of another stack subscribes")
	}
	if code := eve.refused(t); code != mqtt.NotAuthorized {
		t.Errorf("got %#x", code)
	}
	dial(t, config(b, "p--s--dev-anna-1"), "live/p/s/dev/+")
}
