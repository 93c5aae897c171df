package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"api-auth-jwt-auth0/local/loopback"
	"api-auth-jwt-auth0/local/realtenant/standin"

	"github.com/rogpeppe/go-internal/testscript"
)

// occupy takes a free port and sets the variable that it is given to it:
//
//	occupy PORT
func occupy(ts *testscript.TestScript, neg bool, args []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { listener.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}

// onlyTools makes a PATH of only the named tools and the C compiler, if there is one:
// without it the go command would compile every package that cgo can reach a second
// time.
//
//	onlytools go
func onlyTools(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs("tools")
	ts.Check(os.MkdirAll(dir, 0o755))
	for _, tool := range append(args, "local", "http", "gcc", "clang") {
		path, err := lookPath(ts, tool)
		if err != nil && (tool == "gcc" || tool == "clang") {
			continue
		}
		ts.Check(err)
		ts.Check(os.Symlink(path, filepath.Join(dir, tool)))
	}
	ts.Setenv("PATH", dir)
}

func lookPath(ts *testscript.TestScript, tool string) (string, error) {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path := filepath.Join(dir, tool); isExecutable(path) {
			return filepath.EvalSymlinks(path)
		}
	}
	return "", &exec.Error{Name: tool, Err: exec.ErrNotFound}
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}

// standInTenant starts a tenant for a site on SITE_PORT, and a proxy through which
// a command reaches it, like a company's proxy with its own CA, in the script's
// environment.
//
//	standin
func standInTenant(ts *testscript.TestScript, neg bool, args []string) {
	port := freePort(ts)
	tenant, err := standin.Start("http://localhost:" + port)
	ts.Check(err)
	ts.Defer(tenant.Server.Close)
	proxy := httptest.NewServer(http.HandlerFunc(tenant.Tunnel))
	ts.Defer(proxy.Close)
	roots := ts.MkAbs("roots.pem")
	ts.Check(os.WriteFile(roots, tenant.CA, 0o644))
	ts.Setenv("SITE_PORT", port)
	ts.Setenv("SSL_CERT_FILE", roots)
	ts.Setenv("HTTPS_PROXY", proxy.URL)
}

// standInPulumi makes a Pulumi CLI from a line of shell, first on PATH:
//
//	pulumi 'echo {}'
func standInPulumi(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs("../bin")
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(os.WriteFile(filepath.Join(dir, "pulumi"), []byte("#!/bin/sh\n"+args[0]+"\n"), 0o755))
	if path := ts.Getenv("PATH"); !strings.HasPrefix(path, dir) {
		ts.Setenv("PATH", dir+string(filepath.ListSeparator)+path)
	}
}

// devSettings writes the dev stack's settings:
//
//	settings domain origin
func devSettings(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs("Pulumi.dev.yaml"), fmt.Appendf(nil, devSettingsFormat, args[0], args[1]), 0o644))
}

// devSettingsFormat keeps tokens in localStorage, which no browser's handling of
// cookies touches.
const devSettingsFormat = `config:
  aws:region: us-east-1
  auth0:domain: %s
  audience: https://api-auth-jwt-auth0/dev
  developmentOrigins:
    - %s
  protect: false
  tokenCache: localstorage
`

// freePort finds a port for the site with a free one after it, outside the range of
// ephemeral ports.
func freePort(ts *testscript.TestScript) string {
	for range 100 {
		port := 20_000 + rand.IntN(9_000)
		site, err := loopback.Listen(loopback.Config{Port: port})
		if err != nil {
			continue
		}
		api, err := loopback.Listen(loopback.Config{Port: port + 1})
		if err == nil {
			err = api.Close()
		}
		if err = errors.Join(err, site.Close()); err == nil {
			return strconv.Itoa(port)
		}
	}
	ts.Fatalf("no free port was found")
	return ""
}

// started is the process of `start`, for `interrupt`.
type started struct {
	cmd    *exec.Cmd
	output *strings.Builder
	done   chan struct{} // closed when all output has been read
}

// start runs `local` with these arguments, in the script's folder, and waits
// until it prints where the site is, which SITE is set to:
//
//	start -port 0
func start(ts *testscript.TestScript, neg bool, args []string) {
	path, err := lookPath(ts, "local")
	ts.Check(err)
	cmd := exec.Command(path, args...)
	cmd.Args[0] = "local" // by which testscript chooses the command
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = environ(ts)
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	cmd.Stderr = cmd.Stdout
	ts.Check(cmd.Start())
	ts.Defer(func() { _ = cmd.Process.Kill() }) // when the script failed before interrupt

	run := &started{cmd: cmd, output: &strings.Builder{}, done: make(chan struct{})}
	site := make(chan string, 1)
	go run.read(bufio.NewScanner(stdout), site)
	select {
	case url := <-site:
		ts.Setenv("SITE", url)
		processes.Store(ts, run)
	case <-run.done:
		ts.Fatalf("local ended before it served:\n%s", run.output)
	}
}

