package infra_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/stack"
)

// A control is one requirement of a published list. It passes if check finds
// nothing in the graph, or is an exception with its reason.
type control struct {
	id        string
	demand    string
	types     []string // the resource types that it checks
	check     func(g *stack.Graph) []string
	exception string
	note      string // how it is satisfied, if not in the way that the list's own tool checks
}

// Short names of the resource types that controls check.
const (
	apiStage         = "aws:apigatewayv2/stage:Stage"
	apiRoute         = "aws:apigatewayv2/route:Route"
	bucket           = "aws:s3/bucketV2:BucketV2"
	bucketEncryption = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	bucketLifecycle  = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	bucketLogging    = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	bucketOwnership  = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	bucketPolicy     = "aws:s3/bucketPolicy:BucketPolicy"
	bucketPublic     = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	distribution     = "aws:cloudfront/distribution:Distribution"
	lambdaFunction   = "aws:lambda/function:Function"
	lambdaPermission = "aws:lambda/permission:Permission"
	logDelivery      = "aws:cloudwatch/logDelivery:LogDelivery"
	logDestination   = "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"
	logSource        = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
	originAccess     = "aws:cloudfront/originAccessControl:OriginAccessControl"
	parameter        = "aws:ssm/parameter:Parameter"
	queuePolicy      = "aws:sqs/queuePolicy:QueuePolicy"
	redriveAllowance = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
	role             = "aws:iam/role:Role"
	rolePolicy       = "aws:iam/rolePolicy:RolePolicy"
	sqsQueue         = "aws:sqs/queue:Queue"
	table            = "aws:dynamodb/table:Table"
	topic            = "aws:sns/topic:Topic"
	topicPolicy      = "aws:sns/topicPolicy:TopicPolicy"
)

