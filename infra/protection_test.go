package infra_test

import (
	"slices"
	"testing"
)

// TestProtectionDependsOnEverything: a destroy would delete any other resource.
func TestProtectionDependsOnEverything(t *testing.T) {
	t.Parallel()
	for stackName, set := range map[string]map[string]string{
		"prod": {"aws:region": "eu-central-1", "domain": "app.example.com", "alarmEmail": "team@example.com"},
		"dev":  nil,
	} {
		graph, err := deploy(t, stackName, set)
		if err != nil {
			t.Fatal(err)
		}
		protection := one(t, graph, "api-auth-jwt-auth0:infra:Protection")
		for _, r := range graph.Resources {
			if depends := slices.Contains(protection.Dependencies, r.URN); depends != (stackName == "prod" && !r.Component) {
				t.Errorf("%s: Protection's dependence on %s is %t", stackName, r.URN, depends)
			}
		}
	}
}
