package cloud

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

// mailerHandler stores a receipt of each message, and tries what its role does not
// allow. The message "fail" fails until a file is there.
const mailerHandler = `package main

import (
	"context"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() { lambda.Start(handle) }

func handle(ctx context.Context, e events.SQSEvent) (r events.SQSEventResponse, _ error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return r, err
	}
	dynamodb.NewFromConfig(cfg).Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("dev-orders")})
	for _, m := range e.Records {
		_, unfixed := os.Stat(os.Getenv("FIXED"))
		if m.Body == "fail" && unfixed != nil {
			r.BatchItemFailures = append(r.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			continue
		}
		_, err := s3.NewFromConfig(cfg).PutObject(ctx, &s3.PutObjectInput{
			Bucket: aws.String("dev-receipts"), Key: aws.String("mails/" + m.Body + ".txt"), Body: strings.NewReader("thanks for " + m.Body),
		})
		if err != nil {
			return r, err
		}
	}
	return r, nil
}
`

// dataCloud is a local cloud whose stack can get data.
type dataCloud struct {
	*Cloud
	fixed string // the file for which the mailer waits
}

func newDataCloud(t *testing.T) dataCloud {
	t.Helper()
	root := newProject(t)
	removeResources(t, root)
	return dataCloud{newCloudWith(t, Config{Root: root, Stack: "dev"}), filepath.Join(root, "fixed")}
}

