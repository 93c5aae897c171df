package enginetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/enginetest/cli"
	"api-auth-jwt-auth0/local/project"
)

// Tools returns what every test needs. It is made once for each test binary.
var Tools = sync.OnceValues(func() (tools struct {
	Root    string // the project's folder
	CLI     string // the folder with bin/pulumi in it; "" if pulumi is on PATH
	Plugins string // the folder to put on PATH
}, err error,
) {
	if tools.Root, err = project.Root(); err != nil {
		return tools, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxWait)
	defer cancel()
	if tools.CLI, err = cli.Root(ctx, tools.Root, os.Stderr); err != nil {
		return tools, err
	}
	if tools.Plugins, err = os.MkdirTemp(scratch, "plugins-"); err != nil {
		return tools, err
	}
	build := exec.Command("go", "build", "-o", tools.Plugins,
		"./local/enginetest/pulumi-resource", "./local/enginetest/pulumi-language-go")
	build.Dir = tools.Root
	if out, err := build.CombinedOutput(); err != nil {
		return tools, fmt.Errorf("building the plugins: %w\n%s", err, out)
	}
	binary := filepath.Join(tools.Plugins, "pulumi-resource")
	return tools, errors.Join(os.Link(binary, binary+"-aws"), os.Link(binary, binary+"-auth0"))
})

// maxWait is how long the tests wait for the CLI on a new machine. The tests themselves
// need minutes: the time limit of a test binary, ten minutes by default, starts with
// m.Run, but the go command ends the process a minute after that limit in any case.
const maxWait = 450 * time.Second

// scratch is the folder of files that the tests of a binary share.
var scratch string

// Main is the TestMain of a package that uses Tools.
func Main(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "engine-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_, _ = Tools() // before the time limit starts; each test reports the error
	code := m.Run()
	os.RemoveAll(scratch)
	os.Exit(code)
}
