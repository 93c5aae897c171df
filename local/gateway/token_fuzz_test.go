package gateway

import (
	"crypto/rsa"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

// fuzzAuthorizer trusts testKey for every RSA algorithm, and uses no socket,
// however many key IDs are made up.
func fuzzAuthorizer() *authorizer {
	key := jwk(testKeyID, testKey())
	delete(key, "alg")
	keys := fakeSource(frozen, replies(200, fakeDiscovery), replies(200, jwks(key)))
	keys.limit.SetLimit(1e9)
	return newAuthorizer(&JWTAuthorizer{
		Issuer:         fakeIssuer,
		Audiences:      []string{testAudience},
		IdentitySource: "$request.header.Authorization",
	}, keys, frozen)
}

func fuzzClaims() string {
	return `{"iss":"` + fakeIssuer + `","aud":["x","` + testAudience + `"],"exp":` +
		big.NewInt(testTime.Unix()+60).String() + `,"nbf":0,"iat":1.5e9,"scope":"` + testScope + `"}`
}

// checkAccepted asks another library, and reads the claims by encoding/json.
func checkAccepted(t *testing.T, token string) {
	t.Helper()
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512})
	if err != nil {
		t.Fatalf("accepted %q, which go-jose cannot parse: %v", token, err)
	}
	payload, err := signed.Verify(testKey().Public())
	if err != nil {
		t.Fatalf("accepted %q, which go-jose refuses: %v", token, err)
	}
	var want map[string]any // not a struct, whose fields match names in any case
	if err := json.Unmarshal(payload, &want); err != nil {
		t.Fatalf("accepted claims %q: %v", payload, err)
	}
	now := float64(testTime.UnixMilli()) / 1000
	exp, _ := want["exp"].(float64)
	nbf, _ := want["nbf"].(float64)
	iat, _ := want["iat"].(float64)
	if want["iss"] != fakeIssuer || exp <= now || nbf > now || iat > now {
		t.Errorf("accepted claims %s", payload)
	}
	audience, ok := want["aud"]
	if !ok {
		audience = want["client_id"]
	}
	if list, _ := audience.([]any); audience != testAudience && !slices.Contains(list, any(testAudience)) {
		t.Errorf("accepted the audience of %s", payload)
	}
}

// checkRefused checks that the client gets one of the known texts, which cannot
// break out of the header's quotes.
func checkRefused(t *testing.T, err error) {
	t.Helper()
	known := []string{
		wrongSegments, wrongIssuer, wrongAudience, expired, malformed, noAlgorithm, unknownMethod, criticalHeader,
		noKeyID, unknownKeyID, wrongSignature, notYetValid, issuedInFuture, "exp is invalid", "nbf is invalid", "iat is invalid",
	}
	for _, method := range jwt.GetAlgorithms() {
		known = append(known, "signing method "+method+" is invalid")
	}
	if !slices.Contains(known, err.Error()) {
		t.Errorf("unknown description %q", err)
	}
}

func checkVerification(t *testing.T, a *authorizer, token string) {
	t.Helper()
	if _, err := a.verify(t.Context(), token); err != nil {
		checkRefused(t, err)
		return
	}
	checkAccepted(t, token)
}

// FuzzToken passes any text to the verifier: go-jose accepts what it accepts, and
// what it refuses has one of the known descriptions.
func FuzzToken(f *testing.F) {
	a := fuzzAuthorizer()
	head := `{"alg":"RS256","kid":"` + testKeyID + `"}`
	good := signText(f, testKey(), jwt.SigningMethodRS256, head, fuzzClaims())
	if _, err := a.verify(f.Context(), good); err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(strings.Replace(good, ".", "..", 1))
	f.Add(good + "=")
	f.Add(good[:len(good)-1])
	f.Add(encode(`{"alg":"none","kid":"key-1"}`) + "." + encode(fuzzClaims()) + ".")
	f.Add(encode(`{"alg":"RS256","kid":"`+strings.Repeat("[", 99)) + ".e30.AA")
	f.Add(encode(`{"alg":"RS256","kid":"made-up"}`) + ".e30.AA")
	f.Fuzz(func(t *testing.T, token string) { checkVerification(t, a, token) })
}

