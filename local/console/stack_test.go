package console

import (
	"net/http"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/redact"
)

// TestStackHidesSecrets that the program names, and those that only their names
// give away, at any depth, in inputs, outputs, exports and differences.
func TestStackHidesSecrets(t *testing.T) {
	t.Parallel()
	s := serve(t)
	secret := "do-not-show"
	deep := map[string]any{"list": []any{map[string]any{"clientSecret": secret}}, "token": "Bearer " + jwtHead + "do-not-show"}
	s.stack = Stack{
		Name:    "dev",
		Outputs: map[string]any{"apiPassword": secret, "siteUrl": "http://localhost:3000"},
		Resources: []Resource{{
			Inputs:  map[string]any{"value": map[string]any{"inside": secret}, "deep": deep, "name": "shown"},
			Outputs: map[string]any{"value": secret, "privateKey": secret, "tokenLifetime": 3600},
			Secrets: []string{"value"},
		}},
		Differences: []Difference{{Property: "environment", Here: deep, There: nil}, {Property: "password", Here: secret, There: secret}},
	}
	response, body := s.ask(t, http.MethodGet, "/api/stack", "")
	if response.StatusCode != http.StatusOK || strings.Contains(body, secret) {
		t.Errorf("expected no secret, got %d %s", response.StatusCode, body)
	}
	for _, want := range []string{`"name":"shown"`, `"tokenLifetime":3600`, `"siteUrl":"http://localhost:3000"`, `"value":"` + redact.Mark + `"`} {
		if !strings.Contains(body, want) {
			t.Errorf("expected %s in %s", want, body)
		}
	}
}
