package provider

import "fmt"

// The resource types of the auth0 provider.
const (
	Auth0Action               = "auth0:index/action:Action"
	Auth0Client               = "auth0:index/client:Client"
	Auth0ClientCredentials    = "auth0:index/clientCredentials:ClientCredentials"
	Auth0ClientGrant          = "auth0:index/clientGrant:ClientGrant"
	Auth0ResourceServer       = "auth0:index/resourceServer:ResourceServer"
	Auth0ResourceServerScopes = "auth0:index/resourceServerScopes:ResourceServerScopes"
	Auth0Role                 = "auth0:index/role:Role"
	Auth0RolePermissions      = "auth0:index/rolePermissions:RolePermissions"
	Auth0TriggerAction        = "auth0:index/triggerAction:TriggerAction"
)

// auth0 are the rows of the types of the auth0 provider. The limits are those of the
// Management API, https://auth0.com/docs/api/management/v2, and of the provider,
// https://github.com/auth0/terraform-provider-auth0/tree/main/internal/auth0.
var auth0 = map[string]Type{
	Auth0Action: {
		Global: true, create: createAction, Naming: actionNaming,
		inputs: object(fields{
			"name": actionNaming.rule(), "code!": length(1, maxActionBytes), "deploy": boolean,
			"runtime":            oneOf("node12", "node16", "node18", "node22"),
			"supportedTriggers!": object(fields{"id!": oneOf(triggers...), "version!": match(8, `v\d+`, "v3")}),
		}),
	},
	Auth0Client: {
		Global: true, create: createClient, Naming: clientNaming,
		inputs: object(fields{
			"name": clientNaming.rule(), "description": length(0, 140),
			"appType":      oneOf("native", "spa", "regular_web", "non_interactive"),
			"isFirstParty": boolean, "oidcConformant": boolean, "grantTypes": list(0, 20, grantType),
			"callbacks": list(0, 100, webURL), "allowedLogoutUrls": list(0, 100, webURL), "webOrigins": list(0, 100, webURL),
			"jwtConfiguration": object(fields{"alg": signingAlgorithm, "lifetimeInSeconds": integer(1, 2_592_000)}),
			"refreshToken":     refreshToken,
			"skipNonVerifiableCallbackUriConfirmationPrompt": oneOf("true", "false", "null"),
		}),
	},
	Auth0ClientCredentials: {
		Global: true, create: createCredentials,
		Refs:    map[string]string{"clientId": Auth0Client},
		Secrets: []string{"clientSecret"},
		inputs: object(fields{
			"clientId!^": reference,
			"authenticationMethod!": oneOf("none", "client_secret_post", "client_secret_basic", "private_key_jwt",
				"tls_client_auth", "self_signed_tls_client_auth"),
		}),
	},
	Auth0ClientGrant: {
		Global: true, create: createClientGrant,
		inputs: object(fields{
			"clientId!^": reference, "audience!^": length(1, 600), "scopes!": list(0, 1000, length(1, 280)),
			"subjectType^": oneOf("client", "user"),
		}),
		Refs: map[string]string{
			"clientId": Auth0Client, "audience": Auth0ResourceServer,
		},
	},
	Auth0ResourceServer: {
		Global: true, create: createResourceServer, Naming: resourceServerNaming,
		inputs: object(fields{
			"name": resourceServerNaming.rule(), "identifier!^": length(1, 600), "signingAlg": signingAlgorithm,
			"allowOfflineAccess": boolean, "skipConsentForVerifiableFirstPartyClients": boolean, "enforcePolicies": boolean,
			"tokenDialect": oneOf("access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"),
			"subjectTypeAuthorization": object(fields{
				"user":   object(fields{"policy": oneOf("allow_all", "deny_all", "require_client_grant")}),
				"client": object(fields{"policy": oneOf("deny_all", "require_client_grant")}),
			}),
			"tokenLifetime": integer(0, 2_592_000), "tokenLifetimeForWeb": integer(0, 2_592_000),
		}, atMost("tokenLifetimeForWeb", "tokenLifetime")),
	},
	Auth0ResourceServerScopes: {
		Global: true, create: createPart("resourceServerIdentifier"),
		Refs: map[string]string{"resourceServerIdentifier": Auth0ResourceServer},
		inputs: object(fields{
			"resourceServerIdentifier!^": length(1, 600),
			"scopes!": unique("name", list(0, 1000, object(fields{
				"name!": match(280, `\S+`, "read:items"), "description": length(0, 500),
			}))),
		}),
	},
	Auth0Role: {
		Global: true, create: createTenantRole, Naming: tenantRoleNaming,
		inputs: object(fields{"name": tenantRoleNaming.rule(), "description": length(0, 500)}),
	},
	Auth0RolePermissions: {
		Global: true, create: createPart("roleId"),
		Refs: map[string]string{"roleId": Auth0Role},
		inputs: object(fields{
			"roleId!^": reference,
			"permissions!": list(0, 1000, object(fields{
				"name!": match(280, `\S+`, "read:items"), "resourceServerIdentifier!": length(1, 600),
			})),
		}),
	},
	Auth0TriggerAction: {
		Global: true, create: createTriggerAction,
		Refs:   map[string]string{"actionId": Auth0Action},
		inputs: object(fields{"actionId!^": reference, "trigger!^": oneOf(triggers...)}),
	},
}

