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

var (
	// secretName matches names without their hyphens and underscores, in lower
	// case. OAuth's parameters:
	// https://www.iana.org/assignments/oauth-parameters/oauth-parameters.xhtml
	// AWS's: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
	secretName = regexp.MustCompile(`^(authorization|cookies?|setcookie|idtokenhint|amzsignature|tokenhint)$|` +
		`(proxyauthorization|password|passwd|passphrase|secret|secretkey|apikey|privatekey|signingkey|accesskey|secretaccesskey|` +
		`accesstoken|refreshtoken|idtoken|sessiontoken|securitytoken|authtoken|csrftoken|xsrftoken|subjecttoken|actortoken|xamzsignature|` +
		`codeverifier|clientassertion|assertion|devicecode|usercode|sessionid)$`)
	// weakName matches names that are also used for values that are not secret.
	weakName = regexp.MustCompile(`^(code|authorizationcode|token)$`)
	random   = regexp.MustCompile(`^[\w.~%+/=-]{16,}`)
	// scheme matches known schemes. Any other word could be a scheme or a secret. https://www.iana.org/assignments/http-authschemes
	scheme = regexp.MustCompile(`(?i)^(?:basic|bearer|digest|dpop|negotiate) `)
	// unsigned matches only a token without its signature.
	unsigned = regexp.MustCompile(`^(?:[A-Za-z]+ )?` + tokenHead + Mark + `$`)
)

// separators are what the ways to write a name differ in.
var separators = strings.NewReplacer("-", "", "_", "", ".", "")

// simple is a name in the form that secretName matches.
func simple(name string) string {
	if decoded, err := url.QueryUnescape(name); err == nil {
		name = decoded
	}
	return separators.Replace(strings.ToLower(name))
}

// secret reports whether the value under a name is secret.
func secret(name, value string) bool {
	name = simple(name)
	if secretName.MatchString(name) {
		return true
	}
	return weakName.MatchString(name) && strings.ContainsAny(random.FindString(value), "0123456789")
}

// Secret reports whether every value under a name is secret.
func Secret(name string) bool { return secretName.MatchString(simple(name)) }

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
