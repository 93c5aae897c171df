package infra

import (
	"maps"
	"slices"
	"strings"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/policy"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Operations is how the team observes the stack: alarms, the topic that they are
// sent to, and one dashboard.
type Operations struct{ pulumi.ResourceState }

func newOperations(ctx *pulumi.Context, cfg Config, api *API, functions map[string]*Function, site *Site, of []kind.Alarm) error {
	o := &Operations{}
	if err := kind.Register(ctx, "Operations", "operations", o); err != nil {
		return err
	}
	topic, err := newTopic(ctx, cfg, o)
	if err != nil {
		return err
	}
	if err := newLogMetrics(ctx, o, api); err != nil {
		return err
	}
	alarms := apiAlarms(ctx, cfg, api)
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		alarms = append(alarms, functionAlarms(name, functions[name])...)
	}
	for _, a := range of {
		alarms = append(alarms, resourceAlarm(a))
	}
	for _, a := range alarms {
		if err := newAlarm(ctx, o, a, topic); err != nil {
			return err
		}
	}
	return newDashboard(ctx, cfg, o, api, functions, site)
}

// newTopic registers the topic that alarms are sent to, or returns nil without an
// address.
func newTopic(ctx *pulumi.Context, cfg Config, parent pulumi.Resource) (*sns.Topic, error) {
	if cfg.AlarmEmail == "" {
		return nil, nil
	}
	topic, err := sns.NewTopic(ctx, resourceName(ctx, "alarms"), &sns.TopicArgs{Tags: tags(ctx)}, pulumi.Parent(parent))
	if err != nil {
		return nil, err
	}
	document := topic.Arn.ApplyT(topicPolicy).(pulumi.StringOutput)
	if _, err := sns.NewTopicPolicy(ctx, "alarms", &sns.TopicPolicyArgs{
		Arn:    topic.Arn,
		Policy: document,
	}, pulumi.Parent(topic)); err != nil {
		return nil, err
	}
	_, err = sns.NewTopicSubscription(ctx, "alarms", &sns.TopicSubscriptionArgs{
		Topic:    topic.Arn,
		Protocol: pulumi.String("email"),
		Endpoint: pulumi.String(cfg.AlarmEmail),
	}, pulumi.Parent(topic))
	return topic, err
}

// topicPolicy allows only the alarms of the topic's own account and region to publish.
func topicPolicy(topicARN string) (string, error) {
	part := strings.Split(topicARN, ":")
	region, account := part[3], part[4]
	return policy.Text(
		policy.Statement{
			Sid: "AlarmsPublish", Effect: "Allow", Principal: &policy.Principal{Service: "cloudwatch.amazonaws.com"},
			Action: []string{"sns:Publish"}, Resource: []string{topicARN},
			Condition: map[string]map[string]string{
				"StringEquals": {"aws:SourceAccount": account},
				"ArnLike":      {"aws:SourceArn": "arn:aws:cloudwatch:" + region + ":" + account + ":alarm:*"},
			},
		},
		policy.Statement{
			Sid: "TLSOnly", Effect: "Deny", Principal: &policy.Principal{AWS: "*"},
			Action: []string{"sns:Publish"}, Resource: []string{topicARN},
			Condition: map[string]map[string]string{"Bool": {"aws:SecureTransport": "false"}},
		},
	)
}

// Two metrics that API Gateway does not publish, counted in its access log.
const (
	throttledMetric        = "ThrottledRequests"
	authorizerFailedMetric = "AuthorizerFailures"
)

// logMetrics are the filters that count them. A variable without a value is "-"
// in the access log.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
var logMetrics = []struct{ name, metric, pattern string }{
	{"throttled", throttledMetric, `{ $.status = "429" }`},
	{"authorizer-failures", authorizerFailedMetric, `{ $.authorizerError != "-" }`},
}

func newLogMetrics(ctx *pulumi.Context, parent pulumi.Resource, api *API) error {
	for _, m := range logMetrics {
		_, err := cloudwatch.NewLogMetricFilter(ctx, resourceName(ctx, m.name), &cloudwatch.LogMetricFilterArgs{
			LogGroupName: api.AccessLog,
			Pattern:      pulumi.String(m.pattern),
			MetricTransformation: cloudwatch.LogMetricFilterMetricTransformationArgs{
				Namespace:    pulumi.String(metricNamespace(ctx)),
				Name:         pulumi.String(m.metric),
				Value:        pulumi.String("1"),
				DefaultValue: pulumi.String("0"),
			},
		}, pulumi.Parent(parent))
		if err != nil {
			return err
		}
	}
	return nil
}

// metricNamespace keeps stacks' own metrics apart.
func metricNamespace(ctx *pulumi.Context) string { return ctx.Project() + "/" + ctx.Stack() }
