package console

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// hidden stands for what the page must not show.
const hidden = "•••"

// literal is a JSON string in a text, which may be cut off before its end.
const literal = `"(?:[^"\\]|\\.)*"?`

var (
	// signature is what follows the first two parts of a signed token, or of an
	// encrypted one, which has five. Without it the rest can be read and not used.
	signature = regexp.MustCompile(`(eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.)[A-Za-z0-9_.-]*[A-Za-z0-9_-]`)
	// unsigned is a token without its signature, and nothing else.
	unsigned = regexp.MustCompile(`^(?:[A-Za-z]+ )?eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.` + hidden + `$`)
	// scheme is one that is known. Of another word, nobody can tell whether it is a
	// scheme or a secret. https://www.iana.org/assignments/http-authschemes
	scheme = regexp.MustCompile(`(?i)^(?:basic|bearer|digest|dpop|negotiate) `)
	// member and list are secret ones in a piece of JSON.
	member = regexp.MustCompile(`(?is)("(authorization|proxy-authorization|cookie|set-cookie)"\s*:\s*)(` + literal + `)`)
	list   = regexp.MustCompile(`(?is)("(?:authorization|proxy-authorization|cookie|set-cookie|cookies)"\s*:\s*\[)(?:\s*` + literal + `\s*,?)+`)
)

// secretNames are headers, and members of events, that are worth something by
// themselves.
var secretNames = []string{"authorization", "proxy-authorization", "cookie", "set-cookie", "cookies"}

// maskedValue is the value of a header or member of that lower-case name.
func maskedValue(name, value string) string {
	switch {
	case name == "authorization":
		return maskedCredentials(value)
	case slices.Contains(secretNames, name):
		return hidden
	}
	return masked(value)
}

// maskedCredentials leaves of an Authorization header what can be read and not
// used: the scheme, and the claims of a token.
func maskedCredentials(value string) string {
	value = signature.ReplaceAllString(value, "${1}"+hidden)
	if unsigned.MatchString(value) {
		return value
	}
	return scheme.FindString(value) + hidden
}

// masked takes the secrets of a sign-in out of a text of any kind: signatures of
// tokens, and where pieces of JSON are in it, the cookies and credentials of
// these.
func masked(text string) string {
	text = signature.ReplaceAllString(text, "${1}"+hidden)
	text = member.ReplaceAllStringFunc(text, func(found string) string {
		parts := member.FindStringSubmatch(found)
		value, closed := strings.CutSuffix(parts[3][1:], `"`)
		found = parts[1] + `"` + maskedValue(strings.ToLower(parts[2]), value)
		if closed {
			found += `"`
		}
		return found
	})
	return list.ReplaceAllString(text, `${1}"`+hidden+`"`)
}

// maskedHeader lists headers in the order of their names, with lower-case names.
func maskedHeader(header http.Header) [][2]string {
	list := [][2]string{}
	for _, name := range sortedNames(header) {
		for _, value := range header[name] {
			lower := strings.ToLower(name)
			list = append(list, [2]string{lower, maskedValue(lower, value)})
		}
	}
	return list
}
