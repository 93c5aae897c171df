package gateway

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// tokenCase is a token, and what the client reads of it: "" for 200, the
// error_description for 401.
type tokenCase struct {
	name  string
	token string
	want  string
}

// TestTokens sends each token to the private route over a real socket.
func TestTokens(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	attacker := newIssuer(t, jwk(testKeyID, otherKey()))
	address := serve(t, mustNew(t, testConfig(i.authorizer())))
	var cases []tokenCase
	for _, list := range [][]tokenCase{
		goodTokens(t, i), badForms(t, i), badAlgorithms(t, i), badKeys(t, i, attacker), badIssuers(t, i), badAudiences(t, i), dateCases(t, i),
	} {
		cases = append(cases, list...)
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := roundTrip(t, address, "GET /api/private HTTP/1.1"+closing+"Authorization: Bearer "+test.token+"\n\n")
			want := "HTTP/1.1 200 OK\n"
			if test.want != "" {
				want = "HTTP/1.1 401 Unauthorized\nContent-Length: 26\napigw-requestid: X\n" +
					`www-authenticate: Bearer scope="read:private" error="invalid_token" error_description="` + test.want +
					"\"\nDate: X\nConnection: close\n\n" + `{"message":"Unauthorized"}`
			}
			if !strings.HasPrefix(got, want) {
				t.Errorf("expected %q, got %q", want, got)
			}
		})
	}
	t.Run("the attacker's keys were never fetched", func(t *testing.T) {
		if n := attacker.fetches.Load(); n != 0 {
			t.Errorf("fetched %d times", n)
		}
	})
}

