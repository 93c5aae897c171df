package terminal

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"api-auth-jwt-auth0/local/redact"
)

// layout is what events are written on.
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

// Paper narrower than this leaves the time of day out.
const narrow = 72

func (p layout) isNarrow() bool { return p.width > 0 && p.width < narrow }

// stamp is the time of day at the head of a line.
func (p layout) stamp() string {
	if p.isNarrow() {
		return ""
	}
	return p.paint(grey, p.now.Format(time.TimeOnly)) + " "
}

// indent is as wide as stamp, and at least two columns.
func (p layout) indent() string {
	if p.isNarrow() {
		return "  "
	}
	return strings.Repeat(" ", len(time.TimeOnly)+1)
}

// under writes text below a request's line, behind a label, and breaks it where
// the page ends.
func (p layout) under(label string, s style, text string) string {
	var b strings.Builder
	lead := p.indent() + label
	for _, line := range strings.Split(text, "\n") {
		for _, piece := range p.broken(redact.Printable(line), utf8.RuneCountInString(lead)) {
			b.WriteString(p.paint(grey, lead) + p.paint(s, piece) + "\n")
			lead = strings.Repeat(" ", utf8.RuneCountInString(lead))
		}
	}
	return b.String()
}

// broken cuts a line into pieces that fit beside a margin, at spaces where there
// are any.
func (p layout) broken(line string, margin int) []string {
	room := p.width - margin
	if p.width == 0 || room < 16 {
		return []string{line}
	}
	var pieces []string
	for line = strings.ToValidUTF8(line, "\uFFFD"); ; {
		end, next := prefix(line, room), prefix(line, room+1)
		if end == next {
			return append(pieces, line)
		}
		if space := strings.LastIndexByte(line[:next], ' '); space > 0 {
			end = space
		}
		pieces = append(pieces, line[:end])
		line = strings.TrimLeft(line[end:], " ")
	}
}

// prefix is the length in bytes of the first runes of s, or of all of s if it
// has fewer. It looks at no more of s, which may be long.
func prefix(s string, runes int) (bytes int) {
	for ; runes > 0 && bytes < len(s); runes-- {
		_, size := utf8.DecodeRuneInString(s[bytes:])
		bytes += size
	}
	return bytes
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// cut shortens s to width columns, the last of which then says so.
func cut(s string, width int) string {
	runes := []rune(s)
	if len(runes) <= width {
		return s
	}
	return string(runes[:max(0, width-1)]) + "…"
}

// brief is a duration as one reads it: <0.1ms, 0.4ms, 87ms, 1.2s.
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

// milliseconds are rounded to microseconds.
func milliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond)) / float64(time.Millisecond)
}
