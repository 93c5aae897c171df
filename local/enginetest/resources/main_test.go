// Package resources deploys what a team adds to the starter, on the real Pulumi engine:
// each kind of resource, roles, live, and the optional parts, with the permissions of the
// deploying role. It is a separate package to have its own time limit.
package resources

import (
	"testing"

	"api-auth-jwt-auth0/infra/orderservice"
	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// newOrderService returns a stack of the order service, whose sources are in root.
func newOrderService(t *testing.T, stack string, settings map[string]string) (d *deployment.Stack, root string) {
	t.Helper()
	shared, err := enginetest.Tools()
	if err != nil {
		t.Fatal(err)
	}
	root = t.TempDir()
	if err := orderservice.WriteSources(shared.Root, root); err != nil {
		t.Fatal(err)
	}
	return deployment.NewOf(t, enginetest.NewMachine(t), stack, orderservice.New(root), settings), root
}
