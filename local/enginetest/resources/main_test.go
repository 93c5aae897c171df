// Package resources deploys what a team adds to the starter, on the real Pulumi engine:
// each kind of resource, roles, live, and the optional parts. It is a package of its own
// for a time limit of its own.
package resources

import (
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
)

const (
	accountNumber = "000000000000"
	boundary      = "arn:aws:iam::" + accountNumber + ":policy/github-api-auth-jwt-auth0-prod-functions"
)

func TestMain(m *testing.M) { enginetest.Main(m) }
