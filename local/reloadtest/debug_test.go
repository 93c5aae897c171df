package reloadtest

import (
	"errors"
	"io"
	"net/http"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	local "api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/scripttest"
)

// installDelveHere builds Delve, at the version that local/lambda/testdata/delve pins,
// and puts it on PATH.
func installDelveHere(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "dlv"), "github.com/go-delve/delve/cmd/dlv")
	build.Dir = filepath.Join("..", "lambda", "testdata", "delve")
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building Delve: %v\n%s", err, out)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// delve speaks Delve's JSON-RPC, as editors do.
// https://github.com/go-delve/delve/blob/master/Documentation/api/json-rpc/README.md
type delve struct {
	t      *testing.T
	client *rpc.Client
}

type breakpoint struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

type debuggerState struct {
	Running       bool
	CurrentThread *struct {
		Breakpoint *breakpoint `json:"breakPoint"`
	} `json:"currentThread"`
}

func attach(t *testing.T, address string) *delve {
	t.Helper()
	for t.Context().Err() == nil { // Delve needs a moment to listen
		if client, err := jsonrpc.Dial("tcp", address); err == nil {
			t.Cleanup(func() { client.Close() })
			return &delve{t, client}
		}
	}
	t.Fatal("Delve does not listen")
	return nil
}

func (d *delve) call(method string, args, reply any) {
	d.t.Helper()
	if err := d.client.Call("RPCServer."+method, args, reply); err != nil {
		d.t.Fatalf("%s: %v", method, err)
	}
}

type command struct {
	Name string `json:"name"`
}

// run continues until the next stop.
func (d *delve) run() debuggerState {
	d.t.Helper()
	var reply struct{ State debuggerState }
	running := d.client.Go("RPCServer.Command", command{"continue"}, &reply, nil)
	select {
	case <-running.Done:
	case <-time.After(time.Minute):
		d.t.Fatal("it did not stop within a minute")
	}
	if running.Error != nil {
		d.t.Fatal(running.Error)
	}
	return reply.State
}

func (d *delve) breakAt(file string, line int) {
	d.t.Helper()
	var stopped struct{ State debuggerState }
	d.call("Command", command{"halt"}, &stopped)
	var created struct{ Breakpoint breakpoint }
	d.call("CreateBreakpoint", map[string]any{"Breakpoint": breakpoint{file, line}}, &created)
	if created.Breakpoint.Line != line {
		d.t.Fatalf("expected a breakpoint at line %d, got %+v", line, created)
	}
}

// TestBreakpoint: an editor that attaches to Delve stops a request in the
// handler's source, and the request goes on when the editor does.
func TestBreakpoint(t *testing.T) { // not parallel: it sets PATH
	installDelveHere(t)
	root := cloudtest.Project(t)
	cloud := cloudtest.Start(t, local.Config{Root: root, Stack: "dev", Debug: "public"})
	source := filepath.Join(root, publicHandler)
	// Delve starts the handler by itself, which would conflict with an editor that is
	// attached before.
	if answer := get(cloud.SiteURL() + "/api/public"); answer != "Hello stranger!" {
		t.Fatalf("got %q", answer)
	}
	d := attach(t, cloud.Debugger())
	d.breakAt(source, lineOf(t, source, "slog.InfoContext"))
	answered := make(chan string, 1)
	go func() { answered <- get(cloud.SiteURL() + "/api/public") }()
	state := d.run()
	if state.CurrentThread == nil || state.CurrentThread.Breakpoint == nil || state.CurrentThread.Breakpoint.File != source {
		t.Fatalf("expected it to stop at the breakpoint, got %+v", state)
	}
	select {
	case answer := <-answered:
		t.Fatalf("answered while it was stopped at the breakpoint: %q", answer)
	default:
	}
	d.client.Go("RPCServer.Command", command{"continue"}, new(any), nil)
	if answer := <-answered; answer != "Hello stranger!" {
		t.Errorf("got %q", answer)
	}
}

func get(url string) string {
	response, err := http.Get(url)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return strings.Join([]string{string(body), errorText(err)}, "")
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// lineOf is the number of the first line with this text.
func lineOf(t *testing.T, path, text string) int {
	t.Helper()
	before, _, found := strings.Cut(readText(t, path), text)
	if !found {
		t.Fatalf("%s has no %q", path, text)
	}
	return strings.Count(before, "\n") + 1
}

// TestDebugMistakes: each is found before anything is built.
func TestDebugMistakes(t *testing.T) {
	t.Setenv("PATH", t.TempDir()+string(os.PathListSeparator)+filepath.Dir(goEnv(t, "GOROOT")+"/bin/go"))
	t.Setenv("GOBIN", t.TempDir())
	handlers, err := artifact.Builder{Root: "../.."}.HandlerFolders()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, handler, want string }{
		{"no such handler", "absent", "-debug absent: there is no such handler: those here are " + strings.Join(handlers, ", ")},
		{"no Delve", "public", "install it with\n  go install github.com/go-delve/delve/cmd/dlv@latest"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cloud, err := local.Listen(local.Config{Root: "../..", Stack: "dev", Debug: test.handler})
			if err != nil {
				t.Fatal(err)
			}
			err = errors.Join(cloud.Deploy(t.Context()), cloud.Close())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("expected %q, got %v", test.want, err)
			}
		})
	}
}

func goEnv(t testing.TB, name string) string {
	t.Helper()
	value, err := scripttest.GoEnv(name)
	if err != nil {
		t.Fatal(err)
	}
	return value
}
