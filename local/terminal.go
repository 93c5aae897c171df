package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"api-auth-jwt-auth0/infra/artifact"
)

// terminal writes what a person sees, by these rules: builds first, each with
// its time; then where to go; then a line for each request, with the log lines
// of functions under it. Text that came from a handler or a client cannot move
// the cursor. Colour only where the output is a terminal.
type terminal struct {
	mu     sync.Mutex
	out    io.Writer
	colour bool

	isReady atomic.Bool
}

func newTerminal(out io.Writer) *terminal {
	file, ok := out.(*os.File)
	colour := ok && term.IsTerminal(int(file.Fd())) && os.Getenv("NO_COLOR") == "" // https://no-color.org
	return &terminal{out: out, colour: colour}
}

// A style is an ANSI colour. https://en.wikipedia.org/wiki/ANSI_escape_code#Colors
type style string

const (
	bold   style = "1"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	grey   style = "90"
)

func (t *terminal) paint(s style, text string) string {
	if !t.colour {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

func (t *terminal) printf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, format, args...)
}

// step shows a build when it starts and when it is done.
func (t *terminal) step(s artifact.Step) {
	switch {
	case !s.Done:
		t.printf("%s %s\n", t.paint(grey, "building"), s.Name)
	case s.Err == nil:
		t.printf("%s    %s %s\n", t.paint(green, "built"), s.Name, t.paint(grey, s.Took.Round(10*time.Millisecond).String()))
	}
}

// reloaded says what was saved, and what that changed in the stack.
func (t *terminal) reloaded(files, changes []string, saved time.Time) {
	what := files[0]
	if more := len(files) - 1; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	if len(changes) == 0 {
		changes = []string{"no change in the stack"}
	}
	t.printf("%s %s %s\n", t.paint(green, "reloaded"), printable(what), t.paint(grey, time.Since(saved).Round(10*time.Millisecond).String()))
	for _, change := range changes {
		t.printf("         %s\n", printable(change))
	}
}

// reloadFailed says why what was saved is not served.
func (t *terminal) reloadFailed(err error) { t.printf("%s\n", t.failure(err)) }

// ready says where to go.
func (t *terminal) ready(c *Cloud) {
	defer t.isReady.Store(true)
	t.printf(`
  %s      %s
  API       %s/api
  Tenant    %s

  Sign in as %s with the password %s, or sign up with any e-mail address.
  %s

`, t.paint(bold, "Site"), t.paint(bold, c.SiteURL()), c.APIURL(), c.TenantURL(),
		t.paint(bold, readyUser.Email), t.paint(bold, readyUser.Password), t.paint(grey, "Stop with Ctrl-C."))
}

// failure is how an error that ends the program reads.
func (t *terminal) failure(err error) string {
	return t.paint(red, "error:") + " " + err.Error()
}
