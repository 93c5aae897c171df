package auth0

import (
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	manager     = "order-manager"
	asked       = "openid email read:private write:orders offline_access"
	emailClaim  = "https://example.com/email"
	rightsScope = "read:private write:orders"
)

// withRoles gives the tenant a role with the scope write:orders, an Action that adds
// read:private for everyone, and a second ready user.
func withRoles(s *setup) {
	s.SecondUser = &ReadyUser{"second@example.com", "second-to-none", "Second User"}
	s.APIs[0].Scopes = append(s.APIs[0].Scopes, Scope{"write:orders", "Place orders"})
	s.APIs[0].RBAC, s.APIs[0].Dialect = true, DialectWithPermissions
	s.ClientGrants[0].Scopes = []string{"read:private", "write:orders"}
	s.Roles = []Role{{Name: manager, Description: "Manages orders", Permissions: []Permission{{audience, "write:orders"}}}}
	s.Actions = []Action{{"everyone", `exports.onExecutePostLogin = async (event, api) => {
		if (event.transaction.requested_scopes.includes("read:private") || event.request.body.grant_type === "refresh_token") {
			api.accessToken.addScope("read:private");
		}
	};`}}
}

func withAction(code string) func(*setup) {
	return func(s *setup) {
		s.Actions = append(s.Actions, Action{"test", "exports.onExecutePostLogin = async (event, api) => {" + code + "};"})
	}
}

// scopesOf are the API's scopes of an access token, sorted, and its permissions.
func scopesOf(t *testing.T, token string) (scopes string, permissions any) {
	t.Helper()
	_, claims := payload(t, token)
	var own []string
	for _, scope := range strings.Fields(claims["scope"].(string)) {
		if !isOIDCScope(scope) {
			own = append(own, scope)
		}
	}
	slices.Sort(own)
	return strings.Join(own, " "), claims["permissions"]
}

// signInAs signs in with an e-mail and a password, in a new browser.
func (f *fixture) signInAs(email, password string) (*browser, tokenAnswer) {
	f.Helper()
	b := f.browser()
	answer := b.callback(b.submit(b.authorize("scope", asked), "email", email, "password", password))
	return b, b.tokens(b.exchange(answer.Get("code")))
}

// silently signs in without a page.
func (b *browser) silently() tokenAnswer {
	b.Helper()
	answer := b.callback(b.authorize("scope", asked, "prompt", "none"))
	return b.tokens(b.exchange(answer.Get("code")))
}

func TestRolesLimitScopes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, email, password string
		change                func(*setup)
		scopes                string
		permissions           any
	}{
		{"the ready user", "ready@example.com", "ready-to-go", nil, rightsScope, []any{"write:orders"}},
		{"the second user", "second@example.com", "second-to-none", nil, "read:private", []any{}},
		{"an account of one's own", email, password, nil, "read:private", []any{}},
		{"without the Action", "second@example.com", "second-to-none", func(s *setup) { s.Actions = nil }, "", []any{}},
		{"without the claim", "ready@example.com", "ready-to-go", func(s *setup) { s.APIs[0].Dialect = "" }, rightsScope, nil},
		{"without RBAC", email, password, func(s *setup) { s.APIs[0].RBAC = false }, rightsScope, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changes := []func(*setup){withRoles}
			if tt.change != nil {
				changes = append(changes, tt.change)
			}
			f := start(t, changes...)
			b, tokens := f.signInAs(tt.email, tt.password)
			for when, token := range map[string]string{
				"signing in": tokens.AccessToken,
				"renewing":   b.tokens(b.refresh(tokens.RefreshToken)).AccessToken,
				"silently":   b.silently().AccessToken,
			} {
				scopes, permissions := scopesOf(t, token)
				if scopes != tt.scopes || !cmp.Equal(permissions, tt.permissions) {
					t.Errorf("%s: expected %q and %v, got %q and %v", when, tt.scopes, tt.permissions, scopes, permissions)
				}
			}
		})
	}
}

// TestRolesFollow: a role that is given or taken shows in the next token, without
// another sign-in. Narrower requests stay so.
func TestRolesFollow(t *testing.T) {
	t.Parallel()
	f := start(t, withRoles)
	b, tokens := f.signInAs(email, password)
	expect := func(when, token, want string) {
		t.Helper()
		if got, _ := scopesOf(t, token); got != want {
			t.Errorf("%s: expected %q, got %q", when, want, got)
		}
	}
	expect("before", tokens.AccessToken, "read:private")
	if err := f.tenant.GiveRole(f.user.ID, manager); err != nil {
		t.Fatal(err)
	}
	tokens = b.tokens(b.refresh(tokens.RefreshToken))
	expect("given, renewing", tokens.AccessToken, rightsScope)
	expect("given, silently", b.silently().AccessToken, rightsScope)
	tokens = b.tokens(b.refresh(tokens.RefreshToken, "scope", "openid"))
	expect("narrower", tokens.AccessToken, "read:private") // which the Action adds to every renewal
	if err := f.tenant.TakeRole(f.user.ID, manager); err != nil {
		t.Fatal(err)
	}
	tokens = b.tokens(b.refresh(tokens.RefreshToken))
	expect("taken, renewing", tokens.AccessToken, "read:private")
	expect("taken, silently", b.silently().AccessToken, "read:private")
}

