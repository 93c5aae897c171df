package console

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// A sealer hides the keys of items from the page, which sends them back: a key can be a
// secret, such as a session's ID. It is valid for one run. The same text is always
// sealed the same, so that the page recognizes an item.
type sealer struct {
	aead  cipher.AEAD
	nonce []byte // the key that nonces are made with
}

func newSealer() sealer {
	keys := make([]byte, 64)
	rand.Read(keys) // never fails, as documented
	block, err := aes.NewCipher(keys[:32])
	if err == nil {
		var aead cipher.AEAD
		if aead, err = cipher.NewGCM(block); err == nil {
			return sealer{aead, keys[32:]}
		}
	}
	panic(err) // the key has a valid length
}

// seal encrypts a text; an empty one stays empty.
func (s sealer) seal(text string) string {
	if text == "" {
		return ""
	}
	mac := hmac.New(sha256.New, s.nonce)
	mac.Write([]byte(text))
	nonce := mac.Sum(nil)[:s.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, []byte(text), nil))
}

// open is the reverse of seal.
func (s sealer) open(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	data, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(data) < s.aead.NonceSize() {
		return "", errors.New("the key is not one of this page: reload the list")
	}
	nonce, data := data[:s.aead.NonceSize()], data[s.aead.NonceSize():]
	if data, err = s.aead.Open(nil, nonce, data, nil); err != nil {
		return "", errors.New("the key is not one of this page: reload the list")
	}
	return string(data), nil
}
