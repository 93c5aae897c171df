package program

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// newURN returns the URN that the engine would assign to a resource. The URN of a
// resource directly below the stack contains no parent type.
func newURN(project, stackName, parent, resourceType, name string) string {
	var parentType tokens.Type
	if parent := belowStack(parent); parent != "" {
		parentType = resource.URN(parent).QualifiedType()
	}
	return string(resource.NewURN(tokens.QName(stackName), tokens.PackageName(project), parentType, tokens.Type(resourceType), name))
}

// belowStack returns parent, or "" if that is the stack itself.
func belowStack(parent string) string {
	if parent == "" || resource.URN(parent).QualifiedType() == resource.RootStackType {
		return ""
	}
	return parent
}
