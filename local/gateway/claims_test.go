package gateway

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

func badIssuers(t *testing.T, i *issuer, attacker *trap) []tokenCase {
	with := func(issuer any) string {
		return sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"iss": issuer}))
	}
	return []tokenCase{
		{"iss: missing", with(nil), wrongIssuer},
		{"iss: empty", with(""), wrongIssuer},
		{"iss: without its slash", with(strings.TrimSuffix(i.url, "/")), wrongIssuer},
		{"iss: with another slash", with(i.url + "/"), wrongIssuer},
		{"iss: upper case", with(strings.ToUpper(i.url)), wrongIssuer},
		{"iss: scheme in upper case", with(strings.Replace(i.url, "http", "HTTP", 1)), wrongIssuer},
		{"iss: https for http", with(strings.Replace(i.url, "http", "https", 1)), wrongIssuer},
		{"iss: without a scheme", with(strings.TrimPrefix(i.url, "http://")), wrongIssuer},
		{"iss: a space after", with(i.url + " "), wrongIssuer},
		{"iss: NUL after", with(i.url + "\x00"), wrongIssuer},
		{"iss: a dot segment", with(i.url + "./"), wrongIssuer},
		{"iss: escaped slash", with(strings.TrimSuffix(i.url, "/") + "%2F"), wrongIssuer},
		{"iss: user info of the attacker's", with(strings.TrimSuffix(i.url, "/") + "@attacker.example.com/"), wrongIssuer},
		{"iss: the attacker's own server", with(attacker.url), wrongIssuer},
		{"iss: null", with(json.RawMessage("null")), wrongIssuer},
		{"iss: an object", with(jsonObject{"iss": i.url}), wrongIssuer},
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
		{"aud: without a scheme", with(strings.TrimPrefix(testAudience, "https://")), wrongAudience},
		{"aud: a space after", with(testAudience + " "), wrongAudience},
		{"aud: joined by commas", with("x," + testAudience), wrongAudience},
		{"aud: array of an empty one", with([]string{""}), wrongAudience},
		{"aud: array of parts", with([]string{testAudience[:9], testAudience[9:]}), wrongAudience},
		{"aud: a wildcard", with("*"), wrongAudience},
		{"aud: true", with(true), wrongAudience},
		{"aud: JSON in a string", with(`["` + testAudience + `"]`), wrongAudience},
		{"aud: in words", with("x " + testAudience), wrongAudience},
		{"aud: empty", with(""), wrongAudience},
		{"aud: empty array", with([]string{}), wrongAudience},
		{"aud: array of others", with([]string{"x", "y"}), wrongAudience},
		{"aud: array with a number", with([]any{testAudience, 1}), wrongAudience},
		{"aud: nested array", with([]any{[]string{testAudience}}), wrongAudience},
		{"aud: an object", with(jsonObject{testAudience: true}), wrongAudience},
		{"aud: null beside a client_id", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), null), wrongAudience},
		{"aud: missing, other client_id", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), claims), wrongAudience},
		{"aud: missing, client_id in an array", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"aud": nil, "client_id": []string{testAudience}})), wrongAudience},
		{"aud: missing, client_id in upper case", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"aud": nil, "client_id": strings.ToUpper(testAudience)})), wrongAudience},
		{"aud: missing, nothing in its place", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"aud": nil})), wrongAudience},
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
		{"exp: an empty string", with("exp", ""), "exp is invalid"},
		{"exp: a date in words", with("exp", "2099-01-01T00:00:00Z"), "exp is invalid"},
		{"exp: an object", with("exp", jsonObject{}), "exp is invalid"},
		{"exp: minus zero", with("exp", raw("-0")), expired},
		{"exp: too small for float64", with("exp", raw("1e-400")), expired},
		{"exp: a second behind", with("exp", now-1), expired},
		{"exp: int32 overflow", with("exp", raw("4294967296")), ""},
		{"exp: a thousand digits", with("exp", raw(strings.Repeat("9", 1000))), malformed},
		{"exp: zero", with("exp", 0), expired},
		{"exp: huge", with("exp", raw("1e300")), "exp is invalid"},
		{"exp: beyond float64", with("exp", raw("1e400")), malformed},
		{"exp: past the year 9999", with("exp", int64(maxNumericDate)+1), "exp is invalid"},
		{"exp: int64 overflow", with("exp", raw("9223372036854775808")), "exp is invalid"},
		{"exp: exponent", with("exp", raw("2e9")), ""},
		{"exp: milliseconds", with("exp", (now+60)*1000), "exp is invalid"},
		{"nbf: this second", with("nbf", now), ""},
		{"nbf: next second", with("nbf", now+1), notYetValid},
		{"nbf: a fraction ahead", with("nbf", float64(now)+0.5), notYetValid},
		{"nbf: a string", with("nbf", "0"), "nbf is invalid"},
		{"nbf: zero", with("nbf", 0), ""},
		{"nbf: null", with("nbf", raw("null")), "nbf is invalid"},
		{"nbf: huge", with("nbf", raw("1e300")), "nbf is invalid"},
		{"nbf: beyond float64", with("nbf", raw("1e400")), malformed},
		{"nbf: an array", with("nbf", []int{0}), "nbf is invalid"},
		{"nbf: negative", with("nbf", -1), "nbf is invalid"},
		{"iat: this second", with("iat", now), ""},
		{"iat: next second", with("iat", now+1), issuedInFuture},
		{"iat: a fraction behind", with("iat", float64(now)+0.25), ""},
		{"iat: a fraction ahead", with("iat", float64(now)+0.5), issuedInFuture},
		{"iat: a string", with("iat", "0"), "iat is invalid"},
		{"iat: null", with("iat", raw("null")), "iat is invalid"},
		{"iat: negative", with("iat", -1), "iat is invalid"},
		{"iat: huge", with("iat", raw("1e300")), "iat is invalid"},
		{"iat: milliseconds", with("iat", now*1000), "iat is invalid"},
		{"iat: an object", with("iat", jsonObject{}), "iat is invalid"},
		{"exp before nbf", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"exp": 1, "nbf": now + 9})), expired},
		{"nbf before iat", sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"nbf": now + 9, "iat": now + 9})), notYetValid},
	}
}