// controls are the controls of AWS Foundational Security Best Practices and of
// cdk-nag's AwsSolutions that apply to the stack's resources.
// https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html
// https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
var controls = []control{
	{id: "APIGateway.8", demand: "every route states its authorization", types: []string{apiRoute}, check: routesStateAuthorization,
		note: "`GET /public` states `NONE` on purpose"},
	{id: "APIGateway.9", demand: "stages have access logs", types: []string{apiStage}, check: each(apiStage, has("accessLogSettings", "destinationArn"))},
	{id: "CloudFront.1", demand: "a default root object", types: []string{distribution}, check: each(distribution, is("index.html", "defaultRootObject"))},
	{id: "CloudFront.3", demand: "encryption to the viewer", types: []string{distribution}, check: each(distribution, behaviorsEncrypt)},
	{id: "CloudFront.4", demand: "origin failover", exception: "the bucket is in one region on purpose; a second one would double what a deployment has to keep equal"},
	{id: "CloudFront.5", demand: "access logs", types: []string{logSource, logDelivery, logDestination, distribution}, check: distributionIsLogged,
		note: "by standard logging v2; Security Hub's own rule looks for the legacy logging only, which needs the access control lists that S3.12 forbids"},
	{id: "CloudFront.6", demand: "a web application firewall", exception: "a WAF web ACL costs a fixed amount a month, and the API checks every token and has a throttle of its own"},
	{id: "CloudFront.7", demand: "a certificate of the domain's own", types: []string{distribution}, check: each(distribution, ownCertificate),
		note: "with the setting `domain`; without it there is no domain of its own"},
	{id: "CloudFront.8", demand: "SNI", types: []string{distribution}, check: each(distribution, servesBySNI)},
	{id: "CloudFront.9", demand: "encryption to custom origins", types: []string{distribution}, check: each(distribution, originsEncrypt)},
	{id: "CloudFront.10", demand: "no deprecated TLS to custom origins", types: []string{distribution}, check: each(distribution, originsSpeakTLS12)},
	{id: "CloudFront.12", demand: "no S3 origin that does not exist", types: []string{distribution}, check: originsExist},
	{id: "CloudFront.13", demand: "origin access control for S3 origins", types: []string{distribution, originAccess}, check: each(distribution, originsAreSigned)},
	{id: "CloudFront.15", demand: "the recommended TLS security policy", types: []string{distribution}, check: each(distribution, recommendedTLS),
		note: "with the setting `domain`; CloudFront's own certificate cannot pin a version"},
	{id: "DynamoDB.1", demand: "tables scale with demand", types: []string{table}, check: each(table, is("PAY_PER_REQUEST", "billingMode"))},
	{id: "DynamoDB.2", demand: "point-in-time recovery", types: []string{table}, check: each(table, whereProtected("pointInTimeRecovery", "enabled")),
		note: "with the setting `protect`; other stacks have no data to lose"},
	{id: "DynamoDB.6", demand: "deletion protection", types: []string{table}, check: each(table, whereProtected("deletionProtectionEnabled")),
		note: "with the setting `protect`; other stacks are destroyed as a whole"},
	{id: "Lambda.1", demand: "no public access to functions", types: []string{lambdaPermission}, check: each(lambdaPermission, permissionIsNarrow)},
	{id: "Lambda.2", demand: "a supported runtime", types: []string{lambdaFunction}, check: each(lambdaFunction, is("provided.al2023", "runtime"))},
	{id: "S3.1, S3.2, S3.3, S3.8", demand: "no public access to buckets", types: []string{bucketPublic, bucketPolicy, bucket}, check: everyBucketHas(bucketPublic, blocksAll)},
	{id: "S3.5", demand: "requests over TLS only", types: []string{bucketPolicy}, check: everyBucketHas(bucketPolicy, deniesPlain("s3:*"))},
	{id: "S3.6", demand: "no rights for other accounts", types: []string{bucketPolicy}, check: noOtherAccount(bucketPolicy)},
	{id: "S3.9", demand: "server access logging", types: []string{bucket, bucketLogging}, check: bucketsAreLogged,
		note: "the bucket of the logs is the exception: to log the writing of logs would never end"},
	{id: "S3.12", demand: "no access control lists", types: []string{bucketOwnership}, check: everyBucketHas(bucketOwnership, is("BucketOwnerEnforced", "rule", "objectOwnership"))},
	{id: "S3.13", demand: "a lifecycle configuration", types: []string{bucketLifecycle}, check: everyBucketHas(bucketLifecycle, lifecycleIsOn)},
	{id: "SQS.1", demand: "encryption of queues", types: []string{sqsQueue}, check: each(sqsQueue, is(true, "sqsManagedSseEnabled"))},
	{id: "SQS.3", demand: "no public access to queues", types: []string{queuePolicy}, check: noOtherAccount(queuePolicy)},
	{id: "SSM", demand: "encrypted parameters", types: []string{parameter}, check: each(parameter, is("SecureString", "type")),
		note: "SSM.1 to SSM.7 are about instances, documents and automation, none about parameters"},
	{id: "IAM.1, IAM.21", demand: "no `*` administrator, no wildcard action of a service", types: []string{rolePolicy}, check: each(rolePolicy, actionsAreNamed)},

	{id: "AwsSolutions-APIG1", demand: "access logs", types: []string{apiStage}, check: each(apiStage, has("accessLogSettings", "format"))},
	{id: "AwsSolutions-APIG4", demand: "authorization on every route", types: []string{apiRoute}, check: onlyPublicIsOpen, note: "`GET /public` is the stated exception"},
	{id: "AwsSolutions-CFR1", demand: "geographic restrictions", exception: "the site is public"},
	{id: "AwsSolutions-CFR2", demand: "a web application firewall", exception: "as CloudFront.6"},
	{id: "AwsSolutions-CFR3", demand: "access logs", types: []string{logDelivery}, check: distributionIsLogged, note: "as CloudFront.5"},
	{id: "AwsSolutions-CFR4", demand: "no deprecated TLS to the viewer", types: []string{distribution}, check: each(distribution, recommendedTLS), note: "as CloudFront.15"},
	{id: "AwsSolutions-CFR5", demand: "no deprecated TLS to origins", types: []string{distribution}, check: each(distribution, originsSpeakTLS12)},
	{id: "AwsSolutions-CFR7", demand: "origin access control", types: []string{distribution}, check: each(distribution, originsAreSigned)},
	{id: "AwsSolutions-S1", demand: "server access logging", types: []string{bucketLogging}, check: bucketsAreLogged, note: "as S3.9"},
	{id: "AwsSolutions-S2", demand: "public access blocked", types: []string{bucketPublic}, check: everyBucketHas(bucketPublic, blocksAll)},
	{id: "AwsSolutions-S5", demand: "origin access control for a site's bucket", types: []string{distribution, originAccess}, check: each(distribution, originsAreSigned)},
	{id: "AwsSolutions-S10", demand: "requests over TLS only", types: []string{bucketPolicy}, check: everyBucketHas(bucketPolicy, deniesPlain("s3:*"))},
	{id: "AwsSolutions-L1", demand: "the latest runtime", types: []string{lambdaFunction}, check: each(lambdaFunction, is("provided.al2023", "runtime"))},
	{id: "AwsSolutions-IAM4", demand: "no policy that AWS manages", types: []string{role}, check: each(role, ownPoliciesOnly)},
	{id: "AwsSolutions-IAM5", demand: "no wildcard", types: []string{rolePolicy}, check: each(rolePolicy, resourcesAreNamed),
		note: "but for what has no names beforehand: the streams below the function's own log group, and of what it uses the table's indexes and the bucket's objects; on a live stack its own client IDs and topics"},
	{id: "AwsSolutions-DDB3", demand: "point-in-time recovery", types: []string{table}, check: each(table, whereProtected("pointInTimeRecovery", "enabled")), note: "as DynamoDB.2"},
	{id: "AwsSolutions-SQS3", demand: "a dead-letter queue", types: []string{sqsQueue, redriveAllowance}, check: queuesHaveDeadLetters},
	{id: "AwsSolutions-SQS4", demand: "requests over TLS only", types: []string{queuePolicy}, check: everyQueueHasTLS},
	{id: "AwsSolutions-SNS2", demand: "encryption of topics", exception: "alarms contain no secret, CloudWatch cannot publish to a topic with the key that AWS manages, and a customer-managed key costs a fixed amount a month"},
	{id: "AwsSolutions-SNS3", demand: "publishing over TLS only", types: []string{topic, topicPolicy}, check: each(topicPolicy, deniesPlain("sns:Publish"))},
	{id: "trust", demand: "roles are assumed by a service, and those of functions on a live stack by the developers' role", types: []string{role}, check: each(role, trustIsNarrow)},
	{id: "at rest", demand: "buckets are encrypted (S3.4, part of S3 itself by now)", types: []string{bucketEncryption}, check: everyBucketHas(bucketEncryption, encrypts)},
}

