package console

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
)

// seal hides the keys of items from the page, which sends them back: a key can be a
// secret, such as a session's ID. A seal is valid for one run.
type seal struct{ aead cipher.AEAD }

func newSeal() seal {
	key := make([]byte, 32)
	rand.Read(key) // never fails, as documented
	block, err := aes.NewCipher(key)
	if err == nil {
		var aead cipher.AEAD
		if aead, err = cipher.NewGCMWithRandomNonce(block); err == nil {
			return seal{aead}
		}
	}
	panic(err) // the key has a valid length
}

// close seals a text; an empty one stays empty.
func (s seal) close(text string) string {
	if text == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, []byte(text), nil))
}

// open is the reverse of close.
func (s seal) open(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	data, err := base64.RawURLEncoding.DecodeString(sealed)
	if err == nil {
		data, err = s.aead.Open(nil, nil, data, nil)
	}
	if err != nil {
		return "", errors.New("the key is not one of this page: reload the list")
	}
	return string(data), nil
}
