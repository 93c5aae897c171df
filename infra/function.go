package infra

import (
	"cmp"
	"maps"
	"slices"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/policy"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Function is one Lambda function in Go with its own role and log group.
type Function struct {
	pulumi.ResourceState

	Name, ARN pulumi.StringOutput
	InvokeARN pulumi.StringOutput // what an API Gateway integration calls
	RoleARN   pulumi.StringOutput
}

// newFunctions registers one Function for each zip, by handler name.
func newFunctions(ctx *pulumi.Context, cfg Config, zips map[string]string, u *uses) (map[string]*Function, error) {
	functions := map[string]*Function{}
	for _, name := range slices.Sorted(maps.Keys(zips)) {
		f, err := newFunction(ctx, cfg, name, zips[name], u)
		if err != nil {
			return nil, err
		}
		functions[name] = f
	}
	return functions, nil
}

func newFunction(ctx *pulumi.Context, cfg Config, name, zip string, u *uses) (*Function, error) {
	f := &Function{}
	if err := kind.Register(ctx, "Function", name, f); err != nil {
		return nil, err
	}
	logs, err := cloudwatch.NewLogGroup(ctx, resourceName(ctx, name), &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(cfg.LogRetentionDays),
		Tags:            tags(ctx),
	}, pulumi.Parent(f))
	if err != nil {
		return nil, err
	}
	role, rights, err := newFunctionRole(ctx, cfg, f, name, logs, u)
	if err != nil {
		return nil, err
	}
	args := &lambda.FunctionArgs{
		Code:          pulumi.NewFileArchive(zip),
		Runtime:       pulumi.String(lambda.RuntimeCustomAL2023),
		Architectures: pulumi.ToStringArray([]string{"arm64"}),
		Handler:       pulumi.String("bootstrap"), // the file that an OS-only runtime starts
		Role:          role.Arn,
		MemorySize:    pulumi.Int(cmp.Or(u.handlers[name].MemoryMB, cfg.FunctionMemoryMB)),
		Timeout:       pulumi.Int(seconds(u.handlers[name].timeout(cfg))),
		LoggingConfig: lambda.FunctionLoggingConfigArgs{
			LogFormat: pulumi.String("JSON"),
			LogGroup:  logs.Name,
		},
		Tags: tags(ctx),
	}
	if variables := u.environment(name); len(variables) > 0 {
		args.Environment = lambda.FunctionEnvironmentArgs{Variables: variables}
	}
	if n := u.handlers[name].Concurrency; n > 0 {
		args.ReservedConcurrentExecutions = pulumi.Int(n)
	}
	function, err := lambda.NewFunction(ctx, functionResourceName(ctx, name), args,
		pulumi.Parent(f), pulumi.DependsOn([]pulumi.Resource{rights})) // no invocation before it can log
	if err != nil {
		return nil, err
	}
	f.Name, f.ARN, f.InvokeARN, f.RoleARN = function.Name, function.Arn, function.InvokeArn, role.Arn
	return f, ctx.RegisterResourceOutputs(f, pulumi.Map{"name": f.Name})
}

// newFunctionRole returns the function's role and its only policy. It allows the function to
// write to its own log group, to do what its uses allow and, while the stack is live, to
// reach developers. Log streams have no names in advance, hence the ":*".
func newFunctionRole(ctx *pulumi.Context, cfg Config, parent pulumi.Resource, name string, logs *cloudwatch.LogGroup, u *uses) (*iam.Role, *iam.RolePolicy, error) {
	trust, err := policy.ServiceAndRoles("lambda.amazonaws.com", u.live.trusted()...)
	if err != nil {
		return nil, nil, err
	}
	args := &iam.RoleArgs{AssumeRolePolicy: pulumi.String(trust), Tags: tags(ctx)}
	if cfg.PermissionsBoundary != "" {
		args.PermissionsBoundary = pulumi.String(cfg.PermissionsBoundary)
	}
	role, err := iam.NewRole(ctx, functionResourceName(ctx, name), args, pulumi.Parent(parent))
	if err != nil {
		return nil, nil, err
	}
	own := func(arns []string) []Statement {
		return append([]Statement{{
			Effect:   "Allow",
			Action:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resource: []string{arns[0] + ":*"},
		}}, u.live.statements(name, arns[0])...)
	}
	rights, err := iam.NewRolePolicy(ctx, name, &iam.RolePolicyArgs{
		Role:   role.Name,
		Policy: u.document(name, own, logs.Arn),
	}, pulumi.Parent(role))
	return role, rights, err
}
