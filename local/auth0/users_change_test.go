package auth0

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// TestPeopleAreChecked by the rules of a sign-up, whether they are added or
// changed; what is refused changes nothing.
func TestPeopleAreChecked(t *testing.T) {
	t.Parallel()
	f := start(t, func(cfg *setup) { cfg.ReadyUser = &ReadyUser{"ready@example.com", "long enough", ""} })
	other := User{Email: "other@example.com", Name: "Other"}
	if err := f.tenant.AddUser(other, "long enough"); err != nil {
		t.Fatal(err)
	}
	before := f.tenant.Users()
	for _, test := range []struct {
		name, email, password string
		want                  error
	}{
		{"no e-mail", "nobody", "long enough", ErrEmailInvalid},
		{"an e-mail that is taken", "OTHER@example.com", "long enough", ErrEmailTaken},
		{"the ready user's e-mail", "ready@example.com", "long enough", ErrEmailTaken},
		{"a short password", "new@example.com", "short", ErrPasswordShort},
		{"a long password", "new@example.com", strings.Repeat("a", 73), ErrPasswordLong},
	} {
		if err := f.tenant.AddUser(User{Email: test.email}, test.password); !errors.Is(err, test.want) {
			t.Errorf("%s: expected %v, got %v", test.name, test.want, err)
		}
		if err := f.tenant.ChangeUser(User{ID: f.user.ID, Email: test.email}, test.password); !errors.Is(err, test.want) {
			t.Errorf("%s, changed: expected %v, got %v", test.name, test.want, err)
		}
	}
	long := User{ID: f.user.ID, Email: f.user.Email, Name: strings.Repeat("n", 101)}
	if err := f.tenant.ChangeUser(long, ""); !errors.Is(err, ErrNameLong) {
		t.Errorf("expected ErrNameLong, got %v", err)
	}
	ready := f.tenant.ReadyUserID()
	for id, want := range map[string]error{ready: ErrReadyUser, "auth0|none": ErrNotFound} {
		if err := f.tenant.ChangeUser(User{ID: id, Email: "new@example.com"}, ""); !errors.Is(err, want) {
			t.Errorf("changing %s: expected %v, got %v", id, want, err)
		}
		if err := f.tenant.DeleteUser(id); !errors.Is(err, want) {
			t.Errorf("deleting %s: expected %v, got %v", id, want, err)
		}
	}
	after := f.tenant.Users()
	if len(after) != len(before) {
		t.Fatalf("expected %d people, got %d", len(before), len(after))
	}
	for i := range after {
		if after[i] != before[i] {
			t.Errorf("expected %+v, got %+v", before[i], after[i])
		}
	}
}

// TestPersonIsChanged: the ID stays, and so does the password unless there is
// another, which ends what was signed in with the old one.
func TestPersonIsChanged(t *testing.T) {
	t.Parallel()
	f := start(t)
	b := f.browser()
	tokens := b.signedIn("scope", "openid email read:private offline_access")
	changed := User{ID: f.user.ID, Email: "Changed@example.com", Name: "Changed", EmailVerified: true}
	if err := f.tenant.ChangeUser(changed, ""); err != nil {
		t.Fatal(err)
	}
	if got := b.userinfo(tokens.AccessToken); got.status != http.StatusOK || !strings.Contains(got.body, "changed@example.com") {
		t.Errorf("expected the new e-mail, got %d %s", got.status, got.body)
	}
	renewed := b.refresh(tokens.RefreshToken)
	if renewed.status != http.StatusOK {
		t.Fatalf("expected the sign-in to go on, got %d %s", renewed.status, renewed.body)
	}
	if err := f.tenant.ChangeUser(changed, "another password"); err != nil {
		t.Fatal(err)
	}
	if got := b.refresh(b.tokens(renewed).RefreshToken); got.status != http.StatusForbidden {
		t.Errorf("expected the grant to be revoked, got %d %s", got.status, got.body)
	}
	users := f.tenant.current.Load().users
	if _, ok := users.authenticate("changed@example.com", "another password"); !ok || len(f.tenant.Sessions()) != 0 {
		t.Errorf("expected the new password and no session, got %v and %v", ok, f.tenant.Sessions())
	}
}

// TestDeletedPersonIsSignedOut of every browser and application.
func TestDeletedPersonIsSignedOut(t *testing.T) {
	t.Parallel()
	f := start(t)
	b := f.browser()
	tokens := b.signedIn("scope", "openid read:private offline_access")
	if err := f.tenant.DeleteUser(f.user.ID); err != nil {
		t.Fatal(err)
	}
	if got := b.refresh(tokens.RefreshToken); got.status != http.StatusForbidden {
		t.Errorf("expected no more tokens, got %d %s", got.status, got.body)
	}
	if grants := f.tenant.Grants(); len(f.tenant.Sessions()) != 0 || len(grants) != 1 || !grants[0].Revoked {
		t.Errorf("expected no session and a revoked grant, got %+v and %+v", f.tenant.Sessions(), grants)
	}
	if err := f.tenant.DeleteUser(f.user.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("expected ErrNotFound, got %v", err)
	}
}

// TestChangesAreKept in the users file; one that cannot be written changes
// nothing.
func TestChangesAreKept(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "kept", "users.json")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	users, err := LoadUsers(path)
	if err != nil {
		t.Fatal(err)
	}
	users.cost = bcrypt.MinCost
	var people []User
	for _, email := range []string{"a@example.com", "b@example.com"} {
		user, err := users.Add(email, "long enough", "")
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, user)
	}
	if err := errors.Join(users.delete(people[0].ID), users.change(people[1].ID, User{Email: "c@example.com"}, "", time.Now())); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(content), "a@example.com") || !strings.Contains(string(content), `"email": "c@example.com"`) {
		t.Errorf("expected one changed user, got %s %v", content, err)
	}
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	if users.delete(people[1].ID) == nil || users.change(people[1].ID, User{Email: "d@example.com"}, "", time.Now()) == nil {
		t.Error("expected errors without the folder")
	}
	if user, ok := users.byID(people[1].ID); !ok || user.Email != "c@example.com" {
		t.Errorf("expected the user as before, got %+v", user)
	}
}