// removeResources removes the resources that the project declares, if there are any.
func removeResources(t *testing.T, root string) {
	t.Helper()
	path := filepath.Join(root, "infra", "resources.go")
	text, err := os.ReadFile(path)
	if err == nil && !bytes.Contains(text, []byte("var Handlers = map[string]Handler{}")) {
		err = os.WriteFile(path, []byte("package infra\n\nvar Resources = []Resource{}\n\nvar Handlers = map[string]Handler{}\n"), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// addData serves the stack with a table, a queue, a bucket, a schedule, a secret and a
// stream of a service that is not served, as if the program had them: what it would
// register for them is given, so that nothing needs to be compiled but the mailer.
func (c dataCloud) addData(t *testing.T) {
	t.Helper()
	if err := c.apply(t.Context(), deployment{graph: c.withData(t)}); err != nil {
		t.Fatal(err)
	}
}

// withData is what the program would register, with data.
func (c dataCloud) withData(t *testing.T) *stack.Graph {
	t.Helper()
	folder := filepath.Join(c.cfg.Root, "lambdas", "mailer")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte(mailerHandler), 0o644); err != nil {
		t.Fatal(err)
	}
	built, err := c.builder().Handlers(t.Context(), []string{"mailer"})
	if err != nil {
		t.Fatal(err)
	}
	graph := &stack.Graph{Exports: c.graph.Exports, Resources: slices.Concat(c.graph.Resources, dataResources(t, built["mailer"], c.fixed, c.awsURL()))}
	graph.Sort()
	return graph
}

const (
	account = "000000000000"
	region  = "us-east-1"
)

func arn(service, name string) string {
	return "arn:aws:" + service + ":" + region + ":" + account + ":" + name
}

func dataResources(t *testing.T, archive, fixed, endpoint string) []*stack.Resource {
	deadLetters, err := json.Marshal(map[string]any{"deadLetterTargetArn": arn("sqs", "dev-mails-dead"), "maxReceiveCount": 1})
	if err != nil {
		t.Fatal(err)
	}
	policy := `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"],"Resource":"` + arn("sqs", "dev-mails") + `"},
		{"Effect":"Allow","Action":"s3:PutObject","Resource":["arn:aws:s3:::dev-receipts/*"]},
		{"Effect":"Allow","Action":["dynamodb:PutItem"],"Resource":["` + arn("dynamodb", "table/dev-orders") + `"]},
		{"Effect":"Allow","Action":["ssm:GetParameter"],"Resource":["` + arn("ssm", "parameter/dev/paymentsKey") + `"]}]}`
	mailer := arn("lambda", "function:dev-mailer")
	return []*stack.Resource{
		resource(provider.DynamoDBTable, "orders", map[string]any{
			"hashKey": "customer", "rangeKey": "id",
			"attributes": []any{
				map[string]any{"name": "customer", "type": "S"}, map[string]any{"name": "id", "type": "N"}, map[string]any{"name": "total", "type": "N"},
			},
			"globalSecondaryIndexes": []any{map[string]any{"name": "by-total", "hashKey": "customer", "rangeKey": "total", "projectionType": "ALL"}},
		}, map[string]any{"name": "dev-orders", "arn": arn("dynamodb", "table/dev-orders")}),
		resource(provider.SQSQueue, "mails", map[string]any{"redrivePolicy": string(deadLetters), "visibilityTimeoutSeconds": 1.0, "messageRetentionSeconds": 3600.0},
			map[string]any{"name": "dev-mails", "arn": arn("sqs", "dev-mails"), "url": endpoint + "/" + account + "/dev-mails"}),
		resource(provider.SQSQueue, "mails", map[string]any{"messageRetentionSeconds": 3600.0},
			map[string]any{"name": "dev-mails-dead", "arn": arn("sqs", "dev-mails-dead"), "url": endpoint + "/" + account + "/dev-mails-dead"}),
		resource(provider.S3Bucket, "receipts", map[string]any{}, map[string]any{"arn": "arn:aws:s3:::dev-receipts", "bucket": "dev-receipts"}),
		resource(provider.SSMParameter, "paymentsKey", map[string]any{"type": "SecureString"},
			map[string]any{"name": "/dev/paymentsKey", "arn": arn("ssm", "parameter/dev/paymentsKey")}),
		resource(provider.SchedulerSchedule, "report", map[string]any{
			"scheduleExpression": "cron(0 6 1 1 ? *)", "scheduleExpressionTimezone": "Europe/Berlin", "state": "ENABLED",
			"flexibleTimeWindow": map[string]any{"mode": "OFF"}, "target": map[string]any{"arn": mailer, "roleArn": "arn:aws:iam::" + account + ":role/schedule"},
		}, map[string]any{"name": "dev-report", "arn": arn("scheduler", "schedule/default/dev-report")}),
		resource(provider.LambdaFunction, "mailer", map[string]any{
			"code": stack.File{Path: archive}, "handler": "bootstrap", "runtime": "provided.al2023", "memorySize": 128.0, "timeout": 20.0,
			"role": "arn:aws:iam::" + account + ":role/dev-mailer", "environment": map[string]any{"variables": map[string]any{"FIXED": fixed, "MAILS_QUEUE_URL": endpoint + "/" + account + "/dev-mails"}},
			"loggingConfig": map[string]any{"logFormat": "JSON", "logGroup": "dev-mailer"},
		}, map[string]any{"name": "dev-mailer", "arn": mailer, "version": "$LATEST"}),
		resource(provider.IAMRolePolicy, "mailer", map[string]any{"role": "dev-mailer", "policy": policy}, nil),
		resource(provider.LambdaEventSourceMapping, "mailer", map[string]any{
			"eventSourceArn": arn("sqs", "dev-mails"), "functionName": mailer, "batchSize": 1.0, "functionResponseTypes": []any{"ReportBatchItemFailures"},
		}, nil),
		resource("aws:kinesis/stream:Stream", "clicks", map[string]any{}, nil),
	}
}

// resource is one that is part of a component with the program's name. Its own name and
// ID are those in the cloud.
func resource(resourceType, label string, inputs, outputs map[string]any) *stack.Resource {
	name, _ := outputs["name"].(string)
	if name == "" {
		name = "dev-" + label
	}
	return &stack.Resource{
		URN: "urn:pulumi:dev::data::" + resourceType + "::" + name, Type: resourceType, Name: name, ID: name,
		Parent: "urn:pulumi:dev::data::component::" + label, Inputs: inputs, Outputs: outputs,
	}
}
