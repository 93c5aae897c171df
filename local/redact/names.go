package redact

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Mark replaces what is masked.
const Mark = "•••"

// Names, and the ends of names, in lower case, without the separators below. OAuth's
// parameters:
// https://www.iana.org/assignments/oauth-parameters/oauth-parameters.xhtml
// AWS's: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
var (
	secretNames = strings.Fields(`cookie cookies setcookie idtokenhint amzsignature tokenhint pass pwd passwordconfirm
		passwordconfirmation jwt`)
	secretEnds = strings.Fields(`authorization password passwd passphrase secret secretkey apikey privatekey signingkey
		accesskey secretaccesskey accesstoken refreshtoken idtoken sessiontoken securitytoken authtoken csrftoken xsrftoken
		subjecttoken actortoken xamzsignature codeverifier assertion devicecode usercode sessionid`)
	// weakNames are also used for values that are not secret, as is what ends in weakEnd.
	weakNames = strings.Fields(`code authorizationcode signature sig`)
)

const weakEnd = "token"

var (
	random = regexp.MustCompile(`^[\w.~%+/=-]{16,}`)
	// scheme matches known schemes. Any other word could be a scheme or a secret. https://www.iana.org/assignments/http-authschemes
	scheme = regexp.MustCompile(`(?i)^(?:basic|bearer|digest|dpop|negotiate) `)
	// unsigned matches only a token without its signature.
	unsigned = regexp.MustCompile(`^(?:[A-Za-z]+ )?` + tokenHead + Mark + `$`)
)

// separators are the characters in which spellings of a name differ.
var separators = strings.NewReplacer("-", "", "_", "", ".", "")

// maxLook is how many bytes of a value are examined to decide whether it is secret,
// so that the cost does not grow with the value.
const maxLook = 4096

// simple is a name in the form of secretNames. Of a name such as
// user[password] or password[], it is the last part.
func simple(name string) string {
	if decoded, err := url.QueryUnescape(name); err == nil {
		name = decoded
	}
	if parts := strings.FieldsFunc(name, func(c rune) bool { return c == '[' || c == ']' }); len(parts) > 0 {
		name = parts[len(parts)-1]
	}
	return separators.Replace(strings.ToLower(name))
}

// secret reports whether the value under a name is secret.
func secret(name, value string) bool {
	name = simple(name)
	return alwaysSecret(name) || (slices.Contains(weakNames, name) || strings.HasSuffix(name, weakEnd)) &&
		strings.ContainsAny(random.FindString(value[:min(len(value), maxLook)]), "0123456789")
}

// Secret reports whether every value under a name is secret.
func Secret(name string) bool { return alwaysSecret(simple(name)) }

func alwaysSecret(simple string) bool {
	return slices.Contains(secretNames, simple) || slices.ContainsFunc(secretEnds, func(end string) bool { return strings.HasSuffix(simple, end) })
}

// Value masks the value under a name, such as a header's. Of a value that is
// secret by its name, the scheme and a token's claims are kept.
func Value(name, value string) string {
	if secret(name, value) {
		return credentials(value)
	}
	return Text(value)
}

// credentials keeps what cannot be used as a credential.
func credentials(value string) string {
	if value == "" {
		return ""
	}
	value = signature.ReplaceAllString(value, "${1}"+Mark)
	if unsigned.MatchString(value) {
		return value
	}
	return scheme.FindString(value) + Mark
}

// Header lists headers in the order of their names, with lower-case names.
func Header(header http.Header) [][2]string {
	list := [][2]string{}
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range header[name] {
			lower := strings.ToLower(name)
			list = append(list, [2]string{lower, Value(lower, value)})
		}
	}
	return list
}
