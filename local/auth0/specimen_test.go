package auth0

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// TestSpecimensHaveOneFlaw: a good one verifies in all, and each other fails in
// what its name says and in nothing else.
func TestSpecimensHaveOneFlaw(t *testing.T) {
	t.Parallel()
	f := start(t)
	user := f.tenant.People()[0]
	api := testConfig("").APIs[0].Identifier
	flaws := append([]Flaw{{}}, Flaws()...)
	for _, flaw := range flaws {
		token, err := f.tenant.Specimen(user.ID, api, flaw.Name)
		if err != nil {
			t.Fatal(err)
		}
		if got := faultsOf(t, f, token, api); got != flaw.Name {
			t.Errorf("%q: the faults found are %q", flaw.Name, got)
		}
	}
}

// faultsOf names what a verifier would object to.
func faultsOf(t *testing.T, f *fixture, token, api string) string {
	t.Helper()
	if strings.Count(token, ".") != 2 {
		return "opaque"
	}
	var faults []string
	note := func(is bool, name string) {
		if is {
			faults = append(faults, name)
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
	return strings.Join(faults, " ")
}

func TestSpecimensThatCannotBeMade(t *testing.T) {
	t.Parallel()
	f := start(t)
	user, api := f.tenant.People()[0].ID, testConfig("").APIs[0].Identifier
	for _, test := range []struct{ name, user, api, flaw, problem string }{
		{"an unknown user", "auth0|nobody", api, "", "no user"},
		{"an unknown API", user, "https://none", "", "no API"},
		{"an unknown flaw", user, api, "ugly", `the flaw "ugly"`},
	} {
		if _, err := f.tenant.Specimen(test.user, test.api, test.flaw); err == nil || !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%s: expected an error with %q, got %v", test.name, test.problem, err)
		}
	}
}

func TestPeopleAreListedByEmail(t *testing.T) {
	t.Parallel()
	users := newUsers(4)
	for _, email := range []string{"b@example.com", "a@example.com"} {
		if _, err := users.add(User{Email: email}, "long enough", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	f := start(t, func(c *Config) { c.Users, c.ReadyUser = users, nil })
	if people := f.tenant.People(); len(people) != 3 || !slices.IsSortedFunc(people, func(a, b User) int { return strings.Compare(a.Email, b.Email) }) {
		t.Errorf("got %v", people)
	}
}