// with returns the good claims with some replaced; nil removes one.
func (i *issuer) with(changes map[string]any) map[string]any {
	claims := i.testClaims()
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

func headerWith(changes map[string]any) map[string]any {
	header := goodHeader()
	maps.Copy(header, changes)
	maps.DeleteFunc(header, func(_ string, value any) bool { return value == nil })
	return header
}

type jsonObject = map[string]any

func goodTokens(t *testing.T, i *issuer) []tokenCase {
	rs256 := func(header, claims any) string {
		return sign(t, testKey(), jwt.SigningMethodRS256, header.(jsonObject), claims)
	}
	return []tokenCase{
		{"good", i.token(t), ""},
		{"good: access token type", rs256(headerWith(jsonObject{"typ": "at+jwt"}), i.testClaims()), ""},
		{"good: no typ", rs256(headerWith(jsonObject{"typ": nil}), i.testClaims()), ""},
		{"good: unknown header", rs256(headerWith(jsonObject{"x": jsonObject{"y": 1}}), i.testClaims()), ""},
		{"good: aud a string", rs256(goodHeader(), i.with(jsonObject{"aud": testAudience})), ""},
		{"good: client_id without aud", rs256(goodHeader(), i.with(jsonObject{"aud": nil, "client_id": testAudience})), ""},
		{"good: scp an array", rs256(goodHeader(), i.with(jsonObject{"scope": nil, "scp": []string{"x", testScope}})), ""},
		{"good: scp words", rs256(goodHeader(), i.with(jsonObject{"scope": nil, "scp": "x " + testScope})), ""},
		{"good: scope an array", rs256(goodHeader(), i.with(jsonObject{"scope": []string{testScope}})), ""},
		{"good: no iat", rs256(goodHeader(), i.with(jsonObject{"iat": nil})), ""},
		{"good: no sub", rs256(goodHeader(), i.with(jsonObject{"sub": nil})), ""},
	}
}

func badForms(t *testing.T, i *issuer) []tokenCase {
	good := i.token(t)
	parts := strings.Split(good, ".")
	head, _ := json.Marshal(goodHeader())
	body, _ := json.Marshal(i.testClaims())
	text := func(head, body string) string {
		return signText(t, testKey(), jwt.SigningMethodRS256, head, body)
	}
	last := good[len(good)-1:]
	flipped := map[string]string{"A": "B", "Q": "R", "g": "h", "w": "x"}[last] // the two unused bits of 256 octets
	return []tokenCase{
		{"form: one segment", parts[0], wrongSegments},
		{"form: two segments", parts[0] + "." + parts[1], wrongSegments},
		{"form: four segments", good + ".x", wrongSegments},
		{"form: JWE", good + ".x.y", wrongSegments},
		{"form: two tokens", good + "," + good, wrongSegments},
		{"form: only dots", "..", malformed},
		{"form: no signature", parts[0] + "." + parts[1] + ".", wrongSignature},
		{"form: padding", good + "=", malformed},
		{"form: unused bits set", good[:len(good)-1] + flipped, malformed},
		{"form: base64 of another alphabet", strings.Replace(good, ".", "+.", 1), malformed},
		{"form: space inside", parts[0] + ". " + parts[1] + "." + parts[2], malformed},
		{"form: two spaces after Bearer", " " + good, malformed},
		{"form: Bearer twice", "Bearer " + good, malformed},
		{"form: header no JSON", text("{", string(body)), malformed},
		{"form: header an array", text("[]", string(body)), malformed},
		{"form: header with byte order mark", text("\uFEFF"+string(head), string(body)), malformed},
		{"form: header with trailing bytes", text(string(head)+"{}", string(body)), malformed},
		{"form: header names alg twice", text(`{"alg":"none",`+string(head)[1:], string(body)), malformed},
		{"form: header names alg twice by escape", text(`{"\u0061lg":"none",`+string(head)[1:], string(body)), malformed},
		{"form: header names kid twice", text(`{"kid":"x",`+string(head)[1:], string(body)), malformed},
		{"form: header not UTF-8", text("{\"x\":\"\xff\","+string(head)[1:], string(body)), malformed},
		{"form: claims no JSON", text(string(head), "claims"), malformed},
		{"form: claims empty", text(string(head), ""), malformed},
		{"form: claims null", text(string(head), "null"), malformed},
		{"form: claims an array", text(string(head), "[]"), malformed},
		{"form: claims a string", text(string(head), `"`+good+`"`), malformed},
		{"form: nested token", text(string(head), good), malformed},
		{"form: claims with byte order mark", text(string(head), "\uFEFF"+string(body)), malformed},
		{"form: claims with trailing bytes", text(string(head), string(body)+"x"), malformed},
		{"form: claims with NUL", text(string(head), string(body)+"\x00"), malformed},
		{"form: claims name exp twice", text(string(head), `{"exp":99999999999,`+string(body)[1:]), malformed},
		{"form: claims name scope twice", text(string(head), `{"scope":"admin",`+string(body)[1:]), malformed},
		{"form: duplicate deep inside", text(string(head), `{"x":[{"a":1,"a":2}],`+string(body)[1:]), malformed},
		{"form: claims not UTF-8", text(string(head), "{\"x\":\"\xc0\xaf\","+string(body)[1:]), malformed},
		{"form: deep nesting that is balanced", text(string(head), `{"x":`+strings.Repeat("[", 500)+strings.Repeat("]", 500)+","+string(body)[1:]), ""},
		{"form: deep nesting that is not", text(string(head), `{"x":`+strings.Repeat("[", 500)), malformed},
		{"form: claims of another token", parts[0] + "." + encode(strings.Replace(string(body), "123", "124", 1)) + "." + parts[2], wrongSignature},
		{"form: header of another token", encode(`{"alg":"RS256","kid":"`+testKeyID+`"}`) + "." + parts[1] + "." + parts[2], wrongSignature},
		{"form: signature cut", good[:len(good)-10], wrongSignature},
	}
}

func badAlgorithms(t *testing.T, i *issuer) []tokenCase {
	body, _ := json.Marshal(i.testClaims())
	der, _ := x509.MarshalPKIXPublicKey(testKey().Public())
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	elliptical, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, edwards, _ := ed25519.GenerateKey(rand.Reader)
	token := func(key any, method jwt.SigningMethod, alg string) string {
		return signText(t, key, method, `{"alg":`+alg+`,"kid":"`+testKeyID+`"}`, string(body))
	}
	unsigned := func(alg string) string {
		return encode(`{"alg":`+alg+`,"kid":"`+testKeyID+`"}`) + "." + encode(string(body)) + "."
	}
	rs := jwt.SigningMethodRS256
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
		{"alg: missing", signText(t, testKey(), rs, `{"kid":"`+testKeyID+`"}`, string(body)), noAlgorithm},
		{"alg: lower case", token(testKey(), rs, `"rs256"`), unknownMethod},
		{"alg: with a space", token(testKey(), rs, `"RS256 "`), unknownMethod},
		{"alg: RSA1_5", token(testKey(), rs, `"RSA1_5"`), unknownMethod},
		{"alg: quotes for the answer", token(testKey(), rs, `"x\" error=\"none"`), unknownMethod},
		{"alg: HS256 with the public key in PEM", token(public, jwt.SigningMethodHS256, `"HS256"`), "signing method HS256 is invalid"},
		{"alg: HS256 with the public key in DER", token(der, jwt.SigningMethodHS256, `"HS256"`), "signing method HS256 is invalid"},
		{"alg: HS384 with the modulus", token(testKey().N.Bytes(), jwt.SigningMethodHS384, `"HS384"`), "signing method HS384 is invalid"},
		{"alg: HS512 with no key", token([]byte{}, jwt.SigningMethodHS512, `"HS512"`), "signing method HS512 is invalid"},
		{"alg: HS256 that calls itself RS256", token(public, jwt.SigningMethodHS256, `"RS256"`), wrongSignature},
		{"alg: ES256", token(elliptical, jwt.SigningMethodES256, `"ES256"`), "signing method ES256 is invalid"},
		{"alg: EdDSA", token(edwards, jwt.SigningMethodEdDSA, `"EdDSA"`), "signing method EdDSA is invalid"},
		{"alg: PS256", token(testKey(), jwt.SigningMethodPS256, `"PS256"`), "signing method PS256 is invalid"},
		{"alg: PS512", token(testKey(), jwt.SigningMethodPS512, `"PS512"`), "signing method PS512 is invalid"},
		{"alg: PS256 that calls itself RS256", token(testKey(), jwt.SigningMethodPS256, `"RS256"`), wrongSignature},
		{"alg: RS384 that calls itself RS256", token(testKey(), jwt.SigningMethodRS384, `"RS256"`), wrongSignature},
		{"alg: RS512 with a key for RS256", token(testKey(), jwt.SigningMethodRS512, `"RS512"`), "signing method RS512 is invalid"},
	}
}

