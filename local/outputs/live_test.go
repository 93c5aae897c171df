package outputs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const liveOutput = `{"endpoint": "a1-ats.iot.eu-west-1.amazonaws.com", "region": "eu-west-1", "project": "demo", "stack": "dev",
	"functions": {"orders": {"name": "demo--dev--orders-1a2b3c4", "role": "arn:aws:iam::123456789012:role/orders", "environment": {"ORDERS_TABLE": "orders-9f8e7d6"}}}}`

func of(t *testing.T, text string) Outputs {
	t.Helper()
	o := Outputs{}
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestReadLive(t *testing.T) {
	t.Parallel()
	live, site, err := Stack{Name: "dev"}.ReadLive(of(t, `{"siteUrl": "https://d1.cloudfront.net", "live": `+liveOutput+`}`))
	if err != nil {
		t.Fatal(err)
	}
	f := live.Functions["orders"]
	if site != "https://d1.cloudfront.net" || live.Region != "eu-west-1" || live.Project != "demo" || live.Stack != "dev" ||
		f.Name != "demo--dev--orders-1a2b3c4" || f.Role != "arn:aws:iam::123456789012:role/orders" || f.Environment["ORDERS_TABLE"] != "orders-9f8e7d6" {
		t.Errorf("got %s %+v", site, live)
	}
}

// TestStackThatIsNotLive: the error names the commands that make it live.
func TestStackThatIsNotLive(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, settings, outputs string
		want                    []string
	}{
		{"not deployed", "", `{}`, []string{`stack "dev" is not deployed, since it has no output siteUrl: run pulumi up --stack dev`}},
		{"not live", "config:\n  protect: false\n", `{"siteUrl": "x"}`, []string{`stack "dev" is not live`, "\n  pulumi config set --stack dev live true\n  pulumi up --stack dev"}},
		{"no settings here", "", `{"siteUrl": "x", "live": null}`, []string{`stack "dev" is not live`}},
		{"protected", "config:\n  api-auth-jwt-auth0:protect: \"true\"\n", `{"siteUrl": "x"}`, []string{`stack "dev" is protected (protect in Pulumi.dev.yaml), and no protected stack can be live: use a stack for development`}},
		{"an older one", "", `{"siteUrl": "x", "live": {"endpoint": "e", "region": "r"}}`, []string{"is not complete: deploy the stack again with pulumi up --stack dev"}},
		{"another type", "", `{"siteUrl": "x", "live": true}`, []string{`reading the output live of stack "dev"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			if test.settings != "" {
				if err := os.WriteFile(filepath.Join(root, "Pulumi.dev.yaml"), []byte(test.settings), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			_, _, err := Stack{Root: root, Name: "dev"}.ReadLive(of(t, test.outputs))
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("expected %q, got %v", want, err)
				}
			}
		})
	}
}
