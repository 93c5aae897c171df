package infra

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"
)

// valid returns settings without problems, by full key.
func valid() map[string]string {
	return map[string]string{
		"aws:region":                 "eu-central-1",
		"auth0:domain":               "example.eu.auth0.com",
		"auth0:clientId":             "client",
		"auth0:clientSecret":         "s3cr3t-value",
		"p:audience":                 "",
		"p:developmentOrigins":       `["http://localhost:3000"]`,
		"p:logRetentionDays":         "30",
		"p:throttleRate":             "50",
		"p:throttleBurst":            "100",
		"p:functionMemory":           "128",
		"p:functionTimeout":          "10",
		"p:accessTokenLifetime":      "7200",
		"p:idTokenLifetime":          "36000",
		"p:refreshTokenLifetime":     "2592000",
		"p:refreshTokenIdleLifetime": "1296000",
		"p:tokenCache":               "memory",
		"p:protect":                  "false",
		"p:domain":                   "",
		"p:hostedZoneId":             "",
		"p:alarmEmail":               "",
		"p:alarmLatency":             "2000",
		"p:keepAssetsDays":           "30",
		"p:permissionsBoundary":      "",
		"p:live":                     "false",
		"p:liveDevelopers":           "",
	}
}

// readFrom reads values as ReadConfig does. The keys in secret are encrypted.
func readFrom(values map[string]string, secret ...string) (Config, error) {
	s := &settings{
		stack:   "dev",
		project: "p",
		get: func(key string) (string, bool) {
			value, ok := values[key]
			return value, ok
		},
		secret: func(key string) bool { return strings.Contains(strings.Join(secret, " "), key) },
	}
	return s.read(nil)
}

func TestReadConfigValid(t *testing.T) {
	t.Parallel()
	cfg, err := readFrom(valid(), "auth0:clientSecret")
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Audience != "https://p/dev" {
		t.Errorf("expected an audience made of project and stack, got %q", cfg.Audience)
	}
	if cfg.FunctionTimeout != 10*time.Second || cfg.RefreshTokenIdleLifetime != 15*24*time.Hour {
		t.Errorf("expected seconds, got %v and %v", cfg.FunctionTimeout, cfg.RefreshTokenIdleLifetime)
	}
	if len(cfg.DevelopmentOrigins) != 1 || cfg.DevelopmentOrigins[0] != "http://localhost:3000" {
		t.Errorf("expected the development origin, got %q", cfg.DevelopmentOrigins)
	}
}

func TestReadConfigAcceptsTenantOnThisMachine(t *testing.T) {
	t.Parallel()
	values := valid()
	values["auth0:domain"] = "http://localhost:3002"
	cfg, err := readFrom(values, "auth0:clientSecret")
	if err != nil {
		t.Fatal(err)
	}
	if got := originURL(cfg.TenantDomain); got != "http://localhost:3002" {
		t.Errorf("expected the tenant's own scheme, got %q", got)
	}
}

// absent is the value of a missing setting.
const absent = "(absent)"

func TestReadConfigProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, key, value string
		problem, fix     string
	}{
		{"no region", "aws:region", "", "is not set", "aws:region us-east-1"},
		{"region", "aws:region", "Frankfurt", `expected a region such as us-east-1, got "Frankfurt"`, "aws:region us-east-1"},
		{"no domain", "auth0:domain", "", "is not set", "auth0:domain TENANT.auth0.com"},
		{"domain as URL", "auth0:domain", "https://example.eu.auth0.com", "without scheme, path or slash", "auth0:domain example.eu.auth0.com"},
		{"domain with slash", "auth0:domain", "example.eu.auth0.com/", "without scheme, path or slash", "auth0:domain example.eu.auth0.com"},
		{"domain with path", "auth0:domain", "https://Example.eu.auth0.com/api/v2/", "without scheme, path or slash", "auth0:domain example.eu.auth0.com"},
		{"domain in upper case", "auth0:domain", "Example.auth0.com", "in lower case", "auth0:domain example.auth0.com"},
		{"domain of words", "auth0:domain", "my tenant", "expected a domain", "auth0:domain TENANT.auth0.com"},
		{"plain http", "auth0:domain", "http://example.auth0.com", "without scheme, path or slash", "auth0:domain example.auth0.com"},
		{"local tenant with a path", "auth0:domain", "http://localhost:3002/", "expected a domain", "auth0:domain TENANT.auth0.com"},
		{"no client", "auth0:clientId", "", "machine-to-machine application", "auth0:clientId CLIENT_ID"},
		{"no secret", "auth0:clientSecret", "", "is not set", "auth0:clientSecret --secret"},
		{"audience of the Management API", "p:audience", "https://example.eu.auth0.com/api/v2/", "Management API", "audience https://p/dev"},
		{"audience with a space", "p:audience", "my api", "no white space", "audience https://p/dev"},
		{"origins as text", "p:developmentOrigins", "http://localhost:5173", "expected a list", "--path 'developmentOrigins[0]' http://localhost:5173"},
		{"origin with slash", "p:developmentOrigins", `["https://a.example","http://localhost:3000/"]`, "without path", "--path 'developmentOrigins[1]' http://localhost:3000"},
		{"origin in upper case", "p:developmentOrigins", `["https://Example.com"]`, "in lower case", "--path 'developmentOrigins[0]' https://example.com"},
		{"origin with its default port", "p:developmentOrigins", `["https://a.example.com:443"]`, "default port", "--path 'developmentOrigins[0]' https://a.example.com"},
		{"origin with an impossible port", "p:developmentOrigins", `["http://localhost:99999"]`, "expected an origin", "--path 'developmentOrigins[0]' http://localhost:3000"},
		{"origin with a quote", "p:developmentOrigins", `["https://x'y.com"]`, "expected an origin", "--path 'developmentOrigins[0]' http://localhost:3000"},
		{"origin with wildcard", "p:developmentOrigins", `["https://*.example.com"]`, "wildcard", "--path 'developmentOrigins[0]' http://localhost:3000"},
		{"origin without TLS", "p:developmentOrigins", `["http://example.com"]`, "unencrypted", "--path 'developmentOrigins[0]' https://example.com"},
		{"origin without scheme", "p:developmentOrigins", `["localhost:3000"]`, "expected an origin", "--path 'developmentOrigins[0]' http://localhost:3000"},
		{"retention between steps", "p:logRetentionDays", "31", "31 is not among them", "logRetentionDays 60"},
		{"rate of zero", "p:throttleRate", "0", "from 1 to 10000", "throttleRate 1"},
		{"burst over the quota", "p:throttleBurst", "5001", "from 1 to 5000", "throttleBurst 5000"},
		{"memory in words", "p:functionMemory", "lots", `got "lots"`, "functionMemory 128"},
		{"timeout over API Gateway's", "p:functionTimeout", "30", "from 1 to 29", "functionTimeout 29"},
		{"fraction", "p:accessTokenLifetime", "60.5", `got "60.5"`, "accessTokenLifetime 60"},
		{"idle longer than absolute", "p:refreshTokenIdleLifetime", "2592000", "from 60 to 2591999", "refreshTokenIdleLifetime 2591999"},
		{"cache", "p:tokenCache", "cookie", "memory, localstorage", "tokenCache memory"},
		{"site's domain as URL", "p:domain", "https://app.example.com/", "without scheme, path or slash", "domain app.example.com"},
		{"site's domain of one word", "p:domain", "app", "expected a host", `domain ""`},
		{"site's domain too long", "p:domain", strings.Repeat("a", 60) + ".example.com", "72 characters", `domain ""`},
		{"zone without domain", "p:hostedZoneId", "Z0123456789", "no effect without a domain", `hostedZoneId ""`},
		{"e-mail with a name", "p:alarmEmail", "Team <team@example.com>", "without a name", `alarmEmail ""`},
		{"e-mail of one word", "p:alarmEmail", "team", "expected one e-mail address", `alarmEmail ""`},
		{"latency of a minute", "p:alarmLatency", "60000", "from 1 to 30000", "alarmLatency 30000"},
		{"no time to keep assets", "p:keepAssetsDays", "0", "from 1 to 365", "keepAssetsDays 1"},
		{"live in words", "p:live", "yes", "expected true or false", "live false"},
		{"a developer in place of a role", "p:liveDevelopers", "arn:aws:iam::123456789012:user/anna", "expected the ARN of a role", `liveDevelopers ""`},
		{"every role", "p:liveDevelopers", "arn:aws:iam::123456789012:role/*", "expected the ARN of a role", `liveDevelopers ""`},
		{"boundary that is no ARN", "p:permissionsBoundary", "functions", `got "functions"`, `permissionsBoundary ""`},
		{"boundary that is a role", "p:permissionsBoundary", "arn:aws:iam::123456789012:role/functions", "expected the ARN of a managed policy", `permissionsBoundary ""`},
		{"boundary with a wildcard", "p:permissionsBoundary", "arn:aws:iam::123456789012:policy/*", "expected the ARN of a managed policy", `permissionsBoundary ""`},
		{"no word on protect", "p:protect", absent, "restore the file", "protect true"},
		{"protect", "p:protect", "yes", "true or false", "protect false"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			values := valid()
			if values[test.key] = test.value; test.value == absent {
				delete(values, test.key)
			}
			_, err := readFrom(values, "auth0:clientSecret")
			var invalid *InvalidConfigError
			if !errors.As(err, &invalid) || len(invalid.Problems) != 1 {
				t.Fatalf("expected one problem, got %v", err)
			}
			p := invalid.Problems[0]
			if !strings.HasSuffix(test.key, p.Key) || !strings.Contains(p.Message, test.problem) {
				t.Errorf("expected %s: …%s…, got %s: %s", test.key, test.problem, p.Key, p.Message)
			}
			if want := "pulumi config set --stack dev " + test.fix; p.Fix != want {
				t.Errorf("expected the fix %q, got %q", want, p.Fix)
			}
		})
	}
}