func badKeys(t *testing.T, i, attacker *issuer) []tokenCase {
	certificate := base64.StdEncoding.EncodeToString([]byte("certificate"))
	with := func(changes jsonObject) string {
		return sign(t, otherKey(), jwt.SigningMethodRS256, headerWith(changes), i.testClaims())
	}
	critical := func(changes jsonObject) string {
		return sign(t, testKey(), jwt.SigningMethodRS256, headerWith(changes), i.testClaims())
	}
	return []tokenCase{
		{"key: another's", with(nil), wrongSignature},
		{"key: kid missing", with(jsonObject{"kid": nil}), noKeyID},
		{"key: kid empty", with(jsonObject{"kid": ""}), noKeyID},
		{"key: kid a number", with(jsonObject{"kid": 1}), noKeyID},
		{"key: kid an array", with(jsonObject{"kid": []string{testKeyID}}), noKeyID},
		{"key: kid unknown", with(jsonObject{"kid": "key-2"}), unknownKeyID},
		{"key: kid of another case", with(jsonObject{"kid": "KEY-1"}), unknownKeyID},
		{"key: kid a path", with(jsonObject{"kid": "../../../../dev/null"}), unknownKeyID},
		{"key: kid SQL", with(jsonObject{"kid": "x' UNION SELECT 'key' --"}), unknownKeyID},
		{"key: kid a URL", with(jsonObject{"kid": attacker.url}), unknownKeyID},
		{"key: jku", with(jsonObject{"jku": attacker.url + "jwks.json"}), wrongSignature},
		{"key: x5u", with(jsonObject{"x5u": attacker.url + "jwks.json"}), wrongSignature},
		{"key: jwk", with(jsonObject{"jwk": jwk(testKeyID, otherKey())}), wrongSignature},
		{"key: x5c", with(jsonObject{"x5c": []string{certificate}}), wrongSignature},
		{"key: jwk without kid", with(jsonObject{"kid": nil, "jwk": jwk(testKeyID, otherKey())}), noKeyID},
		{"key: crit", critical(jsonObject{"crit": []string{"exp"}, "exp": 1}), criticalHeader},
		{"key: crit empty", critical(jsonObject{"crit": []string{}}), criticalHeader},
		{"key: b64", critical(jsonObject{"b64": false, "crit": []string{"b64"}}), criticalHeader},
		{"key: b64 without crit", critical(jsonObject{"b64": false}), criticalHeader},
	}
}

