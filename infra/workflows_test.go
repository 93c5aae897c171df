package infra_test

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
)

// lint checks a workflow as GitHub would read it. The shell in it is short
// enough to be read; shellcheck, which may be installed or not, is not asked.
func lint(t *testing.T, path string, content []byte) []*actionlint.Error {
	t.Helper()
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	problems, err := linter.Lint(path, content, nil)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

func workflows(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(paths) != 4 {
		t.Fatalf("expected four workflows, got %q and %v", paths, err)
	}
	texts := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = string(text)
	}
	return texts
}

func TestWorkflowsAreCorrect(t *testing.T) {
	t.Parallel()
	for path, text := range workflows(t) {
		for _, problem := range lint(t, path, []byte(text)) {
			t.Errorf("%s:%d: %s", path, problem.Line, problem.Message)
		}
	}
}

func TestIncorrectWorkflowIsFound(t *testing.T) {
	t.Parallel()
	broken := "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.nothing }}\n"
	if problems := lint(t, "broken.yml", []byte(broken)); len(problems) != 1 || !strings.Contains(problems[0].Message, `"nothing"`) {
		t.Errorf("expected the undefined property to be found, got %v", problems)
	}
}

var (
	uses   = regexp.MustCompile(`(?m)uses: (\S+)(.*)$`)
	pinned = regexp.MustCompile(`^[a-z-]+/[a-z-]+@[0-9a-f]{40}$`)
)

func TestWorkflowsRunPinnedActionsWithoutStoredKeys(t *testing.T) {
	t.Parallel()
	for path, text := range workflows(t) {
		for _, m := range uses.FindAllStringSubmatch(text, -1) {
			if !pinned.MatchString(m[1]) || !strings.Contains(m[2], "# v") {
				t.Errorf("%s: %s is not pinned to a commit with its version beside", path, m[1])
			}
		}
		for _, never := range []string{"aws-access-key-id", "AWS_ACCESS_KEY", "AWS_SECRET", "pull_request_target", "write-all"} {
			if strings.Contains(text, never) {
				t.Errorf("%s holds %s", path, never)
			}
		}
		if !strings.Contains(text, "\npermissions:\n  contents: read\n") {
			t.Errorf("%s does not start from the right to read alone", path)
		}
	}
}

// actions are what each resource type needs to be created, changed and deleted.
// Reading is in a policy of its own. Names are those of
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var actions = map[string][]string{
	"aws:acm/certificate:Certificate":                            {"acm:RequestCertificate", "acm:DeleteCertificate", "acm:AddTagsToCertificate", "acm:RemoveTagsFromCertificate"},
	"aws:acm/certificateValidation:CertificateValidation":        nil,
	"aws:apigatewayv2/api:Api":                                   {"apigateway:POST", "apigateway:PATCH", "apigateway:PUT", "apigateway:DELETE", "apigateway:TagResource"},
	"aws:apigatewayv2/authorizer:Authorizer":                     {"apigateway:POST"},
	"aws:apigatewayv2/integration:Integration":                   {"apigateway:POST"},
	"aws:apigatewayv2/route:Route":                               {"apigateway:POST"},
	"aws:apigatewayv2/stage:Stage":                               {"apigateway:POST", "logs:CreateLogDelivery"},
	"aws:cloudfront/distribution:Distribution":                   {"cloudfront:CreateDistribution", "cloudfront:UpdateDistribution", "cloudfront:DeleteDistribution", "cloudfront:TagResource", "cloudfront:UntagResource"},
	"aws:cloudfront/function:Function":                           {"cloudfront:CreateFunction", "cloudfront:UpdateFunction", "cloudfront:DeleteFunction", "cloudfront:PublishFunction"},
	"aws:cloudfront/originAccessControl:OriginAccessControl":     {"cloudfront:CreateOriginAccessControl", "cloudfront:UpdateOriginAccessControl", "cloudfront:DeleteOriginAccessControl"},
	"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {"cloudfront:CreateResponseHeadersPolicy", "cloudfront:UpdateResponseHeadersPolicy", "cloudfront:DeleteResponseHeadersPolicy"},
	"aws:cloudwatch/dashboard:Dashboard":                         {"cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"},
	"aws:cloudwatch/logDelivery:LogDelivery":                     {"logs:CreateDelivery", "logs:DeleteDelivery"},
	"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {
		"logs:PutDeliveryDestination", "logs:DeleteDeliveryDestination"},
	"aws:cloudwatch/logDeliverySource:LogDeliverySource":                                         {"logs:PutDeliverySource", "logs:DeleteDeliverySource", "cloudfront:AllowVendedLogDeliveryForResource"},
	"aws:cloudwatch/logGroup:LogGroup":                                                           {"logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"},
	"aws:cloudwatch/logMetricFilter:LogMetricFilter":                                             {"logs:PutMetricFilter", "logs:DeleteMetricFilter"},
	"aws:cloudwatch/metricAlarm:MetricAlarm":                                                     {"cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms", "cloudwatch:TagResource", "cloudwatch:UntagResource"},
	"aws:iam/role:Role":                                                                          {"iam:CreateRole", "iam:DeleteRole", "iam:UpdateAssumeRolePolicy", "iam:TagRole", "iam:UntagRole"},
	"aws:iam/rolePolicy:RolePolicy":                                                              {"iam:PutRolePolicy", "iam:DeleteRolePolicy"},
	"aws:lambda/function:Function":                                                               {"lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:DeleteFunction", "lambda:TagResource", "lambda:UntagResource", "iam:PassRole"},
	"aws:lambda/permission:Permission":                                                           {"lambda:AddPermission", "lambda:RemovePermission"},
	"aws:route53/record:Record":                                                                  {"route53:ChangeResourceRecordSets"},
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":                       {"s3:PutLifecycleConfiguration"},
	"aws:s3/bucketLoggingV2:BucketLoggingV2":                                                     {"s3:PutBucketLogging"},
	"aws:s3/bucketObjectv2:BucketObjectv2":                                                       {"s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"},
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     {"s3:PutBucketOwnershipControls"},
	"aws:s3/bucketPolicy:BucketPolicy":                                                           {"s3:PutBucketPolicy", "s3:DeleteBucketPolicy"},
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     {"s3:PutBucketPublicAccessBlock"},
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": {"s3:PutEncryptionConfiguration"},
	"aws:s3/bucketV2:BucketV2":                                                                   {"s3:CreateBucket", "s3:DeleteBucket", "s3:PutBucketTagging"},
	"aws:sns/topic:Topic":                                                                        {"sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource"},
	"aws:sns/topicPolicy:TopicPolicy":                                                            {"sns:SetTopicAttributes"},
	"aws:sns/topicSubscription:TopicSubscription":                                                {"sns:Subscribe", "sns:Unsubscribe"},
}

