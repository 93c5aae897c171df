package auth0

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"
)

// FuzzParams: what is read from a form or a query is in it.
func FuzzParams(f *testing.F) {
	f.Add("a=b&c=d")
	f.Add("a=%ff&a=;")
	f.Fuzz(func(t *testing.T, encoded string) {
		p, refused := parseParams(encoded)
		if refused != nil {
			return
		}
		values, err := url.ParseQuery(encoded)
		if err != nil || len(values) != len(p) {
			t.Fatalf("expected %v, got %v", values, p)
		}
		for key, value := range p {
			if values.Get(key) != value || !utf8.ValidString(key+value) {
				t.Errorf("%q: expected %q, got %q", key, values.Get(key), value)
			}
		}
	})
}

// FuzzJSONParams: what is accepted is an object of strings, and survives a round
// trip through a form.
func FuzzJSONParams(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":"b"}`, `{"a":"b","a":"c"}`, `{"a":null}`, `{"a":{"b":"c"}}`, `{"a":"b"`, `{"\ud800":""}`, `{"a":"b"} x`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p, refused := parseJSONParams(body)
		if refused != nil || len(body) > 1000 {
			return
		}
		values := url.Values{}
		for key, value := range p {
			values.Set(key, value)
		}
		again, refused := parseParams(values.Encode())
		if refused != nil || len(again) != len(p) {
			t.Errorf("expected %v, got %v, %v", p, again, refused)
		}
	})
}

// FuzzUsersFile: a file is loaded as a whole or refused.
func FuzzUsersFile(f *testing.F) {
	f.Add([]byte(`{"users":[]}`))
	f.Add([]byte(`{"users":[{"id":"a","email":"a@b.c","passwordHash":"$2a$04$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		users := newUsers(bcrypt.MinCost)
		if users.restore(content) != nil {
			return
		}
		for _, stored := range users.stored().Users {
			if user, ok := users.byID(stored.ID); !ok || user.Email != stored.Email {
				t.Errorf("%q: got %+v, %v", stored.ID, user, ok)
			}
		}
	})
}

// FuzzAccount: accepted details of an account are safe to store and show.
func FuzzAccount(f *testing.F) {
	f.Add("a@example.com", "long enough", "A")
	f.Add("a@[127.0.0.1]", "long enough", "\x00")
	f.Add("\"a b\"@example.com", "long enough", "")
	f.Fuzz(func(t *testing.T, email, password, name string) {
		user, err := complete(User{Email: email, Name: name}, password, (&clock{}).now())
		if err != nil {
			return
		}
		if user.Email != strings.ToLower(user.Email) || strings.ContainsAny(user.Email, "\r\n\x00<>") || user.Name == "" || user.Nickname() == "" {
			t.Errorf("got %+v", user)
		}
		if initials(user.Name) == "" {
			t.Error("no initials")
		}
	})
}
