package auth0

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// A rule of a specification about one member of the discovery document.
type metadataRule struct {
	name  string
	check func(value any, issuer string) bool
}

// openIDRules are what OpenID Connect Discovery 1.0 requires, and recommends of
// what exists here.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
var openIDRules = []metadataRule{
	{"issuer", func(v any, issuer string) bool { return v == issuer }},
	{"authorization_endpoint", isEndpoint},
	{"token_endpoint", isEndpoint},
	{"userinfo_endpoint", isEndpoint},
	{"jwks_uri", isEndpoint},
	{"scopes_supported", has("openid")},
	{"response_types_supported", is("code")},
	{"subject_types_supported", is("public")},
	{"id_token_signing_alg_values_supported", is("RS256")},
	{"claims_supported", has("sub")},
	{"token_endpoint_auth_methods_supported", is("none")},    // left out, it means client_secret_basic
	{"grant_types_supported", has("authorization_code")},     // left out, it means implicit too
	{"response_modes_supported", is("query", "web_message")}, // left out, it means fragment too
	{"request_parameter_supported", equals(false)},           // refused by TestAuthorizeRefusals
	{"request_uri_parameter_supported", equals(false)},       // left out, it means true
	{"claims_parameter_supported", equals(nil)},              // left out, it means false
	{"require_request_uri_registration", equals(nil)},        // means false
	{"userinfo_signing_alg_values_supported", equals(nil)},   // it is plain JSON
	{"request_object_signing_alg_values_supported", equals(nil)},
}

// oauthRules are what RFC 8414 requires, and says of what exists here.
// https://www.rfc-editor.org/rfc/rfc8414#section-2
var oauthRules = []metadataRule{
	{"issuer", func(v any, _ string) bool {
		u, err := url.Parse(v.(string))
		return err == nil && u.RawQuery == "" && u.Fragment == "" && !strings.ContainsAny(v.(string), "?#")
	}},
	{"authorization_endpoint", isEndpoint},
	{"token_endpoint", isEndpoint},
	{"revocation_endpoint", isEndpoint},
	{"jwks_uri", isEndpoint},
	{"response_types_supported", is("code")},
	{"revocation_endpoint_auth_methods_supported", is("none")}, // left out, it means client_secret_basic
	{"code_challenge_methods_supported", is("S256")},           // left out, it means no PKCE
	{"introspection_endpoint", equals(nil)},
	{"registration_endpoint", equals(nil)},
}

func isEndpoint(v any, issuer string) bool {
	address, _ := v.(string)
	return strings.HasPrefix(address, issuer) && len(address) > len(issuer) && !strings.Contains(address, "#")
}

func is(want ...string) func(any, string) bool {
	return func(v any, _ string) bool { return slices.Equal(strs(v), want) }
}

func has(want string) func(any, string) bool {
	return func(v any, _ string) bool { return slices.Contains(strs(v), want) }
}

func equals(want any) func(any, string) bool {
	return func(v any, _ string) bool { return v == want }
}

// strs are the strings of a JSON array, or nil.
func strs(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, item := range list {
		s, ok := item.(string)
		if !ok {
			return nil
		}
		out = append(out, s)
	}
	return out
}

// TestDiscoveryFollowsTheSpecifications, except for the scheme of the issuer: both
// require https, but the configuration decides.
func TestDiscoveryFollowsTheSpecifications(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	got := b.get(".well-known/openid-configuration")
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("got %d %v", got.status, got.header)
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(got.body), &document); err != nil {
		t.Fatal(err)
	}
	for specification, rules := range map[string][]metadataRule{"OpenID Connect Discovery 1.0": openIDRules, "RFC 8414": oauthRules} {
		for _, rule := range rules {
			if !rule.check(document[rule.name], b.cfg.Issuer) {
				t.Errorf("%s: %s: got %v", specification, rule.name, document[rule.name])
			}
		}
	}
	for name, value := range document {
		// Both require that an array without elements is left out.
		if list, ok := value.([]any); ok && len(list) == 0 || value == nil || value == "" {
			t.Errorf("%s is empty", name)
		}
	}
}

// TestDiscoveryMatchesBehavior: what the document lists is supported, and what it does
// not list is refused.
func TestDiscoveryMatchesBehavior(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	var document map[string]any
	if err := json.Unmarshal([]byte(b.get(".well-known/openid-configuration").body), &document); err != nil {
		t.Fatal(err)
	}
	for _, prompt := range strs(document["prompt_values_supported"]) {
		if got := b.authorize("prompt", prompt); strings.Contains(got.header.Get("Location"), "invalid_request") {
			t.Errorf("prompt %s: got %v", prompt, got.header)
		}
	}
	tokens := b.signedIn("max_age", "60", "scope", strings.Join(strs(document["scopes_supported"]), " "))
	if tokens.Scope != strings.Join(strs(document["scopes_supported"]), " ") {
		t.Errorf("scopes: got %q", tokens.Scope)
	}
	header, claims := payload(t, tokens.IDToken)
	if !slices.Contains(strs(document["id_token_signing_alg_values_supported"]), header["alg"].(string)) {
		t.Errorf("alg: got %v", header["alg"])
	}
	for _, claim := range strs(document["claims_supported"]) {
		if claims[claim] == nil {
			t.Errorf("the ID token has no %s", claim)
		}
	}
	if got := b.get(".well-known/oauth-authorization-server"); got.status != http.StatusNotFound {
		t.Errorf("RFC 8414's own address: got %d", got.status)
	}
	if got := b.post("oauth/revoke", url.Values{"client_id": {spa}, "token": {tokens.RefreshToken}}); got.status != http.StatusOK {
		t.Errorf("revocation without authentication: got %d %s", got.status, got.body)
	}
}
