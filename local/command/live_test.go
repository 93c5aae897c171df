package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"api-auth-jwt-auth0/local/live/standin"

	"github.com/rogpeppe/go-internal/testscript"
)

// brokers are those of scripts, *standin.Broker by *testscript.TestScript.
var brokers sync.Map

func brokerOf(ts *testscript.TestScript) *standin.Broker {
	found, _ := brokers.Load(ts)
	broker, ok := found.(*standin.Broker)
	if !ok {
		ts.Fatalf("broker comes first")
	}
	return broker
}

// noAWS is an environment in which nobody is logged in at AWS.
func noAWS(dir string) map[string]string {
	return map[string]string{
		"AWS_CONFIG_FILE":             filepath.Join(dir, "no-config"),
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "no-credentials"),
		"AWS_EC2_METADATA_DISABLED":   "true",
	}
}

// startBroker starts what stands in for AWS IoT Core:
//
//	broker
func startBroker(ts *testscript.TestScript, neg bool, args []string) {
	broker, err := standin.New(standin.Options{Region: "us-east-1", Keys: map[string]standin.Key{"AKIADEVELOPER": {Secret: "secret"}}})
	ts.Check(err)
	ts.Defer(func() { broker.Close() })
	brokers.Store(ts, broker)
}

// liveOutputs writes the outputs of a stack that is live, with the broker's endpoint:
//
//	live-outputs outputs.json
func liveOutputs(ts *testscript.TestScript, neg bool, args []string) {
	text, err := json.Marshal(map[string]any{
		"siteUrl": "https://d1.cloudfront.net",
		"live": map[string]any{
			"endpoint": brokerOf(ts).URL(), "region": "us-east-1", "project": "api-auth-jwt-auth0", "stack": "dev",
			"functions": map[string]any{
				"public":  map[string]any{"name": "public-1a2b3c4", "role": "arn:aws:iam::123456789012:role/public", "environment": map[string]string{}},
				"private": map[string]any{"name": "private-1a2b3c4", "role": "arn:aws:iam::123456789012:role/private", "environment": map[string]string{}},
			},
		},
	})
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o644))
}

// isPresent fails unless a developer is connected:
//
//	present anna
func isPresent(ts *testscript.TestScript, neg bool, args []string) {
	present := slices.ContainsFunc(brokerOf(ts).Clients(), func(id string) bool {
		return strings.HasPrefix(id, "api-auth-jwt-auth0--dev--dev-"+args[0]+"-")
	})
	if present == neg {
		ts.Fatalf("%s: present %t", args[0], present)
	}
}

func TestValidName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"anna": "anna", "Anna.Smith": "anna-smith", `CORP\anna`: "corp-anna", "_": "developer", "": "developer", "åsa": "sa",
		"a-name-that-is-much-longer-than-a-name-may-be": "a-name-that-is-much-longer-than",
	} {
		if got := validName(text); got != want {
			t.Errorf("%q: expected %q, got %q", text, want, got)
		}
	}
}
