package gateway

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// algToken is a token with that text as its alg.
func (i *issuer) algToken(t *testing.T, key any, method jwt.SigningMethod, alg string) string {
	return signText(t, key, method, `{"alg":`+alg+`,"kid":"`+testKeyID+`"}`, marshal(t, i.testClaims()))
}

func (i *issuer) unsigned(t *testing.T, alg string) string {
	return encode(`{"alg":`+alg+`,"kid":"`+testKeyID+`"}`) + "." + encode(marshal(t, i.testClaims())) + "."
}

// noAlgorithms name none, or nothing that is an algorithm of signatures.
func noAlgorithms(t *testing.T, i *issuer) []tokenCase {
	rs := jwt.SigningMethodRS256
	unsigned := func(alg string) string { return i.unsigned(t, alg) }
	token := func(key any, method jwt.SigningMethod, alg string) string { return i.algToken(t, key, method, alg) }
	return []tokenCase{
		{"alg: none", unsigned(`"none"`), "signing method none is invalid"},
		{"alg: None", unsigned(`"None"`), unknownMethod},
		{"alg: NONE", unsigned(`"NONE"`), unknownMethod},
		{"alg: nOnE", unsigned(`"nOnE"`), unknownMethod},
		{"alg: none by escape", unsigned(`"n\u006fne"`), "signing method none is invalid"},
		{"alg: none, signed", token(testKey(), rs, `"none"`), "signing method none is invalid"},
		{"alg: empty", token(testKey(), rs, `""`), unknownMethod},
		{"alg: null", token(testKey(), rs, `null`), noAlgorithm},
		{"alg: a number", token(testKey(), rs, `256`), noAlgorithm},
		{"alg: an array", token(testKey(), rs, `["RS256"]`), noAlgorithm},
		{"alg: missing", signText(t, testKey(), rs, `{"kid":"`+testKeyID+`"}`, marshal(t, i.testClaims())), noAlgorithm},
		{"alg: lower case", token(testKey(), rs, `"rs256"`), unknownMethod},
		{"alg: with a space", token(testKey(), rs, `"RS256 "`), unknownMethod},
		{"alg: RSA1_5", token(testKey(), rs, `"RSA1_5"`), unknownMethod},
		{"alg: quotes for the answer", token(testKey(), rs, `"x\" error=\"none"`), unknownMethod},
		{"alg: nonE", unsigned(`"nonE"`), unknownMethod},
		{"alg: noNe", unsigned(`"noNe"`), unknownMethod},
		{"alg: none and a space", unsigned(`"none "`), unknownMethod},
		{"alg: none after a NUL", unsigned(`"\u0000none"`), unknownMethod},
		{"alg: none with the segments of a good signature", unsigned(`"none"`) + strings.Split(i.token(t), ".")[2], "signing method none is invalid"},
		{"alg: null, a string", unsigned(`"null"`), unknownMethod},
		{"alg: false", unsigned(`false`), noAlgorithm},
		{"alg: an object", token(testKey(), rs, `{"alg":"RS256"}`), noAlgorithm},
		{"alg: ES256K", unsigned(`"ES256K"`), unknownMethod},
		{"alg: Ed25519", unsigned(`"Ed25519"`), unknownMethod},
		{"alg: RS1", unsigned(`"RS1"`), unknownMethod},
		{"alg: RSA-OAEP", unsigned(`"RSA-OAEP"`), unknownMethod},
		{"alg: dir", unsigned(`"dir"`), unknownMethod},
	}
}

// otherAlgorithms are signed, but not with an algorithm that the key and the
// gateway accept.
func otherAlgorithms(t *testing.T, i *issuer) []tokenCase {
	der, _ := x509.MarshalPKIXPublicKey(testKey().Public())
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	elliptical, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	elliptical384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	elliptical521, _ := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	_, edwards, _ := ed25519.GenerateKey(rand.Reader)
	unsigned := func(alg string) string { return i.unsigned(t, alg) }
	token := func(key any, method jwt.SigningMethod, alg string) string { return i.algToken(t, key, method, alg) }
	return []tokenCase{
		{"alg: HS256 with the public key in PEM", token(public, jwt.SigningMethodHS256, `"HS256"`), "signing method HS256 is invalid"},
		{"alg: HS256 with the public key in DER", token(der, jwt.SigningMethodHS256, `"HS256"`), "signing method HS256 is invalid"},
		{"alg: HS384 with the modulus", token(testKey().N.Bytes(), jwt.SigningMethodHS384, `"HS384"`), "signing method HS384 is invalid"},
		{"alg: HS512 with no key", token([]byte{}, jwt.SigningMethodHS512, `"HS512"`), "signing method HS512 is invalid"},
		{"alg: HS256 that calls itself RS256", token(public, jwt.SigningMethodHS256, `"RS256"`), wrongSignature},
		{"alg: HS256 with the public key's JWK", token([]byte(marshal(t, jwk(testKeyID, testKey()))), jwt.SigningMethodHS256, `"HS256"`), "signing method HS256 is invalid"},
		{"alg: HS512 with the public key in PKCS #1", token(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&testKey().PublicKey)}), jwt.SigningMethodHS512, `"HS512"`), "signing method HS512 is invalid"},
		{"alg: ES384", token(elliptical384, jwt.SigningMethodES384, `"ES384"`), "signing method ES384 is invalid"},
		{"alg: ES512", token(elliptical521, jwt.SigningMethodES512, `"ES512"`), "signing method ES512 is invalid"},
		{"alg: ES256 of zeros", unsigned(`"ES256"`) + encode(strings.Repeat("\x00", 64)), "signing method ES256 is invalid"},
		{"alg: ES256 that calls itself RS256", token(elliptical, jwt.SigningMethodES256, `"RS256"`), wrongSignature},
		{"alg: PS384", token(testKey(), jwt.SigningMethodPS384, `"PS384"`), "signing method PS384 is invalid"},
		{"alg: ES256", token(elliptical, jwt.SigningMethodES256, `"ES256"`), "signing method ES256 is invalid"},
		{"alg: EdDSA", token(edwards, jwt.SigningMethodEdDSA, `"EdDSA"`), "signing method EdDSA is invalid"},
		{"alg: PS256", token(testKey(), jwt.SigningMethodPS256, `"PS256"`), "signing method PS256 is invalid"},
		{"alg: PS512", token(testKey(), jwt.SigningMethodPS512, `"PS512"`), "signing method PS512 is invalid"},
		{"alg: PS256 that calls itself RS256", token(testKey(), jwt.SigningMethodPS256, `"RS256"`), wrongSignature},
		{"alg: RS384 that calls itself RS256", token(testKey(), jwt.SigningMethodRS384, `"RS256"`), wrongSignature},
		{"alg: RS512 with a key for RS256", token(testKey(), jwt.SigningMethodRS512, `"RS512"`), "signing method RS512 is invalid"},
	}
}
