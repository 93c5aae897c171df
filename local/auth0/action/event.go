package action

// An Event describes a sign-in or a renewal to an Action: the members of Auth0's
// event object that the local tenant knows.
// https://auth0.com/docs/actions/reference/post-login/post-login-event-object
type Event struct {
	User           User            `json:"user"`
	Client         Client          `json:"client"`
	Connection     Connection      `json:"connection"`
	Authorization  Authorization   `json:"authorization"`
	ResourceServer *ResourceServer `json:"resource_server,omitempty"` // nil without an audience
	Transaction    Transaction     `json:"transaction"`
	Request        Request         `json:"request"`
	Secrets        struct{}        `json:"secrets"`
}

// User is who signs in.
type User struct {
	ID            string   `json:"user_id"`
	Email         string   `json:"email"`
	EmailVerified bool     `json:"email_verified"`
	Name          string   `json:"name"`
	Nickname      string   `json:"nickname"`
	Picture       string   `json:"picture"`
	CreatedAt     string   `json:"created_at"`
	UpdatedAt     string   `json:"updated_at"`
	AppMetadata   struct{} `json:"app_metadata"`
	UserMetadata  struct{} `json:"user_metadata"`
}

// Client is the application.
type Client struct {
	ID       string   `json:"client_id"`
	Name     string   `json:"name"`
	Metadata struct{} `json:"metadata"`
}

// Connection is the database of accounts.
type Connection struct {
	Name     string `json:"name"`
	Strategy string `json:"strategy"`
}

// Authorization has the names of the user's roles.
type Authorization struct {
	Roles []string `json:"roles"`
}

// ResourceServer is the API that a token is for.
type ResourceServer struct {
	Identifier string `json:"identifier"`
}

// Transaction is the request for authorization. A renewal has no requested scopes.
// https://support.auth0.com/center/s/article/find-requested-scopes-in-actions-for-refresh-token-client-credential-exchange-or-resource-owner-password-grant
type Transaction struct {
	Protocol        string   `json:"protocol"`
	RequestedScopes []string `json:"requested_scopes"`
}

// Protocols of a transaction.
const (
	ProtocolSignIn  = "oidc-basic-profile"
	ProtocolRenewal = "oauth2-refresh-token"
)

// Request is the HTTP request. Body is that of a renewal, without its token.
type Request struct {
	IP        string            `json:"ip"`
	Hostname  string            `json:"hostname"`
	Method    string            `json:"method"`
	UserAgent string            `json:"user_agent"`
	Query     map[string]string `json:"query"`
	Body      map[string]string `json:"body"`
}
