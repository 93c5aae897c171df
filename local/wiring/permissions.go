package wiring

import (
	"fmt"
	"regexp"
	"strings"

	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/provider"
)

type permissionInputs struct{ Action, Function, Principal, SourceARN string }

func (w *wiring) permissions() []permissionInputs {
	var permissions []permissionInputs
	for _, r := range w.graph.Of(provider.LambdaPermission) {
		permissions = append(permissions, read[permissionInputs](r))
	}
	return permissions
}

// permitted reports whether API Gateway may invoke a function for a route in every
// stage.
func permitted(permissions []permissionInputs, function, executionARN string, stages []gateway.Stage, routeKey string) bool {
	method, path, _ := strings.Cut(routeKey, " ")
	if method == "ANY" {
		method = "*"
	}
	for _, stage := range stages {
		source := fmt.Sprintf("%s/%s/%s%s", executionARN, stage.Name, method, path)
		granted := false
		for _, p := range permissions {
			granted = granted || p.Action == "lambda:InvokeFunction" && p.Function == function &&
				p.Principal == "apigateway.amazonaws.com" && matchARN(p.SourceARN, source)
		}
		if !granted {
			return false
		}
	}
	return true
}

// matchARN is IAM's ArnLike, where "*" matches any characters.
func matchARN(pattern, arn string) bool {
	expression := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
	return regexp.MustCompile("^" + expression + "$").MatchString(arn)
}
