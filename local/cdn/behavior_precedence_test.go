package cdn_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/cdn"
)

// TestPrecedenceOfRandomBehaviors: for random behaviors and paths the origin
// that answers is that of a slow reference which follows the documented rules
// exactly: in order, the first pattern that the normalized path matches.
func TestPrecedenceOfRandomBehaviors(t *testing.T) {
	t.Parallel()
	origins := namedOrigins(t)
	chosen := map[string]int{}
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 0))
		patterns := randomPatterns(random)
		u := start(t, namedBehaviors(origins, patterns))
		for range 40 {
			target := randomPath(random)
			want := slowChoice(patterns, target)
			got := get(t, u, target)
			if got.StatusCode != http.StatusOK || got.body != want+" "+target {
				t.Errorf("seed %d, patterns %q: %s was answered with %d %q, want %q", seed, patterns, target, got.StatusCode, got.body, want)
			}
			chosen[want]++
		}
	}
	// The random paths would prove nothing if one behavior matched them all.
	if len(chosen) < 5 || chosen["default"] == 0 {
		t.Errorf("too few behaviors were chosen: %v", chosen)
	}
}

// namedOrigins are "default" and one for each of maxPatterns. They answer with
// their ID and the requested target.
func namedOrigins(t *testing.T) []cdn.Origin {
	t.Helper()
	ids := []string{"default"}
	for i := range maxPatterns {
		ids = append(ids, fmt.Sprint(i))
	}
	var origins []cdn.Origin
	for _, id := range ids {
		origins = append(origins, cdn.Origin{ID: id, URL: serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, id, " ", r.RequestURI)
		}))})
	}
	return origins
}

// namedBehaviors has a behavior for each pattern, with the origin of its index.
func namedBehaviors(origins []cdn.Origin, patterns []string) cdn.Config {
	cfg := cdn.Config{Origins: origins, Default: cdn.Behavior{OriginID: "default"}}
	for i, pattern := range patterns {
		cfg.Behaviors = append(cfg.Behaviors, cdn.Behavior{PathPattern: pattern, OriginID: fmt.Sprint(i)})
	}
	return cfg
}

const maxPatterns = 8

// randomPatterns are up to maxPatterns that differ.
func randomPatterns(random *rand.Rand) []string {
	pieces := []string{"/", "/", "api", "a", "*", "*", "?", ".js", "b", "~"}
	var patterns []string
	seen := map[string]bool{}
	for range 1 + random.IntN(maxPatterns) {
		var pattern strings.Builder
		for range 1 + random.IntN(5) {
			pattern.WriteString(pieces[random.IntN(len(pieces))])
		}
		if whole := withSlash(pattern.String()); !seen[whole] {
			seen[whole] = true
			patterns = append(patterns, pattern.String())
		}
	}
	return patterns
}

func randomPath(random *rand.Rand) string {
	segments := []string{"api", "a", "b", "b.js", "A", "", ".", "..", "%2e", "%2E%2e", "%61pi", "%2fa", "%7e", "~", "%7Eb", "a%20b"}
	var target strings.Builder
	for range 1 + random.IntN(4) {
		target.WriteString("/" + segments[random.IntN(len(segments))])
	}
	return target.String()
}

// slowChoice is the reference.
func slowChoice(patterns []string, target string) string {
	normalized := slowNormalize(target)
	for i, pattern := range patterns {
		if slowMatch(withSlash(pattern), normalized) {
			return fmt.Sprint(i)
		}
	}
	return "default"
}

func withSlash(pattern string) string {
	if strings.HasPrefix(pattern, "/") || strings.HasPrefix(pattern, "*") {
		return pattern
	}
	return "/" + pattern
}

// slowMatch tries every length for every star.
func slowMatch(pattern, target string) bool {
	switch {
	case pattern == "":
		return target == ""
	case pattern[0] == '*':
		return slowMatch(pattern[1:], target) || target != "" && slowMatch(pattern, target[1:])
	case target == "" || pattern[0] != '?' && pattern[0] != target[0]:
		return false
	}
	return slowMatch(pattern[1:], target[1:])
}

var escape = regexp.MustCompile(`%[0-9a-fA-F]{2}`)

// slowNormalize decodes what needs no escape, then uses the standard library to
// resolve the segments.
func slowNormalize(target string) string {
	decoded := escape.ReplaceAllStringFunc(target, func(e string) string {
		c, err := url.PathUnescape(e)
		if err == nil && regexp.MustCompile(`^[A-Za-z0-9._~-]$`).MatchString(c) {
			return c
		}
		return strings.ToUpper(e)
	})
	clean := path.Clean(decoded)
	if last := path.Base(decoded + "x"); clean != "/" && (last == "x" || last == ".x" || last == "..x") {
		clean += "/"
	}
	return clean
}