// rolePolicyFile is a policy under .github/aws; its conditions may hold lists.
type rolePolicyFile struct {
	Statement []struct {
		Effect           string
		Action, Resource []string
	}
}

func readRolePolicy(t *testing.T, name string) rolePolicyFile {
	t.Helper()
	var policy rolePolicyFile
	text, err := os.ReadFile("../.github/aws/" + name)
	if err == nil {
		err = json.Unmarshal(text, &policy)
	}
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// TestDeployRoleMayDoWhatTheProgramNeedsAndNoMore compares the policy with the
// graph of everything that can be switched on, in both directions.
func TestDeployRoleMayDoWhatTheProgramNeedsAndNoMore(t *testing.T) {
	t.Parallel()
	needed := map[string]bool{}
	for _, r := range stacks(t)["prod with everything"].Resources {
		list, known := actions[r.Type]
		if !known && !r.Component && strings.HasPrefix(r.Type, "aws:") {
			t.Errorf("what does %s need? Add it to actions and to .github/aws/deploy-policy.json", r.Type)
		}
		for _, action := range list {
			needed[action] = true
		}
	}
	allowed := map[string]bool{}
	for _, s := range readRolePolicy(t, "deploy-policy.json").Statement {
		for _, action := range s.Action {
			allowed[action] = true
		}
		if slices.Contains(s.Resource, "*") {
			t.Errorf("%q are allowed on everything", s.Action)
		}
	}
	for _, action := range slices.Sorted(maps.Keys(needed)) {
		if !allowed[action] {
			t.Errorf("%s is needed and not allowed", action)
		}
	}
	for _, action := range slices.Sorted(maps.Keys(allowed)) {
		if !needed[action] {
			t.Errorf("%s is allowed and not needed", action)
		}
	}
}

// reading are the verbs of actions that change nothing.
var reading = regexp.MustCompile(`^[a-z0-9]+:(Get|List|Describe|GET$)`)

func TestPreviewRoleOnlyReads(t *testing.T) {
	t.Parallel()
	for _, s := range readRolePolicy(t, "read-policy.json").Statement {
		for _, action := range s.Action {
			if !reading.MatchString(action) || strings.Contains(action, "*") {
				t.Errorf("%s is no reading of one kind", action)
			}
			if slices.Contains(s.Resource, "*") && !strings.HasPrefix(action, "route53:") {
				t.Errorf("%s is allowed on everything", action)
			}
		}
	}
}

func TestOnlyOneEnvironmentOfTheRepositoryTakesARole(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../.github/aws/trust-policy.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"StringEquals"`, `:sub": "repo:OWNER/REPOSITORY:environment:ENVIRONMENT"`, `:aud": "sts.amazonaws.com"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the trust policy has no %s", want)
		}
	}
	if strings.ContainsAny(string(text), "*?") {
		t.Error("the trust policy has a wildcard")
	}
}