// processes are the running commands, *started by *testscript.TestScript.
var processes sync.Map

// siteLine is where both the text and the lines of JSON name the site.
var siteLine = regexp.MustCompile(`(?:^  Site +|"site":")(http://localhost:[0-9]+)`)

func (s *started) read(lines *bufio.Scanner, site chan<- string) {
	defer close(s.done)
	for lines.Scan() {
		s.output.WriteString(lines.Text() + "\n")
		if m := siteLine.FindStringSubmatch(lines.Text()); m != nil {
			site <- m[1]
		}
	}
}

// interrupt presses Ctrl-C, waits for the end, and fails unless it is a clean
// one. What was printed goes to the file named:
//
//	interrupt output
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	found, _ := processes.Load(ts)
	run, ok := found.(*started)
	if !ok {
		ts.Fatalf("interrupt comes after start")
	}
	ts.Check(run.cmd.Process.Signal(syscall.SIGINT))
	<-run.done
	if err := run.cmd.Wait(); err != nil {
		ts.Fatalf("local did not end well: %v\n%s", err, run.output)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(run.output.String()), 0o644))
}

// environ is the script's environment.
func environ(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "GOCACHE", "GOMODCACHE", "GOPATH", "GOFLAGS", "GOPROXY", "GOSUMDB", "XDG_CACHE_HOME", "TMPDIR", "SSL_CERT_FILE", "HTTPS_PROXY",
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED", "AWS_ENDPOINT_URL_STS"} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// eventLines fails unless each line of a file is a JSON object with the name of
// an event and an RFC 3339 time:
//
//	events output
func eventLines(ts *testscript.TestScript, neg bool, args []string) {
	for _, line := range strings.Split(strings.TrimSuffix(ts.ReadFile(args[0]), "\n"), "\n") {
		var e struct {
			Time  time.Time
			Event string
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Time.IsZero() || e.Event == "" {
			ts.Fatalf("expected an event, got %q: %v", line, err)
		}
	}
}

// transcript fails unless the README shows what was printed, except for what
// differs in each run: times, ports and IDs.
//
//	transcript output README.md
func transcript(ts *testscript.TestScript, neg bool, args []string) {
	_, rest, _ := strings.Cut(ts.ReadFile(args[1]), "<!-- terminal -->\n```\n")
	shown, _, found := strings.Cut(rest, "```\n<!-- /terminal -->")
	if !found {
		ts.Fatalf("%s has no block between <!-- terminal --> and <!-- /terminal -->", args[1])
	}
	printed := ts.ReadFile(args[0])
	if got, want := comparable(printed), comparable(shown); got != want {
		ts.Fatalf("the README does not show what was printed, which is\n%s\nwithout what differs:\n%s\nthe README's:\n%s", printed, got, want)
	}
}

var variable = []struct{ pattern, name string }{
	{`\d\d:\d\d:\d\d`, "TIME"},
	{`<?\b(\d+m)?[\d.]+m?s\b`, "TOOK"},
	{`localhost:\d+`, "localhost:PORT"},
	{`equestId=[\w=-]+`, "equestId=ID"},
	{` It has all roles; .*`, ""}, // if the project has roles
	{` +`, " "},
}

// comparable is a transcript without what differs between two runs. Builds run
// concurrently, and so end in any order. A slow machine shows their progress, a
// machine that has not compiled the program shows that, and a project may have more
// handlers, and secrets.
func comparable(text string) string {
	for _, v := range variable {
		text = regexp.MustCompile(v.pattern).ReplaceAllString(text, v.name)
	}
	builds, rest, _ := strings.Cut(text, "\n\n")
	lines := slices.DeleteFunc(strings.Split(builds, "\n"), func(line string) bool {
		_, handler, found := strings.Cut(line, "handler ")
		progress := strings.HasPrefix(line, "building ") && strings.HasSuffix(line, " TOOK")
		unset := strings.Contains(line, "| the secret ") // a project may declare some
		return progress || unset || line == "building program" || line == "built program TOOK" || found && !strings.HasPrefix(handler, "public") && !strings.HasPrefix(handler, "private")
	})
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n\n" + rest
}
