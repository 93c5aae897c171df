package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// The types of the resources that handlers use.
const (
	DynamoDBTable            = "aws:dynamodb/table:Table"
	LambdaEventSourceMapping = "aws:lambda/eventSourceMapping:EventSourceMapping"
	S3BucketCORS             = "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2"
	SchedulerSchedule        = "aws:scheduler/schedule:Schedule"
	SQSQueue                 = "aws:sqs/queue:Queue"
	SQSQueuePolicy           = "aws:sqs/queuePolicy:QueuePolicy"
	SQSRedriveAllowPolicy    = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
	SSMParameter             = "aws:ssm/parameter:Parameter"
)

// handlerResources are the rows of the types that handlers use, and of those that invoke
// handlers, besides routes.
var handlerResources = map[string]Type{
	DynamoDBTable: {
		create: createTable, Naming: tableNaming, inputs: table,
	},
	LambdaEventSourceMapping: {
		create: createMapping, inputs: mapping,
	},
	S3BucketCORS: {
		create: createPart("bucket"), Refs: inBucket,
		// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
		inputs: object(fields{
			"bucket!^": bucketNaming.rule(),
			"corsRules!": list(1, 100, object(fields{
				"allowedOrigins!": list(1, math.MaxInt, oneWildcard), "allowedHeaders": list(0, math.MaxInt, oneWildcard),
				"allowedMethods!": list(1, 5, oneOf("GET", "PUT", "HEAD", "POST", "DELETE")), "exposeHeaders": list(0, math.MaxInt, length(1, 1024)),
				"maxAgeSeconds": integer(0, math.MaxInt32), "id": length(1, 255),
			})),
		}),
	},
	SchedulerSchedule: {
		create: createSchedule, Naming: scheduleNaming, inputs: schedule,
	},
	SQSQueue: {
		create: createQueue, Naming: queueNaming, inputs: queue,
	},
	SQSQueuePolicy: {
		Inert: true, create: createPart("queueUrl"), Refs: ofQueue,
		inputs: object(fields{"queueUrl!^": queueURL, "policy!": policy(queuePolicy)}),
	},
	SQSRedriveAllowPolicy: {
		create: createPart("queueUrl"), Refs: ofQueue,
		inputs: object(fields{"queueUrl!^": queueURL, "redriveAllowPolicy!": redriveAllowPolicy}),
	},
	SSMParameter: {
		create: createParameter, Naming: parameterNaming, Secrets: []string{"value"},
		// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
		// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/ssm/parameter.go
		// A standard parameter has 4 KB.
		inputs: object(fields{
			"name^": parameterNaming.rule(), "type!": oneOf("String", "StringList", "SecureString"), "value!": length(1, 4096),
			"description": length(0, 1024), "tags": tags,
		}),
	},
}

var ofQueue = map[string]string{"queueUrl": SQSQueue}

// The limits of the services.
var (
	// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
	tableNaming = &Naming{Property: "name", max: 255, pattern: `[a-zA-Z0-9_.-]{3,}`}
	// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
	scheduleNaming = &Naming{Property: "name", max: 64, pattern: `[0-9a-zA-Z_.-]+`}
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
	// https://github.com/pulumi/pulumi-aws/blob/v6.83.4/provider/resources.go
	queueNaming = &Naming{Property: "name", max: 80, pattern: `[a-zA-Z0-9_-]+(\.fifo)?`, suffix: fifoSuffix}
	// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
	parameterNaming = &Naming{Property: "name", max: 1011, pattern: `[a-zA-Z0-9_.-]+|(/[a-zA-Z0-9_.-]+)+`, reserved: regexp.MustCompile(`^/?(?i:aws|ssm)`)}
)

// queuePolicy: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
var queuePolicy = policyKind{"queue", []string{"Principal", "Resource"}, nil, 8192}