func TestActionsAddClaims(t *testing.T) {
	t.Parallel()
	f := start(t, withAction(`api.accessToken.setCustomClaim("`+emailClaim+`", event.user.email);
		api.idToken.setCustomClaim("`+emailClaim+`", event.client.name);`))
	b := f.browser()
	tokens := b.signedIn()
	for when, got := range map[string]tokenAnswer{"signing in": tokens, "renewing": b.tokens(b.refresh(tokens.RefreshToken))} {
		_, access := payload(t, got.AccessToken)
		_, id := payload(t, got.IDToken)
		if access[emailClaim] != email || id[emailClaim] != "The site" {
			t.Errorf("%s: expected the claims in both tokens, got %v and %v", when, access[emailClaim], id[emailClaim])
		}
		if access["aud"] == nil || access["iat"] != float64(f.now().Unix()) || id["email"] != email {
			t.Errorf("%s: expected all other claims, got %v and %v", when, access, id)
		}
	}
	if got := b.userinfo(tokens.AccessToken); got.status != 200 || strings.Contains(got.body, emailClaim) {
		t.Errorf("expected the user's profile without the claims, got %d %s", got.status, got.body)
	}
	token, err := f.tenant.TestToken(f.user.ID, audience, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, claims := payload(t, token); claims[emailClaim] != email {
		t.Errorf("expected the claim in a test token, got %v", claims)
	}
}

// TestActionsRefuse: a denial reaches the client with its reason, an Action that fails
// without one, at the sign-in, silently, and at a renewal.
func TestActionsRefuse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, code, error, description string }{
		{"denied", `api.access.deny("Verify your e-mail first");`, "access_denied", "Verify your e-mail first"},
		{"failed", `throw new Error("secret detail");`, "server_error", "Internal Server Error"},
		{"unsupported", `event.stats;`, "server_error", "Internal Server Error"},
		{"a scope that the API does not have", `api.accessToken.addScope("admin");`, "server_error", "Internal Server Error"},
		{"a scope that the application may not have", `api.accessToken.addScope("write:orders");`, "server_error", "Internal Server Error"},
		{"after a denial none runs", `api.access.deny("First"); }; exports.after = () => {`, "access_denied", "First"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, func(s *setup) {
				s.APIs[0].Scopes = append(s.APIs[0].Scopes, Scope{"write:orders", "Place orders"})
			})
			b := f.browser()
			tokens := b.signedIn()
			broken := f.cfg
			withAction(tt.code)(&broken)
			withAction(`throw new Error("ran after a denial");`)(&broken)
			f.reload(broken.Config)
			expect := func(when string, got url.Values) {
				t.Helper()
				if got.Get("error") != tt.error || got.Get("error_description") != tt.description || got.Has("code") {
					t.Errorf("%s: expected %s, %q, got %v", when, tt.error, tt.description, got)
				}
			}
			expect("signing in", f.browser().signIn())
			expect("silently", b.callback(b.authorize("prompt", "none")))
			if refused := b.refresh(tokens.RefreshToken); refused.status < 400 || !strings.Contains(refused.body, tt.description) {
				t.Errorf("renewing: expected %q, got %d %s", tt.description, refused.status, refused.body)
			}
			if _, err := f.tenant.TestToken(f.user.ID, audience, ""); err == nil || !strings.Contains(err.Error(), tt.description) {
				t.Errorf("test token: expected %q, got %v", tt.description, err)
			}
		})
	}
}

func TestTestTokensHaveOnlyGrantedScopes(t *testing.T) {
	t.Parallel()
	f := start(t, withRoles)
	for id, want := range map[string]string{f.tenant.ReadyUserID(): rightsScope, f.user.ID: "read:private"} {
		token, err := f.tenant.TestToken(id, audience, "")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := scopesOf(t, token); got != want {
			t.Errorf("expected %q, got %q", want, got)
		}
	}
}

