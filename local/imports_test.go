package main

import (
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	emulators = []string{"local/auth0", "local/cdn", "local/gateway", "local/lambda"}
	// composed are the packages that package cloud uses, besides the emulators.
	composed = []string{"infra/artifact", "infra/schedule/expression", "local/aws", "local/console", "local/credentials", "local/deployed", "local/eventsource", "local/secrets", "local/framing", "local/journal", "local/live", "local/loopback", "local/outputs", "local/provider", "local/realtenant",
		"local/redact", "local/stack", "local/terminal", "local/vite", "local/watch", "local/wiring"}
)

// kindMay is what a kind of resource may import.
var kindMay = []string{"infra/kind", "infra/naming", "infra/policy", "pulumi"}

// rules list what each package may import, directly or not, of this project and of the
// Pulumi SDKs ("pulumi").
var rules = []struct {
	packages string   // a pattern for go list
	may      []string // prefixes of import paths below the module, or "pulumi"
}{
	{".", []string{"infra", "pulumi"}},
	{"./infra", []string{"infra/artifact", "infra/bucket", "infra/kind", "infra/naming", "infra/policy", "pulumi"}}, // and what resources.go declares
	{"./infra/bucket", kindMay}, {"./infra/queue", kindMay}, {"./infra/secret", kindMay}, {"./infra/table", kindMay},
	{"./infra/schedule", append(slices.Clone(kindMay), "infra/schedule/expression")},
	{"./infra/schedule/expression", nil},
	{"./infra/kind", []string{"infra/naming", "pulumi"}},
	{"./infra/naming", nil},
	{"./infra/orderservice", []string{"infra", "pulumi"}},
	{"./infra/policy", nil},
	{"./infra/artifact", []string{"infra/artifact/goprogress", "infra/artifact/guard"}},
	{"./infra/artifact/guard", nil},
	{"./infra/permissions", nil},
	{"./local/auth0", []string{"local/auth0/action"}},
	{"./local/auth0/action", nil},
	{"./local/aws", []string{"local/aws/policy", "local/aws/sigv4"}},
	{"./local/aws/dynamodb", []string{"local/aws"}},
	{"./local/aws/dynamodb/attribute", nil},
	{"./local/aws/dynamodb/expression", []string{"local/aws/dynamodb/attribute"}},
	{"./local/aws/policy", nil},
	{"./local/aws/s3", []string{"local/aws"}},
	{"./local/aws/scheduler", []string{"infra/schedule/expression"}},
	{"./local/aws/sigv4", nil},
	{"./local/aws/sqs", []string{"local/aws"}},
	{"./local/aws/ssm", []string{"local/aws"}},
	{"./local/credentials", []string{"infra/artifact"}},
	{"./local/credentials/cmd", nil},
	{"./local/deployed", []string{"infra/artifact", "local/aws", "local/credentials", "local/eventsource", "local/outputs"}},
	{"./local/eventsource", nil},
	{"./local/live", []string{"local/live/link", "local/live/mqtt", "local/live/wire", "local/aws/sigv4"}},
	{"./local/live/bridge", []string{"local/live/link", "local/live/mqtt", "local/live/wire", "local/aws/sigv4"}},
	{"./local/live/serving", []string{"infra/artifact/guard", "local/aws/sigv4", "local/journal", "local/lambda", "local/live", "local/outputs"}},
	{"./local/live/link", []string{"local/live/mqtt", "local/aws/sigv4"}},
	{"./local/live/wire", nil},
	{"./local/live/mqtt", []string{"local/aws/sigv4"}},
	{"./local/secrets", nil},
	{"./local/cdn", nil},
	{"./local/console", []string{"local/journal", "local/redact"}},
	{"./local/framing", nil},
	{"./local/gateway", nil},
	{"./local/lambda", []string{"infra/artifact/guard"}},
	{"./local/journal", nil},
	{"./local/provider", nil},
	{"./local/watch", nil},
	{"./local/vite", nil},
	{"./local/redact", nil},
	{"./local/stack", []string{"infra/artifact", "local/provider"}},
	{"./local/stack/program/...", []string{"infra", "local/provider", "local/stack", "pulumi"}},
	{"./local/loopback", []string{"local/framing"}},
	{"./local/outputs", nil},
	{"./local/realtenant", []string{"infra/artifact", "local/outputs", "local/provider", "local/stack"}},
	{"./local/terminal", []string{"infra/artifact", "local/journal", "local/lambda", "local/redact", "local/provider", "local/stack"}},
	{"./local/wiring", append(slices.Clone(emulators), "infra/artifact", "infra/schedule/expression", "local/aws", "local/eventsource", "local/secrets", "local/console", "local/journal", "local/redact", "local/provider", "local/stack")},
	{"./local/cloud", append(slices.Clone(emulators), composed...)},
	{"./local/command", append(slices.Clone(emulators), append(composed, "local/cloud", "local/project")...)},
	{"./local", []string{"infra/artifact/goprogress", "local/project"}},
	{"./local/project", nil},
	{"./infra/artifact/goprogress", nil},

	// Only tests use these.
	{"./local/realtenant/standin", []string{"local/auth0"}},
	{"./local/cloudtest", append(slices.Clone(emulators), append(composed, "local/cloud", "local/project", "local/stack/stacktest")...)},
	{"./local/pagetest", nil},
	{"./local/live/mosquitto", []string{"local/programtest"}},
	{"./local/live/standin", []string{"local/aws/policy", "local/aws/sigv4", "local/live/mqtt"}},
	{"./local/programtest", nil},
	{"./local/reloadtest", append(slices.Clone(emulators), append(composed, "local/cloud", "local/cloudtest", "local/programtest", "local/project", "local/sitetest", "local/stack/stacktest")...)},
	{"./local/reloadtest/debug", nil}, {"./local/reloadtest/live", nil}, {"./local/reloadtest/reload", nil},
	{"./local/sitetest", []string{"infra/artifact", "local/programtest", "local/project"}},
	{"./local/recipes", nil},
	{"./local/recipes/change", []string{"local/recipes"}},
	{"./local/recipes/grow", []string{"local/recipes"}},
	{"./local/recipes/project", []string{"local/recipes"}},
	{"./local/scripttest", nil},
	{"./local/stack/stacktest", []string{"infra/artifact", "local/project"}},
	{"./local/terminal/terminaltest", []string{"infra/artifact/guard", "local/lambda"}},
	{"./web", nil},
	{"./local/enginetest", []string{"local/enginetest/account", "local/enginetest/cli", "local/project"}},
	{"./local/enginetest/account", nil},
	{"./local/enginetest/changes", nil},
	{"./local/enginetest/cli/...", []string{"local/enginetest/cli"}},
	{"./local/enginetest/commands", nil},
	{"./local/enginetest/deployment", []string{"infra", "local/enginetest", "pulumi", "local/project"}},
	{"./local/enginetest/protection", nil},
	{"./local/enginetest/resources", nil},
	{"./local/enginetest/plugin", []string{"local/enginetest/account", "local/provider", "pulumi"}},
	{"./local/enginetest/pulumi-language-go", []string{"pulumi"}},
	{"./local/enginetest/pulumi-resource", []string{"local/enginetest/account", "local/enginetest/plugin", "local/provider", "pulumi"}},
}