// oneWildcard accepts what S3 compares with an origin or a header.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
var oneWildcard = rule{check: ofString(func(text string) error {
	if text == "" || strings.Count(text, "*") > 1 {
		return fmt.Errorf("expected a text with one * at most, got %q", text)
	}
	return nil
})}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/dynamodb/table.go
var table = object(fields{
	"name^": tableNaming.rule(), "billingMode": oneOf("PROVISIONED", "PAY_PER_REQUEST"), "tags": tags,
	"hashKey!^": keyName, "rangeKey^": keyName,
	"attributes!":            unique("name", list(1, math.MaxInt, object(fields{"name!": keyName, "type!": oneOf("S", "N", "B")}))),
	"globalSecondaryIndexes": unique("name", list(0, 20, globalIndex)),
	"ttl":                    object(fields{"attributeName": keyName, "enabled": boolean}, when("enabled", true, "attributeName")),
	"streamEnabled":          boolean, "streamViewType": oneOf("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"),
	"pointInTimeRecovery":       object(fields{"enabled!": boolean, "recoveryPeriodInDays": integer(1, 35)}),
	"deletionProtectionEnabled": boolean,
}, when("streamEnabled", true, "streamViewType"), keysAreAttributes)

var keyName = length(1, 255)

// globalIndex: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html
var globalIndex = object(fields{
	"name!": match(255, `[a-zA-Z0-9_.-]{3,}`, "by-day"), "hashKey!": keyName, "rangeKey": keyName,
	"projectionType!": oneOf("ALL", "INCLUDE", "KEYS_ONLY"), "nonKeyAttributes": list(1, 20, keyName),
}, onlyWhen("nonKeyAttributes", "projectionType", "INCLUDE"))

// keysAreAttributes requires that exactly the attributes used as keys are defined.
func keysAreAttributes(object map[string]any) (string, string) {
	defined := map[any]bool{}
	for _, attribute := range items(object["attributes"]) {
		defined[attribute["name"]] = true
	}
	keys := map[any]bool{}
	for _, keyed := range append(items(object["globalSecondaryIndexes"]), object) {
		for _, property := range []string{"hashKey", "rangeKey"} {
			key := keyed[property]
			if key == nil {
				continue
			}
			if !defined[key] {
				return "attributes", fmt.Sprintf("expected the key %v to be defined", key)
			}
			keys[key] = true
		}
	}
	if len(keys) != len(defined) {
		return "attributes", fmt.Sprintf("expected keys only: all of them are indexed, got %d for %d keys", len(defined), len(keys))
	}
	return "", ""
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/sqs/queue.go
var queue = object(fields{
	"name^": queueNaming.rule(), "fifoQueue^": boolean, "contentBasedDeduplication": boolean, "tags": tags,
	"delaySeconds": integer(0, 900), "maxMessageSize": integer(1024, 256<<10), "messageRetentionSeconds": integer(60, 1_209_600),
	"receiveWaitTimeSeconds": integer(0, 20), "visibilityTimeoutSeconds": integer(0, 43_200),
	"redrivePolicy": redrivePolicy, "sqsManagedSseEnabled": boolean,
	"deduplicationScope": oneOf("messageGroup", "queue"), "fifoThroughputLimit": oneOf("perQueue", "perMessageGroupId"),
}, fifoName, onlyOfFIFO, highThroughput, deadLettersOfOneKind)

// fifo ends the names of FIFO queues, and of no others.
const fifo = ".fifo"

// fifoSuffix returns what the provider appends to the generated names of FIFO queues.
func fifoSuffix(inputs map[string]any) string {
	if inputs["fifoQueue"] == true {
		return fifo
	}
	return ""
}

func fifoName(object map[string]any) (string, string) {
	name, given := object["name"].(string)
	if given && strings.HasSuffix(name, fifo) != (object["fifoQueue"] == true) {
		return "name", "expected the suffix .fifo for a FIFO queue, and for no other"
	}
	return "", ""
}

func onlyOfFIFO(object map[string]any) (string, string) {
	if object["contentBasedDeduplication"] == true && object["fifoQueue"] != true {
		return "contentBasedDeduplication", "is allowed with fifoQueue true only"
	}
	for _, name := range []string{"deduplicationScope", "fifoThroughputLimit"} {
		if field, reason := onlyWhen(name, "fifoQueue", true)(object); reason != "" {
			return field, reason
		}
	}
	return "", ""
}

// highThroughput: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
func highThroughput(object map[string]any) (string, string) {
	if object["fifoThroughputLimit"] == "perMessageGroupId" && object["deduplicationScope"] != "messageGroup" {
		return "fifoThroughputLimit", "perMessageGroupId is allowed with deduplicationScope messageGroup only"
	}
	return "", ""
}

// deadLettersOfOneKind requires that a queue and its dead-letter queue are both FIFO, or
// neither is.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func deadLettersOfOneKind(object map[string]any) (string, string) {
	text, known := object["redrivePolicy"].(string)
	p, err := parseRedrivePolicy(text)
	if known && err == nil && strings.HasSuffix(p.DeadLetterTargetARN, fifo) != (object["fifoQueue"] == true) {
		return "redrivePolicy", "expected a FIFO queue for the dead letters of one, and a standard queue for those of another"
	}
	return "", ""
}

