package infra_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/stack/program"
)

var update = flag.Bool("update", false, "rewrite the golden files under testdata")

// deployed runs the program as for AWS: with the handlers for Lambda, and with
// hosts as the services return them.
func deployed(t *testing.T, stackName string) *stack.Graph {
	t.Helper()
	graph, err := deploy(t, stackName, nil)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

// projectName is the project's name in these tests and in the golden files,
// whatever Pulumi.yaml calls it.
const projectName = "api-auth-jwt-auth0"

func rename(s *stack.Settings, name string) {
	renamed := func(key string) string {
		if own, ok := strings.CutPrefix(key, s.Project+":"); ok {
			return name + ":" + own
		}
		return key
	}
	values := map[string]string{}
	for key, value := range s.Values {
		values[renamed(key)] = value
	}
	for i, key := range s.Secrets {
		s.Secrets[i] = renamed(key)
	}
	s.Project, s.Values = name, values
}

func deploy(t *testing.T, stackName string, set map[string]string) (*stack.Graph, error) {
	t.Helper()
	return deployProgram(t, infra.Program(artifact.Builder{Target: artifact.Lambda}), stackName, set)
}

// withoutResources returns the graph of the project's routes, without its resources and
// their uses, which have separate tests.
func withoutResources(t *testing.T, stackName string, set map[string]string) *stack.Graph {
	t.Helper()
	graph, err := deployProgram(t, func(ctx *pulumi.Context) error {
		d := infra.NewDeployment(artifact.Builder{Target: artifact.Lambda, Root: ctx.RootDirectory()})
		d.Resources, d.Handlers = nil, nil
		return d.Run(ctx)
	}, stackName, set)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

func deployProgram(t *testing.T, run pulumi.RunFunc, stackName string, set map[string]string) (*stack.Graph, error) {
	t.Helper()
	return program.Run(t.Context(), run, settingsOf(t, stackName, set), origins, nil)
}

// origins are hosts as the services return them.
var origins = stack.Origins{Site: "d111111abcdef8.cloudfront.net", API: "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"}

// settingsOf returns the project's settings of a stack, overridden by set.
func settingsOf(t *testing.T, stackName string, set map[string]string) stack.Settings {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := program.LoadSettings(root, stackName, infra.SecretSettings(infra.Resources)...)
	if err != nil {
		t.Fatal(err)
	}
	rename(&settings, projectName)
	settings.Set("auth0:domain", "example.eu.auth0.com")
	settings.Set("auth0:clientId", "management")
	settings.SetSecret("auth0:clientSecret", "management-secret")
	for key, value := range set {
		settings.Set(key, value)
	}
	return settings
}

func one(t *testing.T, g *stack.Graph, resourceType string) *stack.Resource {
	t.Helper()
	found := g.Of(resourceType)
	if len(found) != 1 {
		t.Fatalf("expected one %s, got %d", resourceType, len(found))
	}
	return found[0]
}

// golden is a resource in a golden file.
type golden struct {
	URN       string
	Protected bool           `json:",omitempty"`
	Inputs    map[string]any `json:",omitempty"`
}

func TestGraphMatchesGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dev", "prod"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compareGolden(t, name, deployed(t, name))
		})
	}
}

// readable replaces files by their base names: their folders differ from
// machine to machine. Policies and other JSON texts are shown as objects.
func readable(inputs map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range inputs {
		switch v := value.(type) {
		case stack.File:
			kind := "file "
			if filepath.Ext(v.Path) == ".zip" {
				kind = "zip "
			}
			value = kind + filepath.Base(v.Path)
		case string:
			var object map[string]any
			if json.Unmarshal([]byte(v), &object) == nil {
				value = object
			}
		}
		out[name] = value
	}
	return out
}

