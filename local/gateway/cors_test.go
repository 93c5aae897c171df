package gateway

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const devOrigin = "http://localhost:3000"

func testCORS() *CORS {
	return &CORS{
		AllowOrigins:  []string{devOrigin, "https://a.example.com"},
		AllowMethods:  []string{"GET", "POST"},
		AllowHeaders:  []string{"authorization", "content-type"},
		ExposeHeaders: []string{"apigw-requestid"},
		MaxAge:        5 * time.Minute,
	}
}

// corsHeaders returns an answer's access-control headers, sorted.
func corsHeaders(header map[string][]string) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if short, ok := strings.CutPrefix(name, "Access-Control-"); ok {
			list = append(list, short+": "+strings.Join(header[name], "|"))
		}
	}
	return list
}

func TestCORS(t *testing.T) {
	t.Parallel()
	preflight := []string{"Origin", devOrigin, "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization"}
	all := []string{"Allow-Headers: authorization,content-type", "Allow-Methods: GET,POST", "Allow-Origin: " + devOrigin, "Max-Age: 300"}
	for _, test := range []struct {
		name    string
		cors    func(*CORS)
		method  string
		target  string
		headers []string
		status  int
		want    []string
	}{
		{"preflight", nil, "OPTIONS", "/api/private", preflight, 204, all},
		{"preflight to any path", nil, "OPTIONS", "/api/nope", preflight, 204, all},
		{"preflight to no stage", nil, "OPTIONS", "/nope", preflight, 404, nil},
		{"preflight of another origin", nil, "OPTIONS", "/api/private", []string{"Origin", "https://evil.example.com", "Access-Control-Request-Method", "GET"}, 204, nil},
		{"preflight without origin", nil, "OPTIONS", "/api/private", preflight[2:], 404, nil},
		{"preflight without method", nil, "OPTIONS", "/api/private", preflight[:2], 404, nil},
		{"preflight, credentials", func(c *CORS) { c.AllowCredentials = true }, "OPTIONS", "/api/private", preflight, 204, append([]string{"Allow-Credentials: true"}, all...)},
		{"preflight, least", func(c *CORS) { *c = CORS{AllowOrigins: []string{devOrigin}} }, "OPTIONS", "/api/x", preflight, 204, []string{"Allow-Origin: " + devOrigin}},
		{"preflight, stars", func(c *CORS) {
			*c = CORS{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}}
		},
			"OPTIONS", "/api/x", preflight, 204, []string{"Allow-Headers: *", "Allow-Methods: *", "Allow-Origin: *"}},

		{"request", nil, "GET", "/api/public", []string{"Origin", devOrigin}, 200, []string{"Allow-Origin: " + devOrigin, "Expose-Headers: apigw-requestid"}},
		{"request of another origin", nil, "GET", "/api/public", []string{"Origin", "https://evil.example.com"}, 200, nil},
		{"origin with a suffix", nil, "GET", "/api/public", []string{"Origin", devOrigin + ".evil.example.com"}, 200, nil},
		{"origin with another port", nil, "GET", "/api/public", []string{"Origin", devOrigin + "1"}, 200, nil},
		{"origin of another case", nil, "GET", "/api/public", []string{"Origin", strings.ToUpper(devOrigin)}, 200, nil},
		{"origin null", nil, "GET", "/api/public", []string{"Origin", "null"}, 200, nil},
		{"request without origin", nil, "GET", "/api/public", nil, 200, nil},
		{"star", func(c *CORS) { c.AllowOrigins = []string{"*"} }, "GET", "/api/public", []string{"Origin", "https://x"}, 200, []string{"Allow-Origin: *", "Expose-Headers: apigw-requestid"}},
		{"star without origin", func(c *CORS) { c.AllowOrigins = []string{"*"} }, "GET", "/api/public", nil, 200, nil},
		{"any https", func(c *CORS) { c.AllowOrigins = []string{"https://*"}; c.ExposeHeaders = nil }, "GET", "/api/public", []string{"Origin", "https://x"}, 200, []string{"Allow-Origin: https://x"}},
		{"any https, but http", func(c *CORS) { c.AllowOrigins = []string{"https://*"} }, "GET", "/api/public", []string{"Origin", "http://x"}, 200, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cors := testCORS()
			if test.cors != nil {
				test.cors(cors)
			}
			cfg := testConfig(newIssuer(t).authorizer())
			cfg.CORS = cors
			cfg.Routes[0].Function = named(functionOutput(`{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"https://backend","access-control-max-age":"9","X-A":"b"}}`))
			got := do(t, mustNew(t, cfg), test.method, test.target, test.headers...)
			if got.StatusCode != test.status {
				t.Errorf("expected %d, got %d", test.status, got.StatusCode)
			}
			if diff := cmp.Diff(test.want, corsHeaders(got.Header)); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAssumedPreflightBytes pins the status of a preflight's answer.
func TestAssumedPreflightBytes(t *testing.T) {
	t.Parallel()
	cfg := testConfig(newIssuer(t).authorizer())
	cfg.CORS = testCORS()
	got := roundTrip(t, serve(t, mustNew(t, cfg)), "OPTIONS /api/private HTTP/1.1"+closing+
		"Origin: "+devOrigin+"\nAccess-Control-Request-Method: GET\n\n")
	want := "HTTP/1.1 204 No Content\nAccess-Control-Allow-Headers: authorization,content-type\n" +
		"Access-Control-Allow-Methods: GET,POST\nAccess-Control-Allow-Origin: " + devOrigin + "\nAccess-Control-Max-Age: 300\n" +
		"apigw-requestid: X\nDate: X\nConnection: close\n\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// TestAssumedFailuresHaveNoCORSHeaders: the documentation adds them "to the
// response from an integration".
func TestAssumedFailuresHaveNoCORSHeaders(t *testing.T) {
	t.Parallel()
	cfg := testConfig(newIssuer(t).authorizer())
	cfg.CORS = testCORS()
	g := mustNew(t, cfg)
	for target, status := range map[string]int{"/api/private": 401, "/api/nope": 404} {
		got := do(t, g, "GET", target, "Origin", devOrigin)
		if list := corsHeaders(got.Header); got.StatusCode != status || list != nil {
			t.Errorf("%s: got %d and %q", target, got.StatusCode, list)
		}
	}
}

// TestPreflightToAuthorizedRoute: a route that accepts OPTIONS requires a token of
// a preflight too, as documented for $default; a public one does not, and the
// gateway answers for it.
func TestPreflightToAuthorizedRoute(t *testing.T) {
	t.Parallel()
	preflight := []string{"Origin", devOrigin, "Access-Control-Request-Method", "GET"}
	i := newIssuer(t)
	for key, private := range map[string]bool{"$default": true, "ANY /x": true, "OPTIONS /{proxy+}": false} {
		cfg := testConfig(nil)
		cfg.CORS = testCORS()
		cfg.Routes = []Route{{Key: key, Function: named(functionOutput(`{"statusCode":299}`))}}
		want := 204
		if private {
			cfg.Routes[0].Authorizer, want = i.authorizer(), 401
		}
		if got := do(t, mustNew(t, cfg), "OPTIONS", "/api/x", preflight...); got.StatusCode != want {
			t.Errorf("%s: expected %d, got %d", key, want, got.StatusCode)
		}
	}
}

// TestOptionsThatIsNoPreflight reaches its route.
func TestOptionsThatIsNoPreflight(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.CORS = testCORS()
	cfg.Routes = []Route{{Key: "OPTIONS /x", Function: named(functionOutput(`{"statusCode":299}`))}}
	if got := do(t, mustNew(t, cfg), "OPTIONS", "/api/x", "Origin", devOrigin); got.StatusCode != 299 {
		t.Errorf("expected 299, got %d", got.StatusCode)
	}
}
