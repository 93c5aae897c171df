package infra

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestReplacedAssetsAreKeptForAWhile(t *testing.T) {
	t.Parallel()
	today := time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)
	build := []string{"assets/a-1.js", "assets/b-1.js", "index.html"}
	tests := []struct {
		name     string
		previous any
		want     map[string]string
	}{
		{"first deployment", nil, map[string]string{"assets/a-1.js": "", "assets/b-1.js": ""}},
		{"output of another shape", "text", map[string]string{"assets/a-1.js": "", "assets/b-1.js": ""}},
		{
			"same build again changes nothing, whatever the day",
			map[string]any{"assets/a-1.js": "", "assets/b-1.js": "", "assets/a-0.js": "2020-01-01"},
			map[string]string{"assets/a-1.js": "", "assets/b-1.js": "", "assets/a-0.js": "2020-01-01"},
		},
		{
			"replaced file gets its date, one replaced before keeps its own",
			map[string]any{"assets/a-0.js": "", "assets/b-1.js": "", "assets/z-0.js": "2026-11-30"},
			map[string]string{"assets/a-1.js": "", "assets/b-1.js": "", "assets/a-0.js": "2026-12-24", "assets/z-0.js": "2026-11-30"},
		},
		{
			"file that comes back loses its date",
			map[string]any{"assets/a-1.js": "2026-11-30", "assets/b-1.js": ""},
			map[string]string{"assets/a-1.js": "", "assets/b-1.js": ""},
		},
		{
			"file deleted more than a month ago is forgotten with the next build",
			map[string]any{"assets/a-0.js": "", "assets/y-0.js": "2026-10-23", "assets/z-0.js": "2026-10-25"},
			map[string]string{"assets/a-1.js": "", "assets/b-1.js": "", "assets/a-0.js": "2026-12-24", "assets/z-0.js": "2026-10-25"},
		},
		{
			"page and configuration are never given a date",
			map[string]any{"index.html": "", "config.json": ""},
			map[string]string{"assets/a-1.js": "", "assets/b-1.js": ""},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, retainedAssets(test.previous, build, today, 30)); diff != "" {
				t.Errorf("assets (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRulesStayWithinTheirLimit(t *testing.T) {
	t.Parallel()
	previous := map[string]any{}
	for i := range 2 * maxRetained {
		previous[fmt.Sprintf("assets/%04d.js", i)] = ""
	}
	if assets := retainedAssets(previous, []string{"assets/new.js"}, time.Now(), 30); len(assets) != maxRetained+1 {
		t.Errorf("expected the new file and %d with a rule, got %d", maxRetained, len(assets))
	}
}

// TestEachReplacedFileGetsARule includes dates in the form that earlier versions exported.
func TestEachReplacedFileGetsARule(t *testing.T) {
	t.Parallel()
	long := "assets/" + strings.Repeat("x", 240)
	assets := map[string]string{
		"assets/current.js":         "",
		"assets/replaced.js":        "2026-12-24",
		"assets/chart.js":           "2026-12-24",
		"assets/chart.js.worker.js": "", // a rule for assets/chart.js would delete it
		long:                        "2026-12-24",
	}
	got := map[string]string{}
	for _, input := range expirations(assets) {
		rule := input.(s3.BucketLifecycleConfigurationV2RuleArgs)
		prefix := rule.Filter.(s3.BucketLifecycleConfigurationV2RuleFilterArgs).Prefix.(pulumi.String)
		date := rule.Expiration.(s3.BucketLifecycleConfigurationV2RuleExpirationArgs).Date.(pulumi.String)
		got[string(prefix)] = string(date)
		if id := string(rule.Id.(pulumi.String)); len(id) > maxRuleID || prefix == "assets/replaced.js" && id != "replaced/assets/replaced.js" {
			t.Errorf("%s has the ID %q", prefix, id)
		}
	}
	want := map[string]string{"assets/replaced.js": "2026-12-24T00:00:00Z", long: "2026-12-24T00:00:00Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dates by prefix (-want +got):\n%s", diff)
	}
}

// TestAYearOfDailyBuilds replaces a dozen files each day: no file in use gets a date, none
// is forgotten before S3 has deleted it, and the rules do not exceed a bucket's limit.
func TestAYearOfDailyBuilds(t *testing.T) {
	t.Parallel()
	var previous any
	today := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for day := range 365 {
		var build []string
		for file := range 12 {
			build = append(build, fmt.Sprintf("assets/%d-%d.js", file, day))
		}
		assets := retainedAssets(previous, build, today, 30)
		output := map[string]any{}
		for key, date := range assets {
			output[key] = date
		}
		for key := range output {
			if slices.Contains(build, key) != (assets[key] == "") {
				t.Fatalf("day %d: %s has the date %q", day, key, assets[key])
			}
		}
		before, _ := previous.(map[string]any)
		for key, date := range before {
			if _, kept := assets[key]; !kept && date.(string) >= today.AddDate(0, -1, 0).Format(time.DateOnly) {
				t.Fatalf("day %d: %s is forgotten, and its date is %s", day, key, date)
			}
		}
		if rules := len(expirations(assets)) + 1; rules > 1000 { // with that of unfinished uploads
			t.Fatalf("day %d: %d rules", day, rules)
		}
		previous, today = output, today.AddDate(0, 0, 1)
	}
}
