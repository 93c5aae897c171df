// Package resources deploys what a team adds to the starter, on the real Pulumi engine:
// each kind of resource, roles, live, and the optional parts, with the rights that the
// deploying role has. It is a package of its own for a time limit of its own.
package resources

import (
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }
