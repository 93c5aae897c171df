package gateway

import "sync"

// maxVerified is how many tokens are remembered for one key.
const maxVerified = 128

// verifiedTokens are tokens whose signature is valid under one key, so that the next request
// with the same token does not compute it again. Only the signature's check is saved: whether
// it is one is a fact about the token's text and the key, and a key that is fetched again
// begins without any. All else is checked on every request. It is safe for concurrent use.
type verifiedTokens struct {
	mu     sync.RWMutex
	tokens map[string]struct{}
}

func (v *verifiedTokens) has(token string) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	_, ok := v.tokens[token]
	return ok
}

func (v *verifiedTokens) add(token string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.tokens == nil || len(v.tokens) >= maxVerified {
		v.tokens = map[string]struct{}{}
	}
	v.tokens[token] = struct{}{}
}
