package permissions

import (
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/aws/policy"
)

// TestDevelopersAnswerOnlyForTheirStack evaluates the requests that a developer of the
// stack dev of the project shop may make, and similar ones that it may not.
func TestDevelopersAnswerOnlyForTheirStack(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:iot:eu-central-1:123456789012:"
	may := policy.Policies{Identity: []*policy.Document{filled(t, "live-policy.json")}}
	with := func(attributes ...string) map[string][]string {
		return map[string][]string{"iot:ConnectAttributes": attributes}
	}
	for _, test := range []struct {
		action, resource string
		context          map[string][]string
		want             bool
	}{
		{"Connect", "client/shop--dev--dev-anna-x1", with("LastWill"), true},
		{"Connect", "client/shop--dev--dev-anna-x1", nil, true},
		{"Connect", "client/shop--dev--dev-anna-x1", with("LastWill", "PersistentConnect"), false},
		{"Connect", "client/shop--dev--dev-anna-x1", with("PersistentConnect"), false},
		{"Connect", "client/shop--dev--fn-orders-x1", with("LastWill"), false},
		{"Connect", "client/shop--prod--dev-anna-x1", with("LastWill"), false},
		{"Connect", "client/shop--dev-2--dev-anna-x1", with("LastWill"), false},
		{"Subscribe", "topicfilter/live/shop/dev/to/s1", nil, true},
		{"Subscribe", "topicfilter/live/shop/dev/to/hello", nil, true},
		{"Subscribe", "topicfilter/live/shop/dev/dev/anna", nil, true},
		{"Subscribe", "topicfilter/live/shop/dev/env/orders-x1", nil, false},
		{"Subscribe", "topicfilter/live/shop/dev/#", nil, false},
		{"Subscribe", "topicfilter/live/+/dev/to/s1", nil, false},
		{"Subscribe", "topicfilter/live/shop/prod/to/s1", nil, false},
		{"Receive", "topic/live/shop/dev/to/s1", nil, true},
		{"Receive", "topic/live/shop/dev/dev/ben", nil, true},
		{"Receive", "topic/live/shop/dev/env/orders-x1", nil, false},
		{"Receive", "topic/live/shop/prod/dev/ben", nil, false},
		{"Publish", "topic/live/shop/dev/dev/anna", nil, true},
		{"Publish", "topic/live/shop/dev/beat/s1", nil, true},
		{"Publish", "topic/live/shop/dev/env/orders-x1", nil, true},
		{"Publish", "topic/live/shop/dev/to/s1", nil, false},
		{"Publish", "topic/live/shop/dev-2/dev/anna", nil, false},
		{"RetainPublish", "topic/live/shop/dev/dev/anna", nil, false},
		{"GetRetainedMessage", "topic/live/shop/dev/dev/anna", nil, false},
	} {
		request := ask("iot:Connect", arn+test.resource, test.context) // with every key
		request.Action = "iot:" + test.action
		got := may.Evaluate(request)
		if got.Allowed != test.want || strings.Contains(got.Reason, "not known") {
			t.Errorf("%s on %s with %v: expected %t, got %+v", test.action, test.resource, test.context, test.want, got)
		}
	}
	for role, want := range map[string]bool{ownRole: true, otherRole: false, deployer: false, "arn:aws:iam::123456789012:role/shop--dev-2--orders-1": false} {
		if got := may.Evaluate(policy.Request{Action: "sts:AssumeRole", Resource: role}); got.Allowed != want {
			t.Errorf("assume %s: expected %t, got %+v", role, want, got)
		}
	}
}
