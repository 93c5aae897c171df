package cdn_test

import (
	"net/url"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/cdn"
)

func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		change  func(*cdn.Config)
		problem string
	}{
		{"no default origin", func(c *cdn.Config) { c.Default.OriginID = "" }, `default behavior: there is no origin ""`},
		{"origin without ID", func(c *cdn.Config) { c.Origins[0].ID = "" }, `origin "": set its ID`},
		{"origin ID twice", func(c *cdn.Config) { c.Origins = append(c.Origins, c.Origins[0]) }, `origin "bucket": the ID is taken`},
		{"origin without place", func(c *cdn.Config) { c.Origins[0].Bucket = nil }, `origin "bucket": set either Bucket or URL`},
		{"origin with two places", func(c *cdn.Config) { c.Origins[1].Bucket = bucket() }, `origin "api": set either Bucket or URL`},
		{"origin with a path", func(c *cdn.Config) { c.Origins[1].URL = &url.URL{Scheme: "https", Host: "h", Path: "/p"} }, `origin "api": URL "https://h/p": expected scheme://host[:port]`},
		{"origin of another scheme", func(c *cdn.Config) { c.Origins[1].URL = &url.URL{Scheme: "ftp", Host: "h"} }, `origin "api": URL "ftp://h": expected`},
		{"negative read timeout", func(c *cdn.Config) { c.Origins[1].ReadTimeout = -1 }, `origin "api": read timeout -1ns: leave it out`},
		{"key empty", func(c *cdn.Config) { c.Origins[0].Bucket.Objects[0].Key = "" }, `object "": a key has 1 to 1024 bytes`},
		{"key twice", func(c *cdn.Config) { c.Origins[0].Bucket.Objects[1].Key = "index.html" }, `object "index.html": the key is taken`},
		{"metadata with a line break", func(c *cdn.Config) { c.Origins[0].Bucket.Objects[0].CacheControl = "a\r\nb: c" }, `object "index.html": its content type or cache control`},
		{"pattern empty", func(c *cdn.Config) { c.Behaviors[0].PathPattern = "" }, `behavior "": a path pattern has 1 to 255 characters`},
		{"pattern too long", func(c *cdn.Config) { c.Behaviors[0].PathPattern = strings.Repeat("a", 256) }, `a path pattern has 1 to 255 characters`},
		{"pattern with a bracket", func(c *cdn.Config) { c.Behaviors[0].PathPattern = "/[a]" }, `behavior "/[a]": a path pattern may have`},
		{"pattern twice", func(c *cdn.Config) {
			second := c.Behaviors[0]
			second.PathPattern = "api/*"
			c.Behaviors = append(c.Behaviors, second)
		}, `behavior "api/*": the path pattern is taken`},
		{"default with a pattern", func(c *cdn.Config) { c.Default.PathPattern = "/x" }, `default behavior: path pattern "/x": leave it empty`},
		{"unknown origin", func(c *cdn.Config) { c.Behaviors[0].OriginID = "none" }, `behavior "/api/*": there is no origin "none"`},
		{"methods of no set", func(c *cdn.Config) { c.Default.AllowedMethods = []string{"GET", "POST"} }, `default behavior: allowed methods ["GET" "POST"]`},
		{"protocol policy", func(c *cdn.Config) { c.Default.ViewerProtocolPolicy = "http" }, `viewer protocol policy "http": expected one of`},
		{"header name", func(c *cdn.Config) { c.Default.ResponseHeaders = []cdn.Header{{Name: "a b"}} }, `response header "a b": its name or value`},
		{"header value", func(c *cdn.Config) { c.Default.ResponseHeaders = []cdn.Header{{Name: "a", Value: "b\nc"}} }, `response header "a": its name or value`},
		{"bucket with viewer headers", func(c *cdn.Config) { c.Default.Forward = cdn.ForwardAllViewer }, `default behavior: a bucket receives no viewer headers here`},
		{"bucket that would be listed", func(c *cdn.Config) { c.DefaultRootObject = "" }, `"/" would list the bucket: set a default root object`},
		{"root object with a slash", func(c *cdn.Config) { c.DefaultRootObject = "/index.html" }, `default root object "/index.html": leave out the leading slash`},
		{"function runtime", func(c *cdn.Config) { c.Default.Functions.ViewerRequest.Runtime = "cloudfront-js-1.0" }, `function "deep-link": runtime "cloudfront-js-1.0" is not run here`},
		{"function syntax", func(c *cdn.Config) { c.Default.Functions.ViewerRequest.Code = "function handler( {" }, `function "deep-link": SyntaxError: deep-link: Line 1:`},
		{"function without handler", func(c *cdn.Config) { c.Default.Functions.ViewerRequest.Code = "var a = 1" }, `function "deep-link": no handler: declare function handler(event)`},
		{"function with an arrow for a handler", func(c *cdn.Config) {
			c.Default.Functions.ViewerRequest.Code = "const handler = e => e.request"
		}, `function "deep-link": no handler`},
		{"function that throws when it loads", func(c *cdn.Config) {
			c.Default.Functions.ViewerRequest.Code = "var c = require('crypto'); function handler(e) { return e.request }"
		}, `function "deep-link": ReferenceError: require is not defined`},
		{"function too large", func(c *cdn.Config) {
			c.Default.Functions.ViewerRequest.Code = deepLink + strings.Repeat(" ", 10*1024)
		}, `CloudFront allows 10240: shorten it`},
		{"viewer-response function", func(c *cdn.Config) {
			c.Default.Functions.ViewerResponse = &cdn.Function{Name: "after", Runtime: "cloudfront-js-2.0", Code: "("}
		}, `function "after": SyntaxError`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := site(t, echo)
			tt.change(&cfg)
			err := prepare(t, cfg)
			if err == nil || !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("expected an error with %q, got %v", tt.problem, err)
			}
		})
	}
}

