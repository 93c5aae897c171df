package infra_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/local/stack"
)

// with deploys prod with additional settings.
func with(t *testing.T, set map[string]string) *stack.Graph {
	t.Helper()
	graph, err := deploy(t, "prod", set)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

func named(t *testing.T, g *stack.Graph, resourceType, name string) *stack.Resource {
	t.Helper()
	for _, r := range g.Of(resourceType) {
		if r.Name == name || strings.HasSuffix(r.Name, "--"+name) {
			return r
		}
	}
	t.Fatalf("there is no %s %q", resourceType, name)
	return nil
}

func TestDomainIsTheSitesHostEverywhere(t *testing.T) {
	t.Parallel()
	graph := with(t, map[string]string{"domain": "app.example.com", "aws:region": "eu-central-1"})
	if got := graph.Exports["siteUrl"]; got != "https://app.example.com" {
		t.Errorf("expected the site at its domain, got %v", got)
	}
	client := one(t, graph, "auth0:index/client:Client")
	for _, property := range []string{"callbacks", "allowedLogoutUrls", "webOrigins"} {
		if diff := cmp.Diff([]any{"https://app.example.com"}, client.Inputs[property]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", property, diff)
		}
	}
	distribution := one(t, graph, "aws:cloudfront/distribution:Distribution")
	certificate := one(t, graph, "aws:acm/certificate:Certificate")
	want := map[string]any{
		"aliases": []any{"app.example.com"},
		"viewerCertificate": map[string]any{
			"acmCertificateArn": certificate.ID, "sslSupportMethod": "sni-only", "minimumProtocolVersion": "TLSv1.2_2021",
		},
	}
	for property, value := range want {
		if diff := cmp.Diff(value, distribution.Inputs[property]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", property, diff)
		}
	}
	validation := one(t, graph, "aws:acm/certificateValidation:CertificateValidation")
	if !slices.Contains(distribution.Dependencies, validation.URN) {
		t.Error("the distribution does not wait until its certificate is issued")
	}
	for _, kind := range []string{"a", "aaaa"} {
		record := named(t, graph, "aws:route53/record:Record", "site-"+kind)
		alias := record.Inputs["aliases"].([]any)[0].(map[string]any)
		if record.Inputs["name"] != "app.example.com" || alias["name"] != "d111111abcdef8.cloudfront.net" {
			t.Errorf("expected %s to lead to the distribution, got %v", kind, record.Inputs)
		}
	}
}

// A certificate for CloudFront, and the setup of its logs, are in us-east-1.
func TestGlobalResourcesAreInTheirRegion(t *testing.T) {
	t.Parallel()
	types := []string{
		"aws:acm/certificate:Certificate", "aws:acm/certificateValidation:CertificateValidation", "aws:cloudwatch/logDelivery:LogDelivery",
		"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", "aws:cloudwatch/logDeliverySource:LogDeliverySource",
	}
	set := map[string]string{"domain": "app.example.com", "aws:region": "eu-central-1", "aws:profile": "team"}
	graph := with(t, set)
	provider := one(t, graph, "pulumi:providers:aws")
	if provider.Inputs["region"] != "us-east-1" || provider.Inputs["profile"] != "team" {
		t.Errorf("expected us-east-1 and the stack's profile, got %v", provider.Inputs)
	}
	for _, r := range graph.Resources {
		if elsewhere := strings.HasPrefix(r.Provider, provider.URN); elsewhere != slices.Contains(types, r.Type) {
			t.Errorf("%s has the provider %q", r.URN, r.Provider)
		}
	}
	if providers := deployed(t, "prod").Of("pulumi:providers:aws"); len(providers) > 0 {
		t.Error("a stack in us-east-1 has a provider more than it needs")
	}
}

func TestHostedZoneIsGivenOrFound(t *testing.T) {
	t.Parallel()
	given := with(t, map[string]string{"domain": "app.example.com", "hostedZoneId": "Z0GIVEN"})
	for _, r := range given.Of("aws:route53/record:Record") {
		if r.Inputs["zoneId"] != "Z0GIVEN" {
			t.Errorf("%s: expected the given zone, got %v", r.URN, r.Inputs["zoneId"])
		}
	}
	_, err := deploy(t, "prod", map[string]string{"domain": "app.example.invalid"})
	for _, want := range []string{"no hosted zone", "app.example.invalid", "zone example.invalid", "pulumi config set --stack prod hostedZoneId"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("expected an error with %q, got %v", want, err)
		}
	}
}

func TestStackWithoutDomainHasNothingOfIt(t *testing.T) {
	t.Parallel()
	for _, r := range deployed(t, "prod").Resources {
		if strings.HasPrefix(r.Type, "aws:acm/") || strings.HasPrefix(r.Type, "aws:route53/") || strings.HasPrefix(r.Type, "aws:sns/") {
			t.Errorf("%s is deployed though it is off", r.URN)
		}
	}
}

