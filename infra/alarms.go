package infra

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/kind"
)

// alarmPeriod is the period of each metric, in seconds.
const alarmPeriod = 300

// An alarm goes off when a value is above its threshold in enough of the last
// periods. Periods without requests have no value and do not count.
type alarm struct {
	name        string
	description string // what it means and where to look
	threshold   float64
	above, of   int // alarm if the value is above in this many of the last periods
	expression  string
	metrics     []metric // the expression's operands, or the one metric
}

type metric struct {
	id, namespace, name, statistic string
	dimensions                     pulumi.StringMap
}

// apiAlarms cover all routes together. Rates are meaningful only above a minimum
// of requests; below it the functions' own alarms apply.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
func apiAlarms(ctx *pulumi.Context, cfg Config, api *API) []alarm {
	dimensions := pulumi.StringMap{"ApiId": api.ID, "Stage": pulumi.String(stageName)}
	gateway := func(id, name, statistic string) metric {
		return metric{id: id, namespace: "AWS/ApiGateway", name: name, statistic: statistic, dimensions: dimensions}
	}
	fromLog := func(id, name string) metric {
		return metric{id: id, namespace: metricNamespace(ctx), name: name, statistic: "Sum"}
	}
	return []alarm{
		{
			name: "api-errors", threshold: 5, above: 2, of: 3,
			description: "More than 5 % of the API's requests fail with 5xx: see integrationError in the access log, then the function's log.",
			expression:  "IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)",
			metrics:     []metric{gateway("errors", "5xx", "Sum"), gateway("requests", "Count", "Sum")},
		},
		{
			name: "api-latency", threshold: float64(cfg.AlarmLatency.Milliseconds()), above: 3, of: 3,
			description: "1 of 100 requests takes longer than the setting alarmLatency: compare Latency with IntegrationLatency on the dashboard.",
			metrics:     []metric{gateway("latency", "Latency", "p99")},
		},
		{
			name: "api-throttled", threshold: 9, above: 1, of: 1,
			description: "Ten requests or more in five minutes were refused with 429: raise throttleRate, or find who sends them in the access log.",
			metrics:     []metric{fromLog("throttled", throttledMetric)},
		},
		{
			name: "authorizer-failures", threshold: 25, above: 2, of: 3,
			description: "More than a quarter of the API's requests have no valid token: see authorizerError in the access log. Possible causes are a tenant whose keys cannot be fetched, and attempts to guess tokens.",
			expression:  "IF(FILL(failures, 0) >= 50, 100 * failures / requests, 0)",
			metrics:     []metric{fromLog("failures", authorizerFailedMetric), gateway("requests", "Count", "Sum")},
		},
	}
}

// functionAlarms cover one function.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
func functionAlarms(name string, f *Function) []alarm {
	count := func(metricName string) []metric {
		return []metric{{id: "count", namespace: "AWS/Lambda", name: metricName, statistic: "Sum", dimensions: pulumi.StringMap{"FunctionName": f.Name}}}
	}
	return []alarm{
		{
			name: name + "-errors", above: 1, of: 1, metrics: count("Errors"),
			description: "The function " + name + " failed or ran out of time: see its log.",
		},
		{
			name: name + "-throttled", above: 1, of: 1, metrics: count("Throttles"),
			description: "Lambda throttled the function " + name + ": see the account's quota of concurrent executions.",
		},
	}
}

// resourceAlarm returns the alarm of a resource that handlers use.
func resourceAlarm(a kind.Alarm) alarm {
	return alarm{
		name: a.Name, description: a.Description, threshold: a.Threshold, above: 1, of: 1,
		metrics: []metric{{id: "value", namespace: a.Namespace, name: a.Metric, statistic: a.Statistic, dimensions: a.Dimensions}},
	}
}

func newAlarm(ctx *pulumi.Context, parent pulumi.Resource, a alarm, topic *sns.Topic) error {
	args := &cloudwatch.MetricAlarmArgs{
		AlarmDescription:   pulumi.String(title(ctx) + ": " + a.description),
		ComparisonOperator: pulumi.String("GreaterThanThreshold"),
		Threshold:          pulumi.Float64(a.threshold),
		DatapointsToAlarm:  pulumi.Int(a.above),
		EvaluationPeriods:  pulumi.Int(a.of),
		TreatMissingData:   pulumi.String("notBreaching"),
		MetricQueries:      a.queries(),
		Tags:               tags(ctx),
	}
	if topic != nil {
		args.AlarmActions = pulumi.Array{topic.Arn}
		args.OkActions = pulumi.Array{topic.Arn}
	}
	_, err := cloudwatch.NewMetricAlarm(ctx, resourceName(ctx, a.name), args, pulumi.Parent(parent))
	return err
}

func (a alarm) queries() cloudwatch.MetricAlarmMetricQueryArray {
	var queries cloudwatch.MetricAlarmMetricQueryArray
	for _, m := range a.metrics {
		queries = append(queries, cloudwatch.MetricAlarmMetricQueryArgs{
			Id:         pulumi.String(m.id),
			ReturnData: pulumi.Bool(a.expression == ""),
			Metric: cloudwatch.MetricAlarmMetricQueryMetricArgs{
				Namespace:  pulumi.String(m.namespace),
				MetricName: pulumi.String(m.name),
				Stat:       pulumi.String(m.statistic),
				Period:     pulumi.Int(alarmPeriod),
				Dimensions: m.dimensions,
			},
		})
	}
	if a.expression != "" {
		queries = append(queries, cloudwatch.MetricAlarmMetricQueryArgs{
			Id:         pulumi.String("value"),
			Expression: pulumi.String(a.expression),
			Label:      pulumi.String(a.name),
			ReturnData: pulumi.Bool(true),
		})
	}
	return queries
}
