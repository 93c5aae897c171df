package infra_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/infra/orderservice"
	"api-auth-jwt-auth0/local/aws/policy"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/stack/program"
)

// paymentsValue is the value of the order service's secret.
const paymentsValue = "sk-live-payments-value"

// orderService runs the order service's program as deployed runs the project's program.
func orderService(t *testing.T, stackName string, set map[string]string) *stack.Graph {
	t.Helper()
	root := t.TempDir()
	if err := orderservice.WriteSources("..", root); err != nil {
		t.Fatal(err)
	}
	settings := settingsOf(t, stackName, set)
	settings.SetSecret(orderservice.Setting, paymentsValue)
	graph, err := program.Run(t.Context(), orderservice.New(root).Run, settings, origins, nil)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

func TestOrderServiceMatchesGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dev", "prod"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compareGolden(t, "orderservice-"+name, orderService(t, name, nil))
		})
	}
}

// TestUsesAllowNothingElse evaluates the requests that handlers of the order service may
// make, and similar ones that they may not.
func TestUsesAllowNothingElse(t *testing.T) {
	t.Parallel()
	graph := orderService(t, "prod", nil)
	table := one(t, graph, table)
	orders, stream := table.Output("arn"), table.Output("streamArn")
	receipts, key := named(t, graph, bucket, "receipts").Output("arn"), one(t, graph, parameter).Output("arn")
	mails, ledger, dead := named(t, graph, sqsQueue, "mails").Output("arn"), named(t, graph, sqsQueue, "ledger").Output("arn"), named(t, graph, sqsQueue, "mails-dead").Output("arn")
	prefix := func(text string) policy.Context { return policy.Context{"s3:prefix": {text}} }
	for _, test := range []struct {
		handler, action, resource string
		context                   policy.Context
		want                      bool
	}{
		{"orders", "dynamodb:PutItem", orders, nil, true},
		{"orders", "dynamodb:Query", orders + "/index/byDay", nil, true},
		{"orders", "dynamodb:PutItem", orders + "-other", nil, false},
		{"orders", "dynamodb:DeleteTable", orders, nil, false},
		{"orders", "dynamodb:GetRecords", stream, nil, false},
		{"orders", "sqs:SendMessage", mails, nil, true},
		{"orders", "sqs:SendMessage", ledger, nil, true},
		{"orders", "sqs:ReceiveMessage", mails, nil, false},
		{"orders", "s3:GetObject", receipts + "/mail/1", nil, true},
		{"orders", "s3:GetObject", receipts + "/other/1", nil, false},
		{"orders", "s3:PutObject", receipts + "/mail/1", nil, false},
		{"orders", "s3:ListBucket", receipts, prefix("mail/2026"), true},
		{"orders", "s3:ListBucket", receipts, prefix(""), false},
		{"orders", "ssm:GetParameter", key, nil, true},
		{"orders", "ssm:PutParameter", key, nil, false},
		{"mailer", "sqs:ReceiveMessage", mails, nil, true},
		{"mailer", "sqs:SendMessage", mails, nil, false},
		{"mailer", "sqs:ReceiveMessage", dead, nil, false},
		{"mailer", "s3:PutObject", receipts + "/mail/1", nil, true},
		{"mailer", "s3:GetObject", receipts + "/mail/1", nil, false},
		{"mailer", "ssm:GetParameter", key, nil, false},
		{"booker", "sqs:DeleteMessage", ledger, nil, true},
		{"booker", "sqs:DeleteMessage", mails, nil, false},
		{"auditor", "dynamodb:GetRecords", stream, nil, true},
		{"auditor", "dynamodb:UpdateItem", orders, nil, true},
		{"auditor", "dynamodb:GetItem", orders, nil, false},
		{"report", "dynamodb:Scan", orders, nil, true},
		{"report", "dynamodb:PutItem", orders, nil, false},
		{"report", "s3:DeleteObject", receipts + "/mail/1", nil, true},
		{"report", "s3:DeleteObject", receipts + "/1", nil, false},
		{"report", "s3:ListBucket", receipts, prefix(""), true},
	} {
		text, _ := named(t, graph, rolePolicy, test.handler).Inputs["policy"].(string)
		document, err := policy.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		request := policy.Request{Action: test.action, Resource: test.resource, Context: test.context}
		if got := (policy.Policies{Identity: []*policy.Document{document}}).Evaluate(request); got.Allowed != test.want {
			t.Errorf("%s: %s on %s: expected %t, got %+v", test.handler, test.action, test.resource, test.want, got)
		}
	}
}

