package infra

import (
	"net/url"
	"slices"

	"api-auth-jwt-auth0/infra/kind"

	"github.com/pulumi/pulumi-auth0/sdk/v3/go/auth0"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Audience is the API as Auth0 knows it: a resource server with its own
// identifier and scopes. It is never the tenant's Management API, whose tokens
// could change the tenant.
type Audience struct {
	pulumi.ResourceState

	// Identifier is the "aud" of the API's access tokens.
	Identifier pulumi.StringOutput
	// Issuer is the "iss" of the tenant's tokens: a URL that ends with a slash.
	Issuer pulumi.StringOutput

	scopes pulumi.Resource // registers the scopes; client grants and roles need it first
	names  []string        // of the scopes
}

func newAudience(ctx *pulumi.Context, cfg Config, rights Rights) (*Audience, error) {
	audience := &Audience{
		Issuer: pulumi.String(originURL(cfg.TenantDomain) + "/").ToStringOutput(),
		names:  scopeNames(rights.Scopes),
	}
	if err := kind.Register(ctx, "Audience", "audience", audience); err != nil {
		return nil, err
	}
	server, err := auth0.NewResourceServer(ctx, "api", &auth0.ResourceServerArgs{
		Name:                pulumi.String(title(ctx)),
		Identifier:          pulumi.String(cfg.Audience),
		SigningAlg:          pulumi.String("RS256"), // the only family that an HTTP API's authorizer accepts
		AllowOfflineAccess:  pulumi.Bool(true),      // refresh tokens, which rotate
		TokenLifetime:       pulumi.Int(seconds(cfg.AccessTokenLifetime)),
		TokenLifetimeForWeb: pulumi.Int(seconds(cfg.AccessTokenLifetime)),
		// The site is the team's own, so people are not asked to consent to it.
		SkipConsentForVerifiableFirstPartyClients: pulumi.Bool(true),
		// Set explicitly, since tenants' defaults differ: people get tokens through
		// the applications that have a client grant, machines get none.
		// https://auth0.com/docs/get-started/apis/api-access-policies-for-applications
		SubjectTypeAuthorization: auth0.ResourceServerSubjectTypeAuthorizationArgs{
			User:   auth0.ResourceServerSubjectTypeAuthorizationUserArgs{Policy: pulumi.String("require_client_grant")},
			Client: auth0.ResourceServerSubjectTypeAuthorizationClientArgs{Policy: pulumi.String("deny_all")},
		},
		// Set even without roles: the provider does not reset enforce_policies if it is
		// unset, so the API would refuse everyone after the last role is removed.
		// https://github.com/auth0/terraform-provider-auth0/blob/main/internal/auth0/resourceserver/resource.go
		EnforcePolicies: pulumi.Bool(rights.hasRoles()),
		TokenDialect:    pulumi.String(tokenDialect(rights)),
	}, pulumi.Parent(audience), pulumi.Protect(cfg.Protect))
	if err != nil {
		return nil, err
	}
	scopes, err := auth0.NewResourceServerScopes(ctx, "scopes", &auth0.ResourceServerScopesArgs{
		ResourceServerIdentifier: server.Identifier,
		Scopes:                   resourceServerScopes(rights.Scopes),
	}, pulumi.Parent(audience))
	if err != nil {
		return nil, err
	}
	audience.Identifier, audience.scopes = server.Identifier, scopes
	return audience, ctx.RegisterResourceOutputs(audience, pulumi.Map{"identifier": audience.Identifier})
}

// tokenDialect returns Auth0's own token profile. With roles, a token also has their
// permissions, in the claim "permissions". The authorizer reads scopes only.
// https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
func tokenDialect(rights Rights) string {
	if rights.hasRoles() {
		return "access_token_authz"
	}
	return "access_token"
}

func resourceServerScopes(list []Scope) auth0.ResourceServerScopesScopeArray {
	var scopes auth0.ResourceServerScopesScopeArray
	for _, s := range list {
		scopes = append(scopes, auth0.ResourceServerScopesScopeArgs{
			Name:        pulumi.String(s.Name),
			Description: pulumi.String(s.Description),
		})
	}
	return scopes
}

// Application is the site as Auth0 knows it: a public client, which has no secret
// and signs people in by authorization code with PKCE.
type Application struct {
	pulumi.ResourceState

	ClientID pulumi.StringOutput
}

// newApplication registers the site with Auth0, for the audience. Auth0 redirects
// only to the site's URL and the stack's development origins, matched exactly: a
// wildcard would give codes to the owner of any matching host.
func newApplication(ctx *pulumi.Context, cfg Config, siteURL pulumi.StringOutput, audience *Audience) (*Application, error) {
	application := &Application{}
	if err := kind.Register(ctx, "Application", "application", application); err != nil {
		return nil, err
	}
	origins := siteURL.ApplyT(func(url string) []string {
		return distinct(append([]string{url}, cfg.DevelopmentOrigins...))
	}).(pulumi.StringArrayOutput)

	client, err := auth0.NewClient(ctx, "site", &auth0.ClientArgs{
		Name:              pulumi.String(title(ctx)),
		Description:       pulumi.String("The single-page app. Managed by Pulumi; changes made by hand are undone."),
		AppType:           pulumi.String("spa"),
		IsFirstParty:      pulumi.Bool(true),
		OidcConformant:    pulumi.Bool(true),
		GrantTypes:        pulumi.ToStringArray([]string{"authorization_code", "refresh_token"}),
		Callbacks:         origins,
		AllowedLogoutUrls: origins,
		WebOrigins:        origins,
		JwtConfiguration: auth0.ClientJwtConfigurationArgs{
			Alg:               pulumi.String("RS256"),
			LifetimeInSeconds: pulumi.Int(seconds(cfg.IDTokenLifetime)),
		},
		RefreshToken: auth0.ClientRefreshTokenArgs{
			RotationType:              pulumi.String("rotating"),
			ExpirationType:            pulumi.String("expiring"),
			Leeway:                    pulumi.Int(0), // reuse of a token revokes its family immediately
			TokenLifetime:             pulumi.Int(seconds(cfg.RefreshTokenLifetime)),
			InfiniteTokenLifetime:     pulumi.Bool(false),
			IdleTokenLifetime:         pulumi.Int(seconds(cfg.RefreshTokenIdleLifetime)),
			InfiniteIdleTokenLifetime: pulumi.Bool(false),
		},
		SkipNonVerifiableCallbackUriConfirmationPrompt: skipConfirmation(cfg.DevelopmentOrigins),
	}, pulumi.Parent(application), pulumi.Protect(cfg.Protect))
	if err != nil {
		return nil, err
	}
	if _, err := auth0.NewClientCredentials(ctx, "site", &auth0.ClientCredentialsArgs{
		ClientId:             client.ClientId,
		AuthenticationMethod: pulumi.String("none"),
	}, pulumi.Parent(application)); err != nil {
		return nil, err
	}
	if err := grantAccess(ctx, application, client, audience); err != nil {
		return nil, err
	}
	application.ClientID = client.ClientId
	return application, ctx.RegisterResourceOutputs(application, pulumi.Map{"clientId": application.ClientID})
}

// grantAccess allows people to get tokens for the audience through the client, with
// any of the API's scopes. It lists them, since allow_all_scopes is refused for some
// APIs (https://github.com/pulumi/pulumi-auth0/issues/1069).
func grantAccess(ctx *pulumi.Context, application *Application, client *auth0.Client, audience *Audience) error {
	_, err := auth0.NewClientGrant(ctx, "site", &auth0.ClientGrantArgs{
		ClientId:    client.ClientId,
		Audience:    audience.Identifier,
		SubjectType: pulumi.String("user"),
		Scopes:      pulumi.ToStringArray(audience.names),
	}, pulumi.Parent(application), pulumi.DependsOn([]pulumi.Resource{audience.scopes}))
	return err
}

// skipConfirmation skips the prompt whether to trust localhost, which Auth0 shows
// on each sign-in with a loopback callback, if the stack has a loopback development
// origin. Otherwise the tenant's default applies.
// https://auth0.com/docs/secure/security-guidance/measures-against-app-impersonation
func skipConfirmation(origins []string) pulumi.StringPtrInput {
	if slices.ContainsFunc(origins, func(o string) bool {
		u, err := url.Parse(o)
		return err == nil && isLoopback(u.Hostname())
	}) {
		return pulumi.String("true")
	}
	return nil
}

// title returns the project and the stack, since stacks may share a tenant.
func title(ctx *pulumi.Context) string { return ctx.Project() + " (" + ctx.Stack() + ")" }

// distinct drops repeated strings and keeps the order of the others.
func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
