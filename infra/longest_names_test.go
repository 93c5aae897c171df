package infra_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/infra"
	buckets "api-auth-jwt-auth0/infra/bucket"
	"api-auth-jwt-auth0/infra/queue"
	"api-auth-jwt-auth0/infra/schedule"
	"api-auth-jwt-auth0/infra/secret"
	tables "api-auth-jwt-auth0/infra/table"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/stack/program"
)

// built is a Builder with prebuilt handlers and a prebuilt site.
type built struct {
	handlers []string
	site     string
}

func (b built) CheckTools(context.Context) error     { return nil }
func (b built) HandlerFolders() ([]string, error)    { return b.handlers, nil }
func (b built) Site(context.Context) (string, error) { return b.site, nil }
func (b built) Handlers(_ context.Context, names []string) (map[string]string, error) {
	zips := map[string]string{}
	for _, name := range names {
		zips[name] = name + ".zip"
	}
	return zips, nil
}

func (b built) LiveHandlers(ctx context.Context, names []string) (map[string]string, error) {
	return b.Handlers(ctx, names)
}

// TestLongestNamesAreValid uses the longest names of projects, stacks, resources and
// handlers, with characters that services refuse if the names may have them. The rows of
// local/provider refuse what the services would, including the provider's suffixes.
func TestLongestNamesAreValid(t *testing.T) {
	t.Parallel()
	name := func(first string, n int) string { return first + strings.Repeat("Xy", n)[:n-1] }
	for _, test := range []struct{ project, stack string }{
		{strings.Repeat("Long_project.", 5)[:60], strings.Repeat("Long_stack.", 6)[:60]},
		{strings.Repeat("p", 20), strings.Repeat("s", 16)},
		{"p", "s"},
	} {
		t.Run(test.project+" "+test.stack, func(t *testing.T) {
			t.Parallel()
			orders, mails, ledger := tables.New(name("o", 40), tables.Key("id")), queue.New(name("m", 40)), queue.New(name("l", 40), queue.FIFO())
			key := name("k", 40)
			handlers := map[string]infra.Handler{
				name("a", 34): {On: orders.Changes(1)}, name("b", 34): {On: mails.Messages(1)}, name("c", 34): {On: ledger.Messages(1)},
				name("d", 34): {On: schedule.Every(time.Hour)}, name("d", 25) + "-schedule": {On: schedule.Every(time.Hour)}, name("d", 25): {On: schedule.Every(time.Hour)},
			}
			var folders []string
			for handler := range handlers {
				folders = append(folders, handler)
			}
			d := infra.Deployment{
				Rights:    infra.ProjectRights(),
				Routes:    []infra.Route{{Method: "GET", Path: "/a", Handler: name("a", 34), Authorization: infra.Public}},
				Resources: []infra.Resource{orders, mails, ledger, queue.New("m"), queue.New("m-dead"), buckets.New(name("r", 40), buckets.Expires(24*time.Hour)), secret.New(key)},
				Handlers:  handlers, Builder: built{folders, sitePage(t)}, Now: time.Now,
			}
			settings := settingsOf(t, "prod", nil)
			rename(&settings, test.project)
			settings.Stack = test.stack
			settings.SetSecret(key, paymentsValue)
			graph, err := program.Run(t.Context(), d.Run, settings, origins, nil)
			if err != nil {
				t.Fatal(err)
			}
			mustHaveNamesOfTheirOwn(t, graph)
		})
	}
}

// TestParametersHaveNoReservedNames: a parameter's name starts with the project's name,
// and Parameter Store refuses some prefixes.
func TestParametersHaveNoReservedNames(t *testing.T) {
	t.Parallel()
	for project, refused := range map[string]bool{"aws-shop": true, "SSM": true, "laws": false} {
		settings := settingsOf(t, "prod", nil)
		rename(&settings, project)
		settings.SetSecret("key", paymentsValue)
		d := infra.Deployment{
			Rights:    infra.ProjectRights(),
			Routes:    []infra.Route{{Method: "GET", Path: "/a", Handler: "a", Authorization: infra.Public}},
			Resources: []infra.Resource{secret.New("key")}, Builder: built{[]string{"a"}, sitePage(t)}, Now: time.Now,
		}
		_, err := program.Run(t.Context(), d.Run, settings, origins, nil)
		if refused != (err != nil) || refused && !strings.Contains(err.Error(), "rename the project in Pulumi.yaml") {
			t.Errorf("%s: expected a refusal: %t, got %v", project, refused, err)
		}
	}
}

// mustHaveNamesOfTheirOwn asserts that no two resources of a type have the same name.
func mustHaveNamesOfTheirOwn(t *testing.T, graph *stack.Graph) {
	t.Helper()
	seen := map[string]string{}
	for _, r := range graph.Resources {
		if r.Type != table && r.Type != sqsQueue && r.Type != role && r.Type != "aws:scheduler/schedule:Schedule" && r.Type != "aws:cloudwatch/metricAlarm:MetricAlarm" {
			continue
		}
		if other := seen[r.Type+r.ID]; other != "" {
			t.Errorf("%s and %s have the name %q", r.URN, other, r.ID)
		}
		seen[r.Type+r.ID] = r.URN
	}
}
