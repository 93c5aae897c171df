package auth0

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"
)

// table holds values that expire, at most limit of them; beyond that the oldest
// gives way, so that strangers cannot fill the memory. Its user locks it.
type table[T any] struct {
	limit int
	rows  map[string]row[T]
	order []string // keys, oldest first; may name rows that are gone
}

type row[T any] struct {
	value   T
	expires time.Time
}

func newTable[T any](limit int) *table[T] {
	return &table[T]{limit: limit, rows: map[string]row[T]{}}
}

// put adds a value, or replaces the one that has this key.
func (t *table[T]) put(key string, value T, now, expires time.Time) {
	if _, ok := t.rows[key]; !ok {
		t.order = append(t.order, key)
	}
	t.rows[key] = row[T]{value, expires}
	for len(t.order) > t.limit || t.stale(t.order[0], now) {
		delete(t.rows, t.order[0])
		t.order = t.order[1:]
	}
}

func (t *table[T]) stale(key string, now time.Time) bool {
	r, ok := t.rows[key]
	return !ok || !now.Before(r.expires)
}

// get finds a value that has not expired.
func (t *table[T]) get(key string, now time.Time) (T, bool) {
	r, ok := t.rows[key]
	if !ok || !now.Before(r.expires) {
		var none T
		return none, false
	}
	return r.value, true
}

func (t *table[T]) drop(key string) { delete(t.rows, key) }

// newSecret is a random string for URLs and cookies, of 256 bits.
func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails, says crypto/rand
	return base64.RawURLEncoding.EncodeToString(b)
}

func newHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// digest is what is stored of a token in place of the token.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return string(sum[:])
}
