package auth0

import (
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Auth0's brute-force protection blocks an e-mail after ten wrong passwords in
// a row. Its block lasts until it is removed; ours expires.
// https://auth0.com/docs/secure/attack-protection/brute-force-protection
const (
	maxFailures   = 10
	blockDuration = 15 * time.Minute
	signUpBurst   = 20 // then one per second
)

// attempts counts wrong passwords by e-mail, whether or not there is such an
// account, and bounds how fast accounts are created.
type attempts struct {
	now func() time.Time

	mu       sync.Mutex
	failures *expiringMap[int]
	signUps  *rate.Limiter
}

func newAttempts(now func() time.Time) *attempts {
	return &attempts{
		now:      now,
		failures: newExpiringMap[int](10_000),
		signUps:  rate.NewLimiter(rate.Every(time.Second), signUpBurst),
	}
}

// attemptKey treats all spellings of an e-mail as one, as signing in does.
func attemptKey(email string) string { return digest(strings.ToLower(strings.TrimSpace(email))) }

// begin uses one of an e-mail's remaining attempts, and restarts the time of its
// block; false means that none is left. It must be called before the password is
// compared, which is slow: concurrent guesses must not outrun the count.
func (a *attempts) begin(email string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	now, key := a.now(), attemptKey(email)
	count, _ := a.failures.get(key, now)
	if count >= maxFailures {
		return false
	}
	a.failures.put(key, count+1, now, now.Add(blockDuration))
	return true
}

// succeeded restores the attempts.
func (a *attempts) succeeded(email string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failures.drop(attemptKey(email))
}

// signUp reports whether the rate limit allows another account now.
func (a *attempts) signUp() bool { return a.signUps.AllowN(a.now(), 1) }