// compareGolden compares a graph with a file of testdata.
func compareGolden(t *testing.T, name string, graph *stack.Graph) {
	t.Helper()
	var resources []golden
	for _, r := range graph.Resources {
		if strings.Contains(r.URN, "::assets/") {
			continue // one for each file of the build; see TestContentHasItsCacheClass
		}
		inputs := readable(r.Inputs)
		for _, secret := range r.Secrets {
			inputs[secret] = "[secret]"
		}
		resources = append(resources, golden{URN: r.URN, Protected: r.Protected, Inputs: inputs})
	}
	delete(graph.Exports, "assets") // of this build; see TestReplacedAssetsAreKeptForAWhile
	text, err := json.MarshalIndent(map[string]any{"resources": resources, "exports": graph.Exports}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path, got := filepath.Join("testdata", name+".golden.json"), string(text)+"\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the graph changed; if it should, run go test ./infra -update (-want +got):\n%s", diff)
	}
}

func TestExportsAreComplete(t *testing.T) {
	t.Parallel()
	graph := deployed(t, "prod")
	delete(graph.Exports, "assets") // see TestReplacedAssetsAreKeptForAWhile
	want := map[string]any{
		"siteUrl":       "https://d111111abcdef8.cloudfront.net",
		"apiEndpoint":   "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/api",
		"auth0Domain":   "example.eu.auth0.com",
		"auth0ClientId": one(t, graph, "auth0:index/client:Client").Outputs["clientId"],
		"auth0Audience": "https://" + projectName + "/prod",
	}
	if diff := cmp.Diff(want, graph.Exports); diff != "" {
		t.Errorf("exports (-want +got):\n%s", diff)
	}
}

func TestApplicationAllowsOnlySiteAndDevelopmentOrigins(t *testing.T) {
	t.Parallel()
	site := "https://d111111abcdef8.cloudfront.net"
	for name, want := range map[string][]any{"dev": {site, "http://localhost:3000", "http://localhost:5173"}, "prod": {site}} {
		client := one(t, deployed(t, name), "auth0:index/client:Client")
		for _, property := range []string{"callbacks", "allowedLogoutUrls", "webOrigins"} {
			if diff := cmp.Diff(want, client.Inputs[property]); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", name, property, diff)
			}
		}
	}
}

func TestCORSIsForDevelopmentOriginsOnly(t *testing.T) {
	t.Parallel()
	cors, ok := one(t, deployed(t, "dev"), "aws:apigatewayv2/api:Api").Inputs["corsConfiguration"].(map[string]any)
	if !ok || !cmp.Equal(cors["allowOrigins"], []any{"http://localhost:3000", "http://localhost:5173"}) {
		t.Errorf("dev: expected CORS for the development origins, got %v", cors)
	}
	if cors, ok := one(t, deployed(t, "prod"), "aws:apigatewayv2/api:Api").Inputs["corsConfiguration"]; ok {
		t.Errorf("prod: expected no CORS, got %v", cors)
	}
}

func TestAuthorizerChecksIssuerAndAudience(t *testing.T) {
	t.Parallel()
	authorizer := one(t, deployed(t, "prod"), "aws:apigatewayv2/authorizer:Authorizer")
	want := map[string]any{"issuer": "https://example.eu.auth0.com/", "audiences": []any{"https://" + projectName + "/prod"}}
	if diff := cmp.Diff(any(want), authorizer.Inputs["jwtConfiguration"]); diff != "" {
		t.Errorf("jwtConfiguration (-want +got):\n%s", diff)
	}
}

func TestEveryRouteStatesItsAuthorization(t *testing.T) {
	t.Parallel()
	for _, r := range deployed(t, "prod").Of("aws:apigatewayv2/route:Route") {
		switch r.Inputs["authorizationType"] {
		case "NONE":
			if r.Inputs["routeKey"] != "GET /public" {
				t.Errorf("%v is public", r.Inputs["routeKey"])
			}
		case "JWT":
			if scopes, _ := r.Inputs["authorizationScopes"].([]any); len(scopes) == 0 || r.Inputs["authorizerId"] == nil {
				t.Errorf("%v: expected an authorizer and a scope, got %v", r.Inputs["routeKey"], r.Inputs)
			}
		default:
			t.Errorf("%v states no authorization", r.Inputs["routeKey"])
		}
	}
}

