package permissions

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/aws/policy"
)

// filled returns a policy of .github/aws for the stack dev of the project shop.
func filled(t *testing.T, name string) *policy.Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../.github/aws", name))
	if err != nil {
		t.Fatal(err)
	}
	d, err := policy.Parse([]byte(strings.NewReplacer("ACCOUNT", "123456789012", "REGION", "eu-central-1", "PROJECT", "shop",
		"STACK", "dev", "ZONE", "Z1", "DOMAIN", "dev.example.com").Replace(string(text))))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

// Names in an account that contains more than the stack shop/dev.
const (
	bound     = "arn:aws:iam::123456789012:policy/github-shop-dev-functions"
	ownRole   = "arn:aws:iam::123456789012:role/shop--dev--orders-1234567"
	deployer  = "arn:aws:iam::123456789012:role/github-deploy-dev"
	otherRole = "arn:aws:iam::123456789012:role/shop--prod--orders-1234567"
	api       = "arn:aws:apigateway:eu-central-1::/apis/a1b2c3d4e5"
)

// ask returns a request whose context has these values. The action's other keys, and tags,
// have no values.
func ask(action, resource string, context map[string][]string) policy.Request {
	all := policy.Context{"aws:ResourceTag/Project": nil, "aws:ResourceTag/Stack": nil}
	for _, key := range strings.Fields(actions[action].keys) {
		for _, name := range spread(key) {
			all[name] = nil
		}
	}
	for key, values := range context {
		all[key] = values
	}
	return policy.Request{Action: action, Resource: resource, Context: all}
}

func tagged(kind, project, stack string) map[string][]string {
	return map[string][]string{"aws:" + kind + "Tag/Project": {project}, "aws:" + kind + "Tag/Stack": {stack}}
}

// join returns the values of several contexts.
func join(contexts ...map[string][]string) map[string][]string {
	joined := map[string][]string{}
	for _, c := range contexts {
		for key, values := range c {
			joined[key] = values
		}
	}
	return joined
}

// function returns the context of a request about a function's mapping.
func function(name string) map[string][]string {
	return map[string][]string{"lambda:FunctionArn": {"arn:aws:lambda:eu-central-1:123456789012:function:" + name}}
}

