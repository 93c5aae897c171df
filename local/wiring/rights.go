package wiring

import (
	"slices"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

type roleInputs struct{ Name, Description string }

type rolePermissionsInputs struct {
	RoleID      string
	Permissions []struct{ Name, ResourceServerIdentifier string }
}

type actionInputs struct {
	Name, Code        string
	Deploy            bool
	SupportedTriggers struct{ ID, Version string }

	Runtime noEffect // the local tenant has its own
}

type triggerActionInputs struct{ ActionID, Trigger string }

// roles returns the tenant's roles with their permissions.
func (w *wiring) roles() (roles []auth0.Role) {
	permissions := map[string][]auth0.Permission{}
	for _, r := range w.graph.Of(provider.Auth0RolePermissions) {
		in := read[rolePermissionsInputs](r)
		for _, p := range in.Permissions {
			permissions[in.RoleID] = append(permissions[in.RoleID], auth0.Permission{Audience: p.ResourceServerIdentifier, Scope: p.Name})
		}
	}
	for _, r := range w.graph.Of(provider.Auth0Role) {
		in := read[roleInputs](r)
		roles = append(roles, auth0.Role{Name: in.Name, Description: in.Description, Permissions: permissions[r.ID]})
	}
	return roles
}

// actions returns the Actions that are bound to sign-ins, in that order: each follows those
// that it depends on.
func (w *wiring) actions() (actions []auth0.Action) {
	byID := map[string]*stack.Resource{}
	for _, r := range w.graph.Of(provider.Auth0Action) {
		byID[r.ID] = r
		if in := read[actionInputs](r); in.SupportedTriggers.ID != postLogin || in.SupportedTriggers.Version != "v3" || !in.Deploy {
			w.problem(r, "the local tenant runs deployed Actions of the trigger %s, version v3: got %s, %s, deploy %t",
				postLogin, in.SupportedTriggers.ID, in.SupportedTriggers.Version, in.Deploy)
		}
	}
	for _, r := range inOrder(w.graph.Of(provider.Auth0TriggerAction)) {
		in := read[triggerActionInputs](r)
		action, ok := byID[in.ActionID]
		switch {
		case in.Trigger != postLogin:
			w.problem(r, "the local tenant has the trigger %s only, got %s", postLogin, in.Trigger)
		case !ok:
			w.problem(r, "there is no Action %q", in.ActionID)
		default:
			code := read[actionInputs](action)
			actions = append(actions, auth0.Action{Name: code.Name, Code: code.Code})
		}
	}
	return actions
}

const postLogin = "post-login"

// inOrder sorts resources so that each comes after those that it depends on.
func inOrder(resources []*stack.Resource) []*stack.Resource {
	var sorted []*stack.Resource
	placed := map[string]bool{}
	var place func(r *stack.Resource)
	place = func(r *stack.Resource) {
		if placed[r.URN] {
			return
		}
		placed[r.URN] = true
		for _, other := range resources {
			if slices.Contains(r.Dependencies, other.URN) {
				place(other)
			}
		}
		sorted = append(sorted, r)
	}
	for _, r := range resources {
		place(r)
	}
	return sorted
}
