package auth0

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestInspectingATenant: the results of a sign-in are listed, without anything that
// could be used.
func TestInspectingATenant(t *testing.T) {
	t.Parallel()
	f := start(t)
	b := f.browser()
	tokens := b.signedIn("scope", "openid read:private offline_access")
	sessions, grants, issued := f.tenant.Sessions(), f.tenant.Grants(), f.tenant.IssuedTokens()
	if len(sessions) != 1 || sessions[0].UserID != f.user.ID {
		t.Errorf("expected the one session, got %+v", sessions)
	}
	if len(grants) != 1 || grants[0].SessionID != sessions[0].ID || grants[0].Audience != audience || grants[0].Revoked {
		t.Errorf("expected the one grant, got %+v", grants)
	}
	if len(issued) != 2 || issued[0].Kind != "id" || !strings.HasPrefix(tokens.AccessToken, issued[1].Text+".") {
		t.Errorf("expected both tokens without their signatures, got %+v", issued)
	}
	if again := f.tenant.Grants(); again[0].ID != grants[0].ID {
		t.Errorf("expected the grant to keep its ID %s, got %s", grants[0].ID, again[0].ID)
	}
}

func TestEndedSessionNeedsASignIn(t *testing.T) {
	t.Parallel()
	f := start(t)
	b := f.browser()
	b.signedIn()
	if err := f.tenant.EndSession(f.tenant.Sessions()[0].ID); err != nil {
		t.Fatal(err)
	}
	if len(f.tenant.Sessions()) != 0 {
		t.Error("the session is still listed")
	}
	if got := b.callback(b.authorize("prompt", "none")).Get("error"); got != "login_required" {
		t.Errorf("expected login_required, got %q", got)
	}
}

func TestRevokedAndExpiredGrantsGiveNoTokens(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*Tenant, string) error{
		"revoked": (*Tenant).RevokeGrant,
		"expired": (*Tenant).ExpireGrant,
	} {
		f := start(t)
		b := f.browser()
		tokens := b.signedIn("scope", "openid read:private offline_access")
		if err := end(f.tenant, f.tenant.Grants()[0].ID); err != nil {
			t.Fatal(err)
		}
		if got := b.refresh(tokens.RefreshToken); got.status != http.StatusForbidden || !strings.Contains(got.body, "invalid_grant") {
			t.Errorf("%s: expected invalid_grant, got %d %s", name, got.status, got.body)
		}
		if grants := f.tenant.Grants(); grants[0].Revoked != (name == "revoked") || grants[0].Expired != (name == "expired") {
			t.Errorf("%s: got %+v", name, grants)
		}
	}
}

// TestGrantThatNeverExpires is an error, instead of being ignored.
func TestGrantThatNeverExpires(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scope  string
		policy RefreshTokenPolicy
	}{
		"no refresh token": {"openid read:private", RefreshTokenPolicy{Lifetime: time.Hour}},
		"no lifetime":      {"openid read:private offline_access", RefreshTokenPolicy{}},
	} {
		f := start(t, func(cfg *setup) { cfg.Clients[0].RefreshToken = test.policy })
		f.browser().signedIn("scope", test.scope)
		if err := f.tenant.ExpireGrant(f.tenant.Grants()[0].ID); !errors.Is(err, ErrNeverExpires) {
			t.Errorf("%s: expected ErrNeverExpires, got %v", name, err)
		}
	}
}

func TestWhatIsGoneCannotBeChanged(t *testing.T) {
	t.Parallel()
	f := start(t)
	for name, change := range map[string]func(string) error{
		"session": f.tenant.EndSession, "revoke": f.tenant.RevokeGrant, "expire": f.tenant.ExpireGrant,
	} {
		if err := change("none"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: expected ErrNotFound, got %v", name, err)
		}
	}
}

func TestIssuedTokensAreBounded(t *testing.T) {
	t.Parallel()
	var issued tokenLog
	issued.add(time.Time{}, "access", &grant{}, "opaque")
	for range 3 * maxIssued {
		issued.add(time.Time{}, "access", &grant{}, "a.b.c")
	}
	if got := issued.list(); len(got) != maxIssued || got[0].Text != "a.b" {
		t.Errorf("got %d, %+v", len(got), got[0])
	}
}
