package console

import (
	"net/http"
	"regexp"
	"strings"
)

// hidden stands for what the page must not show.
const hidden = "•••"

var (
	// signature is the last part of a signed token. Without it the rest can be
	// read and not used.
	signature = regexp.MustCompile(`(eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.)[A-Za-z0-9_-]+`)
	// credentials are those of an Authorization header in JSON.
	credentials = regexp.MustCompile(`(?i)("authorization":\s*"(?:[A-Za-z]+ )?)[^"]+`)
	// cookies are the values in an event's list of cookies.
	cookies = regexp.MustCompile(`("cookies":\[)[^\]]*(\])`)
)

// masked takes the secrets of a sign-in out of a text: signatures of tokens,
// and in events the cookies and all other
// credentials.
func masked(text string) string {
	text = signature.ReplaceAllString(text, "${1}"+hidden)
	text = credentials.ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasSuffix(found, "."+hidden) {
			return found
		}
		return credentials.ReplaceAllString(found, "${1}"+hidden)
	})
	return cookies.ReplaceAllString(text, `${1}"`+hidden+`"${2}`)
}

// secretHeaders have values that are worth something by themselves.
var secretHeaders = map[string]bool{"cookie": true, "set-cookie": true, "proxy-authorization": true}

// maskedHeader lists headers in the order of their names, with lower-case names.
func maskedHeader(header http.Header) [][2]string {
	list := [][2]string{}
	for _, name := range sortedNames(header) {
		for _, value := range header[name] {
			lower := strings.ToLower(name)
			switch {
			case secretHeaders[lower]:
				value = hidden
			case lower == "authorization" && !signature.MatchString(value):
				scheme, _, _ := strings.Cut(value, " ")
				value = scheme + " " + hidden
			default:
				value = masked(value)
			}
			list = append(list, [2]string{lower, value})
		}
	}
	return list
}