// uncontrolled are the resource types of AWS to which no control above applies, with the
// reason why none is needed.
var uncontrolled = map[string]string{
	"aws:acm/certificate:Certificate":                            "renewed by ACM; TestDomainIsTheSitesHostEverywhere",
	"aws:acm/certificateValidation:CertificateValidation":        "waits, and deploys nothing",
	"aws:apigatewayv2/api:Api":                                   "its CORS: TestNoOriginIsAWildcard",
	"aws:apigatewayv2/authorizer:Authorizer":                     "TestAuthorizerChecksIssuerAndAudience",
	"aws:apigatewayv2/integration:Integration":                   "inside AWS",
	"aws:cloudfront/function:Function":                           "rewrites a path; tested as it is deployed",
	"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": "TestObservatoryGrade of the local distribution, which sends them",
	"aws:cloudwatch/dashboard:Dashboard":                         "displays, and stores nothing",
	"aws:cloudwatch/logGroup:LogGroup":                           "encrypted by CloudWatch; TestLogsAreKeptForTheRetention",
	"aws:cloudwatch/logMetricFilter:LogMetricFilter":             "counts, and stores nothing",
	"aws:cloudwatch/metricAlarm:MetricAlarm":                     "TestAlarms",
	"aws:lambda/eventSourceMapping:EventSourceMapping":           "reads with the function's own role; TestUsesAllowNothingElse",
	"aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2": "its origins have no wildcard: infra/bucket refuses one",
	"aws:scheduler/schedule:Schedule":                            "EventBridge.3 and .4 are about buses and endpoints; its role: TestServicesActOnlyForTheStack",
	"aws:route53/record:Record":                                  "an alias record goes with the distribution that it names; Route53.2 (query logging) is the zone's, which is not the stack's",
	"aws:s3/bucketObjectv2:BucketObjectv2":                       "public on purpose, by the distribution alone",
	"aws:sns/topicSubscription:TopicSubscription":                "its owner confirms it",
	"pulumi:providers:aws":                                       "no resource of AWS",
}

// stacks returns the graphs on which controls are checked: both stacks, prod with every
// setting that adds resources, prod with a resource of each kind that handlers use, and
// a live dev with these resources.
func stacks(t *testing.T) map[string]*stack.Graph {
	t.Helper()
	return map[string]*stack.Graph{
		"dev":  deployed(t, "dev"),
		"prod": deployed(t, "prod"),
		"prod with everything": with(t, map[string]string{
			"domain": "app.example.com", "alarmEmail": "team@example.com", "aws:region": "eu-central-1",
		}),
		"order service": orderService(t, "prod", map[string]string{"alarmEmail": "team@example.com"}),
		"live":          liveService(t, "dev", map[string]string{"liveDevelopers": developers}),
	}
}

