package redact

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Printable escapes what could move a terminal's cursor, reorder a line or be hidden
// in it: control and format characters, among them those for the direction of
// text (https://trojansource.codes). Tabs are kept.
func Printable(text string) string { return escapeRunes(text, unprintable, quoteRune) }

// PrintableLines is Printable for several lines, and keeps line ends.
func PrintableLines(text string) string {
	return escapeRunes(strings.ReplaceAll(text, "\r\n", "\n"), func(c rune) bool { return c != '\n' && unprintable(c) }, quoteRune)
}

// PrintableJSON escapes the same characters in a JSON text without changing its
// value: except white space, they can only occur in strings.
func PrintableJSON(text string) string {
	isWhite := func(c rune) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
	return escapeRunes(text, func(c rune) bool { return !isWhite(c) && unprintable(c) }, func(c rune) string {
		if c > 0xffff {
			high, low := utf16.EncodeRune(c)
			return fmt.Sprintf(`\u%04x\u%04x`, high, low)
		}
		return fmt.Sprintf(`\u%04x`, c)
	})
}

func unprintable(c rune) bool { return c != '\t' && !strconv.IsPrint(c) }

func quoteRune(c rune) string { return strings.Trim(strconv.QuoteRuneToASCII(c), "'") }

func escapeRunes(text string, isEscaped func(rune) bool, quote func(rune) string) string {
	if !strings.ContainsFunc(text, isEscaped) {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		if isEscaped(c) {
			b.WriteString(quote(c))
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}
