package auth0

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestFocusRingStandsOut at 3:1 from what it is drawn on, in both color schemes.
// https://www.w3.org/TR/WCAG22/#non-text-contrast
func TestFocusRingStandsOut(t *testing.T) {
	t.Parallel()
	style, err := pageFiles.ReadFile("pages/tenant.css")
	if err != nil {
		t.Fatal(err)
	}
	ring := regexp.MustCompile(`:focus-visible \{\s*outline: 3px solid var\(--([a-z-]+)\);`).FindSubmatch(style)
	if ring == nil {
		t.Fatal("expected a focus ring of one color")
	}
	schemes := strings.Split(string(style), ":root {")[1:]
	if len(schemes) != 2 {
		t.Fatalf("expected two color schemes, got %d", len(schemes))
	}
	for _, scheme := range schemes {
		for _, ground := range []string{"card", "ground", "glow", "field"} {
			if got := contrast(color(t, scheme, string(ring[1])), color(t, scheme, ground)); got < 3 {
				t.Errorf("the ring on --%s: expected 3:1, got %.2f in\n%s", ground, got, scheme[:200])
			}
		}
	}
}

// color reads a custom property, as its relative luminance.
// https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
func color(t *testing.T, scheme, name string) float64 {
	t.Helper()
	found := regexp.MustCompile(`--` + name + `: #([0-9a-f]{6});`).FindStringSubmatch(scheme)
	if found == nil {
		t.Fatalf("no color --%s in\n%s", name, scheme)
	}
	luminance := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(found[1][2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		part := float64(n) / 255
		if part <= 0.04045 {
			part /= 12.92
		} else {
			part = math.Pow((part+0.055)/1.055, 2.4)
		}
		luminance += weight * part
	}
	return luminance
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }
