package wiring

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/project"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/secrets"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/stack/stacktest"
)

// deployedGraph returns the dev stack's graph, which the test may change.
func deployedGraph(t *testing.T) *stack.Graph {
	t.Helper()
	return describedGraph(t, "dev", stack.Origins{Site: "http://localhost:3000", API: "http://localhost:3001"},
		map[string]string{"auth0:domain": "http://localhost:3002"})
}

// describedGraph returns the graph of a stack with these origins and settings.
func describedGraph(t *testing.T, stackName string, origins stack.Origins, set map[string]string) *stack.Graph {
	t.Helper()
	set["auth0:clientId"] = "local"
	root, err := project.Root()
	if err != nil {
		t.Fatal(err)
	}
	program := stack.New(artifact.Builder{Target: artifact.Host(), Root: root, Local: true}, nil)
	graph, err := program.Run(t.Context(), stack.Request{
		Stack: stackName, Origins: origins, Set: set, SetSecret: map[string]string{"auth0:clientSecret": "local"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

func find(t *testing.T, g *stack.Graph, resourceType, name string) *stack.Resource {
	t.Helper()
	for _, r := range g.Of(resourceType) {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("no %s %q in the graph", resourceType, name)
	return nil
}

func TestReadServesTheProgram(t *testing.T) {
	t.Parallel()
	s, err := Read(deployedGraph(t), secrets.Values{})
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, r := range s.API.Routes {
		if r.NotPermitted {
			t.Errorf("%s: expected the API to be permitted to invoke its function", r.Key)
		}
		got = append(got, r.Key+" "+s.Labels[r.Function])
	}
	for _, r := range infra.Routes {
		want = append(want, r.Key()+" "+r.Handler)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("expected the routes with their own functions (-want +got):\n%s", diff)
	}
	var scopes []string
	for _, s := range infra.Scopes {
		scopes = append(scopes, s.Name)
	}
	if client := s.Tenant.Clients[0]; !client.RefreshToken.Rotating || !slices.Equal(client.Callbacks, []string{"http://localhost:3000", "http://localhost:5173"}) {
		t.Errorf("expected the site's application, got %+v", client)
	}
	access := auth0.ClientGrant{ClientID: s.Tenant.Clients[0].ID, Audience: s.Tenant.APIs[0].Identifier, Scopes: scopes}
	if diff := cmp.Diff([]auth0.ClientGrant{access}, s.Tenant.ClientGrants); diff != "" || s.Tenant.APIs[0].UserPolicy != auth0.PolicyRequireGrant {
		t.Errorf("expected the API to be the site's, got policy %q, grants (-want +got):\n%s", s.Tenant.APIs[0].UserPolicy, diff)
	}
}

func TestReadRefusesWhatIsNotServed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(t *testing.T, g *stack.Graph)
		want   []string // in the error
	}{
		{"unknown property", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.APIGatewayRoute, "get-private").Inputs["apiKeyRequired"] = true
		}, []string{"::get-private", "apiKeyRequired"}},
		{"unknown nested property", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.Auth0Client, "site").Inputs["refreshToken"].(map[string]any)["policies"] = []any{}
		}, []string{"Client::site", "policies"}},
		{"unknown property of an inert type", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.IAMRole, stacktest.ProjectName(t)+"--dev--private").Inputs["maxSessionDuration"] = 3600.0
		}, []string{"Role::", "--dev--private", "maxSessionDuration"}},
		{"another signing algorithm", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.Auth0ResourceServer, "api").Inputs["signingAlg"] = "HS256"
		}, []string{"ResourceServer::api", "HS256"}},
		{"a confidential client", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.Auth0ClientCredentials, "site").Inputs["authenticationMethod"] = "client_secret_post"
		}, []string{"Client::site", "none"}},
		{"another authorization", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.APIGatewayRoute, "get-private").Inputs["authorizationType"] = "AWS_IAM"
		}, []string{"Route::get-private", "AWS_IAM"}},
		{"no such authorizer", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.APIGatewayRoute, "get-private").Inputs["authorizerId"] = "absent"
		}, []string{"Route::get-private", `"absent"`}},
		{"no such integration", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.APIGatewayRoute, "get-private").Inputs["target"] = "integrations/absent"
		}, []string{"Route::get-private", `"integrations/absent"`}},
		{"another payload format", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.APIGatewayIntegration, "public").Inputs["payloadFormatVersion"] = "1.0"
		}, []string{"Integration::public", "2.0"}},
		{"an origin elsewhere", func(t *testing.T, g *stack.Graph) {
			origins := find(t, g, provider.CloudFrontDistribution, "site").Inputs["origins"].([]any)
			origins[0].(map[string]any)["domainName"] = "elsewhere.example"
		}, []string{"Distribution::site", "elsewhere.example"}},
		{"an unknown cache policy", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.CloudFrontDistribution, "site").Inputs["defaultCacheBehavior"].(map[string]any)["cachePolicyId"] = "other"
		}, []string{"Distribution::site", `"other"`}},
		{"another condition in the bucket's policy", func(t *testing.T, g *stack.Graph) {
			r := find(t, g, provider.S3BucketPolicy, "site")
			r.Inputs["policy"] = strings.Replace(r.Inputs["policy"].(string), "StringEquals", "StringLike", 1)
		}, []string{"BucketPolicy::site", "DistributionReads"}},
		{"a denial in the bucket's policy", func(t *testing.T, g *stack.Graph) {
			r := find(t, g, provider.S3BucketPolicy, "site")
			r.Inputs["policy"] = strings.Replace(r.Inputs["policy"].(string), `"Effect":"Allow"`, `"Effect":"Deny"`, 1)
		}, []string{"BucketPolicy::site", "DistributionReads"}},
		{"no distribution", func(t *testing.T, g *stack.Graph) {
			g.Resources = slices.DeleteFunc(g.Resources, func(r *stack.Resource) bool { return r.Type == provider.CloudFrontDistribution })
		}, []string{"serves one aws:cloudfront/distribution:Distribution", "registers 0"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			graph := deployedGraph(t)
			test.change(t, graph)
			_, err := Read(graph, secrets.Values{})
			if err == nil {
				t.Fatal("expected an error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("expected the error to contain %q, got:\n%v", want, err)
				}
			}
		})
	}
}