var queueURL = rule{check: ofString(func(text string) error {
	if !strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "http://127.0.0.1:") && !strings.HasPrefix(text, "http://localhost:") {
		return fmt.Errorf("expected the URL of a queue, got %q", text)
	}
	return nil
})}

var redrivePolicy = rule{check: ofString(func(text string) error {
	_, err := parseRedrivePolicy(text)
	return err
})}

// A deadLetters is a queue's redrive policy.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
type deadLetters struct {
	DeadLetterTargetARN string
	MaxReceiveCount     int
}

func parseRedrivePolicy(text string) (p deadLetters, err error) {
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, fmt.Errorf("expected a JSON object: %w", err)
	}
	if !strings.HasPrefix(p.DeadLetterTargetARN, "arn:aws:sqs:") || p.MaxReceiveCount < 1 || p.MaxReceiveCount > 1000 {
		return p, fmt.Errorf("expected a deadLetterTargetArn and a maxReceiveCount of 1 to 1000, got %s", text)
	}
	return p, nil
}

var redriveAllowPolicy = rule{check: ofString(func(text string) error {
	var p struct {
		RedrivePermission string
		SourceQueueARNs   []string
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return fmt.Errorf("expected a JSON object: %w", err)
	}
	if !slices.Contains([]string{"allowAll", "byQueue", "denyAll"}, p.RedrivePermission) {
		return fmt.Errorf("expected the redrivePermission allowAll, byQueue or denyAll, got %q", p.RedrivePermission)
	}
	if (p.RedrivePermission == "byQueue") != (len(p.SourceQueueARNs) > 0) || len(p.SourceQueueARNs) > 10 {
		return errors.New("expected 1 to 10 sourceQueueArns with the redrivePermission byQueue, and none with another")
	}
	return nil
})}

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/lambda/event_source_mapping.go
var mapping = object(fields{
	"eventSourceArn!^": arn("sqs", "dynamodb"), "functionName!": functionName, "batchSize": integer(1, 10_000),
	"enabled": boolean, "startingPosition^": oneOf("TRIM_HORIZON", "LATEST"), "tags": tags,
	"bisectBatchOnFunctionError": boolean, "maximumRecordAgeInSeconds": recordAge, "maximumRetryAttempts": integer(-1, 10_000),
	"maximumBatchingWindowInSeconds": integer(0, 300), "parallelizationFactor": integer(1, 10),
	"functionResponseTypes": list(0, 1, oneOf("ReportBatchItemFailures")),
	"scalingConfig":         object(fields{"maximumConcurrency": integer(2, 1000)}),
}, mappingFitsSource)

// recordAge accepts a number of seconds, or -1 for no limit.
var recordAge = rule{check: func(value any) error {
	if value == -1.0 {
		return nil
	}
	return integer(60, 604_800).check(value)
}}

