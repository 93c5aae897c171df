// Package schedule invokes handlers at given times, by EventBridge Scheduler.
package schedule

import (
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/scheduler"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/policy"
	"api-auth-jwt-auth0/infra/schedule/expression"
)

// schedule specifies when a handler is invoked.
type schedule struct {
	expression string
	zone       string
}

// Cron invokes a handler at the times of an expression of six fields (minute, hour, day
// of the month, month, day of the week, year; one of the two days is "?"), in a time
// zone:
//
//	schedule.Cron("0 6 * * ? *", "Europe/Berlin") // every day at six
//
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
func Cron(expression, zone string) kind.Source {
	return &schedule{expression: "cron(" + expression + ")", zone: zone}
}

// Every invokes a handler repeatedly, at an interval of whole minutes, at least one.
func Every(interval time.Duration) kind.Source {
	unit, n := "minutes", int(interval/time.Minute)
	if n == 1 {
		unit = "minute"
	}
	s := &schedule{expression: fmt.Sprintf("rate(%d %s)", n, unit), zone: "UTC"}
	if interval < time.Minute || interval%time.Minute != 0 {
		s.expression = fmt.Sprintf("rate(%v)", interval)
	}
	return s
}

// Of implements kind.Source: a schedule is not an event of a resource.
func (s *schedule) Of() kind.Resource { return nil }

// Problems implements kind.Source.
func (s *schedule) Problems(kind.Consumer) []error {
	if _, err := expression.Parse(s.expression, s.zone); err != nil {
		return []error{fmt.Errorf("is invoked by %s: %w", s.expression, err)}
	}
	return nil
}

// Grants implements kind.Source: the schedule's own role invokes the function.
func (s *schedule) Grants() []kind.Grant { return nil }

// maxName: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
const maxName = 64

// How a schedule handles an invocation that Lambda does not accept. Lambda itself invokes a
// failed function twice more.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const (
	retries = 20
	maxAge  = time.Hour
)

// component is a schedule in the stack's tree, so that the role of the schedule of a handler
// "report" and that of a handler "report-schedule" do not collide.
type component struct{ pulumi.ResourceState }

// Deploy implements kind.Source.
func (s *schedule) Deploy(ctx *pulumi.Context, stack kind.Stack, f kind.Function, _ *kind.Deployed) ([]kind.Alarm, error) {
	c := &component{}
	if err := kind.Register(ctx, "Schedule", f.Handler, c, pulumi.Parent(f.Resource)); err != nil {
		return nil, err
	}
	role, allowed, err := newRole(ctx, stack, c, f)
	if err != nil {
		return nil, err
	}
	_, err = scheduler.NewSchedule(ctx, stack.ResourceName(f.Handler, maxName), &scheduler.ScheduleArgs{
		Description:                pulumi.String("Invokes the function " + f.Handler),
		ScheduleExpression:         pulumi.String(s.expression),
		ScheduleExpressionTimezone: pulumi.String(s.zone),
		FlexibleTimeWindow:         scheduler.ScheduleFlexibleTimeWindowArgs{Mode: pulumi.String("OFF")},
		Target: scheduler.ScheduleTargetArgs{
			Arn:     f.ARN,
			RoleArn: role.Arn,
			RetryPolicy: scheduler.ScheduleTargetRetryPolicyArgs{
				MaximumRetryAttempts:     pulumi.Int(retries),
				MaximumEventAgeInSeconds: pulumi.Int(int(maxAge.Seconds())),
			},
		},
	}, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{allowed}))
	return nil, err
}

// newRole registers the role with which the scheduler invokes only this function.
func newRole(ctx *pulumi.Context, stack kind.Stack, parent pulumi.Resource, f kind.Function) (*iam.Role, *iam.RolePolicy, error) {
	trust := f.ARN.ApplyT(trustPolicy).(pulumi.StringOutput)
	args := &iam.RoleArgs{AssumeRolePolicy: trust, Tags: stack.Tags()}
	if stack.Boundary != "" {
		args.PermissionsBoundary = pulumi.String(stack.Boundary)
	}
	role, err := iam.NewRole(ctx, stack.ResourceName(f.Handler+"-schedule", maxName), args, pulumi.Parent(parent))
	if err != nil {
		return nil, nil, err
	}
	invoke := f.ARN.ApplyT(func(arn string) (string, error) {
		return policy.Text(policy.Statement{Effect: "Allow", Action: []string{"lambda:InvokeFunction"}, Resource: []string{arn}})
	}).(pulumi.StringOutput)
	allowed, err := iam.NewRolePolicy(ctx, f.Handler+"-schedule", &iam.RolePolicyArgs{Role: role.Name, Policy: invoke}, pulumi.Parent(role))
	return role, allowed, err
}

// trustPolicy allows the scheduler to assume the role for the default group of schedules in
// the function's account and region. The scheduler names the group, not the schedule.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
func trustPolicy(functionARN string) (string, error) {
	part := strings.Split(functionARN, ":")
	region, account := part[3], part[4]
	return policy.ServiceRole("scheduler.amazonaws.com", policy.Condition{"StringEquals": {
		"aws:SourceAccount": account,
		"aws:SourceArn":     "arn:aws:scheduler:" + region + ":" + account + ":schedule-group/default",
	}})
}
