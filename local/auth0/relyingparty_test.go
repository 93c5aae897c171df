package auth0

import (
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// TestRelyingParty drives the tenant by another library's idea of OpenID
// Connect: discovery, code, PKCE, verification, userinfo, refresh.
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
