package gateway

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// publishedKeys are an issuer's: two that are good, and others that no token may
// use.
func publishedKeys() []map[string]any {
	encryption := jwk("encryption", otherKey())
	encryption["use"] = "enc"
	anyAlgorithm := jwk("any", testKey())
	delete(anyAlgorithm, "alg")
	return []map[string]any{
		jwk(testKeyID, testKey()),
		anyAlgorithm,
		jwk("twice", testKey()),
		jwk("twice", otherKey()),
		encryption,
		{"kty": "oct", "kid": "symmetric", "k": encode("secret")},
		{"kty": "EC", "kid": "elliptic", "crv": "P-256", "x": encode("x"), "y": encode("y")},
		{"kty": "RSA", "kid": "", "n": encode("n"), "e": "AQAB"},
	}
}

// badKeys are signed by the attacker, or name keys that must not be used.
func badKeys(t *testing.T, i *issuer, attacker *trap) []tokenCase {
	certificate := selfSigned(t)
	own := jwk("attacker", otherKey())
	with := func(changes jsonObject) string {
		return sign(t, otherKey(), jwt.SigningMethodRS256, headerWith(changes), i.testClaims())
	}
	issuers := func(kid string) string { // signed with the issuer's own key
		return sign(t, testKey(), jwt.SigningMethodRS256, headerWith(jsonObject{"kid": kid}), i.testClaims())
	}
	return []tokenCase{
		{"key: another's", with(nil), wrongSignature},
		{"key: kid missing", with(jsonObject{"kid": nil}), noKeyID},
		{"key: kid missing, though the signature is good", sign(t, testKey(), jwt.SigningMethodRS256, headerWith(jsonObject{"kid": nil}), i.testClaims()), noKeyID},
		{"key: kid empty", with(jsonObject{"kid": ""}), noKeyID},
		{"key: kid null", with(jsonObject{"kid": json.RawMessage("null")}), noKeyID},
		{"key: kid a number", with(jsonObject{"kid": 1}), noKeyID},
		{"key: kid an array", with(jsonObject{"kid": []string{testKeyID}}), noKeyID},
		{"key: kid an object", with(jsonObject{"kid": jsonObject{"kid": testKeyID}}), noKeyID},
		{"key: kid unknown", issuers("key-2"), unknownKeyID},
		{"key: kid of two keys", issuers("twice"), unknownKeyID},
		{"key: kid of a key for encryption", with(jsonObject{"kid": "encryption"}), unknownKeyID},
		{"key: kid of a symmetric key", signText(t, []byte("secret"), jwt.SigningMethodHS256, `{"alg":"HS256","kid":"symmetric"}`, marshal(t, i.testClaims())), "signing method HS256 is invalid"},
		{"key: kid of an elliptic key", issuers("elliptic"), unknownKeyID},
		{"key: kid of another case", issuers("KEY-1"), unknownKeyID},
		{"key: kid with a space", issuers(testKeyID + " "), unknownKeyID},
		{"key: kid with a NUL", issuers(testKeyID + "\x00"), unknownKeyID},
		{"key: kid a path", with(jsonObject{"kid": "../../../../dev/null"}), unknownKeyID},
		{"key: kid SQL", with(jsonObject{"kid": "x' UNION SELECT 'key' --"}), unknownKeyID},
		{"key: kid a command", with(jsonObject{"kid": "key-1|/bin/true"}), unknownKeyID},
		{"key: kid a URL", with(jsonObject{"kid": attacker.url + "jwks.json"}), unknownKeyID},
		{"key: kid with quotes and a line break", with(jsonObject{"kid": "x\"\r\nSet-Cookie: a=b"}), unknownKeyID},
		{"key: jku", with(jsonObject{"jku": attacker.url + "jwks.json"}), wrongSignature},
		{"key: jku and its kid", with(jsonObject{"jku": attacker.url + "jwks.json", "kid": "attacker"}), unknownKeyID},
		{"key: jku without kid", with(jsonObject{"jku": attacker.url + "jwks.json", "kid": nil}), noKeyID},
		{"key: jku that looks like the issuer's", with(jsonObject{"jku": i.url[:len(i.url)-1] + "@" + attacker.url[len("http://"):] + "jwks.json"}), wrongSignature},
		{"key: jku a file", with(jsonObject{"jku": "file:///proc/self/environ"}), wrongSignature},
		{"key: x5u", with(jsonObject{"x5u": attacker.url + "jwks.json"}), wrongSignature},
		{"key: x5u and its kid", with(jsonObject{"x5u": attacker.url + "jwks.json", "kid": "attacker"}), unknownKeyID},
		{"key: jwk", with(jsonObject{"jwk": jwk(testKeyID, otherKey())}), wrongSignature},
		{"key: jwk and its kid", with(jsonObject{"jwk": own, "kid": "attacker"}), unknownKeyID},
		{"key: jwk without kid", with(jsonObject{"kid": nil, "jwk": own}), noKeyID},
		{"key: jwk that is the issuer's", with(jsonObject{"jwk": jwk(testKeyID, testKey())}), wrongSignature},
		{"key: x5c", with(jsonObject{"x5c": []string{certificate}}), wrongSignature},
		{"key: x5c and its kid", with(jsonObject{"x5c": []string{certificate}, "kid": "attacker"}), unknownKeyID},
		{"key: x5t of nobody", with(jsonObject{"x5t": "AAAA", "x5t#S256": "AAAA"}), wrongSignature},
		{"key: every way at once", with(jsonObject{"jku": attacker.url + "jwks.json", "x5u": attacker.url, "jwk": own, "x5c": []string{certificate}}), wrongSignature},
	}
}

