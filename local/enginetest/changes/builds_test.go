package changes

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// site returns a folder with a build of the site. The names of its hashed files contain a
// number.
func site(t *testing.T, generation int) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"index.html": fmt.Sprint("<!doctype html>", generation),
		"robots.txt": "User-agent: *\n",
		fmt.Sprintf("assets/index-%04d.js", generation):    "1",
		fmt.Sprintf("assets/style-%04d.css", generation/2): "a{}", // every other build keeps it
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// expirations returns the expiration dates in the site's bucket, by the files' keys.
func expirations(t *testing.T, d *deployment.Stack) map[string]string {
	t.Helper()
	resources, err := d.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	dates := map[string]string{}
	for _, r := range resources {
		if !strings.HasSuffix(r.URN, ":BucketLifecycleConfigurationV2::site") {
			continue
		}
		var inputs struct {
			Rules []struct {
				Filter     struct{ Prefix string }
				Expiration struct{ Date string }
			}
		}
		if err := json.Unmarshal(r.Inputs, &inputs); err != nil {
			t.Fatal(err)
		}
		for _, rule := range inputs.Rules {
			if rule.Filter.Prefix != "" {
				dates[rule.Filter.Prefix] = rule.Expiration.Date
			}
		}
	}
	return dates
}

// TestReplacedFilesExpire: files of earlier builds get a date, computed from the day in
// UTC, as S3 does.
func TestReplacedFilesExpire(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "dev", nil)
	east := time.FixedZone("UTC+14", 14*60*60)
	builds := []struct {
		at   time.Time
		want map[string]string // dates of files of earlier builds
	}{
		{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), map[string]string{}},
		{time.Date(2026, 11, 29, 23, 59, 59, 999_999_999, time.UTC), map[string]string{"assets/index-0000.js": "2026-12-29T00:00:00Z"}},
		{time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC), map[string]string{
			"assets/index-0000.js": "2026-12-29T00:00:00Z", "assets/index-0001.js": "2026-12-30T00:00:00Z", "assets/style-0000.css": "2026-12-30T00:00:00Z"}},
		{time.Date(2026, 12, 1, 13, 59, 0, 0, east), map[string]string{
			"assets/index-0000.js": "2026-12-29T00:00:00Z", "assets/index-0001.js": "2026-12-30T00:00:00Z", "assets/style-0000.css": "2026-12-30T00:00:00Z",
			"assets/index-0002.js": "2026-12-30T00:00:00Z"}},
	}
	for generation, build := range builds {
		deploy(t, d, generation, build.at)
		d.MustMatchProviders(t)
		if diff := cmp.Diff(build.want, expirations(t, d)); diff != "" {
			t.Errorf("build %d: dates (-want +got):\n%s", generation, diff)
		}
		d.Program.Now = func() time.Time { return build.at.AddDate(0, 0, 3) } // another day is no change
		d.MustChangeNothing(t)
	}
}

// deploy deploys a generation of the site at a time.
func deploy(t *testing.T, d *deployment.Stack, generation int, at time.Time) {
	t.Helper()
	d.Build(func(b *artifact.Builder) { b.SiteDir = site(t, generation) })
	d.Program.Now = func() time.Time { return at }
	d.MustUp(t)
}

// TestAYearOfBuilds deploys a build each month: a replaced file has its date until a month
// after S3 has deleted it, and the files of the last build have no date.
func TestAYearOfBuilds(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "dev", nil)
	at := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	for generation := range 13 {
		deploy(t, d, generation, at)
		dates := expirations(t, d)
		for key, date := range dates {
			until, err := time.Parse(time.RFC3339, date)
			if err != nil || until.Before(at.AddDate(0, -1, 0)) || until.After(at.AddDate(0, 0, 30)) {
				t.Errorf("build %d: %s has the date %q", generation, key, date)
			}
		}
		last := fmt.Sprintf("assets/index-%04d.js", generation-1)
		if got := dates[last]; generation > 0 && got != at.AddDate(0, 0, 30).Format(time.RFC3339) {
			t.Errorf("build %d: expected %s to stay for 30 days, got %q", generation, last, got)
		}
		if current := fmt.Sprintf("assets/index-%04d.js", generation); dates[current] != "" {
			t.Errorf("build %d: %s is in use, and S3 deletes it", generation, current)
		}
		at = at.AddDate(0, 0, 28)
	}
	if dates := expirations(t, d); len(dates) > 6 {
		t.Errorf("expected dates for the last builds only, got %v", dates)
	}
	d.MustChangeNothing(t)
	kept := slices.DeleteFunc(d.Operations(t, 0), func(op string) bool { return !strings.HasPrefix(op, "delete BucketObjectv2 assets/") })
	if len(kept) > 0 {
		t.Errorf("expected Pulumi to delete no hashed file itself, got %q", kept)
	}
}