// TestDeployRoleCannotEscalate tries the attacks open to someone with push access to the
// deployed branch.
func TestDeployRoleCannotEscalate(t *testing.T) {
	t.Parallel()
	role := policy.Policies{Identity: []*policy.Document{filled(t, "deploy-policy.json"), filled(t, "resources-policy.json"), filled(t, "read-policy.json")}}
	bounded := map[string][]string{"iam:PermissionsBoundary": {bound}}
	other := map[string][]string{"iam:PermissionsBoundary": {"arn:aws:iam::aws:policy/AdministratorAccess"}}
	record := func(name, kind string) map[string][]string {
		const prefix = "route53:ChangeResourceRecordSets"
		return map[string][]string{prefix + "NormalizedRecordNames": {name}, prefix + "RecordTypes": {kind}}
	}
	zone := "arn:aws:route53:::hostedzone/Z1"
	for _, test := range []struct {
		name    string
		request policy.Request
	}{
		{"create a role without a boundary", ask("iam:CreateRole", ownRole, nil)},
		{"create a role with a boundary of one's own", ask("iam:CreateRole", ownRole, other)},
		{"create a role of another name", ask("iam:CreateRole", "arn:aws:iam::123456789012:role/admin", bounded)},
		{"put a policy on a role without a boundary", ask("iam:PutRolePolicy", ownRole, nil)},
		{"put a policy on the role that deploys", ask("iam:PutRolePolicy", deployer, nil)},
		{"put a policy on the role that deploys, were it bounded", ask("iam:PutRolePolicy", deployer, bounded)},
		{"attach a managed policy", ask("iam:AttachRolePolicy", ownRole, bounded)},
		{"let oneself take a role without a boundary", ask("iam:UpdateAssumeRolePolicy", ownRole, nil)},
		{"let oneself take the role that deploys", ask("iam:UpdateAssumeRolePolicy", deployer, nil)},
		{"let oneself take another stack's role", ask("iam:UpdateAssumeRolePolicy", otherRole, bounded)},
		{"take the boundary off", ask("iam:DeleteRolePermissionsBoundary", ownRole, bounded)},
		{"put another boundary on", ask("iam:PutRolePermissionsBoundary", ownRole, other)},
		{"put the boundary on another stack's role", ask("iam:PutRolePermissionsBoundary", otherRole, bounded)},
		{"widen the boundary", ask("iam:CreatePolicyVersion", bound, nil)},
		{"go back to a wider boundary", ask("iam:SetDefaultPolicyVersion", bound, nil)},
		{"delete the boundary", ask("iam:DeletePolicy", bound, nil)},
		{"pass a role to another service", ask("iam:PassRole", ownRole, map[string][]string{"iam:PassedToService": {"ec2.amazonaws.com"}})},
		{"pass a role to the API", ask("iam:PassRole", ownRole, map[string][]string{"iam:PassedToService": {"apigateway.amazonaws.com"}})},
		{"pass the role that deploys to a function", ask("iam:PassRole", deployer, map[string][]string{"iam:PassedToService": {"lambda.amazonaws.com"}})},
		{"pass another stack's role to a function", ask("iam:PassRole", otherRole, map[string][]string{"iam:PassedToService": {"lambda.amazonaws.com"}})},

		{"pass the role that deploys to a schedule", ask("iam:PassRole", deployer, map[string][]string{"iam:PassedToService": {"scheduler.amazonaws.com"}})},
		{"pass another stack's role to a schedule", ask("iam:PassRole", otherRole, map[string][]string{"iam:PassedToService": {"scheduler.amazonaws.com"}})},

		{"read a table", ask("dynamodb:GetItem", "arn:aws:dynamodb:eu-central-1:123456789012:table/shop--dev--orders-1", nil)},
		{"delete another stack's table", ask("dynamodb:DeleteTable", "arn:aws:dynamodb:eu-central-1:123456789012:table/shop--prod--orders-1", nil)},
		{"delete a table of a stack dev-2", ask("dynamodb:DeleteTable", "arn:aws:dynamodb:eu-central-1:123456789012:table/shop--dev-2--orders-1", nil)},
		{"take messages", ask("sqs:ReceiveMessage", "arn:aws:sqs:eu-central-1:123456789012:shop--dev--mails-1", nil)},
		{"open another stack's queue", ask("sqs:SetQueueAttributes", "arn:aws:sqs:eu-central-1:123456789012:shop--prod--mails-1", nil)},
		{"read another stack's secret", ask("ssm:GetParameter", "arn:aws:ssm:eu-central-1:123456789012:parameter/shop--prod--payments-1", nil)},
		{"change another stack's secret", ask("ssm:PutParameter", "arn:aws:ssm:eu-central-1:123456789012:parameter/shop--prod--payments-1", nil)},
		{"change another stack's schedule", ask("scheduler:UpdateSchedule", "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/shop--prod--report-1", nil)},
		{"change a schedule of another group", ask("scheduler:UpdateSchedule", "arn:aws:scheduler:eu-central-1:123456789012:schedule/team/shop--dev--report-1", nil)},
		{"send another stack's function events", ask("lambda:CreateEventSourceMapping", "*", function("shop--prod--orders-1"))},
		{"send some function events", ask("lambda:CreateEventSourceMapping", "*", nil)},
		{"stop another stack's events", ask("lambda:DeleteEventSourceMapping", "arn:aws:lambda:eu-central-1:123456789012:event-source-mapping:x", function("shop--prod--orders-1"))},
		{"take another stack's mapping over by its tags", ask("lambda:TagResource", "arn:aws:lambda:eu-central-1:123456789012:event-source-mapping:x", join(tagged("Request", "shop", "dev"), tagged("Resource", "shop", "prod")))},
		{"assume a function's role", ask("sts:AssumeRole", ownRole, nil)},
		{"pretend to be a developer", ask("iot:Publish", "arn:aws:iot:eu-central-1:123456789012:topic/live/shop/dev/dev/anna", nil)},
		{"listen to functions", ask("iot:Subscribe", "arn:aws:iot:eu-central-1:123456789012:topicfilter/live/shop/dev/to/+", nil)},
		{"invoke a function", ask("lambda:InvokeFunction", "arn:aws:lambda:eu-central-1:123456789012:function:shop--dev--orders-1", nil)},

		{"change another stack's function", ask("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:123456789012:function:shop--prod--orders-1", nil)},
		{"change a function of a stack dev-2", ask("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:123456789012:function:shop--dev-2--orders-1", nil)},
		{"change another project's function", ask("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:123456789012:function:my-shop--dev--orders-1", nil)},
		{"let everyone call a function", ask("lambda:AddPermission", "arn:aws:lambda:eu-central-1:123456789012:function:shop--dev--orders-1", map[string][]string{"lambda:Principal": {"*"}})},
		{"let another account call a function", ask("lambda:AddPermission", "arn:aws:lambda:eu-central-1:123456789012:function:shop--dev--orders-1", map[string][]string{"lambda:Principal": {"210987654321"}})},

		{"open another stack's bucket", ask("s3:PutBucketPolicy", "arn:aws:s3:::shop--prod--site-1", nil)},
		{"change another stack's site", ask("s3:PutObject", "arn:aws:s3:::shop--prod--site-1/index.html", nil)},
		{"forge an access log", ask("s3:PutObject", "arn:aws:s3:::shop--dev--logs-1/AWSLogs/x", nil)},
		{"read the state", ask("s3:GetObject", "arn:aws:s3:::pulumi-state/.pulumi/stacks/prod.json", nil)},

		{"point another name of the zone elsewhere", ask("route53:ChangeResourceRecordSets", zone, record("www.example.com", "A"))},
		{"point a name below the site's elsewhere", ask("route53:ChangeResourceRecordSets", zone, record("x.dev.example.com", "A"))},
		{"take the zone's mail", ask("route53:ChangeResourceRecordSets", zone, record("dev.example.com", "MX"))},
		{"prove the whole domain", ask("route53:ChangeResourceRecordSets", zone, record("_x.example.com", "CNAME"))},
		{"prove another name by the way", ask("route53:ChangeResourceRecordSets", zone, map[string][]string{
			"route53:ChangeResourceRecordSetsNormalizedRecordNames": {"dev.example.com", "www.example.com"}, "route53:ChangeResourceRecordSetsRecordTypes": {"A"}})},
		{"change a zone without saying what", ask("route53:ChangeResourceRecordSets", zone, nil)},
		{"change another zone", ask("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z2", record("dev.example.com", "A"))},
		{"get a certificate for another name", ask("acm:RequestCertificate", "*", join(tagged("Request", "shop", "dev"), map[string][]string{
			"acm:DomainNames": {"www.example.com"}, "acm:ValidationMethod": {"DNS"}}))},
		{"get a certificate for another name too", ask("acm:RequestCertificate", "*", join(tagged("Request", "shop", "dev"), map[string][]string{
			"acm:DomainNames": {"dev.example.com", "*.example.com"}, "acm:ValidationMethod": {"DNS"}}))},
		{"delete another stack's certificate", ask("acm:DeleteCertificate", "arn:aws:acm:us-east-1:123456789012:certificate/x", tagged("Resource", "shop", "prod"))},
		{"delete a certificate without tags", ask("acm:DeleteCertificate", "arn:aws:acm:us-east-1:123456789012:certificate/x", nil)},

		{"change another stack's distribution", ask("cloudfront:UpdateDistribution", "arn:aws:cloudfront::123456789012:distribution/E1", tagged("Resource", "shop", "prod"))},
		{"change another project's distribution", ask("cloudfront:UpdateDistribution", "arn:aws:cloudfront::123456789012:distribution/E1", tagged("Resource", "blog", "dev"))},
		{"change a distribution without tags", ask("cloudfront:UpdateDistribution", "arn:aws:cloudfront::123456789012:distribution/E1", nil)},
		{"take another stack's distribution over by its tags", ask("cloudfront:TagResource", "arn:aws:cloudfront::123456789012:distribution/E1", join(tagged("Request", "shop", "dev"), tagged("Resource", "shop", "prod")))},
		{"make a distribution for another stack", ask("cloudfront:CreateDistribution", "*", tagged("Request", "shop", "prod"))},
		{"make a distribution without tags", ask("cloudfront:CreateDistribution", "*", nil)},
		{"have another stack's requests sent here", ask("cloudfront:AllowVendedLogDeliveryForResource", "arn:aws:cloudfront::123456789012:distribution/E1", tagged("Resource", "shop", "prod"))},
		{"change another stack's function at the edge", ask("cloudfront:UpdateFunction", "arn:aws:cloudfront::123456789012:function/shop--prod--deep-link-1", nil)},

		{"change another stack's API", ask("apigateway:PATCH", api, tagged("Resource", "shop", "prod"))},
		{"delete another project's API", ask("apigateway:DELETE", api, tagged("Resource", "blog", "dev"))},
		{"take an API over by its tags", ask("apigateway:POST", "arn:aws:apigateway:eu-central-1::/tags/arn%3Aaws%3Aapigateway", tagged("Request", "shop", "dev"))},
		{"tag an API directly", ask("apigateway:TagResource", api, nil)},
		{"make an API for another stack", ask("apigateway:POST", "arn:aws:apigateway:eu-central-1::/apis", tagged("Request", "shop", "prod"))},
		{"change a REST API", ask("apigateway:PATCH", "arn:aws:apigateway:eu-central-1::/restapis/x", nil)},
		{"change an API in another region", ask("apigateway:PATCH", "arn:aws:apigateway:us-east-1::/apis/x/routes/y", nil)},

		{"delete another stack's logs", ask("logs:DeleteLogGroup", "arn:aws:logs:eu-central-1:123456789012:log-group:shop--prod--orders-1", nil)},
		{"delete the access log of a stack dev-2", ask("logs:DeleteLogGroup", "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/shop-dev-2-abc", tagged("Resource", "shop", "dev-2"))},
		{"shorten another stack's logs", ask("logs:PutRetentionPolicy", "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/x", nil)},
		{"stop another stack's log delivery", ask("logs:DeleteDelivery", "arn:aws:logs:us-east-1:123456789012:delivery:x", tagged("Resource", "shop", "prod"))},
		{"read what functions log", ask("logs:CreateLogStream", "arn:aws:logs:eu-central-1:123456789012:log-group:shop--dev--orders-1:log-stream:x", nil)},
		{"silence another stack's alarms", ask("cloudwatch:DeleteAlarms", "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:shop--prod--api-errors-1", nil)},
		{"have alarms sent to a server", ask("sns:Subscribe", "arn:aws:sns:eu-central-1:123456789012:shop--dev--alarms-1", map[string][]string{"sns:Protocol": {"https"}})},
	} {
		if got := role.Evaluate(test.request); got.Allowed || strings.Contains(got.Reason, "not known") {
			t.Errorf("%s: %s on %s: %+v", test.name, test.request.Action, test.request.Resource, got)
		}
	}
}