// FuzzSignedToken signs any header and claims with the issuer's own key, so
// that the search gets past the signature, which it cannot forge.
func FuzzSignedToken(f *testing.F) {
	a := fuzzAuthorizer()
	head, body := `{"alg":"RS256","kid":"`+testKeyID+`"}`, fuzzClaims()
	for _, claims := range []string{
		body, "", "null", "[]", "{}",
		strings.Replace(body, `["x","`+testAudience+`"]`, `"`+testAudience+`"`, 1),
		strings.Replace(body, `"aud":["x",`, `"client_id":`, 1),
		strings.Replace(body, `"aud"`, `"\u0061ud"`, 1),
		`{"exp":1e999,` + body[1:], `{"iss":"x",` + body[1:], `{"x":[{"y":1e999}],` + body[1:],
		strings.Replace(body, `"nbf":0`, `"nbf":-0.0`, 1),
		strings.Replace(body, `"nbf":0`, `"nbf":"0"`, 1),
		strings.Replace(body, `"nbf":0`, `"Nbf":99999999999`, 1),
	} {
		f.Add(head, claims)
	}
	f.Add(`{"alg":"RS512","kid":"`+testKeyID+`","typ":"at+jwt"}`, body)
	f.Add(`{"alg":"RS256","alg":"none","kid":"`+testKeyID+`"}`, body)
	f.Add(`{"alg":"RS256","kid":"`+testKeyID+`","crit":["x"]}`, body)
	f.Fuzz(func(t *testing.T, head, body string) {
		method := jwt.SigningMethodRS256
		if strings.Contains(head, "RS512") {
			method = jwt.SigningMethodRS512
		}
		checkVerification(t, a, signText(t, testKey(), method, head, body))
	})
}

// FuzzJWKS checks that whatever is accepted is a strong public key for signatures,
// and that go-jose reads the same key under its ID.
func FuzzJWKS(f *testing.F) {
	good := jwks(jwk(testKeyID, testKey()), jwk("b", otherKey()))
	f.Add(good)
	f.Add(strings.Replace(good, `"e":"AQAB"`, `"e":"Aw"`, 1))
	f.Add(strings.Replace(good, `"kid":"b"`, `"kid":"`+testKeyID+`"`, 1))
	f.Add(strings.Replace(good, `"kid":"b"`, `"kid":"\u0062","x5c":["AA=="],"key_ops":["verify"]`, 1))
	f.Add(strings.Replace(good, `"kty"`, `"x":1e999,"kty"`, 1))
	f.Add(jwks(jwk("long", &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 4519), big.NewInt(1)), E: 65537}})))
	f.Add(`{"keys":[{"kty":"RSA","kid":"a","n":"AQ","e":"AQAB"},1,null,[],"x"]}`)
	f.Add(`{"keys":[` + strings.Repeat("[", 50) + strings.Repeat("]", 50) + `]}`)
	f.Fuzz(func(t *testing.T, document string) {
		keys, _, err := parseJWKS([]byte(document))
		if err != nil && len(keys) > 0 {
			t.Error("an error and keys")
		}
		for kid, key := range keys {
			want := joseKeys(t, document, kid)
			if !slices.ContainsFunc(want, func(k *rsa.PublicKey) bool { return key.rsa.Equal(k) }) {
				t.Errorf("accepted %q from %s; go-jose has %d others of this ID", kid, document, len(want))
			}
			if bits := key.rsa.N.BitLen(); kid == "" || bits < minKeyBits || bits > maxKeyBits || key.rsa.E < 3 {
				t.Errorf("accepted %q: %d bits, exponent %d", kid, bits, key.rsa.E)
			}
		}
	})
}

// joseKeys returns the keys that go-jose reads under kid, whether the gateway
// takes them or not, for as long as they are RSA keys for signatures.
func joseKeys(t *testing.T, document, kid string) (keys []*rsa.PublicKey) {
	t.Helper()
	var set map[string]json.RawMessage
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(document), &set); err != nil {
		t.Fatalf("accepted %q: %v", document, err)
	}
	if err := json.Unmarshal(set["keys"], &list); err != nil {
		t.Fatalf("accepted %q: %v", document, err)
	}
	for _, text := range list {
		// Raw, since an unused member may have a value that Go cannot represent.
		var members map[string]json.RawMessage
		var id string
		if json.Unmarshal(text, &members) != nil || json.Unmarshal(members["kid"], &id) != nil || id != kid || members["d"] != nil {
			continue
		}
		maps.DeleteFunc(members, func(name string, _ json.RawMessage) bool { // go-jose reads more, such as certificates
			return !slices.Contains([]string{"kty", "kid", "use", "alg", "n", "e"}, name)
		})
		text, _ := json.Marshal(members)
		var key jose.JSONWebKey
		if key.UnmarshalJSON(text) != nil || key.Use != "" && key.Use != "sig" {
			continue
		}
		if public, ok := key.Key.(*rsa.PublicKey); ok && public.N.BitLen() >= minKeyBits {
			keys = append(keys, public)
		}
	}
	return keys
}
