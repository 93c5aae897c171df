package provider

// auth0 are the types of the auth0 provider.
var auth0 = map[string]Type{
	"auth0:index/client:Client": {
		Global: true, create: createClient, Naming: clientNaming,
		lengths: map[string]int{"description": 140}, // https://auth0.com/docs/api/management/v2/clients/post-clients
		inputs: `name description appType isFirstParty oidcConformant grantTypes callbacks allowedLogoutUrls webOrigins
			jwtConfiguration refreshToken skipNonVerifiableCallbackUriConfirmationPrompt`,
	},
	"auth0:index/clientCredentials:ClientCredentials": {
		Global: true, create: createCredentials,
		inputs:  `clientId!^ authenticationMethod!`,
		Refs:    map[string]string{"clientId": "auth0:index/client:Client"},
		Secrets: []string{"clientSecret"},
	},
	"auth0:index/clientGrant:ClientGrant": {
		Global: true, create: createClientGrant,
		inputs: `clientId!^ audience!^ scopes! subjectType^`,
		Refs: map[string]string{
			"clientId": "auth0:index/client:Client", "audience": "auth0:index/resourceServer:ResourceServer",
		},
	},
	"auth0:index/resourceServer:ResourceServer": {
		Global: true, create: createResourceServer, Naming: resourceServerNaming,
		lengths: map[string]int{"identifier": 600},
		inputs: `name identifier!^ signingAlg allowOfflineAccess tokenLifetime tokenLifetimeForWeb
			skipConsentForVerifiableFirstPartyClients subjectTypeAuthorization`,
	},
	"auth0:index/resourceServerScopes:ResourceServerScopes": {
		Global: true, create: createPart("resourceServerIdentifier"),
		inputs: `resourceServerIdentifier!^ scopes!`,
		Refs:   map[string]string{"resourceServerIdentifier": "auth0:index/resourceServer:ResourceServer"},
	},
}

func createClient(c Cloud, r Resource) (string, map[string]any) {
	id := c.ClientID
	if id == "" {
		id = digest(r)[:32] // as long as Auth0's own
	}
	return id, map[string]any{"clientId": id}
}

// createCredentials returns the secret that every Auth0 application has, also
// one that must not use it.
func createCredentials(_ Cloud, r Resource) (string, map[string]any) {
	id, _ := r.Inputs["clientId"].(string)
	return id, map[string]any{"clientSecret": "application-secret-" + digest(r)}
}

func createClientGrant(_ Cloud, r Resource) (string, map[string]any) {
	return "cgr_" + digest(r)[:16], nil
}

func createResourceServer(_ Cloud, r Resource) (string, map[string]any) {
	return digest(r)[:24], nil
}
