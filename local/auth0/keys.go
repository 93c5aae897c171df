package auth0

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// keyBits is the size of Auth0's signing keys.
const keyBits = 2048

// keyring has the key that signs, and the one before it, so that tokens
// signed before a rotation still verify. Generating a key takes up to a
// second, so the first is generated in the background: use waits for it.
type keyring struct {
	ready chan struct{} // closed when the first key is ready

	mu   sync.Mutex
	keys []signingKey // the current one first
	err  error
}

type signingKey struct {
	private *rsa.PrivateKey
	id      string
}

func newKeyring() *keyring {
	k := &keyring{ready: make(chan struct{})}
	go func() {
		defer close(k.ready)
		k.add()
	}()
	return k
}

// rotate makes a new key current. The previous one stays published; the one before
// that is removed.
func (k *keyring) rotate() error {
	<-k.ready
	return k.add()
}

// add generates a key outside the lock, so that signing can continue meanwhile.
func (k *keyring) add() error {
	key, err := newSigningKey()
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		k.err = err
		return err
	}
	k.keys = append([]signingKey{key}, k.keys[:min(1, len(k.keys))]...)
	k.err = nil
	return nil
}

// newSigningKey names the key by its thumbprint,
// https://www.rfc-editor.org/rfc/rfc7638.
func newSigningKey() (signingKey, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return signingKey{}, err
	}
	thumb, err := (&jose.JSONWebKey{Key: private.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return signingKey{}, err
	}
	return signingKey{private, base64.RawURLEncoding.EncodeToString(thumb)}, nil
}

// sign makes a JWT of the claims.
func (k *keyring) sign(claims any) (string, error) {
	<-k.ready
	k.mu.Lock()
	keys, err := k.keys, k.err
	k.mu.Unlock()
	if len(keys) == 0 {
		return "", err
	}
	return signWith(keys[0], claims)
}

// public is the content of jwks.json.
func (k *keyring) public() jose.JSONWebKeySet {
	<-k.ready
	k.mu.Lock()
	defer k.mu.Unlock()
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, key := range k.keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{
			Key: key.private.Public(), KeyID: key.id, Algorithm: string(jose.RS256), Use: "sig",
		})
	}
	return set
}
