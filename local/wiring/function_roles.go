package wiring

import (
	"strings"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/provider"
)

type functionRoleInputs struct {
	PermissionsBoundary noEffect // of an account that this machine does not know

	Name, AssumeRolePolicy, Tags noEffect
}

type rolePolicyInputs struct {
	Role, Policy string

	Name noEffect
}

// functionRoles returns what each function is allowed, by its name.
func (w *wiring) functionRoles() map[string]aws.Role {
	policies := map[string][]string{} // by the role's name
	for _, r := range w.graph.Of(provider.IAMRolePolicy) {
		in := read[rolePolicyInputs](r)
		policies[in.Role] = append(policies[in.Role], in.Policy)
	}
	roles := map[string]aws.Role{}
	for _, r := range w.graph.Of(provider.LambdaFunction) {
		arn := read[functionInputs](r).Role
		name := arn[strings.LastIndex(arn, "/")+1:]
		roles[r.Output("name")] = aws.Role{ARN: arn, Policies: policies[name], Handler: label(r.Parent)}
	}
	return roles
}

// label returns the last part of a URN, such as a handler's name in that of its component.
func label(urn string) string { return urn[strings.LastIndex(urn, ":")+1:] }

// accountOf returns the region and the account of an ARN.
func accountOf(arn string) (region, account string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return "", ""
	}
	return parts[3], parts[4]
}
