package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live/standin"

	"github.com/rogpeppe/go-internal/testscript"
)

// brokers are the brokers of scripts, *standin.Broker by *testscript.TestScript.
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
	broker, err := standin.New(standin.Options{Region: "us-east-1", Keys: map[string]standin.Key{"AKIADEVELOPER": {Secret: "k3y-of-anna"}}})
	ts.Check(err)
	ts.Defer(func() { broker.Close() })
	brokers.Store(ts, broker)
}

// liveOutputs writes the outputs of a stack that is live, with the broker's endpoint:
//
//	live-outputs outputs.json [NAME=TEXT]
func liveOutputs(ts *testscript.TestScript, neg bool, args []string) {
	all := map[string]any{
		"siteUrl": "https://d1.cloudfront.net",
		"live": map[string]any{
			"endpoint": brokerOf(ts).URL(), "region": "us-east-1", "project": "api-auth-jwt-auth0", "stack": "dev",
			"functions": map[string]any{
				"public":  map[string]any{"name": "public-1a2b3c4", "role": "arn:aws:iam::123456789012:role/public", "environment": map[string]string{}},
				"private": map[string]any{"name": "private-1a2b3c4", "role": "arn:aws:iam::123456789012:role/private", "environment": map[string]string{"COLOR": "red"}},
			},
		},
	}
	for _, more := range args[1:] {
		name, value, _ := strings.Cut(more, "=")
		all[name] = value
	}
	text, err := json.Marshal(all)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o644))
}

// startSTS starts what stands in for STS, for a developer who may assume one role:
//
//	sts arn:aws:iam::123456789012:role/private
func startSTS(ts *testscript.TestScript, neg bool, args []string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		role := r.FormValue("RoleArn")
		if role != args[0] {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: anna is not authorized to perform: sts:AssumeRole on resource: %s</Message></Error></ErrorResponse>`, role)
			return
		}
		fmt.Fprintf(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>`+
			`<SessionToken>token</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	}))
	ts.Defer(server.Close)
	ts.Setenv("AWS_ENDPOINT_URL_STS", server.URL)
	ts.Setenv("AWS_ACCESS_KEY_ID", "AKIADEVELOPER")
	ts.Setenv("AWS_SECRET_ACCESS_KEY", "k3y-of-anna")
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