// scopeCases lists who may pass a route with the scope read:private.
func scopeCases(t *testing.T, i *issuer) []tokenCase {
	with := func(changes jsonObject) string {
		return sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(changes))
	}
	idToken := jsonObject{"scope": nil, "azp": nil, "nonce": "n", "at_hash": "x", "aud": testAudience}
	return []tokenCase{
		{"scope: held", with(jsonObject{"scope": testScope}), passed},
		{"scope: among others", with(jsonObject{"scope": "a " + testScope + " b"}), passed},
		{"scope: in scp beside another scope", with(jsonObject{"scope": "a", "scp": []string{testScope}}), passed},
		{"scope: none", with(jsonObject{"scope": nil}), noScope},
		{"scope: empty", with(jsonObject{"scope": ""}), noScope},
		{"scope: another", with(jsonObject{"scope": "openid profile"}), noScope},
		{"scope: longer", with(jsonObject{"scope": testScope + "s"}), noScope},
		{"scope: longer in front", with(jsonObject{"scope": "un" + testScope}), noScope},
		{"scope: shorter", with(jsonObject{"scope": "read"}), noScope},
		{"scope: a wildcard", with(jsonObject{"scope": "read:* *"}), noScope},
		{"scope: case", with(jsonObject{"scope": "Read:Private"}), noScope},
		{"scope: comma", with(jsonObject{"scope": "a," + testScope}), noScope},
		{"scope: tab", with(jsonObject{"scope": "a\t" + testScope}), noScope},
		{"scope: no-break space", with(jsonObject{"scope": "a\u00a0" + testScope}), noScope},
		{"scope: full-width letters", with(jsonObject{"scope": "read:privat\uff45"}), noScope},
		{"scope: permissions only", with(jsonObject{"scope": nil, "permissions": []string{testScope}}), noScope},
		{"scope: scopes", with(jsonObject{"scope": nil, "scopes": testScope}), noScope},
		{"scope: roles", with(jsonObject{"scope": nil, "roles": []string{testScope}}), noScope},
		{"scope: Scope", with(jsonObject{"scope": nil, "Scope": testScope}), noScope},
		{"scope: array with a number", with(jsonObject{"scope": []any{testScope, 1}}), noScope},
		{"scope: object", with(jsonObject{"scope": jsonObject{testScope: true}}), noScope},
		{"scope: null", with(jsonObject{"scope": json.RawMessage("null")}), noScope},
		{"scope: nested array", with(jsonObject{"scope": []any{[]string{testScope}}}), noScope},
		{"scope: array of words", with(jsonObject{"scp": []string{"a " + testScope}, "scope": nil}), noScope},
		{"scope: scp an empty array", with(jsonObject{"scp": []string{}, "scope": nil}), noScope},
		{"scope: scp a substring", with(jsonObject{"scp": testScope + ":x", "scope": nil}), noScope},
		{"scope: scp of another case", with(jsonObject{"scp": []string{"READ:PRIVATE"}, "scope": nil}), noScope},
		{"scope: ID token for an access token", with(idToken), noScope},
		{"scope: ID token for the client alone", with(jsonObject{"scope": nil, "aud": "client"}), wrongAudience},
		{"scope: held but expired", with(jsonObject{"exp": 1}), expired},
	}
}

// TestAssumedScopeChallengeNamesAll: one scope of several suffices; the answer to a token
// without any names all of them.
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

// TestIDTokenPassesRouteWithoutScopes: nothing distinguishes an ID token from an
// access token, so a private route needs a scope.
func TestIDTokenPassesRouteWithoutScopes(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.Routes = append(cfg.Routes, Route{Key: "GET /open", Authorizer: i.authorizer(), Function: named(functionOutput(hello))})
	g := mustNew(t, cfg)
	idToken := sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(),
		i.with(jsonObject{"scope": nil, "azp": nil, "nonce": "n", "aud": testAudience}))
	for target, want := range map[string]int{"/api/open": 200, "/api/private": 403} {
		if got := do(t, g, "GET", target, "Authorization", idToken); got.StatusCode != want {
			t.Errorf("%s: expected %d, got %d", target, want, got.StatusCode)
		}
	}
}
