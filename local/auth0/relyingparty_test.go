package auth0

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	zitadelhttp "github.com/zitadel/oidc/v3/pkg/http"
	zitadel "github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"
)

// TestRelyingParty drives the tenant with another implementation of OpenID Connect:
// discovery, code, PKCE, verification, userinfo, refresh.
func TestRelyingParty(t *testing.T) {
	t.Parallel()
	f := start(t)
	provider, err := oidc.NewProvider(t.Context(), f.cfg.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	client := oauth2.Config{ClientID: spa, Endpoint: endpoint, RedirectURL: site, Scopes: strings.Fields(scopes)}

	b := f.browser()
	start := client.AuthCodeURL("a state", oauth2.S256ChallengeOption(verifier), oidc.Nonce("n"), oauth2.SetAuthURLParam("audience", audience))
	back := b.callback(b.submit(b.do("GET", start, ""), "email", email, "password", password))
	if back.Get("state") != "a state" {
		t.Errorf("state: got %q", back.Get("state"))
	}
	token, err := client.Exchange(t.Context(), back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	checks := provider.Verifier(&oidc.Config{ClientID: spa, Now: f.now})
	id, err := checks.Verify(t.Context(), token.Extra("id_token").(string))
	if err != nil || id.Nonce != "n" || id.Subject != f.user.ID {
		t.Errorf("ID token: got %+v, %v", id, err)
	}
	if _, err := provider.Verifier(&oidc.Config{ClientID: audience, Now: f.now}).Verify(t.Context(), token.AccessToken); err != nil {
		t.Errorf("access token: %v", err)
	}
	info, err := provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
	if err != nil || info.Email != email || !info.EmailVerified {
		t.Errorf("userinfo: got %+v, %v", info, err)
	}
	next, err := client.TokenSource(t.Context(), &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	if err != nil || next.RefreshToken == token.RefreshToken {
		t.Fatalf("refresh: expected a new refresh token, got %v, %v", next, err)
	}
	if _, err := checks.Verify(t.Context(), next.Extra("id_token").(string)); err != nil {
		t.Errorf("refreshed ID token: %v", err)
	}
}

// application is a web application of another vendor: zitadel's relying party with
// its own handlers, cookies and checks, on its own socket.
type application struct {
	*browser // follows redirects everywhere
	url      string
	party    rp.RelyingParty
	tokens   *zitadel.Tokens[*zitadel.IDTokenClaims] // of the last sign-in
}

// newApplication starts one whose requests have these parameters, besides those of
// the relying party itself.
func newApplication(t *testing.T, params ...string) *application {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	f := start(t, func(c *setup) {
		c.Now = time.Now // the library has no clock of ours
		c.Clients[0].Callbacks = append(c.Clients[0].Callbacks, server.URL+"/callback")
	})
	a := &application{browser: f.browser(), url: server.URL}
	a.client.CheckRedirect = nil
	cookies := zitadelhttp.NewCookieHandler([]byte(strings.Repeat("k", 32)), nil, zitadelhttp.WithUnsecure())
	var err error
	a.party, err = rp.NewRelyingPartyOIDC(t.Context(), f.cfg.Issuer, spa, "", server.URL+"/callback", strings.Fields(scopes),
		rp.WithCookieHandler(cookies), rp.WithPKCEFromDiscovery(cookies), rp.WithSigningAlgsFromDiscovery(),
		rp.WithVerifierOpts(rp.WithNonce(func(context.Context) string { return "the nonce" })),
		rp.WithErrorHandler(func(w http.ResponseWriter, _ *http.Request, code, description, state string) {
			fmt.Fprintf(w, "refused: %s, %s, %s", code, description, state)
		}))
	if err != nil {
		t.Fatal(err)
	}
	options := []rp.URLParamOpt{rp.WithURLParam("audience", audience)}
	for i := 0; i < len(params); i += 2 {
		options = append(options, rp.WithURLParam(params[i], params[i+1]))
	}
	mux.Handle("/login", rp.AuthURLHandler(func() string { return "a state" }, a.party, options...))
	mux.Handle("/callback", rp.CodeExchangeHandler(rp.UserinfoCallback(a.signedIn), a.party))
	return a
}

// signedIn is what the relying party calls after all its checks.
func (a *application) signedIn(w http.ResponseWriter, _ *http.Request, tokens *zitadel.Tokens[*zitadel.IDTokenClaims], state string, _ rp.RelyingParty, info *zitadel.UserInfo) {
	a.tokens = tokens
	fmt.Fprintf(w, "signed in: %s, %s, %s", info.Email, info.Name, state)
}

// login goes through the tenant's page and returns the application's answer.
func (a *application) login() string {
	a.Helper()
	page := a.do("GET", a.url+"/login", "")
	return a.submit(page, "email", email, "password", password).body
}

// TestSecondRelyingParty drives the tenant with a library that shares no code with
// the first: discovery, PKCE as discovered, state, nonce, userinfo, refresh,
// revocation.
func TestSecondRelyingParty(t *testing.T) {
	t.Parallel()
	a := newApplication(t, "nonce", "the nonce")
	if !a.party.IsPKCE() {
		t.Error("expected PKCE to be discovered")
	}
	if got := a.login(); got != "signed in: person@example.com, A Person, a state" {
		t.Fatalf("got %s", got)
	}
	if claims := a.tokens.IDTokenClaims; claims.Subject != a.user.ID || claims.Nonce != "the nonce" || claims.SessionID == "" || claims.UpdatedAt == 0 {
		t.Errorf("got %+v", claims)
	}
	refresh := func(token string) (*zitadel.Tokens[*zitadel.IDTokenClaims], error) {
		return rp.RefreshTokens[*zitadel.IDTokenClaims](t.Context(), a.party, token, "", "")
	}
	next, err := refresh(a.tokens.RefreshToken)
	if err == nil || !strings.Contains(err.Error(), "nonce") {
		// A refreshed ID token has none, as OpenID Connect requires, and this
		// relying party was configured to expect one.
		t.Errorf("expected the nonce to be missed, got %v, %v", next, err)
	}
}

// TestSecondRelyingPartyRefreshes: rotation, reuse and revocation as the library
// sees them.
func TestSecondRelyingPartyRefreshes(t *testing.T) {
	t.Parallel()
	a := newApplication(t)
	verifier := a.party.IDTokenVerifier()
	verifier.Nonce = nil
	a.login()
	refresh := func(token string) (*zitadel.Tokens[*zitadel.IDTokenClaims], error) {
		return rp.RefreshTokens[*zitadel.IDTokenClaims](t.Context(), a.party, token, "", "")
	}
	next, err := refresh(a.tokens.RefreshToken)
	if err != nil || next.RefreshToken == a.tokens.RefreshToken || next.IDTokenClaims.Subject != a.user.ID {
		t.Fatalf("got %+v, %v", next, err)
	}
	for _, spent := range []string{a.tokens.RefreshToken, next.RefreshToken} {
		wantInvalidGrant(t, refresh, spent)
	}
	a.do("GET", a.url+"/login", "") // the session signs in again by itself
	if err := rp.RevokeToken(t.Context(), a.party, a.tokens.RefreshToken, "refresh_token"); err != nil {
		t.Errorf("revoking: %v", err)
	}
	wantInvalidGrant(t, refresh, a.tokens.RefreshToken)
}

func wantInvalidGrant(t *testing.T, refresh func(string) (*zitadel.Tokens[*zitadel.IDTokenClaims], error), token string) {
	t.Helper()
	_, err := refresh(token)
	var refused *zitadel.Error
	if !errors.As(err, &refused) || refused.ErrorType != zitadel.InvalidGrant || refused.Description != "Unknown or invalid refresh token." {
		t.Errorf("expected invalid_grant, got %#v", err)
	}
}

// TestSecondRelyingPartyIsRefused: the errors that the library receives, and the
// answers that it rejects.
func TestSecondRelyingPartyIsRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		params []string
		visit  func(a *application) string
		want   string
	}{
		{"login required", []string{"prompt", "none"}, func(a *application) string { return a.do("GET", a.url+"/login", "").body },
			"refused: login_required, Login required, a state"},
		{"denied", nil, func(a *application) string {
			page := a.do("GET", a.url+"/login", "")
			return a.post("u/cancel?"+page.url.RawQuery, url.Values{"csrf": csrfField.FindStringSubmatch(page.body)[1:]}).body
		}, "refused: access_denied, User did not authorize the request, a state"},
		{"another state", []string{"state", "forged"}, (*application).login, "failed to get state: state does not compare"},
		{"another nonce", []string{"nonce", "forged"}, (*application).login, "failed to exchange token: nonce does not match"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newApplication(t, tt.params...)
			if got := tt.visit(a); !strings.HasPrefix(got, tt.want) {
				t.Errorf("expected %q, got %q", tt.want, got)
			}
			if a.tokens != nil {
				t.Error("the application took the tokens")
			}
		})
	}
}
