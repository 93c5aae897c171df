package aws

import (
	"net/http"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/aws/policy"
)

// queues asks for what its field says.
type queues struct {
	tables
	requests []policy.Request
}

func (queues) Name() string { return "sqs" }

// TestRefusalWords are AWS's up to the full stop, and then say how to fix it.
func TestRefusalWords(t *testing.T) {
	t.Parallel()
	allow := statement(`"Effect":"Allow","Action":"*","Resource":"*"`)
	const user = "User: " + sessionARN + " is not authorized to perform: dynamodb:PutItem on resource: " + tableARN + " "
	for _, test := range []struct {
		name string
		role Role
		want string
	}{
		{"no policy", Role{Handler: "orders"}, user + "because no identity-based policy allows the dynamodb:PutItem action. " +
			`To allow it, in infra/resources.go add to the Uses of "orders" one of orders that has dynamodb:PutItem, or add the action to its Statements.`},
		{"a name of its own", Role{}, user + "because no identity-based policy allows the dynamodb:PutItem action. " +
			`To allow it, in infra/resources.go add to the Uses of "orders-1a2b3c4" one of orders that`},
		{"an explicit deny", Role{Policies: []string{allow, statement(`"Sid":"Never","Effect":"Deny","Action":"dynamodb:*","Resource":"*"`)}},
			user + `with an explicit deny in an identity-based policy. To allow it, change what denies it: statement "Never" denies.`},
		{"a boundary", Role{Policies: []string{allow}, Boundary: statement(`"Effect":"Allow","Action":"s3:*","Resource":"*"`)},
			user + "because no permissions boundary allows the dynamodb:PutItem action. To allow it, add dynamodb:PutItem to the policy that is the setting permissionsBoundary."},
		{"a boundary that denies", Role{Policies: []string{allow}, Boundary: statement(`"Effect":"Deny","Action":"*","Resource":"*"`)},
			user + "with an explicit deny in a permissions boundary. To allow it, change what denies it: the permissions boundary: statement 1 denies."},
		{"neither", Role{Boundary: statement(`"Effect":"Allow","Action":"s3:*","Resource":"*"`)}, user + "because no identity-based policy allows the dynamodb:PutItem action. "},
		{"a condition that is not known", Role{Policies: []string{statement(`"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`)}},
			user + "because no identity-based policy allows the dynamodb:PutItem action. It may be allowed when deployed: statement 1: the condition key aws:sourceip is not known here. "},
	} {
		test.role.ARN = roleARN
		cfg := config()
		cfg.Roles = map[string]Role{"orders-1a2b3c4": test.role}
		e, calls := endpoint(t, cfg)
		status, body, header := send(t, e.Handler(), putItem(t, orders))
		message := strings.NewReplacer(`\"`, `"`).Replace(body)
		if status != 400 || !strings.Contains(message, `"message":"`+test.want) || !strings.Contains(message, "#AccessDeniedException") {
			t.Errorf("%s: expected %q, got %d %s", test.name, test.want, status, message)
		}
		if aws, _, _ := strings.Cut(test.want, ". "); (*calls)[0].Refusal != aws {
			t.Errorf("%s: expected the refusal %q, got %q", test.name, aws, (*calls)[0].Refusal)
		}
		if len(header.Get("X-Amzn-Requestid")) != 36 {
			t.Errorf("%s: the request ID %q", test.name, header.Get("X-Amzn-Requestid"))
		}
	}
}

