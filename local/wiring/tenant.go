package wiring

import (
	"time"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/provider"
)

type clientInputs struct {
	Name              string
	AppType           string
	IsFirstParty      bool
	OIDCConformant    bool
	GrantTypes        []string
	Callbacks         []string
	AllowedLogoutURLs []string
	WebOrigins        []string
	JWTConfiguration  struct {
		Alg               string
		LifetimeInSeconds int
	}
	RefreshToken refreshTokenInputs

	Description                                    noEffect
	SkipNonVerifiableCallbackURIConfirmationPrompt noEffect
}

type refreshTokenInputs struct {
	RotationType              string
	ExpirationType            string
	Leeway                    int
	TokenLifetime             int
	IdleTokenLifetime         int
	InfiniteTokenLifetime     bool
	InfiniteIdleTokenLifetime bool
}

type resourceServerInputs struct {
	Name                                      string
	Identifier                                string
	SigningAlg                                string
	AllowOfflineAccess                        bool
	TokenLifetime                             int
	SkipConsentForVerifiableFirstPartyClients bool
	EnforcePolicies                           bool
	TokenDialect                              string
	SubjectTypeAuthorization                  struct {
		User   struct{ Policy string }
		Client noEffect // for machines, to which the tenant issues no tokens
	}

	TokenLifetimeForWeb noEffect // for flows that the tenant does not have
}

type credentialsInputs struct{ ClientID, AuthenticationMethod string }

type clientGrantInputs struct {
	ClientID, Audience, SubjectType string
	Scopes                          []string
}

type scopesInputs struct {
	ResourceServerIdentifier string
	Scopes                   []struct{ Name, Description string }
}

// tenant returns the configuration of the Auth0 tenant.
func (w *wiring) tenant() auth0.Config {
	var cfg auth0.Config
	public := w.publicClients()
	for _, r := range w.graph.Of(provider.Auth0Client) {
		in := read[clientInputs](r)
		id := r.Output("clientId")
		switch {
		case in.AppType != "spa" || !public[id]:
			w.problem(r, "the local tenant supports public single-page applications only: expected appType spa and the authentication method none")
		case in.JWTConfiguration.Alg != "RS256":
			w.problem(r, "the local tenant signs ID tokens with RS256, got %q", in.JWTConfiguration.Alg)
		case !in.OIDCConformant:
			w.problem(r, "the local tenant is OIDC conformant: set oidcConformant")
		}
		cfg.Clients = append(cfg.Clients, auth0.Client{
			ID:              id,
			Name:            in.Name,
			Callbacks:       in.Callbacks,
			LogoutURLs:      in.AllowedLogoutURLs,
			WebOrigins:      in.WebOrigins,
			GrantTypes:      in.GrantTypes,
			IDTokenLifetime: secondsOf(in.JWTConfiguration.LifetimeInSeconds),
			RefreshToken:    in.RefreshToken.policy(),
			FirstParty:      in.IsFirstParty,
		})
	}
	scopes := w.scopes()
	for _, r := range w.graph.Of(provider.Auth0ResourceServer) {
		in := read[resourceServerInputs](r)
		if in.SigningAlg != "RS256" {
			w.problem(r, "the local tenant signs access tokens with RS256, got %q", in.SigningAlg)
		}
		cfg.APIs = append(cfg.APIs, auth0.API{
			Identifier:               in.Identifier,
			Name:                     in.Name,
			Scopes:                   scopes[in.Identifier],
			TokenLifetime:            secondsOf(in.TokenLifetime),
			AllowOfflineAccess:       in.AllowOfflineAccess,
			SkipConsentForFirstParty: in.SkipConsentForVerifiableFirstPartyClients,
			UserPolicy:               in.SubjectTypeAuthorization.User.Policy,
			RBAC:                     in.EnforcePolicies,
			Dialect:                  in.TokenDialect,
		})
	}
	cfg.ClientGrants = w.clientGrants()
	cfg.Roles, cfg.Actions = w.roles(), w.actions()
	return cfg
}

func (in refreshTokenInputs) policy() auth0.RefreshTokenPolicy {
	policy := auth0.RefreshTokenPolicy{Rotating: in.RotationType == "rotating", Leeway: secondsOf(in.Leeway)}
	if in.ExpirationType == "expiring" && !in.InfiniteTokenLifetime {
		policy.Lifetime = secondsOf(in.TokenLifetime)
	}
	if !in.InfiniteIdleTokenLifetime {
		policy.IdleLifetime = secondsOf(in.IdleTokenLifetime)
	}
	return policy
}

// publicClients returns the IDs of the clients that do not authenticate.
func (w *wiring) publicClients() map[string]bool {
	public := map[string]bool{}
	for _, r := range w.graph.Of(provider.Auth0ClientCredentials) {
		in := read[credentialsInputs](r)
		public[in.ClientID] = in.AuthenticationMethod == "none"
	}
	return public
}

// clientGrants returns the grants for users. A grant for machines, such as one
// without a subject type, has no effect here.
func (w *wiring) clientGrants() (grants []auth0.ClientGrant) {
	for _, r := range w.graph.Of(provider.Auth0ClientGrant) {
		if in := read[clientGrantInputs](r); in.SubjectType == "user" {
			grants = append(grants, auth0.ClientGrant{ClientID: in.ClientID, Audience: in.Audience, Scopes: in.Scopes})
		}
	}
	return grants
}

// scopes returns the scopes of each resource server, by its identifier.
func (w *wiring) scopes() map[string][]auth0.Scope {
	scopes := map[string][]auth0.Scope{}
	for _, r := range w.graph.Of(provider.Auth0ResourceServerScopes) {
		in := read[scopesInputs](r)
		for _, s := range in.Scopes {
			scopes[in.ResourceServerIdentifier] = append(scopes[in.ResourceServerIdentifier], auth0.Scope{Value: s.Name, Description: s.Description})
		}
	}
	return scopes
}

func secondsOf(n int) time.Duration { return time.Duration(n) * time.Second }