func badIssuers(t *testing.T, i *issuer) []tokenCase {
	with := func(issuer any) string {
		return sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"iss": issuer}))
	}
	return []tokenCase{
		{"iss: missing", with(nil), wrongIssuer},
		{"iss: empty", with(""), wrongIssuer},
		{"iss: without its slash", with(strings.TrimSuffix(i.url, "/")), wrongIssuer},
		{"iss: with another slash", with(i.url + "/"), wrongIssuer},
		{"iss: upper case", with(strings.ToUpper(i.url)), wrongIssuer},
		{"iss: with more", with(i.url + "x"), wrongIssuer},
		{"iss: another", with("https://attacker.example.com/"), wrongIssuer},
		{"iss: an array", with([]string{i.url}), wrongIssuer},
		{"iss: a number", with(1), wrongIssuer},
		{"iss: before aud", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"iss": "x", "aud": "x", "exp": 1})), wrongIssuer},
	}
}

func badAudiences(t *testing.T, i *issuer) []tokenCase {
	with := func(aud any) string {
		return sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"aud": aud, "client_id": testAudience}))
	}
	claims := i.with(jsonObject{"aud": nil, "client_id": "other"})
	null := i.testClaims()
	null["aud"] = json.RawMessage("null")
	null["client_id"] = testAudience
	return []tokenCase{
		{"aud: another", with("https://x.example.com"), wrongAudience},
		{"aud: part of it", with(testAudience[:len(testAudience)-1]), wrongAudience},
		{"aud: more than it", with(testAudience + "/"), wrongAudience},
		{"aud: upper case", with(strings.ToUpper(testAudience)), wrongAudience},
		{"aud: in words", with("x " + testAudience), wrongAudience},
		{"aud: empty", with(""), wrongAudience},
		{"aud: empty array", with([]string{}), wrongAudience},
		{"aud: array of others", with([]string{"x", "y"}), wrongAudience},
		{"aud: array with a number", with([]any{testAudience, 1}), wrongAudience},
		{"aud: nested array", with([]any{[]string{testAudience}}), wrongAudience},
		{"aud: an object", with(jsonObject{testAudience: true}), wrongAudience},
		{"aud: null beside a client_id", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), null), wrongAudience},
		{"aud: missing, other client_id", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), claims), wrongAudience},
		{"aud: missing, azp only", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"aud": nil, "azp": testAudience})), wrongAudience},
		{"aud: before exp", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"aud": "x", "exp": 1})), wrongAudience},
	}
}

// dateCases have the clock at a quarter of a second past now.
func dateCases(t *testing.T, i *issuer) []tokenCase {
	now := testTime.Unix()
	with := func(claim string, value any) string {
		return sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{claim: value}))
	}
	raw := func(text string) json.RawMessage { return json.RawMessage(text) }
	return []tokenCase{
		{"exp: next second", with("exp", now+1), ""},
		{"exp: this second", with("exp", now), expired},
		{"exp: a fraction ahead", with("exp", float64(now)+0.5), ""},
		{"exp: a fraction behind", with("exp", float64(now)+0.2), expired},
		{"exp: equal to the fraction", with("exp", float64(now)+0.25), expired},
		{"exp: missing", with("exp", nil), expired},
		{"exp: null", with("exp", raw("null")), "exp is invalid"},
		{"exp: a string", with("exp", "99999999999"), "exp is invalid"},
		{"exp: an array", with("exp", []int64{now + 60}), "exp is invalid"},
		{"exp: true", with("exp", true), "exp is invalid"},
		{"exp: negative", with("exp", -1), "exp is invalid"},
		{"exp: zero", with("exp", 0), expired},
		{"exp: huge", with("exp", raw("1e300")), "exp is invalid"},
		{"exp: beyond float64", with("exp", raw("1e400")), "exp is invalid"},
		{"exp: past the year 9999", with("exp", int64(maxNumericDate)+1), "exp is invalid"},
		{"exp: int64 overflow", with("exp", raw("9223372036854775808")), "exp is invalid"},
		{"exp: exponent", with("exp", raw("2e9")), ""},
		{"exp: milliseconds", with("exp", (now+60)*1000), "exp is invalid"},
		{"nbf: this second", with("nbf", now), ""},
		{"nbf: next second", with("nbf", now+1), notYetValid},
		{"nbf: a fraction ahead", with("nbf", float64(now)+0.5), notYetValid},
		{"nbf: a string", with("nbf", "0"), "nbf is invalid"},
		{"nbf: zero", with("nbf", 0), ""},
		{"nbf: negative", with("nbf", -1), "nbf is invalid"},
		{"iat: this second", with("iat", now), ""},
		{"iat: next second", with("iat", now+1), issuedInFuture},
		{"iat: a string", with("iat", "0"), "iat is invalid"},
		{"exp before nbf", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"exp": 1, "nbf": now + 9})), expired},
		{"nbf before iat", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"nbf": now + 9, "iat": now + 9})), notYetValid},
	}
}

