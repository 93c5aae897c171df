package redact

import (
	"regexp"
	"strings"
)

// memberHead is the name of a member in a piece of JSON, and the quote of its
// value or of the first in its list, at any level of escaping. Forms have plus
// signs for spaces.
var memberHead = regexp.MustCompile(`\\*"([\w.-]+)\\*"[\s+]*:[\s+]*(\[?)[\s+]*(\\*)"`)

// members masks the secret members in pieces of JSON, which may be cut off, or
// escaped within a string of another.
func members(text string) string {
	var b strings.Builder
	for {
		at := memberHead.FindStringSubmatchIndex(text)
		if at == nil {
			return b.String() + text
		}
		name, isList, level := text[at[2]:at[3]], at[5] > at[4], at[7]-at[6]
		value := text[at[1]:]
		end := stringEnd(value, level)
		if !secret(name, value[:end]) {
			b.WriteString(text[:at[1]])
			text = value
			continue
		}
		b.WriteString(text[:at[1]] + credentials(value[:end]))
		text = value[end:]
		if isList {
			text = skipList(text, level)
		}
	}
}

// stringEnd is where a string ends: at its quote, or at the level backslashes before
// it, or at the end of the text.
func stringEnd(text string, level int) int {
	for from := 0; ; {
		i := strings.IndexByte(text[from:], '"')
		if i < 0 {
			return len(text)
		}
		quote := from + i
		backslashes := quote - len(strings.TrimRight(text[:quote], `\`))
		// Each level of escaping doubles the backslashes and adds one for the quote.
		if backslashes < level || backslashes%(2*(level+1)) == level {
			return quote - min(backslashes, level)
		}
		from = quote + 1
	}
}

// skipList drops the other strings of a list whose first string ends here.
func skipList(text string, level int) string {
	quote := strings.Repeat(`\`, level) + `"`
	rest, ok := strings.CutPrefix(text, quote)
	for ok {
		next := strings.TrimLeft(rest, " +\t\r\n,")
		value, more := strings.CutPrefix(next, quote)
		if !more {
			return quote + rest
		}
		value = value[stringEnd(value, level):]
		if rest, ok = strings.CutPrefix(value, quote); !ok {
			return quote // cut off
		}
	}
	return text
}