// https://auth0.com/docs/customize/actions/limitations
const maxActionBytes = 100_000

// triggers are the triggers to which the provider binds Actions.
// https://github.com/auth0/terraform-provider-auth0/blob/main/internal/auth0/action/resource_trigger_action.go
var triggers = []string{"post-login", "credentials-exchange", "pre-user-registration", "post-user-registration",
	"post-change-password", "send-phone-message", "password-reset-post-challenge", "custom-email-provider", "custom-phone-provider"}

var signingAlgorithm = oneOf("HS256", "RS256", "PS256")

// https://auth0.com/docs/get-started/applications/application-grant-types
var grantType = oneOf("authorization_code", "implicit", "refresh_token", "client_credentials", "password",
	"http://auth0.com/oauth/grant-type/password-realm", "urn:ietf:params:oauth:grant-type:device_code")

// https://auth0.com/docs/secure/tokens/refresh-tokens/configure-refresh-token-expiration
var refreshToken = object(fields{
	"rotationType!": oneOf("rotating", "non-rotating"), "expirationType!": oneOf("expiring", "non-expiring"),
	"leeway": integer(0, 60), "tokenLifetime": integer(1, maxRefreshLifetime), "idleTokenLifetime": integer(1, maxRefreshLifetime),
	"infiniteTokenLifetime": boolean, "infiniteIdleTokenLifetime": boolean,
}, rotatingExpires, below("idleTokenLifetime", "tokenLifetime"))

// maxRefreshLifetime is a year of 365.25 days, in seconds.
const maxRefreshLifetime = 31_557_600

func rotatingExpires(object map[string]any) (string, string) {
	if object["rotationType"] == "rotating" && object["expirationType"] == "non-expiring" {
		return "expirationType", "expected expiring with rotationType rotating"
	}
	return "", ""
}

func createClient(c Cloud, r Resource) (string, map[string]any) {
	id := c.ClientID
	if id == "" {
		id = digest(r)[:32] // as long as Auth0's IDs
	}
	return id, map[string]any{"clientId": id}
}

// createCredentials returns the secret that every Auth0 application has, even one
// that must not use it.
func createCredentials(_ Cloud, r Resource) (string, map[string]any) {
	id, _ := r.Inputs["clientId"].(string)
	return id, map[string]any{"clientSecret": "application-secret-" + digest(r)}
}

func createClientGrant(_ Cloud, r Resource) (string, map[string]any) {
	return "cgr_" + digest(r)[:16], nil
}

func createAction(_ Cloud, r Resource) (string, map[string]any) {
	d := digest(r)
	id := fmt.Sprintf("%s-%s-%s-%s-%s", d[:8], d[8:12], d[12:16], d[16:20], d[20:32])
	return id, map[string]any{"versionId": "version-" + d[32:48]}
}

func createTriggerAction(_ Cloud, r Resource) (string, map[string]any) {
	return text(r, "trigger") + "::" + text(r, "actionId"), nil
}

func createTenantRole(_ Cloud, r Resource) (string, map[string]any) {
	return "rol_" + digest(r)[:16], nil
}

func createResourceServer(_ Cloud, r Resource) (string, map[string]any) {
	return digest(r)[:24], nil
}
