package expression

import (
	"strings"
	"unicode/utf8"
)

// A token is a piece of an expression. Its kind is 'a' for a word, '0' for digits, '#' and
// ':' for placeholders, 0 for the end, '?' for an invalid character; otherwise its text is an
// operator or a bracket.
type token struct {
	kind       byte
	text       string
	start, end int
}

const endText = "<EOF>"

// operators are the tokens that are not words, each before its prefixes.
var operators = []string{"<=", ">=", "<>", "<", ">", "=", "(", ")", "[", "]", ",", ".", "+", "-"}

func tokenize(text string) []token {
	var tokens []token
	for at := 0; ; {
		at += len(text[at:]) - len(strings.TrimLeft(text[at:], " \t\r\n"))
		if at == len(text) {
			return append(tokens, token{text: endText, start: at, end: at})
		}
		kind, length := scanToken(text[at:])
		tokens = append(tokens, token{kind: kind, text: text[at : at+length], start: at, end: at + length})
		at += length
	}
}

func scanToken(text string) (kind byte, length int) {
	switch c := rune(text[0]); {
	case (c == '#' || c == ':') && wordLength(text[1:]) > 0:
		return byte(c), 1 + wordLength(text[1:])
	case c >= '0' && c <= '9':
		rest := strings.TrimLeft(text, "0123456789")
		return '0', len(text) - len(rest)
	case isWord(c):
		return 'a', wordLength(text)
	}
	for _, operator := range operators {
		if strings.HasPrefix(text, operator) {
			return operator[0], len(operator)
		}
	}
	_, length = utf8.DecodeRuneInString(text)
	return '?', length
}

func wordLength(text string) int {
	if end := strings.IndexFunc(text, func(r rune) bool { return !isWord(r) }); end >= 0 {
		return end
	}
	return len(text)
}

func isWord(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
