package naming

import (
	"regexp"
	"strings"
	"testing"
)

func TestLabelIsShortPlainAndUnique(t *testing.T) {
	t.Parallel()
	plain := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]string{}
	for name, want := range map[string]string{
		"dev":                        "dev",
		"sixteen-charactr":           "sixteen-charactr",
		"feature-x-1":                "feature-x-1",
		"Feature_X.1":                "feature-x-",
		"seventeen-charact":          "seventeen-",
		"nineteen-characters-and-on": "nineteen-",
		"nineteen-characters-and-in": "nineteen-",
		"a--b":                       "a-b-",
		"--a":                        "a-",
		"UPPER":                      "upper-",
		"...":                        "",
		"....":                       "",
		strings.Repeat("x", 100):     strings.Repeat("x", 9) + "-",
	} {
		got := Label(name, 16)
		if len(got) > 16 || !plain.MatchString(got) || !strings.HasPrefix(got, want) {
			t.Errorf("%q: expected a plain label that starts with %q, got %q", name, want, got)
		}
		if other, twice := seen[got]; twice {
			t.Errorf("%q and %q share the label %q", name, other, got)
		}
		seen[got] = name
	}
}

func TestVariable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"orders": "ORDERS", "paymentsKey": "PAYMENTS_KEY", "payments-key": "PAYMENTS_KEY", "s3Uploads": "S3_UPLOADS", "apiURL": "API_URL",
	} {
		if got := Variable(name); got != want {
			t.Errorf("%s: expected %s, got %s", name, want, got)
		}
	}
}
