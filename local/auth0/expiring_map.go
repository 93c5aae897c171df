package auth0

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"time"
)

// expiringMap is a map of at most limit values that expire. Beyond limit it drops
// expired values, and then the oldest, so that requests cannot exhaust memory. Its
// user must synchronize access.
type expiringMap[T any] struct {
	limit int
	puts  int // number of rows so far
	rows  map[string]row[T]
	order []place // oldest first; may contain rows that are gone
}

type row[T any] struct {
	value   T
	expires time.Time
	put     int
}

// A place identifies a row by its key and its number.
type place struct {
	key string
	put int
}

func newExpiringMap[T any](limit int) *expiringMap[T] {
	return &expiringMap[T]{limit: limit, rows: map[string]row[T]{}}
}

// put adds a value, or replaces the one with this key.
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

// clear drops expired rows, then the oldest beyond limit and a few more, so that a
// full map is not scanned on each put.
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

// stale reports whether a row is gone or has expired, and drops it if it has.
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
	rand.Read(b) // never fails, as documented
	return base64.RawURLEncoding.EncodeToString(b)
}

func newHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// digest is what is stored instead of a token.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return string(sum[:])
}
