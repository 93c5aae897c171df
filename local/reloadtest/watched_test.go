package reloadtest

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	local "api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/sitetest"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

// unthrottled are settings with limits above what these tests send.
const unthrottled = `config:
  protect: false
  aws:region: us-east-1
  throttleRate: 10000
  throttleBurst: 5000
`

// watched is a local cloud that watches a copy of the project.
type watched struct {
	*local.Cloud
	root   string
	screen *terminal.Terminal
	output *terminaltest.Output // of the terminal
}

// newWatched watches a copy of the project.
func newWatched(t testing.TB) *watched {
	t.Helper()
	output := &terminaltest.Output{}
	w := newWatchedOn(t, terminal.New(output))
	w.output = output
	return w
}

func newWatchedOn(t testing.TB, screen *terminal.Terminal) *watched {
	t.Helper()
	w := newUnwatched(t)
	w.watch(t, screen)
	return w
}

// newUnwatched is a copy of the project that no local cloud runs yet.
func newUnwatched(t testing.TB) *watched {
	t.Helper()
	w := &watched{root: cloudtest.Project(t)}
	w.write(t, "Pulumi.dev.yaml", unthrottled) // no throttle in the way
	return w
}

func (w *watched) watch(t testing.TB, screen *terminal.Terminal) {
	t.Helper()
	w.watchWith(t, local.Config{Stack: "dev", Terminal: screen})
}

func (w *watched) watchWith(t testing.TB, cfg local.Config) {
	t.Helper()
	cfg.Root = w.root
	w.screen = cfg.Terminal
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

func (w *watched) write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.root, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// replace changes a file as an editor's save does.
func (w *watched) replace(t testing.TB, name, old, new string) {
	t.Helper()
	text := readText(t, filepath.Join(w.root, name))
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not contain %q", name, old)
	}
	w.write(t, name, strings.Replace(text, old, new, 1))
}

func (w *watched) await(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !done(); {
		if time.Now().After(end) {
			t.Fatalf("timed out waiting until %s; the terminal shows:\n%s", what, lastLines(w.output.String()))
		}
		w.get(t, "/api/public", "")
	}
}

// lastLines leaves out what the handlers logged.
func lastLines(text string) string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.Contains(line, " | {") })
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

// get returns an answer's status and body.
func (w *watched) get(t testing.TB, path, token string) string {
	t.Helper()
	answer, err := sitetest.Get(w.SiteURL()+path, token)
	if err != nil {
		t.Error(err)
	}
	return answer
}

func (w *watched) awaitOutput(t testing.TB, want string) {
	t.Helper()
	w.await(t, "the terminal shows "+want, func() bool { return strings.Contains(w.output.String(), want) })
}

const publicHandler = "lambdas/public/handler.go"

func readText(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