// TestHandlersFindWhatTheyUse: a handler's environment has its own resources and no others.
func TestHandlersFindWhatTheyUse(t *testing.T) {
	t.Parallel()
	graph := orderService(t, "prod", nil)
	orders, receipts := one(t, graph, table).ID, named(t, graph, bucket, "receipts").ID
	want := map[string]any{
		"orders": map[string]any{
			"CURRENCY": "EUR", "ORDERS_TABLE": orders, "MAILS_QUEUE_URL": named(t, graph, sqsQueue, "mails").ID,
			"LEDGER_QUEUE_URL": named(t, graph, sqsQueue, "ledger").ID, "RECEIPTS_BUCKET": receipts, "PAYMENTS_KEY_PARAMETER": one(t, graph, parameter).ID,
		},
		"mailer": map[string]any{"RECEIPTS_BUCKET": receipts}, "booker": nil, "auditor": map[string]any{"ORDERS_TABLE": orders},
		"report": map[string]any{"ORDERS_TABLE": orders, "RECEIPTS_BUCKET": receipts},
	}
	for handler, variables := range want {
		function := named(t, graph, lambdaFunction, handler)
		if diff := cmp.Diff(variables, property(function, "environment", "variables")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", handler, diff)
		}
	}
	mailer, taker := named(t, graph, lambdaFunction, "mailer"), named(t, graph, lambdaFunction, "orders")
	if mailer.Inputs["timeout"] != 60.0 || mailer.Inputs["reservedConcurrentExecutions"] != 5.0 || taker.Inputs["memorySize"] != 512.0 {
		t.Errorf("expected limits of their own, got %v and %v", mailer.Inputs, taker.Inputs)
	}
	if mapping := named(t, graph, "aws:lambda/eventSourceMapping:EventSourceMapping", "mailer"); property(mapping, "scalingConfig", "maximumConcurrency") != 5.0 {
		t.Errorf("expected the queue to offer no more than the function takes, got %v", mapping.Inputs)
	}
}

// TestSecretIsOnlyInItsParameter: only the parameter has the secret, marked as such.
func TestSecretIsOnlyInItsParameter(t *testing.T) {
	t.Parallel()
	graph := orderService(t, "prod", nil)
	for _, r := range graph.Resources {
		shown := strings.Contains(fmt.Sprint(r.Inputs), paymentsValue)
		if is := r.Type == parameter; shown != is || is && !slices.Contains(r.Secrets, "value") {
			t.Errorf("%s: the secret's value is shown: %t, secrets %q", r.URN, shown, r.Secrets)
		}
	}
	if text := fmt.Sprint(graph.Exports); strings.Contains(text, paymentsValue) {
		t.Errorf("the outputs contain it: %s", text)
	}
}

