package engine_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/engine"
	"api-auth-jwt-auth0/local/provider/account"
)

func TestMain(m *testing.M) { engine.Main(m) }

const (
	project    = "api-auth-jwt-auth0"
	passphrase = "correct horse battery staple"
	secret     = "management-s3cr3t-value"
)

// A deployment is one stack, deployed from one folder.
type deployment struct {
	auto.Stack
	engine.Machine
	dir     string // of Pulumi.yaml
	source  string // of what the program builds
	builder *artifact.Builder
	output  *bytes.Buffer // all that the CLI and the engine said
	events  []events.EngineEvent
}

// deploy selects or creates a stack, run from a folder with the project's own
// settings files, with builds of the project itself.
func deploy(t *testing.T, m engine.Machine, stackName string, settings map[string]string) *deployment {
	t.Helper()
	return deployFrom(t, m, stackName, settingsFolder(t), "", infra.Routes, settings)
}

func deployFrom(t *testing.T, m engine.Machine, stackName, dir, source string, routes []infra.Route, settings map[string]string) *deployment {
	t.Helper()
	shared, err := engine.Tools()
	if err != nil {
		t.Fatal(err)
	}
	if source == "" {
		source = shared.Root
	}
	d := &deployment{Machine: m, dir: dir, source: source, output: &bytes.Buffer{},
		builder: &artifact.Builder{Target: artifact.Lambda, Root: source}}
	program := func(ctx *pulumi.Context) error { return infra.ProgramOf(routes, *d.builder)(ctx) }
	cmd, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: shared.CLI, SkipVersionCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	ws, err := auto.NewLocalWorkspace(t.Context(), auto.WorkDir(dir), auto.PulumiHome(m.Home), auto.Pulumi(cmd), auto.Program(program),
		auto.EnvVars(map[string]string{
			"PATH":                     shared.Plugins + string(os.PathListSeparator) + os.Getenv("PATH"),
			"PULUMI_BACKEND_URL":       "file://" + m.Backend,
			"PULUMI_CONFIG_PASSPHRASE": passphrase,
			"PULUMI_SKIP_UPDATE_CHECK": "true",
			"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
			"PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK":    "true",
			account.Dir: m.Account.Dir,
		}))
	if err != nil {
		t.Fatal(err)
	}
	if d.Stack, err = auto.UpsertStack(t.Context(), stackName, ws); err != nil {
		t.Fatal(err)
	}
	if settings == nil || len(settings) > 0 {
		d.set(t, settings)
	}
	return d
}

// noSettings leave a folder's settings as they are, credentials included.
var noSettings = map[string]string{}

// set gives the stack the credentials and these settings.
func (d *deployment) set(t *testing.T, settings map[string]string) {
	t.Helper()
	values := auto.ConfigMap{
		"auth0:domain":       {Value: "example.eu.auth0.com"},
		"auth0:clientId":     {Value: "management"},
		"auth0:clientSecret": {Value: secret, Secret: true},
	}
	for key, value := range settings {
		values[key] = auto.ConfigValue{Value: value, Secret: key == "auth0:clientSecret"}
	}
	if err := d.SetAllConfigWithOptions(t.Context(), values, &auto.ConfigOptions{Path: true}); err != nil {
		t.Fatal(err)
	}
}

// settingsFolder is a folder with copies of the project's settings files.
func settingsFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files, err := filepath.Glob("../../Pulumi*.yaml")
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

// changes are an operation's changes by kind, the stack and its components
// left out of none: "same" is not counted.
type changes map[string]int

func without(summary map[string]int, kinds ...string) changes {
	out := maps.Clone(changes(summary))
	for _, kind := range kinds {
		delete(out, kind)
	}
	return out
}

func (d *deployment) up(t *testing.T) (auto.UpResult, error) {
	t.Helper()
	stop := d.listen()
	result, err := d.Up(t.Context(), optup.ProgressStreams(d.output), optup.ErrorProgressStreams(d.output), optup.EventStreams(stop.channel))
	if err == nil { // a failed one may leave its channel open
		stop.wait()
	}
	return result, err
}

func (d *deployment) mustUp(t *testing.T) auto.UpResult {
	t.Helper()
	result, err := d.up(t)
	if err != nil {
		t.Fatalf("up: %v\n%s", err, d.output)
	}
	return result
}

// mustChangeNothing asserts that an up and a refresh find nothing to do.
func (d *deployment) mustChangeNothing(t *testing.T) {
	t.Helper()
	result := d.mustUp(t)
	if got := without(*result.Summary.ResourceChanges, "same", "read"); len(got) > 0 {
		t.Errorf("expected a second up to change nothing, got %v\n%s", got, d.output)
	}
	refreshed, err := d.Refresh(t.Context(), optrefresh.ProgressStreams(d.output))
	if err != nil {
		t.Fatal(err)
	}
	if got := without(*refreshed.Summary.ResourceChanges, "same", "read"); len(got) > 0 {
		t.Errorf("expected a refresh to change nothing, got %v\n%s", got, d.output)
	}
}

func (d *deployment) preview(t *testing.T, options ...optpreview.Option) error {
	t.Helper()
	stop := d.listen()
	_, err := d.Preview(t.Context(), append(options, optpreview.ProgressStreams(d.output), optpreview.EventStreams(stop.channel))...)
	if err == nil {
		stop.wait()
	}
	return err
}

func (d *deployment) destroy(t *testing.T) error {
	t.Helper()
	_, err := d.Destroy(t.Context(), optdestroy.ProgressStreams(d.output), optdestroy.ErrorProgressStreams(d.output))
	return err
}

// listener collects the engine's events.
type listener struct {
	channel chan events.EngineEvent
	wait    func()
}

func (d *deployment) listen() listener {
	channel, done := make(chan events.EngineEvent), make(chan struct{})
	go func() {
		defer close(done)
		for event := range channel {
			d.events = append(d.events, event)
		}
	}()
	return listener{channel, func() { <-done }}
}
