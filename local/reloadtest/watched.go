// Package reloadtest runs a local cloud that watches a copy of the project, for tests that
// change the copy. The tests are in the packages below, each with its own time limit: a
// changed program is compiled again.
package reloadtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

// Settings are the settings of the copy's stack dev. They allow more requests than the
// tests send.
const Settings = `config:
  protect: false
  aws:region: us-east-1
  throttleRate: 10000
  throttleBurst: 5000
`

// PublicHandler is the file of the handler of GET /public.
const PublicHandler = "lambdas/public/handler.go"

// Watched is a local cloud that watches a copy of the project.
type Watched struct {
	*cloud.Cloud
	Root   string // the copy's folder
	Screen *terminal.Terminal
	Output *terminaltest.Output // of the terminal
}

// New starts a local cloud on a new copy of the project, and watches the copy.
func New(t testing.TB) *Watched {
	t.Helper()
	output := &terminaltest.Output{}
	w := NewOn(t, terminal.New(output))
	w.Output = output
	return w
}

// NewOn is New with a given terminal. The caller sets Output.
func NewOn(t testing.TB, screen *terminal.Terminal) *Watched {
	t.Helper()
	w := Prepare(t)
	w.Run(t, cloud.Config{Stack: "dev", Terminal: screen})
	return w
}

// Prepare copies the project without starting a local cloud on it.
func Prepare(t testing.TB) *Watched {
	t.Helper()
	w := &Watched{Root: cloudtest.Project(t)}
	w.Write(t, "Pulumi.dev.yaml", Settings)
	return w
}

// Run starts a local cloud on the copy, and watches the copy until the test ends.
func (w *Watched) Run(t testing.TB, cfg cloud.Config) {
	t.Helper()
	cfg.Root = w.Root
	w.Screen = cfg.Terminal
	w.Cloud = cloudtest.Start(t, cfg)
	watcher, err := w.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Watch(ctx, watcher)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		if err := watcher.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Write writes a file of the copy.
func (w *Watched) Write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.Root, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Replace replaces the first occurrence of old in a file of the copy.
func (w *Watched) Replace(t testing.TB, name, old, new string) {
	t.Helper()
	text := ReadText(t, filepath.Join(w.Root, name))
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not contain %q", name, old)
	}
	w.Write(t, name, strings.Replace(text, old, new, 1))
}

// Await sends requests until done returns true.
func (w *Watched) Await(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !done(); {
		if time.Now().After(end) {
			t.Fatalf("timed out waiting until %s; the terminal shows:\n%s", what, LastLines(w.Output.String()))
		}
		w.Get(t, "/api/public", "")
	}
}

// AwaitOutput sends requests until the terminal shows a text.
func (w *Watched) AwaitOutput(t testing.TB, want string) {
	t.Helper()
	w.Await(t, "the terminal shows "+want, func() bool { return strings.Contains(w.Output.String(), want) })
}

// LastLines returns the last lines of a terminal's output, without the handlers' logs.
func LastLines(text string) string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.Contains(line, " | {") })
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

// Get requests a path of the site and returns the status and body, such as "200 Hello".
func (w *Watched) Get(t testing.TB, path, token string) string {
	t.Helper()
	answer, err := sitetest.Get(w.SiteURL()+path, token)
	if err != nil {
		t.Error(err)
	}
	return answer
}

// Saves changes the public handler's greeting 20 times, to texts that no cache contains,
// and returns how long each took until answer returned it. before is the name that the
// handler greets at first.
func (w *Watched) Saves(t testing.TB, before string, answer func() string) (times []time.Duration) {
	t.Helper()
	for i := range 20 {
		start := time.Now()
		next := fmt.Sprintf("reader %d of %d", i, start.UnixNano())
		w.Replace(t, PublicHandler, "Hello "+before+"!", "Hello "+next+"!")
		for answer() != "200 Hello "+next+"!" {
		}
		times = append(times, time.Since(start))
		before = next
	}
	return times
}

// ReadText reads a file.
func ReadText(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
