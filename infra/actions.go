package infra

import (
	_ "embed"
	"encoding/json"

	"api-auth-jwt-auth0/infra/kind"

	"github.com/pulumi/pulumi-auth0/sdk/v3/go/auth0"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Actions are code that Auth0 runs at each sign-in and token renewal, in this order,
// after the Action grantScopes.
var Actions = []Action{
	// none
}

// An Action is code for the post-login trigger. It assigns exports.onExecutePostLogin.
// It runs for all applications of the tenant: unless it is meant for all of them, it
// compares event.client.client_id with stack.clientId. In addition to Auth0's globals
// it has the constant stack, with clientId and audience.
// https://auth0.com/docs/customize/actions/explore-triggers/post-login
type Action struct {
	// Name is in lower-case letters, digits and dashes.
	Name string
	// Code is JavaScript for Node.js. It must contain no secret: everyone who may
	// read the stack's state can read it.
	Code string
}

// grantScopes is the name of the Action that gives people their scopes. With roles,
// Auth0 limits a token's scopes to those of the person's roles, which administrators
// assign. The Action adds the scopes that everyone has.
// https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis
const grantScopes = "grant-scopes"

//go:embed grant-scopes.js
var grantScopesCode string

// actionConstants are the stack's values that an Action can read.
type actionConstants struct {
	ClientID string        `json:"clientId"`
	Audience string        `json:"audience"`
	Rights   *actionRights `json:"rights,omitempty"`
}

// actionRights is for grant-scopes.js.
type actionRights struct {
	Scopes   []string            `json:"scopes"`   // all of the API's
	Everyone []string            `json:"everyone"` // those of all people
	Roles    map[string][]string `json:"roles"`    // by the role's name in Auth0
}

// newActions deploys the Actions and binds them to sign-ins. Each waits for the
// one before: the provider appends to the trigger's list, which it reads first.
// https://github.com/auth0/terraform-provider-auth0/blob/main/internal/auth0/action/resource_trigger_action.go
func newActions(ctx *pulumi.Context, rights Rights, audience *Audience, application *Application, roles []tenantRole) error {
	all := rights.Actions
	if rights.hasRoles() {
		all = append([]Action{{Name: grantScopes, Code: grantScopesCode}}, all...)
	}
	if len(all) == 0 {
		return nil
	}
	group := &group{}
	if err := kind.Register(ctx, "Actions", "actions", group); err != nil {
		return err
	}
	after := []pulumi.Resource{}
	for _, a := range all {
		var known *actionRights
		if a.Name == grantScopes {
			known = rightsForAction(rights, roles)
		}
		bound, err := newAction(ctx, group, a, actionCode(a, audience, application, known), after)
		if err != nil {
			return err
		}
		after = []pulumi.Resource{bound}
	}
	return ctx.RegisterResourceOutputs(group, pulumi.Map{})
}

// newAction deploys one Action and binds it. v3 is the first version of the trigger
// with addScope, and the runtime is Auth0's latest.
// https://auth0.com/docs/customize/actions/releases
func newAction(ctx *pulumi.Context, group pulumi.Resource, a Action, code pulumi.StringOutput, after []pulumi.Resource) (pulumi.Resource, error) {
	action, err := auth0.NewAction(ctx, a.Name, &auth0.ActionArgs{
		Name:    pulumi.String(resourceName(ctx, a.Name)),
		Code:    code,
		Runtime: pulumi.String("node22"),
		Deploy:  pulumi.Bool(true),
		SupportedTriggers: auth0.ActionSupportedTriggersArgs{
			Id:      pulumi.String(postLogin),
			Version: pulumi.String("v3"),
		},
	}, pulumi.Parent(group))
	if err != nil {
		return nil, err
	}
	return auth0.NewTriggerAction(ctx, a.Name, &auth0.TriggerActionArgs{
		Trigger:  pulumi.String(postLogin),
		ActionId: action.ID(),
	}, pulumi.Parent(group), pulumi.DependsOn(after))
}

// postLogin is the trigger that runs when people sign in, and when a refresh token is
// exchanged.
const postLogin = "post-login"

// actionCode returns an Action's code, after a line with the constants.
func actionCode(a Action, audience *Audience, application *Application, rights *actionRights) pulumi.StringOutput {
	return pulumi.All(audience.Identifier, application.ClientID).ApplyT(func(args []any) (string, error) {
		constants, err := json.Marshal(actionConstants{Audience: args[0].(string), ClientID: args[1].(string), Rights: rights})
		return "const stack = " + string(constants) + ";\n" + a.Code, err
	}).(pulumi.StringOutput)
}

func rightsForAction(rights Rights, roles []tenantRole) *actionRights {
	known := &actionRights{Scopes: scopeNames(rights.Scopes), Everyone: rights.everyone(), Roles: map[string][]string{}}
	for _, r := range roles {
		known.Roles[r.name] = r.scopes
	}
	return known
}
