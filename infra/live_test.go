package infra_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/orderservice"
	"api-auth-jwt-auth0/local/aws/policy"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/stack/program"
)

const (
	broker     = "a1b2c3d4e5f6g7-ats.iot.us-east-1.amazonaws.com"
	developers = "arn:aws:iam::" + graphAccount + ":role/developers"
)

// runLive runs the order service's program for a live stack with a broker.
func runLive(t *testing.T, stackName, broker string, set map[string]string) (graph *stack.Graph, log []stack.Line, err error) {
	t.Helper()
	root := t.TempDir()
	if err := orderservice.WriteSources("..", root); err != nil {
		t.Fatal(err)
	}
	settings := settingsOf(t, stackName, map[string]string{"live": "true", "protect": "false"})
	for key, value := range set {
		settings.Set(key, value)
	}
	settings.SetSecret(orderservice.Setting, paymentsValue)
	at := origins
	at.Broker = broker
	graph, err = program.Run(t.Context(), orderservice.New(root).Run, settings, at, func(l stack.Line) { log = append(log, l) })
	return graph, log, err
}

// liveService returns the order service's graph while a stack is live.
func liveService(t *testing.T, stackName string, set map[string]string) *stack.Graph {
	t.Helper()
	graph, _, err := runLive(t, stackName, broker, set)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

func TestLiveStackMatchesGolden(t *testing.T) {
	t.Parallel()
	compareGolden(t, "orderservice-live", liveService(t, "dev", map[string]string{"liveDevelopers": developers}))
}

// TestLiveChangesFunctionsAndTheSitesConfiguration and CORS, and nothing else. No resource
// is added or removed.
func TestLiveChangesFunctionsAndTheSitesConfiguration(t *testing.T) {
	t.Parallel()
	before, after := orderService(t, "dev", nil), liveService(t, "dev", map[string]string{"liveDevelopers": developers})
	inputs := map[string]map[string]any{}
	for _, r := range before.Resources {
		inputs[r.URN] = readable(r.Inputs)
	}
	changed := map[string]bool{}
	for _, r := range after.Resources {
		was, existed := inputs[r.URN]
		if !existed {
			t.Errorf("%s comes with live", r.URN)
		}
		delete(inputs, r.URN)
		for _, name := range slices.Sorted(maps.Keys(r.Inputs)) {
			if !cmp.Equal(was[name], readable(r.Inputs)[name]) {
				changed[r.Type+" "+name] = true
			}
		}
	}
	for urn := range inputs {
		t.Errorf("%s goes with live", urn)
	}
	want := []string{
		"aws:apigatewayv2/api:Api corsConfiguration", "aws:iam/role:Role assumeRolePolicy", "aws:iam/rolePolicy:RolePolicy policy",
		"aws:lambda/function:Function environment", "aws:s3/bucketObjectv2:BucketObjectv2 content",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(changed))); diff != "" {
		t.Errorf("changed with live (-want +got):\n%s", diff)
	}
	if before.Exports["live"] != nil || after.Exports["live"] == nil {
		t.Errorf("expected only the live stack to have the output, got %v and %v", before.Exports["live"], after.Exports["live"])
	}
}

// TestLiveOutputIsWhatADeveloperNeeds: the endpoint, names, and each handler's own
// environment without the bridge's.
func TestLiveOutputIsWhatADeveloperNeeds(t *testing.T) {
	t.Parallel()
	graph := liveService(t, "dev", nil)
	live, _ := graph.Exports["live"].(map[string]any)
	functions, _ := live["functions"].(map[string]any)
	delete(live, "functions")
	if diff := cmp.Diff(map[string]any{"endpoint": broker, "region": "us-east-1", "project": projectName, "stack": "dev"}, live); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := slices.Sorted(maps.Keys(functions)); !slices.Equal(got, []string{"auditor", "booker", "mailer", "orders", "report"}) {
		t.Errorf("expected every handler, got %q", got)
	}
	mailer := named(t, graph, lambdaFunction, "mailer")
	want := map[string]any{
		"name": mailer.Output("name"), "role": named(t, graph, role, "mailer").Output("arn"),
		"environment": map[string]any{"RECEIPTS_BUCKET": named(t, graph, bucket, "receipts").ID},
	}
	if diff := cmp.Diff(want, functions["mailer"]); diff != "" {
		t.Errorf("mailer (-want +got):\n%s", diff)
	}
	wantVariables := map[string]any{
		"RECEIPTS_BUCKET": named(t, graph, bucket, "receipts").ID, "LIVE_ENDPOINT": broker,
		"LIVE_TOPICS": "live/" + projectName + "/dev", "LIVE_CLIENT": projectName + "--dev--fn-mailer-",
	}
	if diff := cmp.Diff(wantVariables, property(mailer, "environment", "variables")); diff != "" {
		t.Errorf("the environment of mailer (-want +got):\n%s", diff)
	}
}

