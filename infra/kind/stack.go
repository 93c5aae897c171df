package kind

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/naming"
)

// A Stack is the program's information for its resources.
type Stack struct {
	Project, Name string
	// Protect prevents the deletion of resources with data.
	Protect bool
	// Boundary is the ARN of the policy that limits every role; empty for none.
	Boundary string
	// Secrets are the values of encrypted settings, by name.
	Secrets map[string]pulumi.StringOutput
	// Consumers are the handlers that resources' events go to.
	Consumers map[Resource]Consumer
}

// suffix is what the provider appends to generated names.
const suffix = "-0123456"

// ResourceName returns the logical name of a resource. The provider derives the physical
// name, of at most limit characters, from it.
func (s Stack) ResourceName(short string, limit int) string {
	prefix := naming.Prefix(s.Project, s.Name)
	return prefix + naming.Label(short, limit-len(prefix)-len(suffix))
}

// Tags returns the project and the stack as tags for everything that can be tagged.
func (s Stack) Tags() pulumi.StringMap {
	return pulumi.StringMap{"Project": pulumi.String(s.Project), "Stack": pulumi.String(s.Name)}
}

// Register registers c, so that a stack is a tree of named groups. The type's prefix does not
// follow the project's name: it is part of the URN of everything below, so changing it
// replaces what is deployed.
func Register(ctx *pulumi.Context, group, name string, c pulumi.ComponentResource, options ...pulumi.ResourceOption) error {
	return ctx.RegisterComponentResource("api-auth-jwt-auth0:infra:"+group, name, c, options...)
}
