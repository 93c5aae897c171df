package cloud

import (
	"net/http"
	"net/url"
	"time"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/terminal"
)

// Config configures a Cloud.
type Config struct {
	Root      string              // the project's folder
	Stack     string              // the stack whose settings apply
	Port      int                 // of the site; 0 for any free ports
	Data      string              // a folder in which tables, queues and buckets are kept between runs; empty for memory
	Forwards  map[string]*url.URL // endpoints to which calls to services of AWS go instead, by the service's name
	Users     string              // a file for the accounts of users who sign up; empty to keep them in memory
	AccessLog string              // a file for the API's access log; empty for none
	JSON      bool                // show lines of JSON in place of text
	Debug     string              // the handler to run under Delve; empty for none
	DebugPort int                 // on which Delve listens; 0 for any free one
	Hot       bool                // serve the web app as it is edited
	Terminal  *terminal.Terminal  // nil to show nothing

	// Now is the clock of the tenant and the API; nil means time.Now.
	Now func() time.Time

	// RealTenant signs users in at the stack's own Auth0 tenant instead of the local one, as
	// the application of ClientID, or of the deployed stack if that is empty. HTTPClient is
	// for requests to it; nil means the system's roots.
	RealTenant bool
	ClientID   string
	HTTPClient *http.Client

	// Live selects invocations of the deployed stack to run on this machine; nil means none.
	Live *Live
	// RealResources makes handlers use the deployed stack's resources, with the rights of
	// their own roles, instead of the local ones. Queues and schedules then invoke only the
	// handlers in Consume. It needs RealTenant.
	RealResources bool
	Consume       []string
	// Deployed is the deployed stack, for Live and RealResources; nil reads it with Pulumi.
	Deployed *DeployedStack
	// Broker is the address of a stand-in for AWS IoT Core, such as ws://127.0.0.1:8080,
	// which makes the local stack live. Empty means that it is not live, whatever its
	// settings are.
	Broker string
}

// ReadyUser has an account at the local tenant from the start.
var ReadyUser = auth0.ReadyUser{Email: "dev@example.com", Password: "local-password", Name: "Dev User"}

// SecondUser also has an account, without roles, while the stack has roles.
var SecondUser = auth0.ReadyUser{Email: "guest@example.com", Password: "guest-password", Name: "Guest User"}