// TestLiveFunctionsReachOnlyTheirDevelopers evaluates the requests to the broker
// that a function may make, and similar ones that it may not, with the boundary of
// .github/aws.
func TestLiveFunctionsReachOnlyTheirDevelopers(t *testing.T) {
	t.Parallel()
	text, _ := named(t, liveService(t, "dev", nil), rolePolicy, "mailer").Inputs["policy"].(string)
	own, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	const arn, topics = "arn:aws:iot:us-east-1:" + graphAccount + ":", "live/" + projectName + "/dev/"
	for _, test := range []struct {
		action, resource string
		want             bool
	}{
		{"Connect", "client/" + projectName + "--dev--fn-mailer-0123456789abcdef", true},
		{"Connect", "client/" + projectName + "--dev--fn-orders-0123456789abcdef", false},
		{"Connect", "client/" + projectName + "--dev--fn-mailer-2-0123456789abcdef", false},
		{"Connect", "client/" + projectName + "--dev--dev-anna-x1", false},
		{"Connect", "client/" + projectName + "--prod--fn-mailer-0123456789abcdef", false},
		{"Subscribe", "topicfilter/" + topics + "dev/+", true},
		{"Subscribe", "topicfilter/" + topics + "beat/+", true},
		{"Subscribe", "topicfilter/" + topics + "env/mailer-0123456789abcdef", true},
		{"Subscribe", "topicfilter/" + topics + "env/orders-0123456789abcdef", false},
		{"Subscribe", "topicfilter/" + topics + "env/mailer-2-0123456789abcdef", false},
		{"Subscribe", "topicfilter/" + topics + "env/+", false},
		{"Subscribe", "topicfilter/" + topics + "to/+", false},
		{"Subscribe", "topicfilter/" + topics + "#", false},
		{"Subscribe", "topicfilter/live/" + projectName + "/+/dev/+", false},
		{"Subscribe", "topicfilter/live/" + projectName + "/prod/dev/+", false},
		{"Receive", "topic/" + topics + "dev/anna", true},
		{"Receive", "topic/" + topics + "beat/s1", true},
		{"Receive", "topic/" + topics + "env/mailer-0123456789abcdef", true},
		{"Receive", "topic/" + topics + "env/orders-0123456789abcdef", false},
		{"Receive", "topic/" + topics + "to/s1", false},
		{"Publish", "topic/" + topics + "to/s1", true},
		{"Publish", "topic/" + topics + "dev/anna", false},
		{"Publish", "topic/" + topics + "beat/s1", false},
		{"Publish", "topic/" + topics + "env/orders-0123456789abcdef", false},
		{"Publish", "topic/live/" + projectName + "/prod/to/s1", false},
		{"RetainPublish", "topic/" + topics + "to/s1", false},
		{"GetRetainedMessage", "topic/" + topics + "dev/anna", false},
	} {
		may := policy.Policies{Identity: []*policy.Document{own}}
		if got := may.Evaluate(policy.Request{Action: "iot:" + test.action, Resource: arn + test.resource}); got.Allowed != test.want {
			t.Errorf("%s on %s: expected %t, got %+v", test.action, test.resource, test.want, got)
		}
	}
}