// TestScopes lists who may pass a route with the scope read:private.
func TestScopes(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	g := mustNew(t, testConfig(i.authorizer()))
	for _, test := range []struct {
		name   string
		claims jsonObject
		status int
	}{
		{"held", jsonObject{"scope": testScope}, 200},
		{"held among others", jsonObject{"scope": "a " + testScope + " b"}, 200},
		{"held in scp beside another scope", jsonObject{"scope": "a", "scp": []string{testScope}}, 200},
		{"none", jsonObject{"scope": nil}, 403},
		{"empty", jsonObject{"scope": ""}, 403},
		{"another", jsonObject{"scope": "openid profile"}, 403},
		{"longer", jsonObject{"scope": testScope + "s"}, 403},
		{"shorter", jsonObject{"scope": "read"}, 403},
		{"case", jsonObject{"scope": "Read:Private"}, 403},
		{"comma", jsonObject{"scope": "a," + testScope}, 403},
		{"tab", jsonObject{"scope": "a\t" + testScope}, 403},
		{"permissions only", jsonObject{"scope": nil, "permissions": []string{testScope}}, 403},
		{"scopes", jsonObject{"scope": nil, "scopes": testScope}, 403},
		{"array with a number", jsonObject{"scope": []any{testScope, 1}}, 403},
		{"object", jsonObject{"scope": jsonObject{testScope: true}}, 403},
		{"array of words", jsonObject{"scp": []string{"a " + testScope}, "scope": nil}, 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			token := sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(test.claims))
			if got := do(t, g, "GET", "/api/private", "Authorization", "Bearer "+token); got.StatusCode != test.status {
				t.Errorf("expected %d, got %d", test.status, got.StatusCode)
			}
		})
	}
}

// TestAssumedScopeChallengeNamesAll: one scope of several suffices; the answer names all of them to who has none.
func TestAssumedScopeChallengeNamesAll(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.Routes[1].Scopes = []string{"a:b", testScope}
	g := mustNew(t, cfg)
	if got := do(t, g, "GET", "/api/private", "Authorization", i.token(t)); got.StatusCode != 200 {
		t.Errorf("expected 200, got %d", got.StatusCode)
	}
	token := sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"scope": nil}))
	got := do(t, g, "GET", "/api/private", "Authorization", token).Header.Get("www-authenticate")
	want := `Bearer scope="a:b read:private" error="insufficient_scope" error_description="expected scopes: [a:b read:private]"`
	if got != want {
		t.Errorf("expected %s, got %s", want, got)
	}
}

