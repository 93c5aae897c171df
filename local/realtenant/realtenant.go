// Package realtenant finds the Auth0 tenant of a deployed stack, for logins at the local
// site: the tenant's domain and the site's client ID. It checks before anybody signs in
// that the tenant would accept the site.
//
// It changes nothing in the tenant, sends only requests that need no credentials, and
// must know neither the emulators nor what the terminal shows.
package realtenant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/outputs"
	"api-auth-jwt-auth0/local/stack"
)

// A Config is what the local site needs of a tenant.
type Config struct {
	SiteURL    string
	ClientID   string       // of the site's application; empty means the deployed stack's
	HTTPClient *http.Client // nil means the system's roots and proxy
	// Outputs are the deployed stack's, if they have been read already. Nil means
	// that they are read when needed.
	Outputs outputs.Outputs
}

// A Tenant is the Auth0 tenant of a stack's settings.
type Tenant struct {
	stack    string
	domain   string
	clientID string
	siteURL  string
	outputs  stackOutputs // of the deployed stack; empty if Config has a client ID
	client   issuerClient
	checked  string // the audience for which a login was tried with success; empty before
}

// Find returns the tenant of a stack's settings, after checks of the settings and of
// the tenant's discovery document.
func Find(ctx context.Context, cfg Config, settings stack.Settings) (*Tenant, error) {
	t := &Tenant{
		stack:    settings.Stack,
		domain:   settings.Values["auth0:domain"],
		clientID: cfg.ClientID,
		siteURL:  cfg.SiteURL,
		client:   issuerClient{cfg.HTTPClient},
	}
	if err := errors.Join(t.checkDomain(), t.CheckOrigin(settings)); err != nil {
		return nil, err
	}
	if t.clientID == "" {
		outputs, err := readOutputs(ctx, cfg.Outputs, settings)
		if err != nil {
			return nil, err
		}
		t.outputs, t.clientID = outputs, outputs.ClientID
	}
	return t, t.client.discover(ctx, t.URL())
}

// IsOf reports whether the settings are for this tenant.
func (t *Tenant) IsOf(settings stack.Settings) bool {
	return t.domain == settings.Values["auth0:domain"]
}

// ClientID returns the site's client ID.
func (t *Tenant) ClientID() string { return t.clientID }

// URL returns the tenant's origin.
func (t *Tenant) URL() string { return "https://" + t.domain }

// checkDomain checks that the domain makes an origin. The program checks the rest.
func (t *Tenant) checkDomain() error {
	fix := "pulumi config set --stack " + t.stack + " auth0:domain TENANT.eu.auth0.com"
	switch {
	case t.domain == "":
		return fmt.Errorf("stack %q has no Auth0 tenant: %s", t.stack, fix)
	case strings.ContainsAny(t.domain, ":/@ "):
		return fmt.Errorf("the tenant of stack %q: expected the bare domain, got %q: %s", t.stack, t.domain, fix)
	}
	return nil
}

// CheckOrigin returns an error if the stack does not allow logins from the site's
// origin.
func (t *Tenant) CheckOrigin(settings stack.Settings) error {
	var origins []string
	// The program reports a list that does not parse.
	_ = json.Unmarshal([]byte(settings.Values[settings.Project+":developmentOrigins"]), &origins)
	if slices.Contains(origins, t.siteURL) {
		return nil
	}
	add := fmt.Sprintf("pulumi config set --stack %s --path 'developmentOrigins[%d]' %s, and then pulumi up --stack %[1]s",
		t.stack, len(origins), t.siteURL)
	for _, origin := range origins {
		u, err := url.Parse(origin)
		if err == nil && u.Scheme == "http" && u.Hostname() == "localhost" && u.Port() != "" {
			return fmt.Errorf("stack %q allows logins from %q, not from %s: start with -port %s, or add the origin: %s",
				t.stack, origins, t.siteURL, u.Port(), add)
		}
	}
	return fmt.Errorf("stack %q allows no logins from this machine: use a stack for development (-stack dev), or add the origin: %s", t.stack, add)
}

// Check compares the program's exports with the deployed stack, and tries a login at
// the tenant. A login that succeeded is not tried again for the same audience.
func (t *Tenant) Check(ctx context.Context, exports map[string]any) error {
	audience, _ := exports["auth0Audience"].(string)
	for _, output := range []struct{ name, deployed, here string }{
		{"tenant", t.outputs.Domain, t.domain},
		{"audience", t.outputs.Audience, audience},
	} {
		if output.deployed != "" && output.deployed != output.here {
			return fmt.Errorf("stack %q is deployed with the %s %s, and its settings have %s: deploy them with pulumi up --stack %[1]s, or restore them",
				t.stack, output.name, output.deployed, output.here)
		}
	}
	if t.checked == audience {
		return nil
	}
	err := t.client.tryLogin(ctx, t.URL(), login{t.clientID, t.siteURL, audience})
	if refused, ok := errors.AsType[*loginError](err); ok {
		return t.explain(refused)
	}
	if err == nil {
		t.checked = audience
	}
	return err
}

// explain returns the possible causes of a refusal. Auth0 sends its reason to the
// callback only, and only if the client has that callback.
func (t *Tenant) explain(refused *loginError) error {
	deploy := "pulumi up --stack " + t.stack
	if refused.code != "" {
		return fmt.Errorf("%s refuses the site's logins: %w: if the API with this audience is missing in the tenant, deploy it: %s", t.URL(), refused, deploy)
	}
	return fmt.Errorf("%s refuses logins for the client ID %q at %s (%w): it has no such application, or the application does not have this callback: deploy both with %s; Auth0's dashboard shows them under Applications",
		t.URL(), t.clientID, t.siteURL, refused, deploy)
}