// TestWhatADeploymentStillReaches pins what .github/aws/README.md says about it: these
// resources have neither the stack's name nor tags that AWS would check.
func TestWhatADeploymentStillReaches(t *testing.T) {
	t.Parallel()
	role := policy.Policies{Identity: []*policy.Document{filled(t, "deploy-policy.json"), filled(t, "resources-policy.json")}}
	for _, request := range []policy.Request{
		ask("apigateway:PATCH", api+"/routes/x", nil),
		ask("apigateway:DELETE", api+"/stages/api", tagged("Resource", "shop", "prod")),
		ask("cloudfront:UpdateOriginAccessControl", "arn:aws:cloudfront::123456789012:origin-access-control/E1", nil),
		ask("cloudfront:UpdateResponseHeadersPolicy", "arn:aws:cloudfront::123456789012:response-headers-policy/x", nil),
		ask("cloudfront:TagResource", "arn:aws:cloudfront::123456789012:distribution/E1", tagged("Request", "shop", "dev")),
		ask("acm:AddTagsToCertificate", "arn:aws:acm:us-east-1:123456789012:certificate/x", tagged("Request", "shop", "dev")),
		ask("logs:PutResourcePolicy", "*", nil),
		ask("logs:DeleteLogDelivery", "*", nil),
		ask("sns:Unsubscribe", "*", nil),
		ask("lambda:TagResource", "arn:aws:lambda:eu-central-1:123456789012:event-source-mapping:x", tagged("Request", "shop", "dev")),
	} {
		if got := role.Evaluate(request); !got.Allowed {
			t.Errorf("%s on %s: %s; then the README need not name it any more", request.Action, request.Resource, got.Reason)
		}
	}
}

