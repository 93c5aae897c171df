// Package deployment deploys the program of infra with the Automation API, on an
// enginetest.Machine, for tests. It must not depend on what a test expects of a resource.
package deployment

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/account"
)

// Secrets that must not appear in any output or state.
const (
	Passphrase = "correct horse battery staple"
	Secret     = "management-s3cr3t-value"
)

// Project returns the project's name in Pulumi.yaml.
var Project = sync.OnceValue(func() string {
	shared, err := enginetest.Tools()
	if err != nil {
		panic(err)
	}
	project, err := workspace.LoadProject(filepath.Join(shared.Root, "Pulumi.yaml"))
	if err != nil {
		panic(err) // the project has a valid Pulumi.yaml
	}
	return project.Name.String()
})

// A Stack is a stack that is deployed from a folder.
type Stack struct {
	auto.Stack
	enginetest.Machine
	Dir     string            // the folder of Pulumi.yaml
	Program *infra.Deployment // may be changed between deployments
	Output  *bytes.Buffer     // of the CLI and the engine
	Events  []events.EngineEvent
}

// New selects or creates a stack in a new folder with the project's settings files.
// It deploys the project itself.
func New(t *testing.T, m enginetest.Machine, stackName string, settings map[string]string) *Stack {
	t.Helper()
	return NewAt(t, m, stackName, SettingsFolder(t), "", infra.Routes, settings)
}

// NewAt is New for a given folder and given routes. Builds are made from the project
// in source, unless it is empty.
func NewAt(t *testing.T, m enginetest.Machine, stackName, dir, source string, routes []infra.Route, settings map[string]string) *Stack {
	t.Helper()
	shared, err := enginetest.Tools()
	if err != nil {
		t.Fatal(err)
	}
	if source == "" {
		source = shared.Root
	}
	program := infra.NewDeployment(artifact.Builder{Target: artifact.Lambda, Root: source})
	program.Routes = routes
	return open(t, m, stackName, dir, program, settings)
}

// NewOf is New for a program other than the project's.
func NewOf(t *testing.T, m enginetest.Machine, stackName string, program infra.Deployment, settings map[string]string) *Stack {
	t.Helper()
	return open(t, m, stackName, SettingsFolder(t), program, settings)
}

// NewStarter is New for a program that has the project's routes, and nothing else of what a
// project adds to the starter: everyone has all scopes, and there are no roles, Actions and
// resources.
func NewStarter(t *testing.T, m enginetest.Machine, stackName string, settings map[string]string) *Stack {
	t.Helper()
	d := New(t, m, stackName, settings)
	scopes := slices.Clone(infra.Scopes)
	for i := range scopes {
		scopes[i].Everyone = true
	}
	d.Program.Rights = infra.Rights{Scopes: scopes}
	d.Program.Resources, d.Program.Handlers = nil, nil
	return d
}

// Build changes how the program's files are built. The builder must be an artifact.Builder.
func (d *Stack) Build(change func(*artifact.Builder)) {
	builder := d.Program.Builder.(artifact.Builder)
	change(&builder)
	d.Program.Builder = builder
}

// open selects or creates the stack in its folder.
func open(t *testing.T, m enginetest.Machine, stackName, dir string, program infra.Deployment, settings map[string]string) *Stack {
	t.Helper()
	shared, err := enginetest.Tools()
	if err != nil {
		t.Fatal(err)
	}
	d := &Stack{Machine: m, Dir: dir, Program: &program, Output: &bytes.Buffer{}}
	cmd, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: shared.CLI, SkipVersionCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	ws, err := auto.NewLocalWorkspace(t.Context(), auto.WorkDir(d.Dir), auto.PulumiHome(d.Home), auto.Pulumi(cmd), auto.Program(func(ctx *pulumi.Context) error { return d.Program.Run(ctx) }),
		auto.EnvVars(map[string]string{
			"PATH":                     shared.Plugins + string(os.PathListSeparator) + os.Getenv("PATH"),
			"PULUMI_BACKEND_URL":       "file://" + d.Backend,
			"PULUMI_CONFIG_PASSPHRASE": Passphrase,
			"PULUMI_SKIP_UPDATE_CHECK": "true",
			"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
			"PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK":    "true",
			account.Dir: d.Account.Dir,
		}))
	if err != nil {
		t.Fatal(err)
	}
	if d.Stack, err = auto.UpsertStack(t.Context(), stackName, ws); err != nil {
		t.Fatal(err)
	}
	d.Set(t, settings)
	return d
}