func TestImportRules(t *testing.T) {
	t.Parallel()
	module := moduleOf(t)
	declared := declaredKinds(t, module)
	for _, rule := range rules {
		if rule.packages == "./infra" {
			rule.may = append(slices.Clone(rule.may), declared...)
		}
		for _, line := range goList(t, "{{.ImportPath}} {{join .Deps \" \"}}", rule.packages) {
			fields := strings.Fields(line)
			for _, dep := range fields[1:] {
				if name := ours(module, dep); name != "" && !allowed(name, rule.may) {
					t.Errorf("%s reaches %s", fields[0], dep)
				}
			}
		}
	}
}

// declaredKinds returns the packages of the kinds of resources that the project declares.
func declaredKinds(t *testing.T, module string) (kinds []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "infra", "resources.go"), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range file.Imports {
		if kind := ours(module, strings.Trim(spec.Path.Value, `"`)); strings.HasPrefix(kind, "infra/") {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// TestEveryPackageHasAnImportRule applies to the packages of the program and of the local
// cloud, not to handlers and packages that a project adds.
func TestEveryPackageHasAnImportRule(t *testing.T) {
	t.Parallel()
	patterns := []string{}
	for _, rule := range rules {
		patterns = append(patterns, rule.packages)
	}
	ruled := goList(t, "{{.ImportPath}}", patterns...)
	for _, path := range goList(t, "{{.ImportPath}}", "./infra/...", "./local/...") {
		if !slices.Contains(ruled, path) {
			t.Errorf("%s has no rule: add one to local/imports_test.go", path)
		}
	}
}

// TestPulumiIsReachedByFewPackages: of the local cloud, only the process that runs the
// program and the tests of the real engine import Pulumi.
func TestPulumiIsReachedByFewPackages(t *testing.T) {
	t.Parallel()
	module := moduleOf(t)
	for _, line := range goList(t, "{{.ImportPath}} {{join .Deps \" \"}}", "./local/...") {
		fields := strings.Fields(line)
		if allowed(ours(module, fields[0]), []string{"local/enginetest", "local/stack/program"}) {
			continue
		}
		for _, dep := range fields[1:] {
			if ours(module, dep) == "pulumi" {
				t.Errorf("%s reaches %s", fields[0], dep)
			}
		}
	}
}

// ours returns a dependency's path below the module, "pulumi" for one of Pulumi's
// SDKs, and "" for any other.
func ours(module, dep string) string {
	if below, ok := strings.CutPrefix(dep, module+"/"); ok {
		return below
	}
	if strings.HasPrefix(dep, "github.com/pulumi/") {
		return "pulumi"
	}
	return ""
}

func allowed(name string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool {
		return name == p || strings.HasPrefix(name, strings.TrimSuffix(p, "/")+"/")
	})
}

// TestHandlersAreIndependent of the program and the local cloud, which must not be deployed
// with them.
func TestHandlersAreIndependent(t *testing.T) {
	t.Parallel()
	module := moduleOf(t)
	for _, dep := range goList(t, "{{.ImportPath}}", "-deps", "./lambdas/...") {
		if name := ours(module, dep); allowed(name, []string{"infra", "local", "pulumi"}) {
			t.Errorf("a handler reaches %s", dep)
		}
	}
}

// TestLiveConnectionIsSmall: deployed functions link the live connection.
func TestLiveConnectionIsSmall(t *testing.T) {
	t.Parallel()
	module := moduleOf(t)
	for _, dep := range goList(t, "{{if not .Standard}}{{.ImportPath}}{{end}}", "-deps", "./local/live/mqtt") {
		if dep != "" && !allowed(dep, []string{module + "/local/live/mqtt", module + "/local/aws/sigv4", "github.com/eclipse/paho.golang/packets", "github.com/gorilla/websocket"}) {
			t.Errorf("the connection to AWS IoT Core reaches %s", dep)
		}
	}
}

// TestBridgeReachesNoSDK: the bridge is in the zip of each live function.
func TestBridgeReachesNoSDK(t *testing.T) {
	t.Parallel()
	module := moduleOf(t)
	for _, dep := range goList(t, "{{if not .Standard}}{{.ImportPath}}{{end}}", "-deps", "./local/live/bridge") {
		if dep != "" && !allowed(dep, []string{module + "/local", "github.com/eclipse/paho.golang/packets", "github.com/gorilla/websocket", "golang.org/x/crypto", "golang.org/x/sys"}) {
			t.Errorf("the bridge reaches %s", dep)
		}
	}
}

func moduleOf(t *testing.T) string {
	t.Helper()
	return goList(t, "{{.Path}}", "-m")[0]
}

func goList(t *testing.T, format string, args ...string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-f", format}, args...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %q: %v", args, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