// TestRefusalWordsOfServices: S3 quotes the resource, and SQS writes actions in lower
// case.
func TestRefusalWordsOfServices(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Services = append(cfg.Services, readsAs{queues{requests: []policy.Request{{Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:123456789012:mails"}}}})
	e, _ := endpoint(t, cfg)
	const user = "User: arn:aws:sts::123456789012:assumed-role/mailer-role/mailer-5d6e7f8 is not authorized to perform: "
	status, body, header := send(t, e.Handler(), signed(t, mailer, "s3", "GET", "/bucket/key", ""))
	if want := user + `s3:GetObject on resource: &#34;arn:aws:s3:::bucket/key&#34; because no identity-based policy allows the s3:GetObject action. `; status != 403 ||
		!strings.Contains(body, "<Code>AccessDenied</Code><Message>"+want) || header.Get("X-Amz-Request-Id") == "" {
		t.Errorf("s3: %d %s", status, body)
	}
	status, body, _ = send(t, e.Handler(), signed(t, mailer, "sqs", "POST", "/", "{}"))
	if want := user + `sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:123456789012:mails because no identity-based policy allows the sqs:sendmessage action. ` +
		`To allow it, in infra/resources.go add to the Uses of \"mailer-5d6e7f8\" one of arn:aws:sqs:eu-west-1:123456789012:mails that has sqs:SendMessage`; status != 400 || !strings.Contains(body, want) {
		t.Errorf("sqs: %d %s", status, body)
	}
	stray := key("ASIANOROLE0000000001")
	if status, body, _ = send(t, e.Handler(), putItem(t, stray)); status != 400 || !strings.Contains(body, "The function stray-9a8b7c6 has no role here.") {
		t.Errorf("without a role: %d %s", status, body)
	}
}

// readsAs reads every request as its queue's.
type readsAs struct{ queues }

func (s readsAs) Read(*http.Request, []byte) (Operation, error) {
	return Operation{Requests: s.requests}, nil
}

// TestEveryRequestOfAnOperationIsNeeded: one that is allowed does not let another pass.
func TestEveryRequestOfAnOperationIsNeeded(t *testing.T) {
	t.Parallel()
	put, get := policy.Request{Action: "dynamodb:PutItem", Resource: tableARN}, policy.Request{Action: "dynamodb:GetItem", Resource: tableARN}
	for _, test := range []struct {
		name     string
		requests []policy.Request
		status   int
	}{
		{"one that is allowed", []policy.Request{put}, 200},
		{"the second is refused", []policy.Request{put, get}, 400},
		{"the first is refused", []policy.Request{get, put}, 400},
		{"one twice", []policy.Request{put, put}, 200},
		{"none is needed", nil, 200},
	} {
		cfg := config()
		cfg.Services = []Service{readsAs{queues{requests: test.requests}}}
		e, _ := endpoint(t, cfg)
		if status, body, _ := send(t, e.Handler(), signed(t, orders, "sqs", "POST", "/", "{}")); status != test.status {
			t.Errorf("%s: expected %d, got %d %s", test.name, test.status, status, body)
		}
	}
}

func TestDeveloperMayDoEverything(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Roles = nil
	e, _ := endpoint(t, cfg)
	if status, body, _ := send(t, e.Handler(), putItem(t, developer)); status != 200 {
		t.Errorf("got %d %s", status, body)
	}
}

// TestConditionsOfEveryRequest: the keys that the endpoint adds, and those of the service
// beside them.
func TestConditionsOfEveryRequest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		condition string
		status    int
	}{
		{`"Bool":{"aws:SecureTransport":"true"}`, 200},
		{`"Bool":{"aws:SecureTransport":"false"}`, 400},
		{`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/orders-role"}`, 200},
		{`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/mailer*"}`, 400},
		{`"StringEquals":{"aws:PrincipalAccount":"123456789012","aws:ResourceAccount":"123456789012","aws:PrincipalType":"AssumedRole"}`, 200},
		{`"StringEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]}`, 200},
		{`"StringEquals":{"aws:RequestedRegion":"us-east-1"}`, 400},
		{`"StringLike":{"aws:userid":"AROA*:orders-1a2b3c4"}`, 200},
		{`"Null":{"aws:username":true,"aws:SourceAccount":true,"aws:SourceArn":true}`, 200},
		{`"StringEquals":{"aws:SourceAccount":"123456789012"}`, 400},
		{`"Bool":{"aws:ViaAWSService":false}`, 200},
		{`"DateGreaterThan":{"aws:CurrentTime":"2026-11-29T17:59:59Z"},"DateLessThanEquals":{"aws:EpochTime":"2026-11-29T18:00:00Z"}`, 200},
		{`"DateLessThan":{"aws:CurrentTime":"2026-11-29"}`, 400},
		{`"ArnEquals":{"lambda:SourceFunctionArn":"arn:aws:lambda:eu-west-1:123456789012:function:orders-1a2b3c4"}`, 200},
		{`"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["anna"]}`, 200},
		{`"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["bert"]}`, 400},
		{`"StringEquals":{"aws:SourceVpce":"vpce-1"}`, 400},
	} {
		cfg := config()
		cfg.Roles = map[string]Role{"orders-1a2b3c4": {ARN: roleARN, Policies: []string{
			statement(`"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{` + test.condition + `}`)}}}
		e, _ := endpoint(t, cfg)
		r := signed(t, orders, "dynamodb", "POST", "/", `{"TableName":"orders","Key":{"customer":{"S":"anna"}}}`, "X-Amz-Target", "DynamoDB_20120810.GetItem")
		if status, body, _ := send(t, e.Handler(), r); status != test.status {
			t.Errorf("%s: expected %d, got %d %s", test.condition, test.status, status, body)
		}
	}
}