func TestContentHasItsCacheClass(t *testing.T) {
	t.Parallel()
	hashed := regexp.MustCompile(`^assets/.+-[A-Za-z0-9_-]{8}\.[a-z0-9]+$`)
	var keys []string
	for _, r := range deployed(t, "prod").Of("aws:s3/bucketObjectv2:BucketObjectv2") {
		key := r.Output("key")
		keys = append(keys, key)
		want := "no-cache"
		if hashed.MatchString(key) {
			want = "public, max-age=31536000, immutable"
		}
		if r.Inputs["cacheControl"] != want {
			t.Errorf("%s: expected the cache class %q, got %q", key, want, r.Inputs["cacheControl"])
		}
		if r.Inputs["contentType"] == nil {
			t.Errorf("%s has no content type", key)
		}
	}
	for _, want := range []string{"index.html", "config.json"} {
		if !slices.Contains(keys, want) {
			t.Errorf("%s is not among the objects %q", want, keys)
		}
	}
}

func TestPageComesAfterItsFilesAndBeforeTheConfiguration(t *testing.T) {
	t.Parallel()
	objects := map[string]*stack.Resource{}
	for _, r := range deployed(t, "prod").Of("aws:s3/bucketObjectv2:BucketObjectv2") {
		objects[r.Name] = r
	}
	for name, r := range objects {
		if name != "index.html" && name != "config.json" && !slices.Contains(objects["index.html"].Dependencies, r.URN) {
			t.Errorf("index.html does not wait for %s", name)
		}
	}
	if !slices.Contains(objects["config.json"].Dependencies, objects["index.html"].URN) {
		t.Error("config.json does not wait for index.html")
	}
}

func TestSiteConfig(t *testing.T) {
	t.Parallel()
	graph, err := deploy(t, "prod", map[string]string{"tokenCache": "localstorage"})
	if err != nil {
		t.Fatal(err)
	}
	objects := graph.Of("aws:s3/bucketObjectv2:BucketObjectv2")
	i := slices.IndexFunc(objects, func(r *stack.Resource) bool { return r.Name == "config.json" })
	var got any
	if err := json.Unmarshal([]byte(objects[i].Inputs["content"].(string)), &got); err != nil {
		t.Fatal(err)
	}
	scopes := ""
	for _, s := range infra.Scopes {
		scopes += " " + s.Name
	}
	want := map[string]any{
		"apiUrl": "/api",
		"auth0": map[string]any{
			"domain":     "example.eu.auth0.com",
			"clientId":   graph.Exports["auth0ClientId"],
			"audience":   "https://" + projectName + "/prod",
			"scope":      "openid profile email" + scopes,
			"tokenCache": "localstorage",
		},
	}
	if len(infra.Roles) > 0 { // TestSiteConfigNamesRoles
		delete(got.(map[string]any)["auth0"].(map[string]any), "roles")
	}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("config.json (-want +got):\n%s", diff)
	}
}

func TestStacksShareNoPhysicalName(t *testing.T) {
	t.Parallel()
	owner := map[string]string{}
	for _, name := range []string{"dev", "prod"} {
		for _, r := range deployed(t, name).Resources {
			if tags, ok := r.Inputs["tags"].(map[string]any); ok && (tags["Stack"] != name || tags["Project"] != projectName) {
				t.Errorf("%s: expected tags of project and stack, got %v", r.URN, tags)
			}
			for _, property := range []string{"name", "identifier"} {
				physical, ok := r.Inputs[property].(string)
				if !ok || r.Type == "aws:apigatewayv2/stage:Stage" { // a stage's name is part of its API
					continue
				}
				if other := owner[r.Type+physical]; other != "" && other != name {
					t.Errorf("both stacks name their %s %q", r.Type, physical)
				}
				owner[r.Type+physical] = name
			}
		}
	}
}

