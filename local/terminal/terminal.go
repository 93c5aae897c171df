package terminal

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/redact"
	"api-auth-jwt-auth0/local/stack"
)

// A Terminal shows events in this order: builds, each with its time; then the URLs; then a
// line for each request, with its function's log and failures below it. Text from a handler
// or a client cannot move the cursor. Color, a line that counts the seconds of a build, and a
// limit to the width of lines are used only if the output is a terminal.
//
// With JSON it shows the same as lines of JSON, one for each event; see events.go.
type Terminal struct {
	JSON bool // shows each event as a line of JSON
	now  func() time.Time

	mu       sync.Mutex
	out      io.Writer
	color    bool
	redraws  bool       // the output is a terminal, on which the line of progress is redrawn
	width    func() int // in columns; 0 for any
	progress progress
	pending  pendingLogs

	isReady atomic.Bool
}

// New returns a terminal that writes to out, with colors and progress if out is a terminal.
func New(out io.Writer) *Terminal {
	t := &Terminal{out: out, now: time.Now, width: func() int { return 0 }, pending: pendingLogs{}}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		t.color = os.Getenv("NO_COLOR") == "" // https://no-color.org
		t.redraws = true
		t.width = func() int {
			columns, _, err := term.GetSize(int(file.Fd()))
			if err != nil {
				return 0
			}
			return columns
		}
	}
	return t
}

// show writes an event, above the line of a build in progress.
func (t *Terminal) show(e event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.write(e)
}

// write is show; t.mu must be held.
func (t *Terminal) write(e event) {
	if s, ok := e.(secretive); ok {
		e = s.masked()
	}
	if t.JSON {
		t.out.Write(jsonLine(t.now(), e))
		return
	}
	if text := e.text(t.page()); text != "" {
		t.print(text)
	}
}

func (t *Terminal) page() layout {
	return layout{color: t.color, width: t.width(), now: t.now()}
}

// print writes text; t.mu must be held.
func (t *Terminal) print(text string) {
	if !t.redraws {
		io.WriteString(t.out, text)
		return
	}
	io.WriteString(t.out, clearLine+text+t.progress.text(t.page()))
}

// jsonLine returns an event with its time and name, and a newline.
func jsonLine(now time.Time, e event) []byte {
	head, err := json.Marshal(struct {
		Time  string `json:"time"`
		Event string `json:"event"`
	}{now.Format(time.RFC3339Nano), e.name()})
	body, bodyErr := json.Marshal(e)
	if err != nil || bodyErr != nil {
		return nil // cannot happen: an event is made of texts and numbers
	}
	return []byte(string(head[:len(head)-1]) + "," + redact.PrintableJSON(string(body[1:])) + "\n")
}

// Step shows a build when it starts, while it runs, and when it is done.
func (t *Terminal) Step(s artifact.Step) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.Note != "" {
		t.write(warningEvent{"build", s.Note})
		return
	}
	shown := t.progress.update(s, t.now(), t.interval(), t.tick)
	switch {
	case !shown:
	case errors.Is(s.Err, context.Canceled) && !t.JSON: // canceled by a later save, which is not a failure
	case s.Done:
		t.write(builtEvent{Name: s.Name, Milliseconds: milliseconds(s.Took), Failed: s.Err != nil})
	case t.redraws && !t.JSON:
		t.print("") // draws the progress line
	default:
		t.write(buildingEvent{Name: s.Name})
	}
}

// interval returns how often progress is shown.
func (t *Terminal) interval() time.Duration {
	if t.redraws || t.JSON {
		return redrawEvery
	}
	return repeatEvery
}

// tick shows the progress once more.
func (t *Terminal) tick() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.progress.again(t.interval(), t.tick) {
		return
	}
	switch {
	case t.JSON:
		for _, s := range t.progress.running {
			t.write(buildingEvent{Name: s.Name, Count: s.Count, Total: s.Total, Unit: s.Unit})
		}
	case t.redraws:
		t.print("")
	default:
		t.print(t.progress.text(t.page()) + "\n")
	}
}

// ProgramLine shows a line that the program has logged or printed.
func (t *Terminal) ProgramLine(l stack.Line) { t.show(programEvent{Level: l.Level, Text: l.Text}) }

// Reloaded shows saved files, and the changes to the stack.
func (t *Terminal) Reloaded(files, changes []string, saved time.Time) {
	t.show(reloadedEvent{Files: files, Changes: changes, Milliseconds: milliseconds(time.Since(saved))})
}

// Ready shows the URLs. Requests are shown from then on.
func (t *Terminal) Ready(e Ready) {
	defer t.isReady.Store(true)
	t.show(e)
}

// Fail shows the error that ends the program: on stderr, except for programs that read lines
// of JSON.
func (t *Terminal) Fail(stderr io.Writer, err error) {
	if t.JSON {
		t.Problem(err)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.redraws {
		io.WriteString(t.out, clearLine)
	}
	io.WriteString(stderr, "\n"+newErrorEvent(err).masked().text(t.page()))
}

// Problem shows an error, whose text may have several lines.
func (t *Terminal) Problem(err error) {
	t.show(newErrorEvent(err))
}
