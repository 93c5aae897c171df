// Package secret declares secrets that handlers read: the value of an encrypted setting, in a
// SecureString of Systems Manager's Parameter Store.
//
// A parameter is free, and its key is managed by AWS. Secrets Manager costs $0.40 a month for
// each secret, for a rotation that a setting does not have.
// https://aws.amazon.com/systems-manager/pricing/
// https://aws.amazon.com/secrets-manager/pricing/
package secret

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/naming"
)

// A Secret is the value of one encrypted setting.
type Secret struct{ setting string }

// New declares a secret with the value of a setting:
//
//	pulumi config set --secret paymentsKey
//
// In the local cloud, the value comes from .secrets.env; see package local/secrets.
func New(setting string) *Secret { return &Secret{setting: setting} }

// Read allows a handler to read the value. The environment variable <NAME>_PARAMETER has the
// parameter's name, not the value. Its key, aws/ssm, allows every role of the account to
// decrypt, so a role needs only the right to read the parameter.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-restrict-decryption.html
func (s *Secret) Read() kind.Use {
	return kind.Use{Of: s, Grants: []kind.Grant{{Actions: []string{"ssm:GetParameter"}, On: []string{""}}}}
}

func (s *Secret) variable() string { return naming.Variable(s.setting) + "_PARAMETER" }

// Declaration implements kind.Resource.
func (s *Secret) Declaration() kind.Declaration {
	d := kind.Declaration{Kind: "secret", Name: s.setting, Setting: s.setting, Variables: []string{s.variable()}}
	if err := kind.CheckName(s.setting); err != nil {
		d.Problems = append(d.Problems, err)
	}
	return d
}

// component is a secret in the stack's tree.
type component struct{ pulumi.ResourceState }

// maxName: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
const maxName = 1011

// reserved matches the names that Parameter Store reserves.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
var reserved = regexp.MustCompile(`^(?i:aws|ssm)`)

// Deploy implements kind.Resource.
func (s *Secret) Deploy(ctx *pulumi.Context, stack kind.Stack) (*kind.Deployed, error) {
	name := stack.ResourceName(s.setting, maxName)
	if reserved.MatchString(name) {
		return nil, fmt.Errorf("the name of its parameter begins with that of the project, %q, and Parameter Store refuses names that begin with aws or ssm: rename the project in Pulumi.yaml", stack.Project)
	}
	c := &component{}
	if err := kind.Register(ctx, "Secret", s.setting, c); err != nil {
		return nil, err
	}
	parameter, err := ssm.NewParameter(ctx, name, &ssm.ParameterArgs{
		Type:        pulumi.String("SecureString"),
		Value:       stack.Secrets[s.setting],
		Description: pulumi.String("The setting " + s.setting + " of the stack " + stack.Name),
		Tags:        stack.Tags(),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	return &kind.Deployed{
		ARN:       parameter.Arn,
		Variables: map[string]pulumi.StringOutput{s.variable(): parameter.Name},
	}, ctx.RegisterResourceOutputs(c, pulumi.Map{"name": parameter.Name})
}