func TestProtectedStackProtectsWhatLoginsDependOn(t *testing.T) {
	t.Parallel()
	protected := func(name string) []string {
		var types []string
		for _, r := range withoutResources(t, name, nil).Resources {
			if r.Protected {
				types = append(types, r.Type)
			}
		}
		slices.Sort(types)
		return slices.Compact(types) // the site's bucket and that of its logs
	}
	want := []string{
		"api-auth-jwt-auth0:infra:Protection", // so that a destroy touches nothing
		"auth0:index/client:Client",
		"auth0:index/resourceServer:ResourceServer",
		"aws:apigatewayv2/api:Api",
		"aws:cloudfront/distribution:Distribution",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", // with their bucket
		"aws:s3/bucketOwnershipControls:BucketOwnershipControls",
		"aws:s3/bucketPolicy:BucketPolicy",
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
		"aws:s3/bucketV2:BucketV2",
	}
	if len(infra.Roles) > 0 {
		want = append(want, "auth0:index/role:Role")
		slices.Sort(want)
	}
	if diff := cmp.Diff(want, protected("prod")); diff != "" {
		t.Errorf("prod (-want +got):\n%s", diff)
	}
	if got := protected("dev"); len(got) > 0 {
		t.Errorf("dev: expected nothing protected, got %q", got)
	}
}

// TestRolesCarryTheBoundary: every role of a stack has the boundary, and none without the
// setting.
func TestRolesCarryTheBoundary(t *testing.T) {
	t.Parallel()
	const boundary = "arn:aws:iam::123456789012:policy/functions"
	for _, r := range with(t, map[string]string{"permissionsBoundary": boundary}).Of(role) {
		if r.Inputs["permissionsBoundary"] != boundary {
			t.Errorf("%s: expected the boundary, got %v", r.URN, r.Inputs["permissionsBoundary"])
		}
	}
	for _, r := range deployed(t, "prod").Of(role) {
		if value, set := r.Inputs["permissionsBoundary"]; set {
			t.Errorf("%s has the boundary %v", r.URN, value)
		}
	}
}

func TestNoPolicyIsWiderThanItsPurpose(t *testing.T) {
	t.Parallel()
	graph := withoutResources(t, "prod", nil)
	for _, r := range graph.Of("aws:iam/rolePolicy:RolePolicy") {
		policy := readable(r.Inputs)["policy"].(map[string]any)
		for _, s := range policy["Statement"].([]any) {
			statement := s.(map[string]any)
			for _, resource := range statement["Resource"].([]any) {
				if !regexp.MustCompile(`^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:api-auth-jwt-auth0--prod--[A-Za-z0-9_-]+-[0-9a-f]{7}:\*$`).MatchString(resource.(string)) {
					t.Errorf("%s: expected the streams of one log group, got %v", r.URN, resource)
				}
			}
			if diff := cmp.Diff([]any{"logs:CreateLogStream", "logs:PutLogEvents"}, statement["Action"]); diff != "" {
				t.Errorf("%s: actions (-want +got):\n%s", r.URN, diff)
			}
		}
	}
	var granted, routes []string
	for _, r := range graph.Of("aws:lambda/permission:Permission") {
		source, _ := r.Inputs["sourceArn"].(string)
		granted = append(granted, regexp.MustCompile(`^arn:aws:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+/api/`).ReplaceAllString(source, ""))
	}
	for _, r := range infra.Routes {
		route := strings.Replace(r.Method, "ANY", "*", 1) + regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(r.Path, "*")
		routes = append(routes, route)
	}
	slices.Sort(granted)
	slices.Sort(routes)
	if diff := cmp.Diff(routes, granted); diff != "" {
		t.Errorf("expected a permission for one API, stage and route each (-want +got):\n%s", diff)
	}
}

func TestInvalidSettingsRegisterNothing(t *testing.T) {
	t.Parallel()
	graph, err := deploy(t, "dev", map[string]string{"auth0:domain": "https://example.auth0.com/", "protect": "maybe"})
	if graph != nil || err == nil {
		t.Fatalf("expected an error and no graph, got %v and %v", err, graph)
	}
	for _, want := range []string{"2 invalid settings", "auth0:domain example.auth0.com", "protect false"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("expected %q in the error, got:\n%v", want, err)
		}
	}
}
