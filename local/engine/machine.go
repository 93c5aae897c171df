package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/engine/cli"
	"api-auth-jwt-auth0/local/provider/account"
)

// Tools are what every test needs, made once for each test binary.
var Tools = sync.OnceValues(func() (tools struct {
	Root    string // the project's folder
	CLI     string // the folder with bin/pulumi in it; "" where pulumi is on PATH
	Plugins string // the folder to put on PATH
}, err error,
) {
	if tools.Root, err = findRoot(); err != nil {
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
	build := exec.Command("go", "build", "-o", tools.Plugins, "./local/provider/pulumi-resource", "./local/engine/pulumi-language-go")
	build.Dir = tools.Root
	if out, err := build.CombinedOutput(); err != nil {
		return tools, fmt.Errorf("building the plugins: %w\n%s", err, out)
	}
	binary := filepath.Join(tools.Plugins, "pulumi-resource")
	return tools, errors.Join(os.Link(binary, binary+"-aws"), os.Link(binary, binary+"-auth0"))
})

// maxWait is how long the tests wait for the CLI on a new machine. They need
// minutes themselves. A test binary's limit, ten minutes by default, runs from
// m.Run, and the go command ends the process a minute after that limit.
const maxWait = 450 * time.Second

// scratch holds what the tests of one binary share.
var scratch string

// Main is the TestMain of a package that uses Tools.
func Main(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "engine-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_, _ = Tools() // before the limit runs; each test reports the error
	code := m.Run()
	os.RemoveAll(scratch)
	os.Exit(code)
}

// findRoot is the folder of go.mod above the test's.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return dir, err
		}
	}
}

// A Machine is a backend, an account, and the Pulumi home of one person.
type Machine struct {
	Backend, Home string
	Account       account.Account
}

// NewMachine makes one with nothing in it.
func NewMachine(t *testing.T) Machine {
	t.Helper()
	dir := t.TempDir()
	m := Machine{Backend: filepath.Join(dir, "backend"), Home: filepath.Join(dir, "home"), Account: account.Account{Dir: filepath.Join(dir, "account")}}
	for _, d := range []string{m.Backend, m.Home} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// Operations are the operations since the first n, as "kind type name".
func (m Machine) Operations(t *testing.T, since int) []string {
	t.Helper()
	log, err := m.Account.Operations()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, op := range log[since:] {
		kind := op.Type[strings.LastIndex(op.Type, ":")+1:]
		lines = append(lines, op.Kind+" "+kind+" "+op.Name)
	}
	return lines
}

// Succeeded counts the operations of a kind that did.
func (m Machine) Succeeded(t *testing.T, kind string) int {
	t.Helper()
	log, err := m.Account.Operations()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, op := range log {
		if op.Kind == kind && !op.Failed {
			n++
		}
	}
	return n
}

// Clone has what git would check out, with the changes of the working copy
// in it.
func Clone(t *testing.T) string {
	t.Helper()
	shared, err := Tools()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"infra", "lambdas", "web"} {
		CopyTree(t, filepath.Join(shared.Root, name), filepath.Join(dir, name))
	}
	for _, name := range []string{"go.mod", "go.sum", "main.go", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"} {
		CopyFile(t, filepath.Join(shared.Root, name), filepath.Join(dir, name))
	}
	return dir
}

// CopyTree copies what a build needs, npm packages and builds excepted.
func CopyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		below, _ := filepath.Rel(from, path) // path lies below from
		target := filepath.Join(to, below)
		switch {
		case err != nil:
			return err
		case entry.Name() == "node_modules" || entry.Name() == "dist":
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		}
		CopyFile(t, path, target)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// CopyFile copies one file.
func CopyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
