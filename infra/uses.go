package infra

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/policy"
)

// uses holds the stack's resources for its functions.
type uses struct {
	handlers map[string]Handler
	stack    kind.Stack
	deployed map[Resource]*kind.Deployed
	live     *live // nil if the stack is not live
}

// newUses registers the resources.
func newUses(ctx *pulumi.Context, cfg Config, d Deployment) (*uses, error) {
	live, err := newLive(ctx, cfg)
	if err != nil {
		return nil, err
	}
	u := &uses{
		handlers: d.Handlers,
		live:     live,
		stack: kind.Stack{
			Project: ctx.Project(), Name: ctx.Stack(), Protect: cfg.Protect, Boundary: cfg.PermissionsBoundary,
			Secrets: map[string]pulumi.StringOutput{}, Consumers: d.consumers(cfg),
		},
		deployed: map[Resource]*kind.Deployed{},
	}
	for _, r := range d.Resources {
		if key := r.Declaration().Setting; key != "" {
			value, _ := ctx.GetConfig(ctx.Project() + ":" + key) // set, see checkSecret
			u.stack.Secrets[key] = pulumi.ToSecret(pulumi.String(value)).(pulumi.StringOutput)
		}
		deployed, err := r.Deploy(ctx, u.stack)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Declaration(), err)
		}
		u.deployed[r] = deployed
	}
	return u, nil
}

// environment returns the variables of a handler's function.
func (u *uses) environment(name string) pulumi.StringMap {
	variables := u.variables(name)
	for key, value := range u.live.variables(name) {
		variables[key] = pulumi.String(value)
	}
	return variables
}

// variables returns the variables that the handler itself gets.
func (u *uses) variables(name string) pulumi.StringMap {
	h := u.handlers[name]
	variables := pulumi.StringMap{}
	for key, value := range h.Environment {
		variables[key] = pulumi.String(value)
	}
	for _, use := range h.Uses {
		for key, value := range u.deployed[use.Of].Variables {
			variables[key] = value
		}
	}
	return variables
}

// document returns the policy of a handler's role: the statements of own, and those of
// its uses and its source, each for exactly its resource.
func (u *uses) document(name string, own func(arns []string) []Statement, arns ...pulumi.StringOutput) pulumi.StringOutput {
	h := u.handlers[name]
	var grants [][]kind.Grant
	inputs := make([]any, 0, len(arns))
	for _, arn := range arns {
		inputs = append(inputs, arn)
	}
	for _, use := range h.Uses {
		grants, inputs = append(grants, use.Grants), append(inputs, u.deployed[use.Of].ARN)
	}
	if h.On != nil && h.On.Of() != nil {
		grants, inputs = append(grants, h.On.Grants()), append(inputs, u.deployed[h.On.Of()].Events)
	}
	return pulumi.All(inputs...).ApplyT(func(values []any) (string, error) {
		texts := make([]string, len(values))
		for i, value := range values {
			texts[i] = value.(string)
		}
		statements := own(texts[:len(arns)])
		for i, g := range grants {
			statements = append(statements, allow(texts[len(arns)+i], g)...)
		}
		return policy.Text(append(statements, h.Statements...)...)
	}).(pulumi.StringOutput)
}

// allow returns statements for grants on a resource.
func allow(arn string, grants []kind.Grant) (statements []Statement) {
	for _, g := range grants {
		var on []string
		for _, part := range g.On {
			on = append(on, arn+part)
		}
		statements = append(statements, Statement{Effect: "Allow", Action: g.Actions, Resource: on, Condition: g.Condition})
	}
	return statements
}

// newSources registers what invokes the functions besides routes.
func (u *uses) newSources(ctx *pulumi.Context, cfg Config, functions map[string]*Function) (alarms []kind.Alarm, err error) {
	for _, name := range slices.Sorted(maps.Keys(u.handlers)) {
		h := u.handlers[name]
		if h.On == nil {
			continue
		}
		f := functions[name]
		more, err := h.On.Deploy(ctx, u.stack, kind.Function{Handler: name, Name: f.Name, ARN: f.ARN, Resource: f}, u.deployed[h.On.Of()])
		if err != nil {
			return nil, err
		}
		alarms = append(alarms, more...)
	}
	return alarms, nil
}

// alarms returns the alarms of the resources, in order of declaration.
func (u *uses) alarms(d Deployment) (alarms []kind.Alarm) {
	for _, r := range d.Resources {
		alarms = append(alarms, u.deployed[r].Alarms...)
	}
	return alarms
}

// A usedBucket is a bucket that handlers use.
type usedBucket struct {
	name        string // in the declaration
	bucket, arn pulumi.StringOutput
}

// buckets returns the buckets among the resources, in order of declaration.
func (u *uses) buckets(d Deployment) (buckets []usedBucket) {
	for _, r := range d.Resources {
		if of := u.deployed[r]; of.Bucket != (pulumi.StringOutput{}) {
			buckets = append(buckets, usedBucket{name: r.Declaration().Name, bucket: of.Bucket, arn: of.ARN})
		}
	}
	return buckets
}
