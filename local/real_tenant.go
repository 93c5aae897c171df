package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/stack"
)

// A realTenant is the Auth0 tenant of a stack's settings, which signs people in
// at the local site as it does at the deployed one. Nothing of it is changed:
// it is asked for what everyone may read.
type realTenant struct {
	stack    string
	domain   string
	clientID string
	siteURL  string
	outputs  stackOutputs // of the deployed stack; empty with a client ID given by hand
	client   issuerClient
	tried    string // the audience for which the tenant would sign people in; empty for none yet
}

// meetTenant finds the real tenant before the program runs, and returns the client
// ID that it has for the site. It is asked again only where the settings name
// another. Without a real tenant there is no client ID.
func (c *Cloud) meetTenant(ctx context.Context, settings stack.Settings) (clientID string, err error) {
	if c.real != nil && c.real.domain == settings.Values["auth0:domain"] {
		return c.real.clientID, c.real.checkOrigin(settings)
	}
	found, err := findTenant(ctx, c.cfg, c.SiteURL(), settings)
	if err != nil {
		return "", err
	}
	c.real = found
	return found.clientID, nil
}

// checkTenant holds the program's graph against the real tenant, if any.
func (c *Cloud) checkTenant(ctx context.Context, graph *stack.Graph) error {
	if !c.cfg.RealTenant {
		return nil
	}
	return c.real.check(ctx, graph.Exports)
}

// findTenant reads who the tenant is, and whether it can be asked at all, before
// anything is built.
func findTenant(ctx context.Context, cfg Config, siteURL string, settings stack.Settings) (*realTenant, error) {
	t := &realTenant{
		stack:    settings.Stack,
		domain:   settings.Values["auth0:domain"],
		clientID: cfg.ClientID,
		siteURL:  siteURL,
		client:   issuerClient{cfg.HTTPClient},
	}
	if err := errors.Join(t.checkDomain(), t.checkOrigin(settings)); err != nil {
		return nil, err
	}
	if t.clientID == "" {
		outputs, err := readOutputs(ctx, settings)
		if err != nil {
			return nil, err
		}
		t.outputs, t.clientID = outputs, outputs.ClientID
	}
	return t, t.client.discover(ctx, t.url())
}

func (t *realTenant) url() string { return "https://" + t.domain }

// checkDomain leaves to the program what else a domain must be.
func (t *realTenant) checkDomain() error {
	mend := "pulumi config set --stack " + t.stack + " auth0:domain TENANT.eu.auth0.com"
	switch {
	case t.domain == "":
		return fmt.Errorf("stack %q names no Auth0 tenant that people could sign in at: %s", t.stack, mend)
	case strings.ContainsAny(t.domain, ":/@ "):
		return fmt.Errorf("the tenant of stack %q: expected the bare domain, got %q: %s", t.stack, t.domain, mend)
	}
	return nil
}

// checkOrigin refuses a port from which Auth0 would let nobody sign in.
func (t *realTenant) checkOrigin(settings stack.Settings) error {
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

// check holds what the program exports here against the deployed stack and the
// tenant: that the site would be let in, and get tokens for the API.
func (t *realTenant) check(ctx context.Context, exports map[string]any) error {
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
	err := t.client.tryLogin(ctx, t.url(), login{t.clientID, t.siteURL, audience})
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
func (t *realTenant) explain(refused *loginError) error {
	mend := fmt.Sprintf("pulumi up --stack %s makes them", t.stack)
	if refused.code != "" {
		return fmt.Errorf("%s refuses the site's requests to sign in: %w: is the API with this audience in the tenant? %s", t.url(), refused, mend)
	}
	return fmt.Errorf("%s signs nobody in for the client ID %q at %s (%w): either it has no such application, or that one lacks the callback: %s; Auth0's dashboard shows both, under Applications",
		t.url(), t.clientID, t.siteURL, refused, mend)
}

// tenantFlag holds the flags that choose where people sign in.
type tenantFlag struct{ kind, clientID string }

func tenantFlags(flags *flag.FlagSet) *tenantFlag {
	var f tenantFlag
	flags.StringVar(&f.kind, "tenant", "local", "where people sign in: `local`, at a tenant on this machine, or real, at the stack's own Auth0 tenant")
	flags.StringVar(&f.clientID, "client-id", "", "with -tenant real, the `ID` of the site's application in Auth0; without it the deployed stack's, which pulumi tells")
	return &f
}

func (f *tenantFlag) set(cfg *Config) error {
	switch {
	case f.kind != "local" && f.kind != "real":
		return fmt.Errorf("-tenant %s: expected local or real", f.kind)
	case f.kind == "local" && f.clientID != "":
		return errors.New("-client-id is for -tenant real: the local tenant makes its own")
	case f.kind == "real" && cfg.Users != "":
		return errors.New("-users keeps the people of the local tenant: leave it out with -tenant real")
	}
	cfg.RealTenant, cfg.ClientID = f.kind == "real", f.clientID
	return nil
}
