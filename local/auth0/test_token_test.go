package auth0

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// TestTestTokensHaveOneDefect: a valid one passes every check, and each other one
// fails only the check that its name says.
func TestTestTokensHaveOneDefect(t *testing.T) {
	t.Parallel()
	f := start(t)
	user := f.tenant.Users()[0]
	api := testSetup("").APIs[0].Identifier
	defects := append([]Defect{{}}, Defects()...)
	for _, defect := range defects {
		token, err := f.tenant.TestToken(user.ID, api, defect.Name)
		if err != nil {
			t.Fatal(err)
		}
		if got := defectsOf(t, f, token, api); got != defect.Name {
			t.Errorf("%q: the defects found are %q", defect.Name, got)
		}
	}
}

// defectsOf names what a verifier would object to.
func defectsOf(t *testing.T, f *fixture, token, api string) string {
	t.Helper()
	if strings.Count(token, ".") != 2 {
		return "opaque"
	}
	var found []string
	note := func(is bool, name string) {
		if is {
			found = append(found, name)
		}
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		note(strings.HasSuffix(token, "."), "unsigned")
	} else {
		published := f.tenant.keys.public()
		keys := published.Key(parsed.Headers[0].KeyID)
		note(len(keys) == 0, "key")
		note(len(keys) > 0 && parsed.Claims(keys[0].Key, &struct{}{}) != nil, "signature")
	}
	_, claims := payload(t, token)
	now := float64(f.tenant.now().Unix())
	note(claims["iss"] != f.tenant.current.Load().issuer, "issuer")
	audiences, _ := claims["aud"].([]any)
	note(len(audiences) == 0 || audiences[0] != api, "audience")
	note(claims["exp"].(float64) <= now, "expired")
	note(claims["iat"].(float64) > now, "early")
	note(!strings.Contains(claims["scope"].(string), ":"), "scope")
	return strings.Join(found, " ")
}

func TestTestTokenRefusals(t *testing.T) {
	t.Parallel()
	f := start(t)
	user, api := f.tenant.Users()[0].ID, testSetup("").APIs[0].Identifier
	for _, test := range []struct{ name, user, api, defect, problem string }{
		{"an unknown user", "auth0|nobody", api, "", "no user"},
		{"an unknown API", user, "https://none", "", "no API"},
		{"an unknown defect", user, api, "ugly", `unknown token defect "ugly": expected one of ["expired"`},
	} {
		if _, err := f.tenant.TestToken(test.user, test.api, test.defect); err == nil || !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%s: expected an error with %q, got %v", test.name, test.problem, err)
		}
	}
}

func TestUsersAreListedByEmail(t *testing.T) {
	t.Parallel()
	set := newUsers(4)
	for _, email := range []string{"b@example.com", "a@example.com"} {
		if _, err := set.add(User{Email: email}, "long enough", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	f := start(t, func(c *setup) { c.Users, c.ReadyUser = set, nil })
	if users := f.tenant.Users(); len(users) != 3 || !slices.IsSortedFunc(users, func(a, b User) int { return strings.Compare(a.Email, b.Email) }) {
		t.Errorf("got %v", users)
	}
}
