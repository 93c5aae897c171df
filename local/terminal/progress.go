package terminal

import (
	"slices"
	"strings"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
)

// clearLine takes away the line that the cursor is on (ECMA-48: CR, EL).
const clearLine = "\r\x1b[K"

// progress is what is being built just now, for a line that counts the seconds.
type progress struct {
	running []string // in the order of their start
	since   time.Time
	timer   *time.Timer // nil while nothing is built
}

// step takes up a build that begins or ends; tick is called every second while
// there is one.
func (p *progress) step(s artifact.Step, now time.Time, tick func()) {
	if s.Done {
		if i := slices.Index(p.running, s.Name); i >= 0 {
			p.running = slices.Delete(p.running, i, i+1)
		}
		return
	}
	if len(p.running) == 0 {
		p.since = now
	}
	p.running = append(p.running, s.Name)
	if p.timer == nil {
		p.timer = time.AfterFunc(time.Second, tick)
	}
}

// again reports whether the line is to be drawn anew, and then sets the clock.
func (p *progress) again(tick func()) bool {
	if p.timer = nil; len(p.running) == 0 {
		return false
	}
	p.timer = time.AfterFunc(time.Second, tick)
	return true
}

// text is the line, without an end: "building handler private, web app  12s".
func (p *progress) text(page layout) string {
	if len(p.running) == 0 {
		return ""
	}
	took := "  " + page.now.Sub(p.since).Truncate(time.Second).String()
	names := strings.Join(p.running, ", ")
	if page.width > 0 {
		names = cut(names, page.width-len("building ")-len(took)-1)
	}
	return page.paint(grey, "building ") + names + page.paint(grey, took)
}
