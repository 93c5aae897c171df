package reloadtest

import (
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/project"
)

// InstallDelve builds Delve, at the version that local/lambda/testdata/delve pins, and
// puts it on the test's PATH.
func InstallDelve(t *testing.T) {
	t.Helper()
	root, err := project.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "dlv"), "github.com/go-delve/delve/cmd/dlv")
	build.Dir = filepath.Join(root, "local", "lambda", "testdata", "delve")
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building Delve: %v\n%s", err, out)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// Delve is a connection to Delve's JSON-RPC API, as an editor has one.
// https://github.com/go-delve/delve/blob/master/Documentation/api/json-rpc/README.md
type Delve struct {
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

type command struct {
	Name string `json:"name"`
}

// Attach connects to Delve at host:port, as soon as it listens.
func Attach(t *testing.T, address string) *Delve {
	t.Helper()
	for t.Context().Err() == nil {
		if client, err := jsonrpc.Dial("tcp", address); err == nil {
			t.Cleanup(func() { client.Close() })
			return &Delve{t, client}
		}
	}
	t.Fatal("Delve does not listen")
	return nil
}

func (d *Delve) call(method string, args, reply any) {
	d.t.Helper()
	if err := d.client.Call("RPCServer."+method, args, reply); err != nil {
		d.t.Fatalf("%s: %v", method, err)
	}
}

// MustStop continues, and asserts that the program stops at a breakpoint in the file.
func (d *Delve) MustStop(file string) {
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
	if at := reply.State.CurrentThread; at == nil || at.Breakpoint == nil || at.Breakpoint.File != file {
		d.t.Fatalf("expected it to stop at a breakpoint in %s, got %+v", file, reply.State)
	}
}

// Continue continues without waiting for the next stop.
func (d *Delve) Continue() {
	d.client.Go("RPCServer.Command", command{"continue"}, new(any), nil)
}

// Break stops the program and sets a breakpoint on the first line with this text.
func (d *Delve) Break(file, text string) {
	d.t.Helper()
	before, _, found := strings.Cut(ReadText(d.t, file), text)
	if !found {
		d.t.Fatalf("%s does not contain %q", file, text)
	}
	line := strings.Count(before, "\n") + 1
	var stopped struct{ State debuggerState }
	d.call("Command", command{"halt"}, &stopped)
	var created struct{ Breakpoint breakpoint }
	d.call("CreateBreakpoint", map[string]any{"Breakpoint": breakpoint{file, line}}, &created)
	if created.Breakpoint.Line != line {
		d.t.Fatalf("expected a breakpoint at line %d, got %+v", line, created)
	}
}