// TestEveryTypeIsServedOrInert compares the rows of package provider with the types
// that the wiring serves.
func TestEveryTypeIsServedOrInert(t *testing.T) {
	t.Parallel()
	types := map[string]bool{}
	for _, row := range provider.Types() {
		types[row.Token] = true
		if _, isServed := served[row.Token]; isServed == row.Inert {
			t.Errorf("%s: expected it to be served or inert, got served %t, inert %t", row.Token, isServed, row.Inert)
		}
	}
	for token := range served {
		if !types[token] {
			t.Errorf("%s is served, and package provider has no row for it", token)
		}
	}
}

// TestReadIgnoresGrantsForMachines, to which the local tenant issues no tokens.
func TestReadIgnoresGrantsForMachines(t *testing.T) {
	t.Parallel()
	for _, subject := range []any{"client", nil} {
		graph := deployedGraph(t)
		inputs := find(t, graph, provider.Auth0ClientGrant, "site").Inputs
		if delete(inputs, "subjectType"); subject != nil {
			inputs["subjectType"] = subject
		}
		s, err := Read(graph, secrets.Values{})
		if err != nil || len(s.Tenant.ClientGrants) != 0 {
			t.Errorf("%v: got %+v (%v)", subject, s.Tenant.ClientGrants, err)
		}
	}
}

func TestReadReportsAllProblems(t *testing.T) {
	t.Parallel()
	graph := deployedGraph(t)
	find(t, graph, provider.APIGatewayRoute, "get-private").Inputs["first"] = true
	find(t, graph, provider.APIGatewayStage, "api").Inputs["second"] = true
	_, err := Read(graph, secrets.Values{})
	if err == nil || !strings.Contains(err.Error(), "first") || !strings.Contains(err.Error(), "second") {
		t.Errorf("expected both problems, got %v", err)
	}
}

