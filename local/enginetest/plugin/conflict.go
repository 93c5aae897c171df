package plugin

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"api-auth-jwt-auth0/local/enginetest/account"
	"api-auth-jwt-auth0/local/provider"
)

// checkConflicts refuses a resource that conflicts with existing ones: a route with
// the key of another route of its API, or with a variable where another route has a
// variable with a different name.
// https://github.com/JiscSD/octopus/pull/577
func checkConflicts(s *account.Session, row provider.Type, r account.Resource) error {
	if row.Token != provider.APIGatewayRoute {
		return nil
	}
	all, err := s.All()
	if err != nil {
		return err
	}
	key, err := routeKey(r)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.Type != provider.APIGatewayRoute || other.Refs["apiId"] != r.Refs["apiId"] || other.ID == r.ID {
			continue
		}
		theirs, err := routeKey(other)
		if err != nil {
			return err
		}
		if key == theirs {
			return fmt.Errorf("ConflictException: Route with key %s already exists for this API", key)
		}
		if clash(key, theirs) {
			return fmt.Errorf("ConflictException: The provided route key %s has a conflicting variable on the same hierarchical level as %s", key, theirs)
		}
	}
	return nil
}

func routeKey(r account.Resource) (string, error) {
	inputs, err := unmarshal(r.Inputs)
	if err != nil {
		return "", err
	}
	key := plain(inputs)[resource.PropertyKey("routeKey")]
	if !key.IsString() {
		return "", fmt.Errorf("route %s has no routeKey", r.ID)
	}
	return key.StringValue(), nil
}

// clash reports whether two route keys have variables with different names after the
// same segments.
func clash(a, b string) bool {
	_, a, _ = strings.Cut(a, " ")
	_, b, _ = strings.Cut(b, " ")
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	for i := range min(len(x), len(y)) {
		if x[i] == y[i] {
			continue
		}
		return isVariable(x[i]) && isVariable(y[i])
	}
	return false
}

func isVariable(segment string) bool {
	return strings.HasPrefix(segment, "{") && !strings.HasSuffix(segment, "+}")
}