// badExtensions are signed by the issuer: they fail because of header members that
// the gateway does not support.
func badExtensions(t *testing.T, i *issuer) []tokenCase {
	with := func(changes jsonObject) string {
		return sign(t, testKey(), jwt.SigningMethodRS256, headerWith(changes), i.testClaims())
	}
	body := marshal(t, i.testClaims())
	compressed := signText(t, testKey(), jwt.SigningMethodRS256, `{"alg":"RS256","kid":"`+testKeyID+`","zip":"DEF"}`, deflated([]byte(body)))
	return []tokenCase{
		{"header: crit", with(jsonObject{"crit": []string{"exp"}, "exp": 1}), criticalHeader},
		{"header: crit of an unknown name", with(jsonObject{"crit": []string{"x"}, "x": true}), criticalHeader},
		{"header: crit of a known name", with(jsonObject{"crit": []string{"alg"}}), criticalHeader},
		{"header: crit of a name that is not there", with(jsonObject{"crit": []string{"http://example.com/x"}}), criticalHeader},
		{"header: crit empty", with(jsonObject{"crit": []string{}}), criticalHeader},
		{"header: crit null", with(jsonObject{"crit": json.RawMessage("null")}), criticalHeader},
		{"header: crit a string", with(jsonObject{"crit": "exp"}), criticalHeader},
		{"header: b64", with(jsonObject{"b64": false, "crit": []string{"b64"}}), criticalHeader},
		{"header: b64 without crit", with(jsonObject{"b64": false}), criticalHeader},
		{"header: b64 true", with(jsonObject{"b64": true, "crit": []string{"b64"}}), criticalHeader},
		{"header: zip", with(jsonObject{"zip": "DEF"}), criticalHeader},
		{"header: zip and claims compressed", compressed, criticalHeader},
		{"header: zip unknown", with(jsonObject{"zip": "GZIP"}), criticalHeader},
		{"header: claims beside the claims", with(jsonObject{"aud": "x", "iss": "x", "exp": 1}), passed},
		{"header: cty of a nested token", with(jsonObject{"cty": "JWT"}), passed},
	}
}

// selfSigned is the attacker's certificate as x5c holds one.
func selfSigned(t *testing.T) string {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, otherKey().Public(), otherKey())
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}