func TestReadPermissions(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5"
	tests := []struct {
		source, routeKey string
		permitted        bool
	}{
		{"/api/GET/private", "GET /private", true},
		{"/api/GET/orders/*", "GET /orders/{id}", true},
		{"/api/*/private", "ANY /private", true},
		{"/*/*", "GET /private", true},
		{"/api/GET/public", "GET /private", false},
		{"/api/POST/private", "GET /private", false},
		{"/other/GET/private", "GET /private", false},
		{"/api/GET/priv.te", "GET /private", false},
	}
	for _, test := range tests {
		graph := deployedGraph(t)
		route := find(t, graph, provider.APIGatewayRoute, "get-private")
		route.Inputs["routeKey"] = test.routeKey
		permission := find(t, graph, provider.LambdaPermission, "get-private")
		api := find(t, graph, provider.APIGatewayAPI, stacktest.ProjectName(t)+"--dev--api")
		api.Outputs["executionArn"] = arn
		permission.Inputs["sourceArn"] = arn + test.source
		s, err := Read(graph, secrets.Values{})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(s.API.Routes, func(r gateway.Route) bool { return r.Key == test.routeKey })
		if got := !s.API.Routes[i].NotPermitted; got != test.permitted {
			t.Errorf("%s for %q: expected permitted to be %t, got %t", test.source, test.routeKey, test.permitted, got)
		}
	}
}

func TestReadBucketPolicies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name              string
		change            func(t *testing.T, g *stack.Graph)
		readable, listing bool
	}{
		{"as deployed", func(*testing.T, *stack.Graph) {}, true, true},
		{"another distribution", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.CloudFrontDistribution, "site").Outputs["arn"] = "arn:aws:cloudfront::000000000000:distribution/OTHER"
		}, false, false},
		{"no policy", func(t *testing.T, g *stack.Graph) {
			g.Resources = slices.DeleteFunc(g.Resources, func(r *stack.Resource) bool { return r.Type == provider.S3BucketPolicy })
		}, false, false},
		{"unsigned requests", func(t *testing.T, g *stack.Graph) {
			for _, o := range find(t, g, provider.CloudFrontDistribution, "site").Inputs["origins"].([]any) {
				delete(o.(map[string]any), "originAccessControlId")
			}
		}, false, false},
		{"no listing", func(t *testing.T, g *stack.Graph) {
			r := find(t, g, provider.S3BucketPolicy, "site")
			r.Inputs["policy"] = strings.ReplaceAll(r.Inputs["policy"].(string), "s3:ListBucket", "s3:GetBucketLocation")
		}, true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			graph := deployedGraph(t)
			test.change(t, graph)
			s, err := Read(graph, secrets.Values{})
			if err != nil {
				t.Fatal(err)
			}
			for _, origin := range s.Site.Origins {
				if origin.Bucket == nil {
					continue
				}
				if got := len(origin.Bucket.Objects) > 0; got != test.readable {
					t.Errorf("expected readable to be %t, got %t", test.readable, got)
				}
				if origin.Bucket.Listable != test.listing {
					t.Errorf("expected listable to be %t, got %t", test.listing, origin.Bucket.Listable)
				}
			}
		})
	}
}

// TestUnknownTypeIsUnserved and keeps nothing else from being served.
func TestUnknownTypeIsUnserved(t *testing.T) {
	t.Parallel()
	graph := deployedGraph(t)
	graph.Resources = append(graph.Resources,
		&stack.Resource{URN: "urn:pulumi:dev::demo::aws:kinesis/stream:Stream::clicks", Type: "aws:kinesis/stream:Stream", Name: "clicks", Inputs: map[string]any{"shardCount": 1.0}},
		&stack.Resource{URN: "urn:pulumi:dev::demo::random:index/randomPet:RandomPet::pet", Type: "random:index/randomPet:RandomPet", Name: "pet"})
	s, err := Read(graph, secrets.Values{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Unserved{{"aws:kinesis/stream:Stream", "clicks", "kinesis"}, {"random:index/randomPet:RandomPet", "pet", ""}}
	if !slices.Equal(s.Unserved, want) {
		t.Errorf("expected %v, got %v", want, s.Unserved)
	}
	if got, want := len(s.Functions.Functions), len(graph.Of(provider.LambdaFunction)); got != want || got == 0 {
		t.Errorf("expected the stack's %d functions to be served, got %d", want, got)
	}
}
