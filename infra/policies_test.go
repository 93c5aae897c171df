package infra_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/stack"
)

// eachStack calls look for both stacks and for prod with every setting that adds
// resources. The tests that use it cover the attacks that would be tried first.
func eachStack(t *testing.T, look func(t *testing.T, g *stack.Graph)) {
	t.Helper()
	for name, g := range stacks(t) {
		t.Run(name, func(t *testing.T) { look(t, g) })
	}
}

// policies returns the policy documents of a graph: those of roles and of resources, and
// trust policies.
func policies(g *stack.Graph) map[string][]statement {
	found := map[string][]statement{}
	for _, r := range g.Resources {
		for _, name := range []string{"policy", "assumeRolePolicy"} {
			var document struct{ Statement []statement }
			if text, ok := r.Inputs[name].(string); ok && json.Unmarshal([]byte(text), &document) == nil {
				found[r.URN+" "+name] = document.Statement
			}
		}
	}
	return found
}

func TestNoPrincipalIsAWildcard(t *testing.T) {
	t.Parallel()
	eachStack(t, func(t *testing.T, g *stack.Graph) {
		all := policies(g)
		if len(all) < 6 {
			t.Fatalf("expected the policies of two functions and two buckets, got %d", len(all))
		}
		for where, list := range all {
			for _, s := range list {
				if s.Effect != "Allow" {
					continue
				}
				liveRole := s.Principal.AWS == developers && strings.HasSuffix(where, " assumeRolePolicy") // of the setting liveDevelopers
				if s.Principal.AWS != "" && !liveRole {
					t.Errorf("%s allows the principal %q", where, s.Principal.AWS)
				}
				for _, action := range s.Action {
					if strings.Contains(action, "*") {
						t.Errorf("%s allows %s", where, action)
					}
				}
				for _, resource := range s.Resource {
					if resource == "*" || strings.Count(resource, "*") > 1 || strings.Contains(strings.TrimSuffix(resource, "*"), "*") {
						t.Errorf("%s allows something on %s", where, resource)
					}
				}
			}
		}
	})
}

// TestServicesActOnlyForTheStack is about the confused deputy: a service may act only
// on behalf of this stack's resource, not on behalf of the same kind of resource in
// another account.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func TestServicesActOnlyForTheStack(t *testing.T) {
	t.Parallel()
	eachStack(t, func(t *testing.T, g *stack.Graph) {
		for where, list := range policies(g) {
			for _, s := range list {
				// Only Lambda itself assumes a function's role, and only if the caller may pass it.
				if s.Effect == "Allow" && s.Principal.Service != "" && s.Principal.Service != "lambda.amazonaws.com" && !s.hasSource() {
					t.Errorf("%s lets %s act for any resource", where, s.Principal.Service)
				}
			}
		}
		for _, r := range g.Of(lambdaPermission) {
			if source, _ := r.Inputs["sourceArn"].(string); accountOf(source) == "" {
				t.Errorf("%s names no account: %q", r.URN, source)
			}
		}
	})
}

func TestNoOriginIsAWildcard(t *testing.T) {
	t.Parallel()
	eachStack(t, func(t *testing.T, g *stack.Graph) {
		origins := map[string]any{"allowOrigins": property(one(t, g, "aws:apigatewayv2/api:Api"), "corsConfiguration", "allowOrigins")}
		client := one(t, g, "auth0:index/client:Client")
		for _, name := range []string{"callbacks", "allowedLogoutUrls", "webOrigins"} {
			origins[name] = client.Inputs[name]
		}
		for name, value := range origins {
			list, _ := value.([]any)
			for _, origin := range list {
				text := fmt.Sprint(origin)
				if strings.Contains(text, "*") || strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "http://localhost:") {
					t.Errorf("%s contains %s", name, text)
				}
			}
		}
		if property(one(t, g, "aws:apigatewayv2/api:Api"), "corsConfiguration", "allowCredentials") == true {
			t.Error("pages of other origins could send cookies")
		}
	})
}

func TestPolicyOfThePageHasNothingUnsafe(t *testing.T) {
	t.Parallel()
	eachStack(t, func(t *testing.T, g *stack.Graph) {
		headers := one(t, g, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy")
		csp, _ := property(headers, "securityHeadersConfig", "contentSecurityPolicy", "contentSecurityPolicy").(string)
		for _, directive := range strings.Split(csp, "; ") {
			name, sources, _ := strings.Cut(directive, " ")
			list := strings.Fields(sources)
			if strings.Contains(sources, "unsafe-") || slices.Contains(list, "*") || slices.Contains(list, "http:") {
				t.Errorf("unsafe: %s", directive)
			}
			if name != "img-src" && (slices.Contains(list, "https:") || slices.Contains(list, "data:") || slices.Contains(list, "blob:")) {
				t.Errorf("any host could provide what %s allows", directive)
			}
		}
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
			if !slices.Contains(strings.Split(csp, "; "), want) {
				t.Errorf("%s is missing in %q", want, csp)
			}
		}
	})
}

// secrets matches the stack's secret, and the formats of keys.
var secrets = regexp.MustCompile(`(?i)management-secret|AKIA[A-Z0-9]{16}|BEGIN [A-Z ]*PRIVATE KEY`)

func TestNoInputAndNoExportHasASecret(t *testing.T) {
	t.Parallel()
	eachStack(t, func(t *testing.T, g *stack.Graph) {
		for _, r := range g.Resources {
			if text := fmt.Sprint(r.Inputs); secrets.MatchString(text) {
				t.Errorf("%s contains %q", r.URN, secrets.FindString(text))
			}
		}
		if text := fmt.Sprint(g.Exports); secrets.MatchString(text) {
			t.Errorf("the outputs contain %q", secrets.FindString(text))
		}
	})
}

// TestLogsAreKeptForTheRetention covers everything that stores people's activity: each
// log group, and the bucket of access logs.
func TestLogsAreKeptForTheRetention(t *testing.T) {
	t.Parallel()
	for name, days := range map[string]float64{"dev": 14, "prod": 365} {
		g := deployed(t, name)
		for _, r := range g.Of("aws:cloudwatch/logGroup:LogGroup") {
			if r.Inputs["retentionInDays"] != days {
				t.Errorf("%s: %s keeps logs for %v days", name, r.Name, r.Inputs["retentionInDays"])
			}
		}
		rule := named(t, g, bucketLifecycle, "logs").Inputs["rules"].([]any)[0].(map[string]any)
		if got := rule["expiration"].(map[string]any)["days"]; got != days {
			t.Errorf("%s: the bucket keeps logs for %v days", name, got)
		}
	}
}