// Set sets the stack's credentials, the secrets that the project declares, and these
// settings. Keys without a namespace are in the project's.
func (d *Stack) Set(t *testing.T, settings map[string]string) {
	t.Helper()
	values := auto.ConfigMap{
		"auth0:domain":       {Value: "example.eu.auth0.com"},
		"auth0:clientId":     {Value: "management"},
		"auth0:clientSecret": {Value: Secret, Secret: true},
	}
	for _, key := range infra.SecretSettings(infra.Resources) {
		values[key] = auto.ConfigValue{Value: Secret, Secret: true}
	}
	for key, value := range settings {
		values[key] = auto.ConfigValue{Value: value, Secret: key == "auth0:clientSecret"}
	}
	if err := d.SetAllConfigWithOptions(t.Context(), values, &auto.ConfigOptions{Path: true}); err != nil {
		t.Fatal(err)
	}
}

// SettingsFolder returns a new folder with copies of the project's settings files.
func SettingsFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	shared, err := enginetest.Tools()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(shared.Root, "Pulumi*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// without returns the number of changes by kind, except for some kinds.
func without(summary map[string]int, kinds ...string) map[string]int {
	out := maps.Clone(summary)
	for _, kind := range kinds {
		delete(out, kind)
	}
	return out
}

// TryUp runs an up that may fail.
func (d *Stack) TryUp(t *testing.T) (auto.UpResult, error) {
	t.Helper()
	stop := d.listen()
	result, err := d.Up(t.Context(), optup.ProgressStreams(d.Output), optup.ErrorProgressStreams(d.Output), optup.EventStreams(stop.channel))
	if err == nil { // a failed up may leave the channel open
		stop.wait()
	}
	return result, err
}

// MustUp runs an up that must succeed.
func (d *Stack) MustUp(t *testing.T) auto.UpResult {
	t.Helper()
	result, err := d.TryUp(t)
	if err != nil {
		t.Fatalf("up: %v\n%s", err, d.Output)
	}
	return result
}

// MustChangeNothing asserts that an up and a refresh change nothing.
func (d *Stack) MustChangeNothing(t *testing.T) {
	t.Helper()
	result := d.MustUp(t)
	if got := without(*result.Summary.ResourceChanges, "same", "read"); len(got) > 0 {
		t.Errorf("expected a second up to change nothing, got %v\n%s", got, d.Output)
	}
	refreshed, err := d.Refresh(t.Context(), optrefresh.ProgressStreams(d.Output))
	if err != nil {
		t.Fatal(err)
	}
	if got := without(*refreshed.Summary.ResourceChanges, "same", "read"); len(got) > 0 {
		t.Errorf("expected a refresh to change nothing, got %v\n%s", got, d.Output)
	}
}

// TryPreview runs a preview that may fail.
func (d *Stack) TryPreview(t *testing.T, options ...optpreview.Option) error {
	t.Helper()
	stop := d.listen()
	_, err := d.Preview(t.Context(), append(options, optpreview.ProgressStreams(d.Output), optpreview.EventStreams(stop.channel))...)
	if err == nil {
		stop.wait()
	}
	return err
}

// TryDestroy runs a destroy that may fail.
func (d *Stack) TryDestroy(t *testing.T, options ...optdestroy.Option) error {
	t.Helper()
	_, err := d.Destroy(t.Context(), append(options, optdestroy.ProgressStreams(d.Output), optdestroy.ErrorProgressStreams(d.Output))...)
	return err
}

// listener collects the engine's events.
type listener struct {
	channel chan events.EngineEvent
	wait    func()
}

func (d *Stack) listen() listener {
	channel, done := make(chan events.EngineEvent), make(chan struct{})
	go func() {
		defer close(done)
		for event := range channel {
			d.Events = append(d.Events, event)
		}
	}()
	return listener{channel, func() { <-done }}
}
