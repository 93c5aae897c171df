package wiring

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/secrets"
	"api-auth-jwt-auth0/local/stack"
)

// A modifier is a result of a test of the MDN HTTP Observatory, with its points. Of each
// test the first result that applies counts. The page has the rules and the names.
// https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
// https://github.com/mdn/mdn-http-observatory/blob/main/src/grader/charts.js
type modifier struct {
	test, result string
	points       int
	applies      func(p frontPage) bool
}

// frontPage is what the Observatory sees of a site's front page.
type frontPage struct {
	status int
	header http.Header
	html   string
	csp    map[string][]string
}

var modifiers = []modifier{
	{"csp", "csp-not-implemented", -25, func(p frontPage) bool { return len(p.csp) == 0 }},
	{"csp", "csp-implemented-with-unsafe-inline", -20, func(p frontPage) bool {
		return p.allows("script-src", "'unsafe-inline'", "data:", "https:", "http:", "*") || p.allows("object-src", "https:", "http:", "*", "data:")
	}},
	{"csp", "csp-implemented-with-insecure-scheme", -20, func(p frontPage) bool {
		return p.anyInsecure("script-src", "style-src", "connect-src", "frame-src", "font-src")
	}},
	{"csp", "csp-implemented-with-unsafe-eval", -10, func(p frontPage) bool { return p.allows("script-src", "'unsafe-eval'") }},
	{"csp", "csp-implemented-with-insecure-scheme-in-passive-content-only", -10, func(p frontPage) bool { return p.anyInsecure("img-src", "media-src") }},
	{"csp", "csp-implemented-with-unsafe-inline-in-style-src-only", 0, func(p frontPage) bool { return p.allows("style-src", "'unsafe-inline'", "data:", "https:", "*") }},
	{"csp", "csp-implemented-with-no-unsafe-default-src-none", 10, func(p frontPage) bool {
		form := p.csp["form-action"]
		return slices.Equal(p.csp["default-src"], []string{"'none'"}) && (slices.Equal(form, []string{"'none'"}) || slices.Equal(form, []string{"'self'"}))
	}},
	{"csp", "csp-implemented-with-no-unsafe", 5, func(frontPage) bool { return true }},

	{"cookies", "cookies-not-found", 0, func(p frontPage) bool { return p.header.Get("Set-Cookie") == "" }},
	{"cookies", "cookies-without-secure-flag", -20, func(frontPage) bool { return true }}, // the worst result; the site needs no cookies

	{"cors", "cross-origin-resource-sharing-not-implemented", 0, func(p frontPage) bool { return p.header.Get("Access-Control-Allow-Origin") == "" }},
	{"cors", "cross-origin-resource-sharing-implemented-with-universal-access", -50, func(frontPage) bool { return true }},

	{"corp", "cross-origin-resource-policy-implemented-with-same-origin", 10, func(p frontPage) bool { return p.header.Get("Cross-Origin-Resource-Policy") == "same-origin" }},
	{"corp", "cross-origin-resource-policy-implemented-with-same-site", 10, func(p frontPage) bool { return p.header.Get("Cross-Origin-Resource-Policy") == "same-site" }},
	{"corp", "cross-origin-resource-policy-not-implemented", 0, func(p frontPage) bool { return p.header.Get("Cross-Origin-Resource-Policy") == "" }},
	{"corp", "cross-origin-resource-policy-header-invalid", -5, func(frontPage) bool { return true }},

	{"hsts", "hsts-not-implemented", -20, func(p frontPage) bool { return p.header.Get("Strict-Transport-Security") == "" }},
	{"hsts", "hsts-header-invalid", -20, func(p frontPage) bool { return p.maxAge() < 0 }},
	{"hsts", "hsts-implemented-max-age-less-than-six-months", -10, func(p frontPage) bool { return p.maxAge() < 15768000 }},
	{"hsts", "hsts-implemented-max-age-at-least-six-months", 0, func(frontPage) bool { return true }},

	{"referrer", "referrer-policy-not-implemented", 0, func(p frontPage) bool { return p.header.Get("Referrer-Policy") == "" }},
	{"referrer", "referrer-policy-private", 5, func(p frontPage) bool {
		return slices.Contains([]string{"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}, p.header.Get("Referrer-Policy"))
	}},
	{"referrer", "referrer-policy-unsafe", -5, func(frontPage) bool { return true }},

	{"sri", "sri-not-implemented-and-external-scripts-not-loaded-securely", -50, func(p frontPage) bool { return p.scripts(`(?:http:)?//`) > 0 }},
	{"sri", "sri-not-implemented-but-external-scripts-loaded-securely", -5, func(p frontPage) bool { return p.scripts(`https://`) > 0 }},
	{"sri", "sri-not-implemented-but-all-scripts-loaded-from-secure-origin", 0, func(frontPage) bool { return true }},

	{"nosniff", "x-content-type-options-nosniff", 0, func(p frontPage) bool { return p.header.Get("X-Content-Type-Options") == "nosniff" }},
	{"nosniff", "x-content-type-options-not-implemented", -5, func(frontPage) bool { return true }},

	{"frames", "x-frame-options-implemented-via-csp", 5, func(p frontPage) bool { return slices.Equal(p.csp["frame-ancestors"], []string{"'none'"}) }},
	{"frames", "x-frame-options-sameorigin-or-deny", 0, func(p frontPage) bool {
		return slices.Contains([]string{"DENY", "SAMEORIGIN"}, p.header.Get("X-Frame-Options"))
	}},
	{"frames", "x-frame-options-not-implemented", -20, func(frontPage) bool { return true }},
}

// The redirection from http to https on the same host is worth 0 points. It is the
// distribution's viewer protocol policy, which the controls of package infra check.

// score returns the sum of the points. Bonuses count if it is 90 or more without them.
func score(p frontPage) (points int, results []string) {
	points = 100
	bonus := 0
	seen := map[string]bool{}
	for _, m := range modifiers {
		if seen[m.test] || !m.applies(p) {
			continue
		}
		seen[m.test] = true
		results = append(results, m.result+" "+strconv.Itoa(m.points))
		if m.points < 0 {
			points += m.points
		} else {
			bonus += m.points
		}
	}
	if points >= 90 {
		points += bonus
	}
	return max(points, 0), results
}

// allows reports whether a directive, or default-src if it is missing, has one of the
// sources. Without both, everything is allowed.
func (p frontPage) allows(directive string, sources ...string) bool {
	list, ok := p.csp[directive]
	if !ok {
		list, ok = p.csp["default-src"]
	}
	return !ok || slices.ContainsFunc(list, func(s string) bool { return slices.Contains(sources, s) })
}

func (p frontPage) anyInsecure(directives ...string) bool {
	for _, directive := range directives {
		for _, source := range p.csp[directive] {
			if strings.HasPrefix(source, "http:") {
				return true
			}
		}
	}
	return false
}

var maxAgePattern = regexp.MustCompile(`^max-age=(\d+)(; includeSubDomains)?(; preload)?$`)

// maxAge returns the max-age of HSTS, or -1 if the header is not valid.
func (p frontPage) maxAge() int {
	m := maxAgePattern.FindStringSubmatch(p.header.Get("Strict-Transport-Security"))
	if m == nil {
		return -1
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return -1
	}
	return n
}

// scripts returns the number of scripts whose URL has the prefix, a regular expression.
func (p frontPage) scripts(prefix string) int {
	return len(regexp.MustCompile(`<script[^>]*\ssrc="`+prefix).FindAllString(p.html, -1))
}

func parseCSP(header string) map[string][]string {
	csp := map[string][]string{}
	for directive := range strings.SplitSeq(header, ";") {
		if fields := strings.Fields(directive); len(fields) > 0 {
			csp[fields[0]] = fields[1:]
		}
	}
	return csp
}

// getFrontPage gets the site's front page from the distribution of a stack with a real
// tenant.
func getFrontPage(t *testing.T, stackName string) frontPage {
	t.Helper()
	graph := describedGraph(t, stackName, stack.Origins{Site: "d111111abcdef8.cloudfront.net", API: "http://localhost:3001"},
		map[string]string{"auth0:domain": "example.eu.auth0.com"})
	services, err := Read(graph, secrets.Values{})
	if err != nil {
		t.Fatal(err)
	}
	site := cdn.New(cdn.Options{})
	commit, err := site.Prepare(t.Context(), services.Site)
	if err != nil {
		t.Fatal(err)
	}
	commit()
	w := httptest.NewRecorder()
	site.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	return frontPage{status: w.Code, header: w.Header(), html: w.Body.String(), csp: parseCSP(w.Header().Get("Content-Security-Policy"))}
}

func TestObservatoryGrade(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dev", "prod"} {
		p := getFrontPage(t, name)
		if p.status != http.StatusOK || !strings.Contains(p.html, "<script") {
			t.Fatalf("%s: expected the page with its script, got %d and %q", name, p.status, p.html)
		}
		// 10 for the CSP, 10 for CORP, 5 for the referrer policy, 5 for frame-ancestors.
		if points, results := score(p); points != 130 {
			t.Errorf("%s: expected 130 points, an A+, got %d:\n%s", name, points, strings.Join(results, "\n"))
		}
	}
}

func TestObservatoryDeductions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, header, value string
		points              int // below 100: no A+
	}{
		{"no policy", "Content-Security-Policy", "", 75},
		{"inline scripts", "Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'", 80},
		{"scripts over http", "Content-Security-Policy", "default-src 'none'; script-src http://a.example; frame-ancestors 'none'", 80},
		{"no HSTS", "Strict-Transport-Security", "", 80},
		{"HSTS of an hour", "Strict-Transport-Security", "max-age=3600", 120}, // 90, and then the bonuses
		{"cookie", "Set-Cookie", "a=b", 80},
		{"CORS for all origins", "Access-Control-Allow-Origin", "*", 50},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := getFrontPage(t, "prod")
			p.header.Set(test.header, test.value)
			p.csp = parseCSP(p.header.Get("Content-Security-Policy"))
			if points, results := score(p); points != test.points {
				t.Errorf("expected %d points, got %d:\n%s", test.points, points, strings.Join(results, "\n"))
			}
		})
	}
}
