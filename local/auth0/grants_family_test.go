package auth0

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// family is the state of one sign-in's refresh tokens by the rules.
type family struct {
	code              string
	tokens            []string // the newest last
	revoked           bool
	started, lastUsed time.Time
}

// good reports whether a token of the family may be used. One that was used before
// revokes the family, unless that has expired.
func (f *family) good(token int, now time.Time, policy RefreshTokenPolicy) bool {
	if f.revoked || now.Sub(f.started) >= policy.Lifetime || now.Sub(f.lastUsed) >= policy.IdleLifetime {
		return false
	}
	f.revoked = token != len(f.tokens)-1
	return !f.revoked
}

// TestRefreshTokensFollowTheRules takes many ways through sign-in, rotation, reuse,
// replay of the code, revocation and the passing of time, and compares each answer
// with the rules.
func TestRefreshTokensFollowTheRules(t *testing.T) {
	t.Parallel()
	answered, refused := 0, 0
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w := &walk{browser: start(t).browser(), random: rand.New(rand.NewPCG(seed, 0))}
			w.signIn()
			for range 60 {
				w.step()
			}
			answered, refused = answered+w.answered, refused+w.refused
		})
	}
	if answered < 100 || refused < 100 {
		t.Errorf("the walks show little: %d answered, %d refused", answered, refused)
	}
}

type walk struct {
	*browser
	random            *rand.Rand
	families          []*family
	answered, refused int
}

func (w *walk) signIn() {
	code := w.browser.signIn("prompt", "login").Get("code")
	token := w.tokens(w.exchange(code)).RefreshToken
	w.families = append(w.families, &family{code: code, tokens: []string{token}, started: w.now(), lastUsed: w.now()})
}

func (w *walk) step() {
	w.Helper()
	f := w.families[w.random.IntN(len(w.families))]
	some := w.random.IntN(len(f.tokens))
	switch w.random.IntN(20) {
	case 0, 9, 10, 11:
		w.signIn()
	case 1:
		f.revoked = f.revoked || w.now().Sub(f.started) < codeMemory
		if got := w.exchange(f.code); got.body != refusedCode {
			w.Errorf("replay of a code: got %d %s", got.status, got.body)
		}
	case 2:
		f.revoked = true
		if got := w.post("oauth/revoke", url.Values{"client_id": {spa}, "token": {f.tokens[some]}}); got.status != http.StatusOK {
			w.Errorf("revocation: got %d %s", got.status, got.body)
		}
	case 3:
		w.use(f, some)
	case 4, 5, 6, 7, 8:
		w.advance(time.Duration(w.random.IntN(13)) * time.Hour)
	default:
		w.use(f, len(f.tokens)-1)
	}
}

func (w *walk) use(f *family, token int) {
	w.Helper()
	good := f.good(token, w.now(), w.cfg.Clients[0].RefreshToken)
	got := w.refresh(f.tokens[token])
	if !good {
		w.refused++
		if got.status != http.StatusForbidden || got.body != refusedRefresh {
			w.Errorf("token %d of %d: expected a refusal, got %d %s", token+1, len(f.tokens), got.status, got.body)
		}
		return
	}
	w.answered++
	f.tokens, f.lastUsed = append(f.tokens, w.tokens(got).RefreshToken), w.now()
}
