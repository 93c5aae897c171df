package gateway

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
)

// logLine serves r and returns the access log, with the request id replaced.
func logLine(t testing.TB, cfg setup, method, target string, headers ...string) string {
	t.Helper()
	var log bytes.Buffer
	cfg.AccessLog = &log
	do(t, mustNew(t, cfg), method, target, headers...)
	return regexp.MustCompile(`[A-Za-z0-9_-]{15}=`).ReplaceAllString(log.String(), "ID")
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	good := i.token(t)
	noScope := sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"scope": nil}))
	const format = `$context.status $context.httpMethod $context.path $context.routeKey [$context.authorizer.error] [$context.error.message] ` +
		`$context.error.messageString $context.integrationStatus $context.integration.status [$context.integrationErrorMessage] ` +
		`$context.authorizer.claims.sub $context.responseLength`
	for _, test := range []struct {
		name, method, target string
		headers              []string
		want                 string
	}{
		{"public", "GET", "/api/public", nil, `200 GET /api/public GET /public [-] [-] - 200 200 [-] - 5`},
		{"private", "GET", "/api/private", []string{"Authorization", good}, `200 GET /api/private GET /private [-] [-] - 200 200 [-] auth0|123 5`},
		{"no token", "GET", "/api/private", nil, `401 GET /api/private GET /private [no token in $request.header.Authorization] [Unauthorized] "Unauthorized" - - [-] - 26`},
		{"bad token", "GET", "/api/private", []string{"Authorization", "x"}, `401 GET /api/private GET /private [invalid_token: token contains an invalid number of segments] [Unauthorized] "Unauthorized" - - [-] - 26`},
		{"no scope", "GET", "/api/private", []string{"Authorization", noScope}, `403 GET /api/private GET /private [insufficient_scope: expected scopes: [read:private]] [Forbidden] "Forbidden" - - [-] - 23`},
		{"no route", "GET", "/api/nope", nil, `404 GET /api/nope - [-] [Not Found] "Not Found" - - [-] - 23`},
		{"bad answer", "GET", "/api/bad", nil, `500 GET /api/bad GET /bad [-] [Internal Server Error] "Internal Server Error" 200 - [the function's output: not one JSON value] - 35`},
		{"no such stage is not logged", "GET", "/nope", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := testConfig(i.authorizer())
			cfg.Stages[0].AccessLogFormat = format
			cfg.Routes = append(cfg.Routes, Route{Key: "GET /bad", Function: named(functionOutput(""))})
			want := test.want
			if want != "" {
				want += "\n"
			}
			if diff := cmp.Diff(want, logLine(t, cfg, test.method, test.target, test.headers...)); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAccessLogVariables renders every variable there is, in JSON.
func TestAccessLogVariables(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	var format strings.Builder
	for _, name := range append(slices.Sorted(maps.Keys(logVariables)), "authorizer.claims.aud", "authorizer.claims.https://x") {
		if name == "error.messageString" || strings.Contains(name, "//") {
			continue
		}
		format.WriteString(`"` + name + `":"$context.` + name + `",`)
	}
	cfg := testConfig(i.authorizer())
	cfg.Stages[0].AccessLogFormat = "{" + strings.TrimSuffix(format.String(), ",") + "}"
	got := map[string]string{}
	if err := json.Unmarshal([]byte(logLine(t, cfg, "GET", "/api/private", "Authorization", i.token(t), "User-Agent", `a "quoted" agent`)), &got); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(got, func(_ string, value string) bool { return value == "-" })
	want := map[string]string{
		"accountId": "123456789012", "apiId": "a1b2c3d4e5", "authorizer.claims.aud": "[" + testAudience + " " + i.url + "userinfo]",
		"dataProcessed": "5", "domainName": "localhost:3001", "domainPrefix": "localhost", "extendedRequestId": "ID",
		"httpMethod": "GET", "identity.sourceIp": "192.0.2.1", "identity.userAgent": `a "quoted" agent`,
		"integration.integrationStatus": "200", "integration.latency": "0", "integration.status": "200", "integrationLatency": "0", "integrationStatus": "200",
		"path": "/api/private", "protocol": "HTTP/1.1", "requestId": "ID", "requestTime": "12/Mar/2026:19:03:58 +0000",
		"requestTimeEpoch": "1773342238250", "responseLatency": "0", "responseLength": "5", "routeKey": "GET /private", "stage": "api", "status": "200",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestLogFormat(t *testing.T) {
	t.Parallel()
	x := &exchange{api: &api{Config: Config{ID: "id"}}, request: httptest.NewRequest("GET", "/", nil), requestID: "R", path: "/a\n\"b\\\x01é", failure: notFound}
	for _, test := range []struct{ name, format, want, wantError string }{
		{"text alone", "a $ b 5$ $5 é", "a $ b 5$ $5 é", ""},
		{"empty", "", "", ""},
		{"values are escaped", `"$context.path"`, `"/a\n\"b\\\u0001é"`, ""},
		{"quoted by itself", `{"m":$context.error.messageString}`, `{"m":"Not Found"}`, ""},
		{"full stop", "$context.requestId.", "R.", ""},
		{"next to each other", "$context.requestId$context.apiId", "Rid", ""},
		{"claim without token", "$context.authorizer.claims.sub", "-", ""},
		{"unknown", "$context.identity.apiKey", "", "$context.identity.apiKey is unknown"},
		{"prefix of a name", "$context.request", "", "$context.request is unknown"},
		{"name with more", "$context.statusCode", "", "$context.statusCode is unknown"},
		{"case", "$context.requestid", "", "$context.requestid is unknown"},
		{"claims as a whole", "$context.authorizer.claims", "", "$context.authorizer.claims is unknown"},
		{"of a Lambda authorizer", "$context.authorizer.principalId", "", "$context.authorizer.principalId is unknown"},
		{"context alone", "$context", "", "$context is no $context variable"},
		{"another variable", "$stageVariables.x", "", "$stageVariables is no $context variable"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			format, err := parseLogFormat(test.format)
			if test.wantError != "" {
				if err == nil || !strings.Contains(err.Error(), test.wantError) {
					t.Errorf("expected %q, got %v", test.wantError, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := string(format.appendTo(nil, x)); got != test.want {
				t.Errorf("expected %q, got %q", test.want, got)
			}
		})
	}
}

// TestAccessLogLinesAreWhole under concurrent requests.
func TestAccessLogLinesAreWhole(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	cfg := testConfig(nil)
	cfg.Routes = cfg.Routes[:1]
	cfg.Stages[0].AccessLogFormat = "$context.status $context.path"
	cfg.AccessLog = &log
	g := mustNew(t, cfg)
	var wait sync.WaitGroup
	for range 32 {
		wait.Go(func() { do(t, g, "GET", "/api/public") })
	}
	wait.Wait()
	if want := strings.Repeat("200 /api/public\n", 32); log.String() != want {
		t.Errorf("got %q", log.String())
	}
}

// FuzzLogFormat checks that a rendered value cannot leave its JSON string.
func FuzzLogFormat(f *testing.F) {
	f.Add("$context.path", "/a\"b")
	f.Add("$context.authorizer.claims.a:b $context.", "\xff")
	f.Fuzz(func(t *testing.T, format, path string) {
		if _, err := parseLogFormat(format); err != nil {
			return
		}
		pieces, _ := parseLogFormat(`{"p":"$context.path"}`)
		if line := pieces.appendTo(nil, &exchange{path: path}); !json.Valid(line) {
			t.Errorf("%q became %s", path, line)
		}
	})
}