// TestDevelopersRoleIsTrustedOnlyOnLiveStack, by functions, not by schedules.
func TestDevelopersRoleIsTrustedOnlyOnLiveStack(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, live, developers string
		want                   bool
	}{
		{"live", "true", developers, true},
		{"live without developers", "true", "", false},
		{"not live", "false", developers, false},
	} {
		graph := liveService(t, "dev", map[string]string{"live": test.live, "liveDevelopers": test.developers})
		for _, r := range graph.Of(role) {
			text, _ := r.Inputs["assumeRolePolicy"].(string)
			service := strings.Contains(text, "scheduler.amazonaws.com")
			if trusts := strings.Contains(text, developers); trusts != (test.want && !service) {
				t.Errorf("%s: %s: got the trust policy %s", test.name, r.URN, text)
			}
		}
	}
}

// TestLiveStackWarns in the deployment's log, with how to turn it off, and in the site's
// configuration.
func TestLiveStackWarns(t *testing.T) {
	t.Parallel()
	for _, live := range []string{"true", "false"} {
		graph, log, err := runLive(t, "dev", broker, map[string]string{"live": live})
		if err != nil {
			t.Fatal(err)
		}
		warned := slices.ContainsFunc(log, func(l stack.Line) bool {
			return l.Level == "warning" && strings.Contains(l.Text, "pulumi config set --stack dev live false")
		})
		if warned != (live == "true") {
			t.Errorf("live %s: got the log %v", live, log)
		}
		var config map[string]any
		text, _ := named(t, graph, "aws:s3/bucketObjectv2:BucketObjectv2", "config.json").Inputs["content"].(string)
		if err := json.Unmarshal([]byte(text), &config); err != nil {
			t.Fatal(err)
		}
		if config["live"] != map[string]any{"true": true, "false": nil}[live] {
			t.Errorf("live %s: the site's configuration says %v", live, config["live"])
		}
	}
}

// TestLiveStackNeedsABroker: the error names what is missing.
func TestLiveStackNeedsABroker(t *testing.T) {
	t.Parallel()
	if _, _, err := runLive(t, "dev", "", nil); err == nil || !strings.Contains(err.Error(), "aws:iot/getEndpoint:getEndpoint") {
		t.Errorf("expected an error that names the function, got %v", err)
	}
	if _, _, err := runLive(t, "dev", "", map[string]string{"live": "false"}); err != nil {
		t.Errorf("expected any other stack to need none, got %v", err)
	}
}

// TestLiveNamesAreWithinLimits uses the longest names of projects, stacks and handlers,
// with what the bridge appends.
// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
func TestLiveNamesAreWithinLimits(t *testing.T) {
	t.Parallel()
	const maxClient, maxTopic, maxSlashes, random = 128, 256, 7, 16
	handler := strings.Repeat("Xy_", 12)[:34]
	d := infra.Deployment{
		Rights:  infra.ProjectRights(),
		Routes:  []infra.Route{{Method: "GET", Path: "/a", Handler: handler, Authorization: infra.Public}},
		Builder: built{[]string{handler}, sitePage(t)}, Now: time.Now,
	}
	settings := settingsOf(t, "dev", map[string]string{"live": "true"})
	rename(&settings, strings.Repeat("Long_project.", 5)[:60])
	settings.Stack = strings.Repeat("Long_stack.", 6)[:60]
	at := origins
	at.Broker = broker
	graph, err := program.Run(t.Context(), d.Run, settings, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	variables, _ := property(one(t, graph, lambdaFunction), "environment", "variables").(map[string]any)
	client, _ := variables["LIVE_CLIENT"].(string)
	topics, _ := variables["LIVE_TOPICS"].(string)
	topic := topics + "/env/" + handler + "-" + strings.Repeat("x", random)
	if len(client)+random > maxClient || len(topic) > maxTopic || strings.Count(topic, "/") > maxSlashes {
		t.Errorf("expected names that IoT Core accepts, got %q and %q", client, topic)
	}
	if live, _ := graph.Exports["live"].(map[string]any); topics != "live/"+live["project"].(string)+"/"+live["stack"].(string) {
		t.Errorf("expected the topics %q to be of the output's names, got %v", topics, live)
	}
}