// TestProtectedStackKeepsWhatHasData: tables, queues and buckets, and their parts. A secret's
// value is in the settings, and resources without data are not kept.
func TestProtectedStackKeepsWhatHasData(t *testing.T) {
	t.Parallel()
	graph := orderService(t, "prod", nil)
	kept := map[string]bool{table: true, sqsQueue: true, bucket: true, queuePolicy: true, redriveAllowance: true, parameter: false, lambdaFunction: false,
		"aws:scheduler/schedule:Schedule": false, "aws:lambda/eventSourceMapping:EventSourceMapping": false, role: false}
	for _, r := range graph.Resources {
		if want, listed := kept[r.Type]; listed && r.Protected != want {
			t.Errorf("%s: expected it to be protected: %t", r.URN, want)
		}
	}
	protection := one(t, graph, "api-auth-jwt-auth0:infra:Protection")
	for _, r := range graph.Resources {
		if !r.Component && !slices.Contains(protection.Dependencies, r.URN) {
			t.Errorf("Protection does not depend on %s, which a destroy would delete beside it", r.URN)
		}
	}
	for _, r := range orderService(t, "dev", nil).Resources {
		if r.Protected {
			t.Errorf("dev protects %s", r.URN)
		}
	}
}

// TestBucketsHaveSeparateLogPrefixes: no bucket can write another's log.
func TestBucketsHaveSeparateLogPrefixes(t *testing.T) {
	t.Parallel()
	graph := orderService(t, "prod", nil)
	store := named(t, graph, bucket, "logs").Output("arn")
	var writes []statement
	for _, s := range statements(named(t, graph, bucketPolicy, "logs")) {
		if s.Principal.Service == "logging.s3.amazonaws.com" {
			writes = append(writes, s)
		}
	}
	for i, test := range []struct{ bucket, logging, prefix string }{{"site", "site", "s3/"}, {"receipts", "bucket-receipts", "buckets/receipts/"}} {
		of := named(t, graph, bucket, test.bucket)
		if len(writes) != 2 || writes[i].Condition["ArnLike"]["aws:SourceArn"] != of.Output("arn") || !slices.Equal(writes[i].Resource, []string{store + "/" + test.prefix + "*"}) {
			t.Errorf("expected only %s to write below %s, got %+v", test.bucket, test.prefix, writes)
		}
		if logging := named(t, graph, bucketLogging, test.logging); logging.Inputs["bucket"] != of.ID || logging.Inputs["targetPrefix"] != test.prefix {
			t.Errorf("%s: expected the log of %s below %s, got %v", test.logging, test.bucket, test.prefix, logging.Inputs)
		}
	}
}

func TestResourcesHaveTheirAlarms(t *testing.T) {
	t.Parallel()
	graph := orderService(t, "prod", map[string]string{"alarmEmail": "team@example.com"})
	for alarm, want := range map[string][3]string{
		"mails-dead-letters":  {"ApproximateNumberOfMessagesVisible", "QueueName", named(t, graph, sqsQueue, "mails-dead").Output("name")},
		"ledger-dead-letters": {"ApproximateNumberOfMessagesVisible", "QueueName", named(t, graph, sqsQueue, "ledger-dead").Output("name")},
		"auditor-late":        {"IteratorAge", "FunctionName", named(t, graph, lambdaFunction, "auditor").ID},
	} {
		r := named(t, graph, "aws:cloudwatch/metricAlarm:MetricAlarm", alarm)
		metric, _ := r.Inputs["metricQueries"].([]any)[0].(map[string]any)["metric"].(map[string]any)
		if metric["metricName"] != want[0] || metric["dimensions"].(map[string]any)[want[1]] != want[2] || len(r.Inputs["alarmActions"].([]any)) != 1 {
			t.Errorf("%s: expected %q and a recipient, got %v", alarm, want, r.Inputs)
		}
	}
}

// TestRolesOfSchedulesCarryTheBoundary too.
func TestRolesOfSchedulesCarryTheBoundary(t *testing.T) {
	t.Parallel()
	roles := orderService(t, "prod", map[string]string{"permissionsBoundary": prodBoundary}).Of(role)
	if len(roles) != 6 {
		t.Errorf("expected the roles of five functions and a schedule, got %d", len(roles))
	}
	for _, r := range roles {
		if r.Inputs["permissionsBoundary"] != prodBoundary {
			t.Errorf("%s: expected the boundary, got %v", r.URN, r.Inputs["permissionsBoundary"])
		}
	}
}

// sitePage returns a folder with a page.
func sitePage(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("<!doctype html>\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