func TestReadConfigAcceptsBoundaries(t *testing.T) {
	t.Parallel()
	for _, arn := range []string{
		"arn:aws:iam::123456789012:policy/functions", "arn:aws:iam::aws:policy/ReadOnlyAccess",
		"arn:aws-us-gov:iam::123456789012:policy/a/path/functions",
	} {
		values := valid()
		values["p:permissionsBoundary"] = arn
		if cfg, err := readFrom(values, "auth0:clientSecret"); err != nil || cfg.PermissionsBoundary != arn {
			t.Errorf("%s: got %q and %v", arn, cfg.PermissionsBoundary, err)
		}
	}
}

// TestReadConfigRefusesALiveStackWithProtection also checks that the developers' role may
// be set while the stack is not live.
func TestReadConfigRefusesALiveStackWithProtection(t *testing.T) {
	t.Parallel()
	const developers = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Developers_0123456789abcdef"
	for _, test := range []struct {
		live, protect string
		refused       bool
	}{{"false", "false", false}, {"false", "true", false}, {"true", "false", false}, {"true", "true", true}} {
		values := valid()
		values["p:live"], values["p:protect"], values["p:liveDevelopers"] = test.live, test.protect, developers
		cfg, err := readFrom(values, "auth0:clientSecret")
		if test.refused {
			if err == nil || !strings.Contains(err.Error(), "\n      pulumi config set --stack dev live false\n") {
				t.Errorf("live %s, protect %s: expected a refusal with its fix, got %v", test.live, test.protect, err)
			}
			continue
		}
		if err != nil || cfg.Live != (test.live == "true") || cfg.LiveDevelopers != developers {
			t.Errorf("live %s, protect %s: got %t, %q and %v", test.live, test.protect, cfg.Live, cfg.LiveDevelopers, err)
		}
	}
}

// `pulumi new` renames the project, but not the keys of the stacks' settings.
func TestReadConfigFindsSettingsOfTheProjectsFormerName(t *testing.T) {
	t.Parallel()
	values := valid()
	values["api-auth-jwt-auth0:throttleRate"], values["api-auth-jwt-auth0:protect"] = "500", "true"
	_, err := readFrom(values, "auth0:clientSecret")
	for _, want := range []string{"throttleRate, protect: set for a project named api-auth-jwt-auth0, but this one is named p", "\n      sed -i.bak 's/^  api-auth-jwt-auth0:/  p:/' Pulumi.*.yaml\n"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("expected an error with %q, got %v", want, err)
		}
	}
}

func TestReadConfigReportsAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := readFrom(map[string]string{})
	var invalid *InvalidConfigError
	if !errors.As(err, &invalid) {
		t.Fatalf("expected an *InvalidConfigError, got %v", err)
	}
	got := map[string]bool{}
	for _, p := range invalid.Problems {
		got["p:"+p.Key] = true
		got[p.Key] = true
		if !strings.Contains(err.Error(), p.Fix+"\n") {
			t.Errorf("the error does not say how to fix %s:\n%v", p.Key, err)
		}
	}
	for key := range maps.Keys(valid()) {
		if !got[key] {
			t.Errorf("no problem with %s is reported", key)
		}
	}
}

func TestReadConfigNeverShowsTheSecret(t *testing.T) {
	t.Parallel()
	_, err := readFrom(valid()) // the secret is not encrypted
	if err == nil || !strings.Contains(err.Error(), "is not encrypted") {
		t.Fatalf("expected the unencrypted secret to be refused, got %v", err)
	}
	if strings.Contains(err.Error(), "s3cr3t-value") {
		t.Errorf("the error shows the secret: %v", err)
	}
}

func FuzzTenantDomain(f *testing.F) {
	for _, seed := range []string{"example.eu.auth0.com", "https://a.b/", "http://localhost:3002", "://", "a..b", "%00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := &settings{get: func(string) (string, bool) { return text, true }}
		domain := s.tenantDomain()
		if len(s.problems) == 0 && domain != text {
			t.Errorf("%q was accepted and changed to %q: the provider would read another value", text, domain)
		}
	})
}

func FuzzOrigins(f *testing.F) {
	for _, seed := range []string{`["http://localhost:3000"]`, `[""]`, `{}`, `["https://a.example/x"]`, `["https://*"]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := &settings{project: "p", get: func(string) (string, bool) { return text, true }}
		list := s.origins("developmentOrigins")
		if len(s.problems) > 0 {
			return
		}
		for _, origin := range list {
			if strings.Contains(origin, "*") || strings.HasSuffix(origin, "/") {
				t.Errorf("accepted the origin %q", origin)
			}
		}
	})
}