func TestControls(t *testing.T) {
	t.Parallel()
	graphs := stacks(t)
	for _, c := range controls {
		t.Run(c.id, func(t *testing.T) {
			if (c.check == nil) == (c.exception == "") {
				t.Fatal("expected a check, or an exception with its reason")
			}
			for name, g := range graphs {
				if c.check == nil {
					break
				}
				for _, problem := range c.check(g) {
					t.Errorf("%s: %s: %s", name, c.demand, problem)
				}
			}
		})
	}
}

func TestEveryResourceTypeIsControlledOrListed(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, c := range controls {
		for _, resourceType := range c.types {
			known[resourceType] = true
		}
	}
	used := map[string]bool{}
	for name, g := range stacks(t) {
		for _, r := range g.Resources {
			used[r.Type] = true
			if strings.HasPrefix(r.Type, "auth0:") {
				continue // not AWS
			}
			if !r.Component && !known[r.Type] && uncontrolled[r.Type] == "" {
				t.Errorf("%s: no control speaks of %s: add one to controls, or its reason to uncontrolled", name, r.Type)
			}
		}
	}
	for resourceType := range uncontrolled {
		if !used[resourceType] || known[resourceType] {
			t.Errorf("uncontrolled lists %s, which is not deployed or has a control", resourceType)
		}
	}
	for resourceType := range known {
		if !used[resourceType] {
			t.Errorf("a control speaks of %s, which is not deployed", resourceType)
		}
	}
}

// TestChecksFindWhatIsWrong: on a graph whose resources have no properties, every check
// finds a problem.
func TestChecksFindWhatIsWrong(t *testing.T) {
	t.Parallel()
	g := orderService(t, "prod", map[string]string{"domain": "app.example.com", "alarmEmail": "team@example.com"})
	for _, r := range g.Resources {
		r.Inputs = map[string]any{}
		if slices.Contains([]string{rolePolicy, bucketPolicy, topicPolicy, queuePolicy}, r.Type) {
			r.Inputs["policy"] = `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["*"],"Resource":["*"]}]}`
		}
		if r.Type == role {
			r.Inputs["managedPolicyArns"] = []any{"arn:aws:iam::aws:policy/AdministratorAccess"}
		}
		if r.Type == distribution {
			r.Inputs["aliases"] = []any{"app.example.com"}
			r.Inputs["origins"] = []any{
				map[string]any{"originId": "files", "domainName": "gone.s3.us-east-1.amazonaws.com"},
				map[string]any{"originId": "api", "domainName": "api.example.com", "customOriginConfig": map[string]any{}},
			}
		}
		if r.Type == apiRoute {
			r.Inputs = map[string]any{"routeKey": "DELETE /all"}
		}
	}
	for _, c := range controls {
		if c.check != nil && len(c.check(g)) == 0 {
			t.Errorf("%s finds nothing wrong with a graph of bare resources", c.id)
		}
	}
}

// controlsTable returns the table of infra/README.md.
func controlsTable() string {
	var b strings.Builder
	b.WriteString("| control | demands | |\n|---|---|---|\n")
	for _, c := range controls {
		state := "pass"
		switch {
		case c.exception != "":
			state = "exception: " + c.exception
		case c.note != "":
			state = "pass: " + c.note
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.id, c.demand, state)
	}
	return b.String()
}

func TestREADMEShowsTheControls(t *testing.T) {
	t.Parallel()
	const path, begin, end = "README.md", "<!-- controls -->\n", "<!-- /controls -->"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	shown, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("infra/README.md has no section between %q and %q", begin, end)
	}
	want := controlsTable()
	if *update && shown != want {
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		shown = want
	}
	if shown != want {
		t.Error("infra/README.md does not show the controls that are tested: run go test ./infra -update")
	}
}

// statements returns the statements of a resource's policy.
func statements(r *stack.Resource) []statement {
	var document struct{ Statement []statement }
	text, _ := r.Inputs["policy"].(string)
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return nil
	}
	return document.Statement
}

type statement struct {
	Effect           string
	Principal        struct{ Service, AWS string }
	Action, Resource []string
	Condition        map[string]map[string]string
}
