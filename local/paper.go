package main

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"api-auth-jwt-auth0/local/redact"
)

// paper is what events are written on.
type paper struct {
	colour bool
	width  int // in columns; 0 for any
	now    time.Time
}

// A style is an ANSI colour. https://en.wikipedia.org/wiki/ANSI_escape_code#Colors
type style string

const (
	plain  style = ""
	bold   style = "1"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	grey   style = "90"
)

func (p paper) paint(s style, text string) string {
	if !p.colour || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// Paper narrower than this leaves the time of day out.
const narrow = 72

func (p paper) isNarrow() bool { return p.width > 0 && p.width < narrow }

// stamp is the time of day at the head of a line.
func (p paper) stamp() string {
	if p.isNarrow() {
		return ""
	}
	return p.paint(grey, p.now.Format(time.TimeOnly)) + " "
}

// indent is as wide as stamp, and at least two columns.
func (p paper) indent() string {
	if p.isNarrow() {
		return "  "
	}
	return strings.Repeat(" ", len(time.TimeOnly)+1)
}

// under writes text below a request's line, behind a label, and breaks it where
// the page ends.
func (p paper) under(label string, s style, text string) string {
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
func (p paper) broken(line string, margin int) []string {
	room := p.width - margin
	if p.width == 0 || room < 16 {
		return []string{line}
	}
	var pieces []string
	for runes := []rune(line); ; {
		if len(runes) <= room {
			return append(pieces, string(runes))
		}
		end := room
		if space := strings.LastIndexByte(string(runes[:room+1]), ' '); space > 0 {
			end = utf8.RuneCountInString(string(runes[:room+1])[:space])
		}
		pieces = append(pieces, string(runes[:end]))
		runes = []rune(strings.TrimLeft(string(runes[end:]), " "))
	}
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