// TestIdentitySource places the token.
func TestIdentitySource(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	good := i.token(t)
	const missing, bad = "Bearer", `Bearer scope="read:private" error="invalid_token" error_description="`
	for _, test := range []struct {
		name, source, target string
		headers              []string
		want                 string // www-authenticate; "" for 200
	}{
		{"header", "Authorization", "", []string{"Authorization", "Bearer " + good}, ""},
		{"bare token", "Authorization", "", []string{"Authorization", good}, ""},
		{"empty header", "Authorization", "", []string{"Authorization", ""}, missing},
		{"another header", "Authorization", "", []string{"X-Token", good}, missing},
		{"query where the header is asked", "Authorization", "?Authorization=" + good, nil, missing},
		{"Bearer alone", "Authorization", "", []string{"Authorization", "Bearer"}, bad + wrongSegments + `"`},
		{"lower case", "Authorization", "", []string{"Authorization", "bearer " + good}, bad + malformed + `"`},
		{"upper case", "Authorization", "", []string{"Authorization", "BEARER " + good}, bad + malformed + `"`},
		{"tab", "Authorization", "", []string{"Authorization", "Bearer\t" + good}, bad + malformed + `"`},
		{"Basic", "Authorization", "", []string{"Authorization", "Basic YTpi"}, bad + wrongSegments + `"`},
		{"two headers", "Authorization", "", []string{"Authorization", "Bearer " + good, "Authorization", "Bearer " + good}, bad + wrongSegments + `"`},
		{"two headers, one empty", "Authorization", "", []string{"Authorization", "", "Authorization", good}, bad + malformed + `"`},
		{"own header", "x-token", "", []string{"X-Token", good}, ""},
		{"query", "?token", "?token=" + good, nil, ""},
		{"query with Bearer", "?token", "?token=Bearer%20" + good, nil, ""},
		{"query missing", "?token", "?other=" + good, nil, missing},
		{"query of another case", "?token", "?Token=" + good, nil, missing},
		{"query twice", "?token", "?token=" + good + "&token=" + good, nil, bad + wrongSegments + `"`},
		{"query with a line break", "?token", "?token=" + url.QueryEscape(good+"\n"), nil, bad + malformed + `"`},
		{"query with a space", "?token", "?token=" + url.QueryEscape(good+" "), nil, bad + malformed + `"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := testConfig(i.authorizer())
			cfg.Routes[1].Authorizer.IdentitySource = "$request.header." + test.source
			if name, ok := strings.CutPrefix(test.source, "?"); ok {
				cfg.Routes[1].Authorizer.IdentitySource = "$request.querystring." + name
			}
			got := do(t, mustNew(t, cfg), "GET", "/api/private"+test.target, test.headers...)
			if header := got.Header.Get("www-authenticate"); header != test.want || (got.StatusCode == 200) != (test.want == "") {
				t.Errorf("expected %q, got %d %q", test.want, got.StatusCode, header)
			}
		})
	}
}

// TestIDTokenPassesRouteWithoutScopes: nothing tells an ID token from an
// access token, so a private route needs a scope.
func TestIDTokenPassesRouteWithoutScopes(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.Routes = append(cfg.Routes, Route{Key: "GET /open", Authorizer: i.authorizer(), Invoke: functionOutput(hello)})
	g := mustNew(t, cfg)
	idToken := sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(),
		i.with(jsonObject{"scope": nil, "azp": nil, "nonce": "n", "aud": testAudience}))
	for target, want := range map[string]int{"/api/open": 200, "/api/private": 403} {
		if got := do(t, g, "GET", target, "Authorization", idToken); got.StatusCode != want {
			t.Errorf("%s: expected %d, got %d", target, want, got.StatusCode)
		}
	}
}

// FuzzToken holds that no text but a signed token passes, and that nothing
// of it leads to a panic or into the answer's header.
func FuzzToken(f *testing.F) {
	i := newIssuer(f, jwk(testKeyID, testKey()))
	good := i.token(f)
	a := newAuthorizer(i.authorizer(), newKeySource(i.url, nil, frozen, discard), frozen)
	f.Add(good)
	f.Add(strings.Replace(good, ".", "..", 1))
	f.Add(encode(`{"alg":"none","kid":"key-1"}`) + "." + encode(`{"iss":"x"}`) + ".")
	f.Add(encode(`{"alg":"RS256","kid":"`+strings.Repeat("[", 99)) + ".e30.AA")
	f.Fuzz(func(t *testing.T, token string) {
		c, err := a.verify(t.Context(), token)
		if err == nil && token != good {
			t.Errorf("accepted %q with %v", token, c.object)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\"\r\n") {
			t.Errorf("description %q would break the header", err)
		}
	})
}
