package auth0

import (
	"bytes"
	"log/slog"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/crypto/bcrypt"
)

// secretsOf returns the secrets of a whole flow: what a person typed, and what the
// browser and the page received. done is the tenant after it.
func secretsOf(f *fixture) map[string]string {
	f.Helper()
	b := f.browser()
	page := b.authorize("screen_hint", "signup")
	const typed = "a password that I typed"
	b.submit(b.authorize(), "email", "new@example.com", "password", "a wrong "+typed)
	back := b.callback(b.submit(page, "email", "new@example.com", "password", typed))
	tokens := b.tokens(b.exchange(back.Get("code")))
	next := b.tokens(b.refresh(tokens.RefreshToken))
	b.refresh("a refresh token " + tokens.RefreshToken)
	b.exchange("a code " + back.Get("code"))
	secrets := map[string]string{
		"password": typed, "code": back.Get("code"), "verifier": verifier,
		"spent refresh token": tokens.RefreshToken, "refresh token": next.RefreshToken,
		"access token": tokens.AccessToken, "ID token": next.IDToken,
	}
	issuer, err := url.Parse(f.cfg.Issuer + "authorize")
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(issuer) {
		secrets["cookie "+c.Name] = c.Value
	}
	if len(secrets) != 9 {
		f.Fatalf("expected two cookies, got %v", secrets)
	}
	return secrets
}

// TestNoSecretsInMemory walks everything that the tenant stores. Passwords are only
// there as bcrypt hashes, and codes, tokens and cookies only as digests.
func TestNoSecretsInMemory(t *testing.T) {
	t.Parallel()
	f := start(t)
	secrets := secretsOf(f)
	var kept memory
	kept.walk(reflect.ValueOf(f.tenant))
	account, ok := f.cfg.Users.byEmail("new@example.com")
	if !ok || bcrypt.CompareHashAndPassword(account.hash(), []byte(secrets["password"])) != nil {
		t.Errorf("expected the hash of the password, got %q", account.hash())
	}
	kept.text.Write(account.hash()) // behind a function, where walk does not see
	for _, known := range []string{"new@example.com", spa, digest(secrets["code"]), digest(secrets["refresh token"]), "$2a$04$"} {
		if !strings.Contains(kept.text.String(), known) {
			t.Errorf("the walk missed %q", known)
		}
	}
	for name, secret := range secrets {
		if strings.Contains(kept.text.String(), secret) {
			t.Errorf("the %s is kept", name)
		}
	}
}

// memory is the text of everything that is reachable from a value.
type memory struct {
	text strings.Builder
	seen map[unsafe.Pointer]bool
}

func (m *memory) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		m.text.WriteString(v.String() + "\n")
	case reflect.Uint8: // of a string of bytes
		m.text.WriteByte(byte(v.Uint()))
	case reflect.Pointer:
		if m.first(v) {
			m.walk(v.Elem())
		}
	case reflect.Interface:
		m.walk(v.Elem())
	case reflect.Struct:
		m.walkPointer(v)
		for i := range v.NumField() {
			m.walk(v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			m.walk(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			m.walk(key)
			m.walk(v.MapIndex(key))
		}
	}
}

// walkPointer follows an atomic.Pointer to the settings, which reflection sees as
// an address.
func (m *memory) walkPointer(v reflect.Value) {
	if v.CanAddr() && v.Type() == reflect.TypeFor[Tenant]() {
		m.walk(reflect.ValueOf((*Tenant)(v.Addr().UnsafePointer()).current.Load()))
	}
}

func (m *memory) first(v reflect.Value) bool {
	if m.seen == nil {
		m.seen = map[unsafe.Pointer]bool{}
	}
	if v.IsNil() || m.seen[v.UnsafePointer()] {
		return false
	}
	m.seen[v.UnsafePointer()] = true
	return true
}

// TestNoSecretsInTheLog, whether requests succeed or are refused.
func TestNoSecretsInTheLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	f := start(t, func(c *setup) {
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	secrets := secretsOf(f)
	for _, line := range []string{"signed in", "request refused", "no such code", "no such refresh token"} {
		if !strings.Contains(log.String(), line) {
			t.Errorf("%q is missing in the log:\n%s", line, log.String())
		}
	}
	for name, secret := range secrets {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the %s is in the log", name)
		}
	}
}
