package vite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/infra/artifact"
)

// parentEnv makes the test binary a program that runs Vite and is killed in
// TestNothingOutlivesItsParent; its value is the web app's folder.
const parentEnv = "VITE_TEST_PARENT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentEnv); dir != "" {
		if _, err := New(context.Background(), Config{Dir: dir, Origin: "http://localhost:3000"}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println("started")
		select {}
	}
	os.Exit(m.Run())
}

// installed is the project's web app, with its packages.
func installed(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err == nil {
		err = artifact.Builder{Root: root}.InstallPackages(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "web")
}

func start(t *testing.T, cfg Config) *Server {
	t.Helper()
	s, err := New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// script is a folder with a hot.mjs of the test's own.
func script(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "hot.mjs"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

const untilStdinEnds = `process.stdin.on("end", () => process.exit(0)).resume();`

// TestNothingOutlivesItsParent kills a program that runs the real server. The
// server has a connection to this test, whose end shows that the server has exited.
func TestNothingOutlivesItsParent(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address := listener.Addr().(*net.TCPAddr)
	hook := filepath.Join(t.TempDir(), "hook.mjs")
	text := fmt.Sprintf(`import { connect } from "node:net"; connect(%d, "127.0.0.1").unref();`, address.Port)
	if err := os.WriteFile(hook, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentEnv+"="+installed(t), "NODE_OPTIONS=--import file://"+hook)
	parent.Stderr = os.Stderr
	stdout, err := parent.StdoutPipe()
	if err == nil {
		err = parent.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	vite, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer vite.Close()
	if _, err := fmt.Fscanln(stdout, new(string)); err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // it was killed
	if _, err := io.Copy(io.Discard, vite); err != nil && !errors.Is(err, io.EOF) {
		t.Logf("the server's connection ended with %v", err)
	}
}

func TestServerThatCannotStart(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, dir, origin, want string }{
		{"its own error", script(t, `throw new Error("no such plugin")`), "http://localhost:3000", "Error: no such plugin"},
		{"no script", t.TempDir(), "http://localhost:3000", "Cannot find module"},
		{"no folder", filepath.Join(t.TempDir(), "absent"), "http://localhost:3000", "starting Vite"},
		{"no port", t.TempDir(), "http://localhost", "expected one such as http://localhost:3000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := New(t.Context(), Config{Dir: test.dir, Origin: test.origin})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("expected an error with %q, got %v", test.want, err)
			}
		})
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	dir := script(t, `console.log("waiting");`+untilStdinEnds)
	_, err := New(ctx, Config{Dir: dir, Origin: "http://localhost:3000", OnLine: func(Line) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("expected the context's error, got %v", err)
	}
}

func TestLinesAndTheEndAreReported(t *testing.T) {
	t.Parallel()
	lines, failed := make(chan Line, 8), make(chan error, 1)
	dir := script(t, `console.log('{"port":1}');
console.log('{"level":"error","text":"two\\nlines"}');
console.log("a plugin's own");
process.exitCode = 3;`)
	s, err := New(t.Context(), Config{Dir: dir, Origin: "http://localhost:3000",
		OnLine: func(l Line) { lines <- l }, OnExit: func(err error) { failed <- err }})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := <-lines, (Line{"error", "two\nlines"}); got != want {
		t.Errorf("expected %q, got %q", want, got)
	}
	if got, want := <-lines, (Line{"info", "a plugin's own"}); got != want {
		t.Errorf("expected %q, got %q", want, got)
	}
	if err := <-failed; !strings.Contains(err.Error(), "ended (exit status 3)") {
		t.Errorf("expected how it ended, got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestCloseIsNoFailure(t *testing.T) {
	t.Parallel()
	dir := script(t, `console.log('{"port":1}');`+untilStdinEnds)
	s, err := New(t.Context(), Config{Dir: dir, Origin: "http://localhost:3000",
		OnExit: func(err error) { t.Errorf("expected no failure, got %v", err) }})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
