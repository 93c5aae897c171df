package auth0

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/bcrypt"
)

// TestSignUpDoesNotRevealAccounts: the answer for a taken e-mail is the one for an
// account that could not be stored, and its headers reveal no more.
func TestSignUpDoesNotRevealAccounts(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	for _, taken := range []string{email, " " + strings.ToUpper(email), "ready@example.com"} {
		got := b.submit(b.authorize("screen_hint", "signup"), "email", taken, "password", "long enough")
		if got.status != 400 || !strings.Contains(got.body, `data-testid="form-error">`+msgSignUpFailed) {
			t.Errorf("%q: got %d %s", taken, got.status, got.body)
		}
		if len(got.header.Values("Set-Cookie")) > 0 || strings.Contains(got.body, ErrEmailTaken.Error()) {
			t.Errorf("%q: got %v %s", taken, got.header, got.body)
		}
	}
	// Nor do problems with the rest of the form, which are reported before the e-mail
	// is looked up.
	short := func(address string) string {
		page := b.authorize("screen_hint", "signup")
		got := b.submit(page, "email", address, "password", "short")
		body := strings.ReplaceAll(got.body, page.url.Query().Get("state"), "STATE")
		return strings.ReplaceAll(csrfField.ReplaceAllString(body, ""), address, "ADDRESS")
	}
	if known, unknown := short(email), short("nobody@example.com"); known != unknown {
		t.Errorf("the pages differ:\n%s\n%s", known, unknown)
	}
}

// TestTimingDoesNotRevealAccounts: nearly all the time of an answer is spent in
// bcrypt, which runs as often and at the same cost whether or not there is an
// account. (The ready user's hash is made when first needed. That account is not
// secret: the page shows it.)
func TestTimingDoesNotRevealAccounts(t *testing.T) {
	t.Parallel()
	users, work := newUsers(bcrypt.MinCost), []string{}
	generate, compare := users.generate, users.compare
	users.generate = func(password []byte, cost int) ([]byte, error) {
		work = append(work, fmt.Sprintf("generate at %d", cost))
		return generate(password, cost)
	}
	users.compare = func(hash, password []byte) error {
		cost, _ := bcrypt.Cost(hash)
		work = append(work, fmt.Sprintf("compare at %d", cost))
		return compare(hash, password)
	}
	f := start(t, func(c *setup) { c.Users = users })
	users.dummy() // made once, at the first sign-in
	for _, tt := range []struct {
		name, hint, known, unknown, password string
		want                                 []string
	}{
		{"sign in", "", email, "nobody@example.com", "wrong", []string{"compare at 4"}},
		{"sign in with nothing", "", email, "nobody@example.com", "", []string{"compare at 4"}},
		{"sign in with more than bcrypt reads", "", email, "nobody@example.com", strings.Repeat("a", 100), []string{"compare at 4"}},
		{"sign up", "signup", email, "new@example.com", "long enough", []string{"generate at 4"}},
		{"sign up with a short password", "signup", email, "newer@example.com", "short", []string{}},
	} {
		for _, address := range []string{tt.known, tt.unknown} {
			b := f.browser()
			page := b.authorize("screen_hint", tt.hint)
			work = []string{}
			b.submit(page, "email", address, "password", tt.password)
			if diff := cmp.Diff(tt.want, work); diff != "" {
				t.Errorf("%s, %s: %s", tt.name, address, diff)
			}
		}
	}
}