func TestPrepareJoinsProblems(t *testing.T) {
	t.Parallel()
	err := prepare(t, cdn.Config{
		Default: cdn.Behavior{
			OriginID: "none", AllowedMethods: []string{"POST"},
			Functions: cdn.Functions{ViewerRequest: &cdn.Function{Name: "f", Runtime: "cloudfront-js-2.0", Code: "("}},
		},
	})
	for _, problem := range []string{`default behavior: there is no origin "none"`, `default behavior: allowed methods ["POST"]`, `function "f": SyntaxError`} {
		if err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("expected an error with %q, got %v", problem, err)
		}
	}
}

// Whatever the runtime does not document is refused, with its line.
func TestPrepareRefusesSyntax(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, code, problem string }{
		{"class", "class A {}", "class"},
		{"class expression", "var A = class {};", "class"},
		{"for-of", "for (var x of []) {}", "for-of"},
		{"object pattern", "const {a} = {};", "destructuring"},
		{"array pattern", "var [a] = [];", "destructuring"},
		{"pattern parameter", "function f({a}) {}", "destructuring"},
		{"spread in a call", "f(...[]);", "spread"},
		{"spread in an array", "var a = [...[]];", "spread"},
		{"optional chaining", "var a = b?.c;", "optional chaining"},
		{"shorthand property", "var a = 1, b = {a};", "a shorthand property"},
		{"shorthand method", "var b = {a() {}};", "a computed or shorthand method property"},
		{"computed property", "var b = {['a']: 1};", "a computed or shorthand method property"},
		{"generator", "function* g() {}", "a generator"},
		{"default parameter", "function f(a = 1) {}", "a default parameter"},
		{"default parameter of an arrow", "var f = (a = 1) => a;", "a default parameter"},
		{"nullish", "var a = null ?? 1;", "??"},
		{"logical assignment", "var a; a ||= 1;", "logical assignment"},
		{"BigInt", "var a = 1n;", "BigInt"},
		{"tagged template", "f`x`;", "a tagged template"},
		{"inside a function", "function f() { return function () { for (var x of []) {} } }", "for-of"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := site(t, nil)
			cfg.Default.Functions.ViewerRequest.Code = "\n" + tt.code + "\n" + deepLink
			err := prepare(t, cfg)
			want := `function "deep-link": line 2: ` + tt.problem + " is not a documented feature of cloudfront-js-2.0"
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("expected an error with %q, got %v", want, err)
			}
		})
	}
}

func TestPrepareAcceptsDocumentedSyntax(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	cfg.Default.Functions.ViewerRequest.Code = "const a = `x${1 + 1}`; let b = 2 ** 3;\n" +
		"var o = {get x() { return 1 }, 'y': 2}; var f = (p, ...rest) => rest.length;\n" +
		"label: for (var k in o) { switch (k) { case 'x': continue label; default: break label } }\n" +
		"async function handler(event) { await Promise.resolve(f(1, 2)); return event.request }"
	if err := prepare(t, cfg); err != nil {
		t.Error(err)
	}
}

func TestManagedPolicies(t *testing.T) {
	t.Parallel()
	if _, err := cdn.ManagedCache("nope"); err == nil || !strings.Contains(err.Error(), cdn.CachingOptimizedID) {
		t.Errorf("expected an error that lists the known policies, got %v", err)
	}
	if _, err := cdn.ManagedForward("nope"); err == nil || !strings.Contains(err.Error(), cdn.AllViewerExceptHostHeaderID) {
		t.Errorf("expected an error that lists the known policies, got %v", err)
	}
	for id, want := range map[string]cdn.Forward{
		"": cdn.ForwardNone, cdn.AllViewerID: cdn.ForwardAllViewer, cdn.AllViewerExceptHostHeaderID: cdn.ForwardAllViewerExceptHost,
	} {
		if got, err := cdn.ManagedForward(id); err != nil || got != want {
			t.Errorf("%q: expected %d, got %d, %v", id, want, got, err)
		}
	}
	if c, err := cdn.ManagedCache(cdn.CachingDisabledID); err != nil || c != (cdn.Cache{}) {
		t.Errorf("expected the zero Cache for CachingDisabled, got %+v, %v", c, err)
	}
}
