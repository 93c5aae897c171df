package auth0

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"time"
)

// table holds values that expire, at most limit of them; beyond that what has
// expired gives way, and then the oldest, so that strangers cannot fill the
// memory. Its user locks it.
type expiringMap[T any] struct {
	limit int
	puts  int // so many so far
	rows  map[string]row[T]
	order []place // oldest first; may name rows that are gone
}

type row[T any] struct {
	value   T
	expires time.Time
	put     int
}

// A place names a row as it was put.
type place struct {
	key string
	put int
}

func newExpiringMap[T any](limit int) *expiringMap[T] {
	return &expiringMap[T]{limit: limit, rows: map[string]row[T]{}}
}

// put adds a value, or replaces the one that has this key.
func (t *expiringMap[T]) put(key string, value T, now, expires time.Time) {
	put := t.rows[key].put
	if put == 0 {
		t.puts++
		put = t.puts
		t.order = append(t.order, place{key, put})
	}
	t.rows[key] = row[T]{value, expires, put}
	for t.stale(t.order[0], now) {
		t.order = t.order[1:]
	}
	if len(t.rows) > t.limit || len(t.order) > 2*t.limit {
		t.clear(now)
	}
}

// clear drops what has expired, and the oldest that are too many; then a little
// more, so that a full table is not gone through at each put.
func (t *expiringMap[T]) clear(now time.Time) {
	t.order = slices.DeleteFunc(t.order, func(p place) bool { return t.stale(p, now) })
	if many := len(t.order) - t.limit; many > 0 {
		many += t.limit / 16
		for _, p := range t.order[:many] {
			delete(t.rows, p.key)
		}
		t.order = slices.Delete(t.order, 0, many)
	}
}

// stale drops a row that has expired, and reports whether it is gone.
func (t *expiringMap[T]) stale(p place, now time.Time) bool {
	r, ok := t.rows[p.key]
	if ok && r.put == p.put && now.Before(r.expires) {
		return false
	}
	if ok && r.put == p.put {
		delete(t.rows, p.key)
	}
	return true
}

// get finds a value that has not expired.
func (t *expiringMap[T]) get(key string, now time.Time) (T, bool) {
	r, ok := t.rows[key]
	if !ok || !now.Before(r.expires) {
		var none T
		return none, false
	}
	return r.value, true
}

func (t *expiringMap[T]) drop(key string) { delete(t.rows, key) }

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
