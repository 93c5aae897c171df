package infra

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Function is one Go Lambda with its own role and its own log group.
type Function struct {
	pulumi.ResourceState

	Name      pulumi.StringOutput
	InvokeARN pulumi.StringOutput // what an API Gateway integration calls
}

// newFunctions registers one Function for each zip, by handler name.
func newFunctions(ctx *pulumi.Context, cfg Config, zips map[string]string) (map[string]*Function, error) {
	functions := map[string]*Function{}
	for _, name := range slices.Sorted(maps.Keys(zips)) {
		f, err := newFunction(ctx, cfg, name, zips[name])
		if err != nil {
			return nil, err
		}
		functions[name] = f
	}
	return functions, nil
}

func newFunction(ctx *pulumi.Context, cfg Config, name, zip string) (*Function, error) {
	f := &Function{}
	if err := component(ctx, "Function", name, f); err != nil {
		return nil, err
	}
	logs, err := cloudwatch.NewLogGroup(ctx, resourceName(ctx, name), &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(cfg.LogRetentionDays),
		Tags:            tags(ctx),
	}, pulumi.Parent(f))
	if err != nil {
		return nil, err
	}
	role, logPolicy, err := newFunctionRole(ctx, cfg, f, name, logs)
	if err != nil {
		return nil, err
	}
	function, err := lambda.NewFunction(ctx, functionResourceName(ctx, name), &lambda.FunctionArgs{
		Code:          pulumi.NewFileArchive(zip),
		Runtime:       pulumi.String(lambda.RuntimeCustomAL2023),
		Architectures: pulumi.ToStringArray([]string{"arm64"}),
		Handler:       pulumi.String("bootstrap"), // the file that an OS-only runtime starts
		Role:          role.Arn,
		MemorySize:    pulumi.Int(cfg.FunctionMemoryMB),
		Timeout:       pulumi.Int(seconds(cfg.FunctionTimeout)),
		LoggingConfig: lambda.FunctionLoggingConfigArgs{
			LogFormat: pulumi.String("JSON"),
			LogGroup:  logs.Name,
		},
		Tags: tags(ctx),
	}, pulumi.Parent(f), pulumi.DependsOn([]pulumi.Resource{logPolicy})) // no invocation before it can log
	if err != nil {
		return nil, err
	}
	f.Name, f.InvokeARN = function.Name, function.InvokeArn
	return f, ctx.RegisterResourceOutputs(f, pulumi.Map{"name": f.Name})
}

// newFunctionRole returns the function's role and its only policy, which lets the
// function write to its own log group. Log streams have no names beforehand, hence
// the ":*".
func newFunctionRole(ctx *pulumi.Context, cfg Config, parent pulumi.Resource, name string, logs *cloudwatch.LogGroup) (*iam.Role, *iam.RolePolicy, error) {
	trust, err := policy(Statement{
		Effect:    "Allow",
		Principal: &Principal{Service: "lambda.amazonaws.com"},
		Action:    []string{"sts:AssumeRole"},
	})
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
	write := logs.Arn.ApplyT(func(arn string) (string, error) {
		return policy(Statement{
			Effect:   "Allow",
			Action:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resource: []string{arn + ":*"},
		})
	}).(pulumi.StringOutput)
	logPolicy, err := iam.NewRolePolicy(ctx, name, &iam.RolePolicyArgs{
		Role:   role.Name,
		Policy: write,
	}, pulumi.Parent(role))
	return role, logPolicy, err
}
