package auth0_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"

	"api-auth-jwt-auth0/local/auth0"
)

// exampleConfig is what a deployment describes: a site, its API, and the grant that
// connects them.
var exampleConfig = auth0.Config{
	Clients: []auth0.Client{{
		ID: "site", Name: "The site", FirstParty: true,
		Callbacks: []string{"http://localhost:3000"}, WebOrigins: []string{"http://localhost:3000"},
		GrantTypes: []string{"authorization_code"},
	}},
	APIs: []auth0.API{{
		Identifier: "https://api.example.com", SkipConsentForFirstParty: true,
		Scopes: []auth0.Scope{{Value: "read:orders", Description: "Read your orders"}},
	}},
	ClientGrants: []auth0.ClientGrant{{ClientID: "site", Audience: "https://api.example.com", Scopes: []string{"read:orders"}}},
}

// A tenant serves OpenID Connect at its issuer's URL.
func Example() {
	tenant, err := auth0.New(auth0.Options{
		Issuer:    "http://localhost:3002/",
		ReadyUser: &auth0.ReadyUser{Email: "dev@example.com", Password: "local-password", Name: "Dev"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	commit, err := tenant.Prepare(context.Background(), exampleConfig)
	if err != nil {
		fmt.Println(err)
		return
	}
	commit()
	w := httptest.NewRecorder()
	tenant.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/.well-known/openid-configuration", nil))
	var document struct {
		Issuer        string `json:"issuer"`
		TokenEndpoint string `json:"token_endpoint"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(document.Issuer)
	fmt.Println(document.TokenEndpoint)
	// Output:
	// http://localhost:3002/
	// http://localhost:3002/oauth/token
}

// Test tokens need no sign-in. Each defect makes one check of a verifier fail.
func ExampleTenant_TestToken() {
	tenant, err := auth0.New(auth0.Options{
		Issuer:    "http://localhost:3002/",
		ReadyUser: &auth0.ReadyUser{Email: "dev@example.com", Password: "local-password"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	commit, err := tenant.Prepare(context.Background(), exampleConfig)
	if err != nil {
		fmt.Println(err)
		return
	}
	commit()
	_, err = tenant.TestToken(tenant.ReadyUserID(), "https://api.example.com", "expired")
	fmt.Println(err)
	_, err = tenant.TestToken(tenant.ReadyUserID(), "https://another.example", "expired")
	fmt.Println(err)
	for _, defect := range auth0.Defects()[:3] {
		fmt.Printf("%s: %s\n", defect.Name, defect.Description)
	}
	// Output:
	// <nil>
	// the tenant has no API "https://another.example": it has ["https://api.example.com"]
	// expired: expired an hour ago
	// early: issued an hour from now
	// audience: for another audience
}
