package wiring

import (
	"strings"

	"api-auth-jwt-auth0/local/aws/policy"
	"api-auth-jwt-auth0/local/aws/scheduler"
	"api-auth-jwt-auth0/local/eventsource"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

type mappingInputs struct {
	EventSourceARN, FunctionName, StartingPosition   string
	BatchSize, MaximumBatchingWindowInSeconds        int
	BisectBatchOnFunctionError                       bool
	MaximumRecordAgeInSeconds, ParallelizationFactor int
	MaximumRetryAttempts                             *int
	FunctionResponseTypes                            []string
	ScalingConfig                                    struct{ MaximumConcurrency int }
	Enabled                                          *bool

	Tags noEffect
}

// mappings returns the event source mappings of queues and tables.
func (w *wiring) mappings() (cfg eventsource.Config) {
	for _, r := range w.graph.Of(provider.LambdaEventSourceMapping) {
		in := read[mappingInputs](r)
		m := eventsource.Mapping{
			ID: r.ID, Function: in.FunctionName[strings.LastIndex(in.FunctionName, ":")+1:], FunctionARN: in.FunctionName,
			SourceARN: in.EventSourceARN, Disabled: in.Enabled != nil && !*in.Enabled,
			BatchSize: in.BatchSize, BatchingWindow: secondsOf(in.MaximumBatchingWindowInSeconds),
			ReportBatchItemFailures: len(in.FunctionResponseTypes) > 0, MaximumConcurrency: in.ScalingConfig.MaximumConcurrency,
			StartingPosition: in.StartingPosition, BisectBatchOnFunctionError: in.BisectBatchOnFunctionError,
			MaximumRetryAttempts: -1, MaximumRecordAge: secondsOf(max(in.MaximumRecordAgeInSeconds, 0)),
			ParallelizationFactor: in.ParallelizationFactor,
		}
		if in.MaximumRetryAttempts != nil {
			m.MaximumRetryAttempts = *in.MaximumRetryAttempts
		}
		w.checkMapping(r, m)
		cfg.Mappings = append(cfg.Mappings, m)
	}
	return cfg
}

// The permissions that Lambda needs to read a source. It checks the function's role when a
// mapping is created.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
var (
	queueReads  = []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
	streamReads = []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}
)

// checkMapping reports a mapping that Lambda would refuse, because the function's role does
// not allow it to read the source.
func (w *wiring) checkMapping(r *stack.Resource, m eventsource.Mapping) {
	reads := queueReads
	if strings.HasPrefix(m.SourceARN, "arn:aws:dynamodb:") {
		reads = streamReads
	}
	for _, action := range reads {
		if d := w.evaluate(m.Function, action, m.SourceARN); !d.Allowed {
			w.problem(r, "the role of the function %s does not allow %s on %s, so that Lambda cannot read it: %s", m.Function, action, m.SourceARN, d.Reason)
		}
	}
}

// evaluate evaluates a request of a function's role.
func (w *wiring) evaluate(function, action, resource string) policy.Decision {
	var policies policy.Policies
	for _, text := range w.functionRoles()[function].Policies {
		document, err := policy.Parse([]byte(text))
		if err != nil {
			return policy.Decision{Reason: err.Error()}
		}
		policies.Identity = append(policies.Identity, document)
	}
	return policies.Evaluate(policy.Request{Action: action, Resource: resource, Context: policy.Context{}})
}

type scheduleInputs struct {
	ScheduleExpression, ScheduleExpressionTimezone, State string
	FlexibleTimeWindow                                    struct {
		Mode string

		MaximumWindowInMinutes noEffect
	}
	Target struct {
		ARN, RoleARN, Input string
		RetryPolicy         struct{ MaximumEventAgeInSeconds, MaximumRetryAttempts int }
	}

	Name, Description noEffect
}

// schedules returns the configuration of the schedules.
func (w *wiring) schedules() (cfg scheduler.Config) {
	for _, r := range w.graph.Of(provider.SchedulerSchedule) {
		in := read[scheduleInputs](r)
		cfg.Region, cfg.AccountID = accountOf(r.Output("arn"))
		if in.FlexibleTimeWindow.Mode != "OFF" {
			w.problem(r, "the local cloud runs schedules at their time, got the flexible window %s", in.FlexibleTimeWindow.Mode)
		}
		cfg.Schedules = append(cfg.Schedules, scheduler.Schedule{
			Name: r.Output("name"), ARN: r.Output("arn"),
			Expression: in.ScheduleExpression, TimeZone: in.ScheduleExpressionTimezone, State: in.State,
			Input: in.Target.Input, TargetARN: in.Target.ARN, RoleARN: in.Target.RoleARN,
			MaximumRetryAttempts: in.Target.RetryPolicy.MaximumRetryAttempts, MaximumEventAge: secondsOf(in.Target.RetryPolicy.MaximumEventAgeInSeconds),
		})
	}
	return cfg
}
