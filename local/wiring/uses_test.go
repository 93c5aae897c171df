package wiring

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/secrets"
	"api-auth-jwt-auth0/local/stack"
)

// part is a resource of a component with the program's name.
func part(resourceType, label, name string, inputs, outputs map[string]any) *stack.Resource {
	return &stack.Resource{
		URN: "urn:" + resourceType + "::" + name, Type: resourceType, Name: name, ID: name,
		Parent: "urn:component::" + label, Inputs: inputs, Outputs: outputs,
	}
}

// TestUsesAndLabels: what functions may do with a resource, including parts of it, and
// the names in the program, which a dead-letter queue has from its queue.
func TestUsesAndLabels(t *testing.T) {
	t.Parallel()
	const (
		table = "arn:aws:dynamodb:us-east-1:000000000000:table/dev-orders"
		queue = "arn:aws:sqs:us-east-1:000000000000:dev-mails"
	)
	policy := `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"dynamodb:Query","Resource":["` + table + `","` + table + `/index/*"]},
		{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:Query"],"Resource":"` + table + `"},
		{"Effect":"Deny","Action":"dynamodb:PutItem","Resource":"` + table + `"},
		{"Effect":"Allow","Action":"dynamodb:Scan","Resource":"` + table + `-other"},
		{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}`
	w := &wiring{graph: &stack.Graph{Resources: []*stack.Resource{
		part(provider.LambdaFunction, "report", "dev-report", map[string]any{"role": "arn:aws:iam::000000000000:role/report"}, map[string]any{"name": "dev-report"}),
		part(provider.IAMRolePolicy, "report", "report", map[string]any{"role": "report", "policy": policy}, nil),
		part(provider.DynamoDBTable, "orders", "dev-orders", nil, map[string]any{"arn": table}),
		part(provider.SQSQueue, "mails", "dev-mails", map[string]any{"redrivePolicy": `{"deadLetterTargetArn":"` + queue + `-dead","maxReceiveCount":3}`}, map[string]any{"arn": queue}),
		part(provider.SQSQueue, "mails", "dev-mails-dead", nil, map[string]any{"arn": queue + "-dead"}),
		part(provider.SQSQueue, "other", "dev-other", map[string]any{"redrivePolicy": "no JSON"}, map[string]any{"arn": queue + "-other"}),
	}}}
	if diff := cmp.Diff(map[string][]Use{table: {{Handler: "report", Actions: []string{"GetItem", "Query"}}}}, w.uses()); diff != "" {
		t.Error(diff)
	}
	want := map[string]string{"dev-report": "report", table: "orders", queue: "mails", queue + "-dead": "mails-dead", queue + "-other": "other"}
	if diff := cmp.Diff(want, w.labels()); diff != "" {
		t.Error(diff)
	}
}

// TestHandlersOfTheStarterUseNothing, unless the project declares resources.
func TestHandlersOfTheStarterUseNothing(t *testing.T) {
	t.Parallel()
	s, err := Read(deployedGraph(t), secrets.Values{})
	if err != nil {
		t.Fatal(err)
	}
	if len(infra.Resources) == 0 && len(s.Uses) != 0 {
		t.Errorf("got %v", s.Uses)
	}
}
