package terminal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
)

// clearLine clears the cursor's line (ECMA-48: CR, EL).
const clearLine = "\r\x1b[K"

// How often progress is shown during a build: on a terminal, where the line is redrawn, and
// as an event or in a file, where lines stay.
const (
	redrawEvery = time.Second
	repeatEvery = 5 * time.Second
)

// progress is what is being built, in order of start.
type progress struct {
	running []runningStep
	since   time.Time
	timer   *time.Timer // nil while nothing is built
}

// A runningStep is done when all its waiters are: two builds may need the same one.
type runningStep struct {
	artifact.Step
	waiting int
}

// update records a step that starts, counts or ends, and reports whether to show it: the
// first start, and the last end. tick is called after the given time, if something is being
// built then.
func (p *progress) update(s artifact.Step, now time.Time, after time.Duration, tick func()) (shown bool) {
	i := slices.IndexFunc(p.running, func(r runningStep) bool { return r.Name == s.Name })
	switch {
	case i < 0 && s.Done:
		return true
	case i < 0:
		if shown = true; len(p.running) == 0 {
			p.since = now
		}
		p.running = append(p.running, runningStep{s, 1})
	case s.Done:
		if p.running[i].waiting--; p.running[i].waiting == 0 {
			p.running, shown = slices.Delete(p.running, i, i+1), true
		}
	case s.Count > 0:
		p.running[i].Step = s
	default:
		p.running[i].waiting++
	}
	if p.timer == nil && len(p.running) > 0 {
		p.timer = time.AfterFunc(after, tick)
	}
	return shown
}

// again reports whether to show progress once more, and then sets the timer.
func (p *progress) again(after time.Duration, tick func()) bool {
	if p.timer = nil; len(p.running) == 0 {
		return false
	}
	p.timer = time.AfterFunc(after, tick)
	return true
}

// text returns the line, without an end: "building program 212 of 543 packages, web app
// 12s".
func (p *progress) text(page layout) string {
	if len(p.running) == 0 {
		return ""
	}
	took := "  " + page.now.Sub(p.since).Truncate(time.Second).String()
	var names []string
	for _, s := range p.running {
		names = append(names, s.Name+counted(s.Step))
	}
	line := strings.Join(names, ", ")
	if page.width > 0 {
		line = cut(line, page.width-len("building ")-len(took)-1)
	}
	return page.paint(grey, "building ") + line + page.paint(grey, took)
}

// counted returns a step's name and progress.
func counted(s artifact.Step) string {
	switch {
	case s.Count == 0:
		return ""
	case s.Total == 0:
		return fmt.Sprintf(" %d %s", s.Count, s.Unit)
	}
	return fmt.Sprintf(" %d of %d %s", s.Count, s.Total, s.Unit)
}
