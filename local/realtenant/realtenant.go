// Package realtenant signs people in at the Auth0 tenant of a deployed stack, from the
// local site: it finds the tenant and the site's client ID, and checks before anybody
// signs in that the tenant would let them. It changes nothing there, and reads what
// everyone may read.
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

	"api-auth-jwt-auth0/local/stack"
)

// Config says as what the local site signs people in.
type Config struct {
	SiteURL    string
	ClientID   string       // of the site's application; empty for the deployed stack's
	HTTPClient *http.Client // nil means one with the system's roots and proxy
}

// A Tenant is the Auth0 tenant of a stack's settings.
type Tenant struct {
	stack    string
	domain   string
	clientID string
	siteURL  string
	outputs  stackOutputs // of the deployed stack; empty with a client ID given by hand
	client   issuerClient
	tried    string // the audience for which the tenant would sign people in; empty for none yet
}

// Find reads who the tenant is, and whether it can be reached at all, before
// anything is built.
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
		outputs, err := readOutputs(ctx, settings)
		if err != nil {
			return nil, err
		}
		t.outputs, t.clientID = outputs, outputs.ClientID
	}
	return t, t.client.discover(ctx, t.URL())
}

// IsOf reports whether settings name this tenant.
func (t *Tenant) IsOf(settings stack.Settings) bool {
	return t.domain == settings.Values["auth0:domain"]
}

// ClientID is the site's.
func (t *Tenant) ClientID() string { return t.clientID }

// URL is the tenant's origin.
func (t *Tenant) URL() string { return "https://" + t.domain }

// checkDomain leaves to the program what else a domain must be.
func (t *Tenant) checkDomain() error {
	fix := "pulumi config set --stack " + t.stack + " auth0:domain TENANT.eu.auth0.com"
	switch {
	case t.domain == "":
		return fmt.Errorf("stack %q names no Auth0 tenant that people could sign in at: %s", t.stack, fix)
	case strings.ContainsAny(t.domain, ":/@ "):
		return fmt.Errorf("the tenant of stack %q: expected the bare domain, got %q: %s", t.stack, t.domain, fix)
	}
	return nil
}

// CheckOrigin refuses a port from which Auth0 would let nobody sign in.
func (t *Tenant) CheckOrigin(settings stack.Settings) error {
	var origins []string
	// The program says what is wrong with a list that does not parse.
	_ = json.Unmarshal([]byte(settings.Values[settings.Project+":developmentOrigins"]), &origins)
	if slices.Contains(origins, t.siteURL) {
		return nil
	}
	add := fmt.Sprintf("pulumi config set --stack %s --path 'developmentOrigins[%d]' %s, and then pulumi up --stack %[1]s",
		t.stack, len(origins), t.siteURL)
	for _, origin := range origins {
		u, err := url.Parse(origin)
		if err == nil && u.Scheme == "http" && u.Hostname() == "localhost" && u.Port() != "" {
			return fmt.Errorf("stack %q lets people sign in from %q, and not from %s: start with -port %s, or add the origin: %s",
				t.stack, origins, t.siteURL, u.Port(), add)
		}
	}
	return fmt.Errorf("stack %q lets nobody sign in from this machine, as a stack for developers would (-stack dev): add the origin: %s", t.stack, add)
}

// Check compares what the program exports here with the deployed stack and the
// tenant: the site must be let in, and get tokens for the API.
func (t *Tenant) Check(ctx context.Context, exports map[string]any) error {
	audience, _ := exports["auth0Audience"].(string)
	for _, output := range []struct{ name, deployed, here string }{
		{"tenant", t.outputs.Domain, t.domain},
		{"audience", t.outputs.Audience, audience},
	} {
		if output.deployed != "" && output.deployed != output.here {
			return fmt.Errorf("stack %q is deployed with the %s %s, and its settings say %s: deploy them with pulumi up --stack %[1]s, or set them back",
				t.stack, output.name, output.deployed, output.here)
		}
	}
	if t.tried == audience {
		return nil
	}
	err := t.client.tryLogin(ctx, t.URL(), login{t.clientID, t.siteURL, audience})
	if refused, ok := errors.AsType[*loginError](err); ok {
		return t.explain(refused)
	}
	if err == nil {
		t.tried = audience
	}
	return err
}

// explain says what a refusal to sign anyone in can come from. Auth0 tells a
// client's callback alone what is wrong, and only where it has that callback.
func (t *Tenant) explain(refused *loginError) error {
	fix := fmt.Sprintf("pulumi up --stack %s makes them", t.stack)
	if refused.code != "" {
		return fmt.Errorf("%s refuses the site's requests to sign in: %w: is the API with this audience in the tenant? %s", t.URL(), refused, fix)
	}
	return fmt.Errorf("%s signs nobody in for the client ID %q at %s (%w): either it has no such application, or that one lacks the callback: %s; Auth0's dashboard shows both, under Applications",
		t.URL(), t.clientID, t.siteURL, refused, fix)
}
