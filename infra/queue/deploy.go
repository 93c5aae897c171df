package queue

import (
	"encoding/json"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/policy"
)

// maxName excludes the suffix of FIFO queues.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
const maxName = 80 - len(".fifo")

// component is a queue in the stack's tree, and deadLetters its dead-letter queue. They
// differ, so that the dead-letter queue of "mails" and a queue "mails-dead" do not collide.
type (
	component   struct{ pulumi.ResourceState }
	deadLetters struct{ pulumi.ResourceState }
)

// Deploy implements kind.Resource.
func (q *Queue) Deploy(ctx *pulumi.Context, s kind.Stack) (*kind.Deployed, error) {
	c := &component{}
	if err := kind.Register(ctx, "Queue", q.name, c); err != nil {
		return nil, err
	}
	d := &deadLetters{}
	if err := kind.Register(ctx, "DeadLetters", q.name, d, pulumi.Parent(c)); err != nil {
		return nil, err
	}
	dead, err := q.register(ctx, s, d, q.name+"-dead", &sqs.QueueArgs{MessageRetentionSeconds: pulumi.Int(seconds(maxRetention))})
	if err != nil {
		return nil, err
	}
	main, err := q.register(ctx, s, c, q.name, &sqs.QueueArgs{
		MessageRetentionSeconds:  pulumi.Int(seconds(q.retention)),
		VisibilityTimeoutSeconds: pulumi.Int(seconds(q.hiddenFor(s.Consumers[q]))),
		RedrivePolicy:            dead.Arn.ApplyT(q.redrivePolicy).(pulumi.StringOutput),
	})
	if err != nil {
		return nil, err
	}
	if err := allowRedrive(ctx, q.name, dead, main); err != nil {
		return nil, err
	}
	return &kind.Deployed{
		ARN: main.Arn, Events: main.Arn,
		Variables: map[string]pulumi.StringOutput{q.variable(): main.Url},
		Alarms:    []kind.Alarm{q.alarm(dead)},
	}, ctx.RegisterResourceOutputs(c, pulumi.Map{"url": main.Url})
}

// register registers one of the two queues, which differ in args, and its policy.
func (q *Queue) register(ctx *pulumi.Context, s kind.Stack, parent pulumi.Resource, name string, args *sqs.QueueArgs) (*sqs.Queue, error) {
	args.SqsManagedSseEnabled, args.Tags = pulumi.Bool(true), s.Tags()
	if q.fifo {
		args.FifoQueue, args.ContentBasedDeduplication = pulumi.Bool(true), pulumi.Bool(true)
	}
	queue, err := sqs.NewQueue(ctx, s.ResourceName(name, maxName), args, pulumi.Parent(parent), pulumi.Protect(s.Protect))
	if err != nil {
		return nil, err
	}
	document := queue.Arn.ApplyT(func(arn string) (string, error) {
		return policy.Text(policy.DenyPlain("sqs:*", arn))
	}).(pulumi.StringOutput)
	_, err = sqs.NewQueuePolicy(ctx, name, &sqs.QueuePolicyArgs{QueueUrl: queue.Url, Policy: document}, pulumi.Parent(queue))
	return queue, err
}

func (q *Queue) redrivePolicy(deadARN string) (string, error) {
	text, err := json.Marshal(map[string]any{"deadLetterTargetArn": deadARN, "maxReceiveCount": q.attempts})
	return string(text), err
}

// allowRedrive allows only this queue to use its dead-letter queue.
func allowRedrive(ctx *pulumi.Context, name string, dead, main *sqs.Queue) error {
	document := main.Arn.ApplyT(func(arn string) (string, error) {
		text, err := json.Marshal(map[string]any{"redrivePermission": "byQueue", "sourceQueueArns": []string{arn}})
		return string(text), err
	}).(pulumi.StringOutput)
	_, err := sqs.NewRedriveAllowPolicy(ctx, name, &sqs.RedriveAllowPolicyArgs{
		QueueUrl: dead.Url, RedriveAllowPolicy: document,
	}, pulumi.Parent(dead))
	return err
}

// alarm: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
func (q *Queue) alarm(dead *sqs.Queue) kind.Alarm {
	return kind.Alarm{
		Name:        q.name + "-dead-letters",
		Description: "A message of the queue " + q.name + " failed in every attempt: see its consumer's log, fix it, and start a redrive of the dead-letter queue.",
		Namespace:   "AWS/SQS", Metric: "ApproximateNumberOfMessagesVisible", Statistic: "Maximum",
		Dimensions: pulumi.StringMap{"QueueName": dead.Name},
	}
}

// Deploy implements kind.Source.
func (m *messages) Deploy(ctx *pulumi.Context, s kind.Stack, f kind.Function, of *kind.Deployed) ([]kind.Alarm, error) {
	args := &lambda.EventSourceMappingArgs{
		EventSourceArn:        of.Events,
		FunctionName:          f.ARN,
		BatchSize:             pulumi.Int(m.batch),
		FunctionResponseTypes: pulumi.ToStringArray([]string{"ReportBatchItemFailures"}),
		Tags:                  s.Tags(),
	}
	if m.wait > 0 {
		args.MaximumBatchingWindowInSeconds = pulumi.Int(seconds(m.wait))
	}
	// Lambda must not poll more than a consumer's own concurrency limit can handle.
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
	if limit := s.Consumers[m.queue].Concurrency; limit >= minConcurrency {
		args.ScalingConfig = lambda.EventSourceMappingScalingConfigArgs{MaximumConcurrency: pulumi.Int(limit)}
	}
	_, err := lambda.NewEventSourceMapping(ctx, f.Handler, args, pulumi.Parent(f.Resource))
	return nil, err
}

func seconds(d time.Duration) int { return int(d / time.Second) }