// TestSecondUser: it exists while there are roles, keeps its roles and its ID over a
// reload, and never replaces another account.
func TestSecondUser(t *testing.T) {
	t.Parallel()
	f := start(t, withRoles)
	_, before := f.signInAs("second@example.com", "second-to-none")
	_, claims := payload(t, before.AccessToken)
	id := claims["sub"].(string)
	if err := f.tenant.DeleteUser(id); !errors.Is(err, ErrReadyUser) || !f.tenant.IsReady(id) {
		t.Errorf("expected a ready user, got %v", err)
	}
	for user, role := range map[string]bool{id: true, f.tenant.ReadyUserID(): false} {
		change := f.tenant.TakeRole
		if role {
			change = f.tenant.GiveRole
		}
		if err := change(user, manager); err != nil {
			t.Fatal(err)
		}
	}
	f.reload(f.cfg.Config)
	if got, ready := f.tenant.RolesOf(id), f.tenant.RolesOf(f.tenant.ReadyUserID()); len(got) != 1 || len(ready) != 0 {
		t.Errorf("expected the roles to stay as they were changed, got %q and %q", got, ready)
	}
	page := f.browser().authorize().body
	if !strings.Contains(page, "Sign in as Second User") || !strings.Contains(page, "<dt>Roles</dt><dd>none</dd>") {
		t.Errorf("expected the login page to show the second user and the roles:\n%s", page)
	}

	without := f.cfg.Config
	without.Roles = nil
	f.reload(without)
	if page := f.browser().authorize().body; strings.Contains(page, "Second User") || strings.Contains(page, "<dt>Roles</dt>") {
		t.Error("expected no second user without roles")
	}
	if err := f.tenant.AddUser(User{Email: "second@example.com", Name: "Somebody"}, "of my own choice"); err != nil {
		t.Fatal(err)
	}
	f.reload(f.cfg.Config)
	if page := f.browser().authorize().body; strings.Contains(page, "Second User") {
		t.Error("expected the account of another person to stay")
	}
	f.signInAs("second@example.com", "of my own choice")
}

func TestRoleChangesAreChecked(t *testing.T) {
	t.Parallel()
	f := start(t, withRoles)
	if err := f.tenant.GiveRole(f.user.ID, "admin"); !errors.Is(err, ErrNoRole) {
		t.Errorf("expected no such role, got %v", err)
	}
	if err := f.tenant.GiveRole("auth0|nobody", manager); !errors.Is(err, ErrNotFound) {
		t.Errorf("expected no such user, got %v", err)
	}
	for range 2 { // the second time changes nothing
		if err := f.tenant.GiveRole(f.user.ID, manager); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.tenant.ChangeUser(User{ID: f.user.ID, Email: "new@example.com", Name: "New"}, "another password"); err != nil {
		t.Fatal(err)
	}
	if got := f.tenant.RolesOf(f.user.ID); !slices.Equal(got, []string{manager}) {
		t.Errorf("expected the role to stay, got %q", got)
	}
}

// TestRolesAreSaved: with the accounts, but not those of ready users.
func TestRolesAreSaved(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users.json")
	users, err := LoadUsers(path)
	if err != nil {
		t.Fatal(err)
	}
	users.setReady(&ReadyUser{"ready@example.com", "ready-to-go", ""})
	user, err := users.Add(email, password, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{user.ID, readyID("ready@example.com")} {
		if err := users.setRole(id, manager, true); err != nil {
			t.Fatal(err)
		}
	}
	again, err := LoadUsers(path)
	if err != nil {
		t.Fatal(err)
	}
	if !again.hasRole(user.ID, manager) || again.hasRole(user.ID, "another") || len(again.accounts) != 1 {
		t.Errorf("expected one account with its role, got %+v", again.accounts)
	}
	again.path = filepath.Join(path, "no folder")
	if err := again.setRole(user.ID, manager, false); err == nil || !again.hasRole(user.ID, manager) {
		t.Errorf("expected a change that cannot be saved to be undone, got %v", err)
	}
}

func TestRightsProblems(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"role without a name", func(c *Config) { c.Roles[0].Name = "" }, "the name is empty"},
		{"role twice", func(c *Config) { c.Roles = append(c.Roles, c.Roles[0]) }, "another role of this name"},
		{"unknown API", func(c *Config) { c.Roles[0].Permissions[0].Audience = "x" }, `no API with the identifier "x"`},
		{"unknown scope", func(c *Config) { c.Roles[0].Permissions[0].Scope = "x" }, `scope "x": the API does not have it`},
		{"dialect", func(c *Config) { c.APIs[0].Dialect = "rfc9068_profile_authz" }, "expected access_token or access_token_authz"},
		{"Action", func(c *Config) { c.Actions[0].Code = "" }, `Action "everyone": it has no handler`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := testSetup("http://localhost:3002/")
			withRoles(&s)
			tt.change(&s.Config)
			if _, err := s.tenant(t, testKeys); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("expected %q, got %v", tt.want, err)
			}
		})
	}
	s := testSetup("http://localhost:3002/")
	s.SecondUser = &ReadyUser{"second", "second-to-none", ""}
	if _, err := s.tenant(t, testKeys); !errors.Is(err, ErrEmailInvalid) {
		t.Errorf("expected the second user's e-mail to be refused, got %v", err)
	}
}