// mappingFitsSource requires the fields that a mapping's kind of source needs, and
// refuses those of the other kind.
func mappingFitsSource(object map[string]any) (string, string) {
	source, known := object["eventSourceArn"].(string)
	if !known {
		return "", ""
	}
	ofStream := strings.HasPrefix(source, "arn:aws:dynamodb:")
	if _, set := object["startingPosition"]; set != ofStream {
		return "startingPosition", "is required for a stream, and refused for a queue"
	}
	for _, name := range []string{"bisectBatchOnFunctionError", "maximumRecordAgeInSeconds", "maximumRetryAttempts", "parallelizationFactor"} {
		if _, set := object[name]; set && !ofStream {
			return name, "is allowed for a stream only"
		}
	}
	if _, set := object["scalingConfig"]; set && ofStream {
		return "scalingConfig", "is allowed for a queue only"
	}
	size, _ := object["batchSize"].(float64)
	window, _ := object["maximumBatchingWindowInSeconds"].(float64)
	if !ofStream && size > 10 && (window < 1 || strings.HasSuffix(source, fifo)) {
		return "batchSize", "above 10 needs a batching window of a second or more, and a queue that is not FIFO"
	}
	if window > 0 && strings.HasSuffix(source, fifo) {
		return "maximumBatchingWindowInSeconds", "is not allowed for a FIFO queue"
	}
	return "", ""
}

// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/scheduler/schedule.go
var schedule = object(fields{
	"name^": scheduleNaming.rule(), "description": length(0, 512), "state": oneOf("ENABLED", "DISABLED"),
	"scheduleExpression!":        match(256, `(cron|rate|at)\(.+\)`, "rate(1 hour)"),
	"scheduleExpressionTimezone": length(1, 50),
	"flexibleTimeWindow!": object(fields{
		"mode!": oneOf("OFF", "FLEXIBLE"), "maximumWindowInMinutes": integer(1, 1440),
	}, when("mode", "FLEXIBLE", "maximumWindowInMinutes")),
	"target!": object(fields{
		"arn!": arn("lambda"), "roleArn!": arn("iam"), "input": length(1, 256<<10),
		"retryPolicy": object(fields{"maximumEventAgeInSeconds": integer(60, 86_400), "maximumRetryAttempts": integer(0, 185)}),
	}),
})

func createTable(c Cloud, r Resource) (string, map[string]any) {
	name := text(r, "name")
	computed := map[string]any{"arn": c.arn("dynamodb", "table/"+name)}
	if r.Inputs["streamEnabled"] == true {
		// A stream's label is its creation time.
		computed["streamArn"] = c.arn("dynamodb", "table/"+name+"/stream/2026-01-01T00:00:00.000")
	}
	return name, computed
}

func createMapping(c Cloud, r Resource) (string, map[string]any) {
	d := digest(r)
	id := strings.Join([]string{d[:8], d[8:12], d[12:16], d[16:20], d[20:32]}, "-")
	return id, map[string]any{"uuid": id, "arn": c.arn("lambda", "event-source-mapping:"+id)}
}

func createSchedule(c Cloud, r Resource) (string, map[string]any) {
	name := text(r, "name")
	return "default/" + name, map[string]any{"arn": c.arn("scheduler", "schedule/default/"+name), "groupName": "default"}
}

func createQueue(c Cloud, r Resource) (string, map[string]any) {
	name := text(r, "name")
	endpoint := c.AWS
	if endpoint == "" {
		endpoint = "https://sqs." + c.Region + ".amazonaws.com"
	}
	url := endpoint + "/" + account + "/" + name
	return url, map[string]any{"arn": c.arn("sqs", name), "url": url}
}

func createParameter(c Cloud, r Resource) (string, map[string]any) {
	name := text(r, "name")
	return name, map[string]any{"arn": c.arn("ssm", "parameter/"+strings.TrimPrefix(name, "/")), "version": 1.0}
}
