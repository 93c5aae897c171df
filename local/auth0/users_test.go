package auth0

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/bcrypt"
)

func TestUsersFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users.json")
	users, err := LoadUsers(path)
	if err != nil {
		t.Fatal(err)
	}
	users.setReady(&ReadyUser{"ready@example.com", "ready-to-go", ""})
	added, err := users.Add("A@example.com", "long enough", "A")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^auth0\|[0-9a-f]{24}$`).MatchString(added.ID) {
		t.Errorf("ID: got %q", added.ID)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(content); strings.Contains(s, "long enough") || strings.Contains(s, "ready") || !strings.Contains(s, `"passwordHash": "$2a$10$`) {
		t.Errorf("got %s", s)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode: got %v, %v", info.Mode(), err)
	}
	again, err := LoadUsers(path)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := again.authenticate("a@example.com", "long enough")
	if !ok {
		t.Fatal("expected the password to be good after loading")
	}
	if diff := cmp.Diff(added, got); diff != "" {
		t.Error(diff)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("expected one file, got %v, %v", left, err)
	}
}

func TestUsersFileProblems(t *testing.T) {
	t.Parallel()
	stored := func(cost int) string {
		hash, err := bcrypt.GenerateFromPassword([]byte("x"), cost)
		if err != nil {
			t.Fatal(err)
		}
		return `{"id":"a","email":"a@b.c","passwordHash":"` + string(hash) + `"}`
	}
	user := stored(hashCost)
	for name, tt := range map[string]struct{ content, want string }{
		"empty":           {"", "EOF"},
		"no JSON":         {"x", "invalid character"},
		"unknown field":   {`{"people":[]}`, "unknown field"},
		"trailing":        {`{"users":[]}{}`, "expected nothing after"},
		"no ID":           {`{"users":[{"email":"a@b.c"}]}`, "expected an ID"},
		"capitals":        {`{"users":[{"id":"a","email":"A@b.c"}]}`, "lower-case"},
		"plain password":  {`{"users":[{"id":"a","email":"a@b.c","passwordHash":"secret"}]}`, "the password hash"},
		"another cost":    {`{"users":[` + stored(bcrypt.MinCost) + `]}`, "the password hash: expected bcrypt's cost 10, got 4"},
		"the same twice":  {`{"users":[` + user + `,` + user + `]}`, "twice"},
		"not an array":    {`{"users":{}}`, "cannot unmarshal"},
		"wrong date":      {`{"users":[{"createdAt":"today"}]}`, "parsing time"},
		"number as email": {`{"users":[{"email":1}]}`, "cannot unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "users.json")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := LoadUsers(path)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("expected %q, got %v", tt.want, err)
			}
		})
	}
}

func TestUsersConcurrently(t *testing.T) {
	t.Parallel()
	users := newUsers(bcrypt.MinCost)
	var group sync.WaitGroup
	results := make(chan error, 8)
	for range 8 {
		group.Go(func() {
			_, err := users.Add("a@example.com", "long enough", "")
			results <- err
		})
	}
	group.Wait()
	close(results)
	taken := 0
	for err := range results {
		if errors.Is(err, ErrEmailTaken) {
			taken++
		}
	}
	if taken != 7 {
		t.Errorf("expected one account, got %d refused", taken)
	}
}

func TestReadyUserChanges(t *testing.T) {
	t.Parallel()
	users := newUsers(bcrypt.MinCost)
	users.setReady(&ReadyUser{"a@example.com", "long enough", ""})
	first, _ := users.byEmail("a@example.com")
	users.setReady(&ReadyUser{"b@example.com", "long enough", ""})
	if _, ok := users.byID(first.ID); ok {
		t.Error("expected the earlier ready user to be gone")
	}
	users.setReady(&ReadyUser{"a@example.com", "another one", ""})
	if again, _ := users.byEmail("a@example.com"); again.ID != first.ID {
		t.Errorf("expected the same ID, got %q and %q", first.ID, again.ID)
	}
	if _, ok := users.authenticate("a@example.com", "another one"); !ok {
		t.Error("expected the new password to be good")
	}
	if err := users.checkReady(&ReadyUser{"a@example.com", "long enough", ""}); err != nil {
		t.Error(err)
	}
	if _, err := users.Add("c@example.com", "long enough", ""); err != nil {
		t.Fatal(err)
	}
	if err := users.checkReady(&ReadyUser{"c@example.com", "long enough", ""}); !errors.Is(err, ErrEmailTaken) {
		t.Errorf("got %v", err)
	}
}

// TestAssumedPasswordPolicy: 8 characters of whatever kind, which is between
// Auth0's policies Low and Fair.
func TestAssumedPasswordPolicy(t *testing.T) {
	t.Parallel()
	users := newUsers(bcrypt.MinCost)
	for _, tt := range []struct {
		name, password string
		want           error
	}{
		{"good enough for None", "a", ErrPasswordShort},
		{"good enough for Low", "abcdefg", ErrPasswordShort},
		{"one kind of letters", "abcdefgh", nil},
		{"one letter", "aaaaaaaa", nil},
		{"characters, not bytes", "äöüäöüä", ErrPasswordShort},
		{"good enough for Good", "Abcdef-1", nil},
		{"as long as bcrypt reads", strings.Repeat("a", 72), nil},
		{"longer", strings.Repeat("a", 73), ErrPasswordLong},
	} {
		address := strings.ReplaceAll(tt.name, " ", "-") + "@example.com"
		if _, err := users.Add(strings.ReplaceAll(address, ",", ""), tt.password, ""); !errors.Is(err, tt.want) {
			t.Errorf("%s: expected %v, got %v", tt.name, tt.want, err)
		}
	}
}
