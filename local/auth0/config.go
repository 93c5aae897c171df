package auth0

import (
	"log/slog"
	"time"
)

// Options are the fixed settings of a tenant.
type Options struct {
	// Issuer is the tenant's own URL and the iss of its tokens. It is absolute,
	// has no path, and ends with a slash: "http://localhost:3002/".
	Issuer string

	// Users are the people who can sign in; sign-ups are added to them.
	// Nil means an empty set that is kept in memory.
	Users *Users
	// ReadyUser, when set, can sign in at once and is shown on the login page
	// with its password. It is kept in memory only, never in a users file. It has all
	// roles.
	ReadyUser *ReadyUser
	// SecondUser, when set, is another ready user as long as the Config has roles, of
	// which it has none. It is left out if an account has its e-mail.
	SecondUser *ReadyUser

	// Now is the clock that every lifetime is measured by; nil means time.Now.
	Now func() time.Time
	// Logger receives causes that are hidden from clients, and never a secret;
	// nil discards them.
	Logger *slog.Logger
}

// Config is the settings that a deployment gives to Auth0. It must not be changed
// after it is passed to [Tenant.Prepare].
type Config struct {
	Clients []Client
	APIs    []API
	// ClientGrants are those for people who sign in; an API's UserPolicy says
	// whether clients need one.
	ClientGrants []ClientGrant
	// Roles are those that users can have: see [Tenant.GiveRole].
	Roles []Role
	// Actions are those of the trigger post-login, in the order in which they run.
	Actions []Action
}

// Action is code that runs when people sign in and when refresh tokens are exchanged:
// see package action.
type Action struct{ Name, Code string }

// Client is an application that may request tokens. All clients are public (token
// endpoint authentication "none") and use PKCE.
type Client struct {
	ID, Name string

	// Callbacks and LogoutURLs are compared as strings, byte by byte; wildcards
	// are refused by Prepare. WebOrigins may read answers by CORS and receive silent
	// logins: scheme, host and port without a path.
	Callbacks, LogoutURLs, WebOrigins []string

	// GrantTypes are "authorization_code" and "refresh_token".
	GrantTypes []string

	// IDTokenLifetime defaults to Auth0's 36000 seconds.
	IDTokenLifetime time.Duration
	RefreshToken    RefreshTokenPolicy

	// FirstParty clients need no consent from the person who signs in, for APIs
	// that skip it: see [API.SkipConsentForFirstParty].
	FirstParty bool
}

// RefreshTokenPolicy says how long and how often a refresh token is valid.
type RefreshTokenPolicy struct {
	// Rotating gives a new refresh token at each use. Presenting a used one again,
	// more than Leeway after its use, revokes its whole family.
	Rotating bool
	Leeway   time.Duration
	// Lifetime is counted from the sign-in, IdleLifetime from the last use.
	// Zero means no limit.
	Lifetime, IdleLifetime time.Duration
}

// API is a resource server: the audience of access tokens.
type API struct {
	Identifier, Name string
	Scopes           []Scope

	// TokenLifetime defaults to Auth0's 86400 seconds. Auth0's second setting,
	// the lifetime for web, is for implicit and hybrid flows, which this tenant
	// does not have; code with PKCE uses this one.
	// https://auth0.com/docs/secure/tokens/access-tokens/update-access-token-lifetime
	TokenLifetime time.Duration

	// AllowOfflineAccess lets clients request refresh tokens.
	AllowOfflineAccess bool
	// SkipConsentForFirstParty is Auth0's
	// skip_consent_for_verifiable_first_party_clients.
	SkipConsentForFirstParty bool

	// UserPolicy is [PolicyRequireGrant], [PolicyAllowAll] or [PolicyDenyAll]. The
	// empty string means PolicyRequireGrant.
	UserPolicy string

	// RBAC is Auth0's enforce_policies: a token has only scopes that the user's roles
	// give. Dialect is [DialectPlain] or [DialectWithPermissions]. The empty string means
	// DialectPlain.
	RBAC    bool
	Dialect string
}

// ClientGrant lets a client request tokens for an API, with these of its scopes
// and no others.
// https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants
type ClientGrant struct {
	ClientID, Audience string
	Scopes             []string
}

// Scope is one permission of an API, shown to people when they are asked for
// their consent.
type Scope struct{ Value, Description string }

// ReadyUser is the account that a developer can use without signing up.
type ReadyUser struct{ Email, Password, Name string }

// Grant types that a client may have here.
const (
	grantCode    = "authorization_code"
	grantRefresh = "refresh_token"
)

// Auth0's defaults, from the pages named above and from
// https://auth0.com/docs/secure/tokens/id-tokens/update-id-token-lifetime
const (
	defaultIDTokenLifetime     = 36000 * time.Second
	defaultAccessTokenLifetime = 86400 * time.Second
	// userinfoTokenLifetime is that of a token that was requested without an audience.
	userinfoTokenLifetime = 24 * time.Hour
	// maxAccessTokenLifetime is the longest that Auth0 allows for an API.
	maxAccessTokenLifetime = 2592000 * time.Second
)
