package infra

import (
	"slices"

	"api-auth-jwt-auth0/infra/kind"

	"github.com/pulumi/pulumi-auth0/sdk/v3/go/auth0"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Rights are what people may do with the API. Scopes limit applications, roles limit people:
// a token has a scope if the application requests it and the person has it.
type Rights struct {
	Scopes  []Scope
	Roles   []Role
	Actions []Action
}

// ProjectRights returns the rights in the tables of routes.go and actions.go.
func ProjectRights() Rights { return Rights{Scopes: Scopes, Roles: Roles, Actions: Actions} }

// A Role gives scopes to the people who have it. In Auth0 its name starts with the project
// and the stack, since an Action sees only the names of a tenant's roles.
type Role struct {
	// Name consists of lowercase letters, digits and dashes. Renaming a role creates a new
	// one, which nobody has.
	Name string
	// Description is for the administrators who assign the role.
	Description string
	// Scopes are some of those in Scopes.
	Scopes []string
}

// hasRoles reports whether what people may do depends on their roles. Without roles
// everyone has every scope.
func (r Rights) hasRoles() bool { return len(r.Roles) > 0 }

// everyone returns the scopes of all people.
func (r Rights) everyone() []string {
	return scopeNames(slices.DeleteFunc(slices.Clone(r.Scopes), func(s Scope) bool { return !s.Everyone }))
}

func scopeNames(scopes []Scope) []string {
	names := []string{}
	for _, s := range scopes {
		names = append(names, s.Name)
	}
	return names
}

func hasScope(scopes []Scope, name string) bool { return slices.Contains(scopeNames(scopes), name) }

// A tenantRole is a role with its name in Auth0.
type tenantRole struct {
	name   string
	scopes []string
}

// A group is a component without outputs.
type group struct{ pulumi.ResourceState }

// newRoles registers the roles with their permissions, and returns them with their names in
// the tenant. Deleting a role takes it from everyone who has it, so it is protected.
func newRoles(ctx *pulumi.Context, cfg Config, rights Rights, audience *Audience) ([]tenantRole, error) {
	if !rights.hasRoles() {
		return nil, nil
	}
	group := &group{}
	if err := kind.Register(ctx, "Roles", "roles", group); err != nil {
		return nil, err
	}
	var roles []tenantRole
	for _, r := range rights.Roles {
		role, err := auth0.NewRole(ctx, r.Name, &auth0.RoleArgs{
			Name:        pulumi.String(resourceName(ctx, r.Name)),
			Description: pulumi.String(r.Description),
		}, pulumi.Parent(group), pulumi.Protect(cfg.Protect))
		if err != nil {
			return nil, err
		}
		if _, err := auth0.NewRolePermissions(ctx, r.Name, &auth0.RolePermissionsArgs{
			RoleId:      role.ID(),
			Permissions: permissions(r, audience),
		}, pulumi.Parent(group), pulumi.DependsOn([]pulumi.Resource{audience.scopes})); err != nil {
			return nil, err
		}
		roles = append(roles, tenantRole{resourceName(ctx, r.Name), r.Scopes})
	}
	return roles, ctx.RegisterResourceOutputs(group, pulumi.Map{})
}

func permissions(r Role, audience *Audience) auth0.RolePermissionsPermissionArray {
	var list auth0.RolePermissionsPermissionArray
	for _, scope := range r.Scopes {
		list = append(list, auth0.RolePermissionsPermissionArgs{
			Name:                     pulumi.String(scope),
			ResourceServerIdentifier: audience.Identifier,
		})
	}
	return list
}
