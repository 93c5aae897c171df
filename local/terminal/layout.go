package terminal

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"api-auth-jwt-auth0/local/redact"
)

// layout describes the page that events are written on.
type layout struct {
	color bool
	width int // in columns; 0 for any
	now   time.Time
}

// A style is an ANSI color. https://en.wikipedia.org/wiki/ANSI_escape_code#Colors
type style string

const (
	plain  style = ""
	bold   style = "1"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	grey   style = "90"
)

func (p layout) paint(s style, text string) string {
	if !p.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// A page narrower than this omits the time of day.
const narrow = 72

func (p layout) isNarrow() bool { return p.width > 0 && p.width < narrow }

// stamp returns the time of day at the head of a line.
func (p layout) stamp() string {
	if p.isNarrow() {
		return ""
	}
	return p.paint(grey, p.now.Format(time.TimeOnly)) + " "
}

// indent returns spaces as wide as stamp, at least two.
func (p layout) indent() string {
	if p.isNarrow() {
		return "  "
	}
	return strings.Repeat(" ", len(time.TimeOnly)+1)
}

// under writes text below a request's line, after a label, and wraps it at the page's width.
func (p layout) under(label string, s style, text string) string {
	var b strings.Builder
	lead := p.indent() + label
	margin := ansi.StringWidth(lead)
	for _, line := range strings.Split(text, "\n") {
		for _, piece := range p.wrapped(redact.Printable(line), margin) {
			b.WriteString(p.paint(grey, lead) + p.paint(s, piece) + "\n")
			lead = strings.Repeat(" ", margin)
		}
	}
	return b.String()
}

// leastRoom is the least width next to a margin for text to be wrapped.
const leastRoom = 16

// wrapped splits a printable line into pieces that fit next to a margin, at spaces if there
// are any. (ansi.Wrap also breaks after hyphens, which paths and passwords have, and between
// a letter and its accent.)
func (p layout) wrapped(line string, margin int) []string {
	room := p.width - margin
	if p.width == 0 || room < leastRoom {
		return []string{line}
	}
	line = strings.ReplaceAll(strings.ToValidUTF8(line, "\uFFFD"), "\t", "    ")
	var pieces []string
	start, at, columns, space := 0, 0, 0, 0
	for at < len(line) {
		character, width := ansi.FirstGraphemeCluster(line[at:], ansi.GraphemeWidth)
		if character == " " {
			space = at
		}
		if columns += width; columns <= room {
			at += len(character)
			continue
		}
		if space > start {
			at = space
		}
		pieces = append(pieces, line[start:at])
		at = len(line) - len(strings.TrimLeft(line[at:], " "))
		start, columns = at, 0
	}
	return append(pieces, line[start:])
}

// pad fills s with spaces up to a width in columns.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}

// cut shortens s to a width in columns, the last of which is then an ellipsis.
func cut(s string, width int) string { return ansi.Truncate(s, width, "…") }

// brief formats a duration for people: <0.1ms, 0.4ms, 87ms, 1.2s.
func brief(milliseconds float64) string {
	switch {
	case milliseconds < 0.05:
		return "<0.1ms"
	case milliseconds < 9.95:
		return fmt.Sprintf("%.1fms", milliseconds)
	case milliseconds < 999.5:
		return fmt.Sprintf("%.0fms", milliseconds)
	}
	return fmt.Sprintf("%.1fs", milliseconds/1000)
}

// milliseconds rounds to microseconds.
func milliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond)) / float64(time.Millisecond)
}
