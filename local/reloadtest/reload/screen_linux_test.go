package reload

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/reloadtest"
	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"

	tohtml "github.com/buildkite/terminal-to-html/v3"
	"github.com/chromedp/chromedp"
)

// A screen records what is written to a terminal.
type screen struct {
	terminaltest.Output
	changed chan struct{}
}

// newScreen returns a terminal of this width, with its screen.
func newScreen(t *testing.T, columns uint16) (*terminal.Terminal, *screen) {
	t.Helper()
	out, reader, err := terminaltest.Open(columns)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		out.Close()
		reader.Close()
	})
	s := &screen{changed: make(chan struct{}, 1)}
	go io.Copy(s, reader) // until out is closed
	return terminal.New(out), s
}

func (s *screen) Write(p []byte) (int, error) {
	n, err := s.Output.Write(p)
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return n, err
}

// ansiColor is an escape sequence that sets a color.
var ansiColor = regexp.MustCompile("\x1b\\[[0-9;]*m")

// await waits until the text has been shown, in any color.
func (s *screen) await(t *testing.T, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for !strings.Contains(ansiColor.ReplaceAllString(s.String(), ""), text) {
		select {
		case <-s.changed:
		case <-ctx.Done():
			t.Fatalf("timed out waiting for %q; the terminal shows:\n%s", text, s)
		}
	}
}

const screenPage = `<!doctype html><meta charset="utf-8"><title>Terminal</title><style>
html { background: #10151d; color: #d8dee9; }
body { margin: 0; padding: 16px 20px; width: fit-content; }
pre { margin: 0; font: 14px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
.term-fg1 { font-weight: bold; color: #fff; }
.term-fg31 { color: #ff7b85; }
.term-fg32 { color: #8fd18a; }
.term-fg33 { color: #e8c268; }
.term-fgi90 { color: #8590a3; }
</style><pre data-testid="screen">`

// TestTerminalShowsAnHourOfWork calls routes, breaks and fixes a handler and changes a
// setting, with a color terminal.
func TestTerminalShowsAnHourOfWork(t *testing.T) {
	t.Parallel()
	shown, screen := newScreen(t, 104)
	w := reloadtest.NewOn(t, shown)
	w.Output = &screen.Output
	shown.Ready(w.Ready())
	token := sitetest.SignIn(t, w.SiteURL())
	for _, call := range []struct{ path, token, want, shown string }{
		{"/api/public", "", "200 Hello stranger!", "public cold"},
		{"/api/public", "", "200 Hello stranger!", "public warm"},
		{"/api/private", "", `401 {"message":"Unauthorized"}`, "no token"},
		{"/api/private", token, "200 Hello auth0|", "private cold"},
	} {
		if got := w.Get(t, call.path, call.token); !strings.HasPrefix(got, call.want) {
			t.Errorf("expected %q, got %q", call.want, got)
		}
		screen.await(t, call.shown)
	}
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello \" + name + \"!")
	screen.await(t, "undefined: name")
	if got := w.Get(t, "/api/public", ""); !strings.HasPrefix(got, "500 ") {
		t.Errorf("expected a handler that does not build to fail, got %q", got)
	}
	w.Replace(t, reloadtest.PublicHandler, "\" + name + \"", "reader")
	screen.await(t, "reloaded "+reloadtest.PublicHandler)
	if got := w.Get(t, "/api/public", ""); got != "200 Hello reader!" {
		t.Errorf("expected the fixed handler, got %q", got)
	}
	w.Write(t, "Pulumi.dev.yaml", reloadtest.Settings+"  accessTokenLifetime: 600\n")
	screen.await(t, "~ ResourceServer api")
	screen.check(t)
}

// check draws the screen in a browser, and asserts which texts have a color.
func (s *screen) check(t *testing.T) {
	t.Helper()
	html := tohtml.Render([]byte(s.String()))
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, screenPage+html+"</pre>")
	}))
	t.Cleanup(page.Close)
	b := sitetest.NewBrowser(t)
	b.Open(page.URL)
	t.Log(b.Text(sitetest.TestID("screen")))
	for class, want := range map[string]string{"term-fg1": "Site", "term-fg31": "500", "term-fg32": "reloaded", "term-fg33": "401"} {
		if got := sitetest.Evaluate(b, chromedp.Evaluate[string](`[...document.querySelectorAll(".`+class+`")].map(e => e.textContent).join("\n")`)); !strings.Contains(got, want) {
			t.Errorf("expected %q to have the class %s, got %q", want, class, got)
		}
	}
	b.Picture("terminal")
}
