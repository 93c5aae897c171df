package cloud

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/sitetest"

	"github.com/rogpeppe/go-internal/testscript"
)

var (
	targetSite = flag.String("target", "", "run the scripts of testdata/cloud, and nothing else, against the deployed stack with this siteUrl;\na token in ACCESS_TOKEN is used for what needs one")
	targetAPI  = flag.String("target-api", "", "its apiEndpoint, to check that too")
)

// targetedTests are all tests, or those of a deployed stack alone.
type targetedTests struct{ m *testing.M }

func (t targetedTests) Run() int {
	flag.Parse()
	if *targetSite != "" {
		if err := flag.Set("test.run", "^TestCloud$"); err != nil {
			panic(err) // the flag is the testing package's
		}
	}
	var err error
	if sharedFolder, err = os.MkdirTemp("", "project-"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(sharedFolder)
	return t.m.Run()
}

// A target is a running stack that the scripts talk to.
type target struct {
	site, api string // siteUrl and apiEndpoint; api may be empty
	tenant    string // empty for a deployed stack
	token     string // an access token for the API, or empty
}

// TestCloud runs the scripts under testdata/cloud, each a conversation with a
// running stack: one on this machine, or the deployed one that -target names.
func TestCloud(t *testing.T) {
	t.Parallel()
	if *targetSite != "" {
		deployedTarget(t).run(t)
		return
	}
	cloud := newCloud(t)
	target{
		site: cloud.SiteURL(), api: cloud.APIURL() + "/api", tenant: cloud.TenantURL(),
		token: sitetest.SignIn(t, cloud.SiteURL()),
	}.run(t)
}

func deployedTarget(t *testing.T) target {
	t.Helper()
	found := target{token: os.Getenv("ACCESS_TOKEN")}
	for _, f := range []struct {
		name, value string
		to          *string
	}{{"target", *targetSite, &found.site}, {"target-api", *targetAPI, &found.api}} {
		if u, err := url.Parse(f.value); f.value != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
			t.Fatalf("-%s: expected a URL such as the stack's outputs show (pulumi stack output), got %q", f.name, f.value)
		}
		*f.to = strings.TrimSuffix(f.value, "/")
	}
	return found
}

func (s target) run(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "cloud"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("SITE", s.site)
			env.Setenv("API", s.api)
			env.Setenv("TENANT", s.tenant)
			env.Setenv("TOKEN", s.token)
			return nil
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "local":
				return s.tenant != "", nil
			case "token":
				return s.token != "", nil
			case "endpoint":
				return s.api != "", nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
	})
}

// TestTarget runs the test binary as for a deployed stack. The stack is one on this
// machine, whose tenant is not passed to the run.
func TestTarget(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	token := sitetest.SignIn(t, cloud.SiteURL())
	tests := []struct {
		name, token string
		flags       []string
		passes      bool
		want        []string
	}{
		{
			name: "with a token", token: token, flags: []string{"-target", cloud.SiteURL() + "/", "-target-api", cloud.APIURL() + "/api"}, passes: true,
			want: []string{"PASS: TestCloud/api", "PASS: TestCloud/site", "PASS: TestCloud/signed-in", "PASS: TestCloud/endpoint", "SKIP: TestCloud/rebinding"},
		},
		{
			name: "without a token", flags: []string{"-target", cloud.SiteURL()}, passes: true,
			want: []string{"PASS: TestCloud/api", "PASS: TestCloud/site", "SKIP: TestCloud/signed-in", "set ACCESS_TOKEN"},
		},
		{
			name: "another's token", token: token + "x", flags: []string{"-target", cloud.SiteURL()},
			want: []string{"PASS: TestCloud/api", "FAIL: TestCloud/signed-in", "401 Unauthorized"},
		},
		{
			name: "something else than the site", flags: []string{"-target", cloud.TenantURL()},
			want: []string{"FAIL: TestCloud/api", "FAIL: TestCloud/site"},
		},
		{
			name: "no URL", flags: []string{"-target", "d111111abcdef8.cloudfront.net"},
			want: []string{"-target: expected a URL", "pulumi stack output"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], append(test.flags, "-test.v")...)
			cmd.Env = append(os.Environ(), "ACCESS_TOKEN="+test.token)
			out, err := cmd.CombinedOutput()
			if passed := err == nil; passed != test.passes {
				t.Errorf("passed: %t, expected %t:\n%s", passed, test.passes, out)
			}
			for _, want := range test.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("expected the output to say %q:\n%s", want, out)
				}
			}
		})
	}
}