func TestHSTSBindsNoHostOfOthers(t *testing.T) {
	t.Parallel()
	graph := with(t, map[string]string{"domain": "example.com"})
	config := one(t, graph, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy").Inputs["securityHeadersConfig"].(map[string]any)
	if hsts := config["strictTransportSecurity"].(map[string]any); hsts["includeSubdomains"] != false {
		t.Errorf("the site's HSTS would apply to all hosts below example.com: %v", hsts)
	}
}

func TestAlarms(t *testing.T) {
	t.Parallel()
	graph := withoutResources(t, "prod", map[string]string{"alarmEmail": "team@example.com", "alarmLatency": "750"})
	topic := one(t, graph, "aws:sns/topic:Topic")
	if got := one(t, graph, "aws:sns/topicSubscription:TopicSubscription").Inputs["endpoint"]; got != "team@example.com" {
		t.Errorf("expected the address of the setting, got %v", got)
	}
	var names []string
	for _, r := range graph.Of("aws:cloudwatch/metricAlarm:MetricAlarm") {
		names = append(names, strings.TrimPrefix(r.Name, "api-auth-jwt-auth0--prod--"))
		if !cmp.Equal(r.Inputs["alarmActions"], []any{topic.ID}) || !cmp.Equal(r.Inputs["okActions"], []any{topic.ID}) {
			t.Errorf("%s has no recipient: %v", r.Name, r.Inputs)
		}
		if returned := returnedQueries(r); returned != 1 {
			t.Errorf("%s: expected one query that the alarm reads, got %d", r.Name, returned)
		}
	}
	slices.Sort(names)
	want := []string{"api-errors", "api-latency", "api-throttled", "authorizer-failures"}
	for _, r := range infra.Routes {
		want = append(want, r.Handler+"-errors", r.Handler+"-throttled")
	}
	slices.Sort(want)
	want = slices.Compact(want) // handlers may have several routes
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("alarms (-want +got):\n%s", diff)
	}
	if got := named(t, graph, "aws:cloudwatch/metricAlarm:MetricAlarm", "api-latency").Inputs["threshold"]; got != 750.0 {
		t.Errorf("expected the threshold of the setting, got %v", got)
	}
	for _, r := range deployed(t, "prod").Of("aws:cloudwatch/metricAlarm:MetricAlarm") {
		if r.Inputs["alarmActions"] != nil {
			t.Errorf("%s has an action, but there is no recipient", r.Name)
		}
	}
}

func returnedQueries(alarm *stack.Resource) int {
	count := 0
	for _, q := range alarm.Inputs["metricQueries"].([]any) {
		if q.(map[string]any)["returnData"] == true {
			count++
		}
	}
	return count
}

// The filters count fields of the access log. Each field must exist.
func TestLogMetricsReadFieldsOfTheAccessLog(t *testing.T) {
	t.Parallel()
	graph := deployed(t, "prod")
	var format map[string]string
	settings := one(t, graph, "aws:apigatewayv2/stage:Stage").Inputs["accessLogSettings"].(map[string]any)
	if err := json.Unmarshal([]byte(settings["format"].(string)), &format); err != nil {
		t.Fatal(err)
	}
	group := named(t, graph, "aws:cloudwatch/logGroup:LogGroup", "api-access")
	for _, r := range graph.Of("aws:cloudwatch/logMetricFilter:LogMetricFilter") {
		field, _, _ := strings.Cut(strings.TrimPrefix(r.Inputs["pattern"].(string), "{ $."), " ")
		if format[field] == "" || r.Inputs["logGroupName"] != group.Output("name") {
			t.Errorf("%s reads %q of %v", r.Name, field, r.Inputs["logGroupName"])
		}
	}
}

func TestDashboardShowsWhatTheStackHas(t *testing.T) {
	t.Parallel()
	graph := deployed(t, "prod")
	body := one(t, graph, "aws:cloudwatch/dashboard:Dashboard").Inputs["dashboardBody"].(string)
	var dashboard struct{ Widgets []any }
	if err := json.Unmarshal([]byte(body), &dashboard); err != nil || len(dashboard.Widgets) != 9 {
		t.Fatalf("expected 9 widgets, got %d and %v", len(dashboard.Widgets), err)
	}
	for _, resourceType := range []string{"aws:apigatewayv2/api:Api", "aws:cloudfront/distribution:Distribution", "aws:lambda/function:Function"} {
		for _, r := range graph.Of(resourceType) {
			if !strings.Contains(body, `"`+r.ID+`"`) {
				t.Errorf("the dashboard does not show %s", r.URN)
			}
		}
	}
}

func TestDistributionLogsHaveNoCodes(t *testing.T) {
	t.Parallel()
	fields := one(t, deployed(t, "prod"), "aws:cloudwatch/logDelivery:LogDelivery").Inputs["recordFields"].([]any)
	for _, secret := range []any{"cs-uri-query", "cs(Cookie)", "cs(Referer)"} {
		if slices.Contains(fields, secret) {
			t.Errorf("the log would contain authorization codes in %v", secret)
		}
	}
}

func TestHashedFilesStayWhenTheirBuildIsReplaced(t *testing.T) {
	t.Parallel()
	graph := deployed(t, "prod")
	assets, _ := graph.Exports["assets"].(map[string]string)
	for _, r := range graph.Of("aws:s3/bucketObjectv2:BucketObjectv2") {
		_, listed := assets[r.Name]
		if hashed := strings.HasPrefix(r.Name, "assets/"); r.Retained != hashed || listed != hashed {
			t.Errorf("%s: hashed %t, retained %t, listed for the next run %t", r.Name, hashed, r.Retained, listed)
		}
	}
}