// TestBoundaryHoldsWhateverARoleAllows: a deployment may put any policy on a role that has
// the boundary, and let anyone assume it. The role's permissions stay inside the boundary.
func TestBoundaryHoldsWhateverARoleAllows(t *testing.T) {
	t.Parallel()
	deploys := policy.Policies{Identity: []*policy.Document{filled(t, "deploy-policy.json"), filled(t, "resources-policy.json")}}
	for _, action := range []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"} {
		if got := deploys.Evaluate(ask(action, ownRole, map[string][]string{"iam:PermissionsBoundary": {bound}})); !got.Allowed {
			t.Errorf("%s: expected it to be allowed on a bounded role, got %s", action, got.Reason)
		}
	}
	admin, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`))
	if err != nil {
		t.Fatal(err)
	}
	effective := policy.Policies{Identity: []*policy.Document{admin}, Boundary: filled(t, "boundary-policy.json")}
	for _, test := range []struct {
		action, resource string
		want             bool
	}{
		{"logs:PutLogEvents", "arn:aws:logs:eu-central-1:123456789012:log-group:shop--dev--orders-1:log-stream:x", true},
		{"logs:CreateLogStream", "arn:aws:logs:eu-central-1:123456789012:log-group:shop--dev--orders-1:log-stream:x", true},
		{"logs:PutLogEvents", "arn:aws:logs:eu-central-1:123456789012:log-group:shop--prod--orders-1:log-stream:x", false},
		{"logs:DeleteLogGroup", "arn:aws:logs:eu-central-1:123456789012:log-group:shop--dev--orders-1", false},
		{"iam:CreateRole", "arn:aws:iam::123456789012:role/admin", false},
		{"iam:DeleteRolePermissionsBoundary", ownRole, false},
		{"iam:CreatePolicyVersion", bound, false},
		{"sts:AssumeRole", deployer, false},
		{"s3:GetObject", "arn:aws:s3:::shop--dev--site-1/index.html", false},
		{"lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:123456789012:function:shop--dev--orders-1", false},
		{"lambda:InvokeFunction", "arn:aws:lambda:eu-central-1:123456789012:function:shop--dev--report-1", true},
		{"lambda:InvokeFunction", "arn:aws:lambda:eu-central-1:123456789012:function:shop--prod--report-1", false},
		{"dynamodb:Query", "arn:aws:dynamodb:eu-central-1:123456789012:table/shop--dev--orders-1/index/byDay", true},
		{"dynamodb:PutItem", "arn:aws:dynamodb:eu-central-1:123456789012:table/shop--prod--orders-1", false},
		{"dynamodb:DeleteTable", "arn:aws:dynamodb:eu-central-1:123456789012:table/shop--dev--orders-1", false},
		{"sqs:SendMessage", "arn:aws:sqs:eu-central-1:123456789012:shop--dev--mails-1", true},
		{"sqs:SetQueueAttributes", "arn:aws:sqs:eu-central-1:123456789012:shop--dev--mails-1", false},
		{"sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:shop--dev--mails-1", false},
		{"s3:PutObject", "arn:aws:s3:::shop--dev--receipts-1/mail/1", true},
		{"s3:PutBucketPolicy", "arn:aws:s3:::shop--dev--receipts-1", false},
		{"s3:PutObject", "arn:aws:s3:::shop--dev--site-1/index.html", false},
		{"s3:ListBucket", "arn:aws:s3:::shop--dev--logs-1", false},
		{"s3:GetObject", "arn:aws:s3:::shop--dev--logs-1/AWSLogs/x", false},
		{"ssm:GetParameter", "arn:aws:ssm:eu-central-1:123456789012:parameter/shop--dev--payments-1", true},
		{"ssm:GetParameter", "arn:aws:ssm:eu-central-1:123456789012:parameter/shop--prod--payments-1", false},
		{"ssm:PutParameter", "arn:aws:ssm:eu-central-1:123456789012:parameter/shop--dev--payments-1", false},
		{"scheduler:CreateSchedule", "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/shop--dev--x", false},
		{"iot:Connect", "arn:aws:iot:eu-central-1:123456789012:client/shop--dev--fn-orders-x", true},
		{"iot:Connect", "arn:aws:iot:eu-central-1:123456789012:client/shop--dev--dev-anna-x", false},
		{"iot:Publish", "arn:aws:iot:eu-central-1:123456789012:topic/live/shop/dev/to/s1", true},
		{"iot:Publish", "arn:aws:iot:eu-central-1:123456789012:topic/live/shop/dev/dev/anna", false},
		{"iot:Receive", "arn:aws:iot:eu-central-1:123456789012:topic/live/shop/prod/env/orders-x", false},
		{"iot:RetainPublish", "arn:aws:iot:eu-central-1:123456789012:topic/live/shop/dev/to/s1", false},
	} {
		if got := effective.Evaluate(policy.Request{Action: test.action, Resource: test.resource}); got.Allowed != test.want {
			t.Errorf("%s on %s: expected %v, got %+v", test.action, test.resource, test.want, got)
		}
	}
}

// TestReadRoleOnlyReads: the role changes nothing, and reads no log and no state.
func TestReadRoleOnlyReads(t *testing.T) {
	t.Parallel()
	for _, g := range needed(Read) {
		_, verb, _ := strings.Cut(g.action(), ":")
		if !strings.HasPrefix(verb, "Get") && !strings.HasPrefix(verb, "List") && !strings.HasPrefix(verb, "Describe") && verb != "GET" {
			t.Errorf("%s does not only read", g)
		}
	}
	reads := policy.Policies{Identity: []*policy.Document{filled(t, "read-policy.json")}}
	for _, request := range []policy.Request{
		ask("s3:GetObject", "arn:aws:s3:::shop--dev--logs-1/AWSLogs/x", nil),
		ask("s3:GetObject", "arn:aws:s3:::pulumi-state/.pulumi/stacks/dev.json", nil),
		ask("lambda:GetFunction", "arn:aws:lambda:eu-central-1:123456789012:function:shop--prod--orders-1", nil),
		ask("iam:GetRole", deployer, nil),
		ask("ssm:GetParameter", "arn:aws:ssm:eu-central-1:123456789012:parameter/shop--prod--payments-1", nil),
		ask("dynamodb:GetItem", "arn:aws:dynamodb:eu-central-1:123456789012:table/shop--dev--orders-1", nil),
		ask("sqs:ReceiveMessage", "arn:aws:sqs:eu-central-1:123456789012:shop--dev--mails-1", nil),
	} {
		if got := reads.Evaluate(request); got.Allowed {
			t.Errorf("%s on %s: %s", request.Action, request.Resource, got.Reason)
		}
	}
}
