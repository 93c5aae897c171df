package redact

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
)

// dot is the separator of a token's parts, also as URLs and JSON escape it.
const dot = `(?:\.|%(?:25)*2[eE]|\\+u002[eE])`

// tokenHead is the header and the payload of a compact JWS, or the header and the
// key of a JWE: base64url of a JSON object, which begins with "{", possibly white
// space, and usually a quote. https://www.rfc-editor.org/rfc/rfc7515#section-7.1
const tokenHead = `(?:eyJ[\w-]*|(?:eyA|ew[0ok])[\w-]{10,})` + dot + `[\w-]*` + dot

var (
	// signature is what follows the first two parts of a token, or the rest of an
	// encrypted one, which has five.
	signature = regexp.MustCompile(`(` + tokenHead + `)(?:[\w-]|` + dot + `[\w-])+`)
	// behindScheme is what follows the name of a scheme.
	behindScheme = regexp.MustCompile(`(?i)\b((?:basic|bearer|dpop|negotiate)[\s+:="']+)([\w.~+/-]{8,}=*)("?)`)
	// pair is the name of a parameter of a query or a form, or of an attribute of a
	// log line; pairValue is the value after it.
	pair      = regexp.MustCompile(`([\w.%[\]-]+)=`)
	pairValue = regexp.MustCompile(`^(?:\\*"(?:[^"\\]|\\.)*"?|[^&#\s"'<>;\\]*)`)
	// headerLine is the name of a header in a dump of a message, or in a sentence.
	headerLine = regexp.MustCompile(`(?im)(^[ \t<>*]*|[^\w"'\\-])((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]+)[ \t]*:[ \t+]*`)
	// goHeader is the name of a header in an http.Header that fmt has printed.
	goHeader = regexp.MustCompile(`([\w-]+):\[`)
	// assignment is a name and its separator in YAML, in INI files, in programming
	// languages, and in what fmt prints of a map or a struct; assigned is the value
	// after it, which is quoted or ends where a word does.
	assignment = regexp.MustCompile(`([A-Za-z][\w.-]*)["'\]]?[ \t+]*(?:=>|[:=])[ \t+]*`)
	assigned   = regexp.MustCompile(`^(?:"(?:[^"\\\n]|\\.)*|'(?:[^'\\\n]|\\.)*|[^\s"',;&<>(){}\[\]\\]+)`)
	// element is the start tag of an XML element.
	element = regexp.MustCompile(`<(?:[\w.-]+:)?([\w.-]+)(?:[\s+][^<>]*)?>`)
	// userinfo is the part of a URL before the password; password follows it.
	// https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1
	userinfo = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#@:"'<>]*:`)
	password = regexp.MustCompile(`^[^\s/?#"'<>]*@`)
	// privateKey begins a private key in PEM. https://www.rfc-editor.org/rfc/rfc7468
	privateKey = regexp.MustCompile(`-----BEGIN[A-Z0-9 +]*PRIVATE[ +]KEY-----`)
	// part is a part of a multipart body.
	part = regexp.MustCompile(`(?is)(name="?([^"\s;]*)"?[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n)(.*?)(\r?\n--|$)`)
)

// unencoded masks secrets that are not encoded.
func unencoded(text string) string {
	lower := strings.ToLower(text)
	has := func(hints ...string) bool {
		return slices.ContainsFunc(hints, func(hint string) bool { return strings.Contains(lower, hint) })
	}
	if has("eyj", "eya", "ewo", "ew0", "ewk") {
		text = signature.ReplaceAllString(text, "${1}"+Mark)
	}
	if has("authorization", "cookie", "x-") && has(":") {
		text = headers(text)
	}
	if has(":[") {
		text = goHeaders(text)
	}
	if has("name=") && has("form-data") {
		text = parts(text)
	}
	if has(`"`) && has(":") {
		text = members(text)
	}
	if has("basic", "bearer", "dpop", "negotiate") {
		text = schemes(text)
	}
	if has("=") {
		text = pairs(text)
	}
	if has(":", "=") {
		text = assignments(text)
	}
	if has("</") {
		text = elements(text)
	}
	if has("://") && has("@") {
		text = passwords(text)
	}
	if has("key-----") {
		text = privateKeys(text)
	}
	return text
}

func parts(text string) string {
	return part.ReplaceAllStringFunc(text, func(found string) string {
		f := part.FindStringSubmatch(found)
		if !secret(f[2], f[3]) {
			return found
		}
		return f[1] + credentials(f[3]) + f[4]
	})
}

// behind masks what follows each match of an expression. mask gets the match with
// its groups and the rest of the text; it returns what replaces the first length
// bytes of the rest. If length is zero, nothing is masked, and the search continues
// right after the match: a text is read once, however many names are in it.
func behind(text string, head *regexp.Regexp, mask func(match []string, rest string) (masked string, length int)) string {
	var b strings.Builder
	for {
		at := head.FindStringSubmatchIndex(text)
		if at == nil {
			return b.String() + text
		}
		var match []string
		for i := 0; i < len(at); i += 2 {
			match = append(match, text[max(at[i], 0):max(at[i+1], 0)])
		}
		masked, length := mask(match, text[at[1]:])
		b.WriteString(text[:at[1]])
		b.WriteString(masked)
		text = text[at[1]+length:]
	}
}

// headers masks header lines, and values in a sentence unless they are words: "the
// cookie: it is missing" is unchanged.
func headers(text string) string {
	return behind(text, headerLine, func(match []string, rest string) (string, int) {
		before, name := match[1], match[2]
		if !secret(name, rest) {
			return "", 0
		}
		isWord := strings.Trim(before, " \t<>*") != "" || before == " "
		if isWord && !looksLikeValue(rest) && !scheme.MatchString(rest) {
			return "", 0
		}
		line := rest
		if end := strings.IndexAny(rest, "\r\n"); end >= 0 {
			line = rest[:end]
		}
		return credentials(line), len(line)
	})
}

// looksLikeValue reports whether a text begins with a value, not with a word.
func looksLikeValue(text string) bool {
	first, _, _ := strings.Cut(text[:min(len(text), maxLook)], " ")
	first, _, _ = strings.Cut(first, "\n")
	return strings.ContainsAny(first, "=0123456789")
}

func goHeaders(text string) string {
	return behind(text, goHeader, func(match []string, rest string) (string, int) {
		if !secret(match[1], rest) {
			return "", 0
		}
		value, _, _ := strings.Cut(rest, "]")
		return credentials(value), len(value)
	})
}

func schemes(text string) string {
	return behindScheme.ReplaceAllStringFunc(text, func(found string) string {
		f := behindScheme.FindStringSubmatch(found)
		isParameter := strings.HasSuffix(f[2], "=") && f[3] != "" // as in: Bearer error="invalid_token"
		if isParameter || !isCredential(f[1], strings.TrimRight(f[2], ".")) {
			return found
		}
		return f[1] + Mark + f[3]
	})
}

// isCredential distinguishes credentials from a word, as in "bearer authentication".
func isCredential(scheme, text string) bool {
	if strings.HasPrefix(strings.ToLower(scheme), "basic") {
		decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
		return err == nil && strings.Contains(string(decoded), ":")
	}
	return !signature.MatchString(text) && (len(text) >= 24 || strings.ContainsAny(text, "0123456789"))
}

func pairs(text string) string {
	return behind(text, pair, func(match []string, rest string) (string, int) {
		unquoted := strings.TrimLeft(rest, `\"`)
		if !secret(match[1], unquoted) {
			return "", 0
		}
		value := pairValue.FindString(rest)
		open := len(value) - len(strings.TrimLeft(value, `\"`))
		quote, inner := value[:open], value[open:]
		end := ""
		if quote != "" {
			end = inner[len(strings.TrimRight(inner, `\"`)):]
			inner = inner[:len(inner)-len(end)]
		}
		return quote + credentials(inner) + end, len(value)
	})
}

// assignments masks quoted values, and others unless they are words: "password: too
// short" is unchanged.
func assignments(text string) string {
	return behind(text, assignment, func(match []string, rest string) (string, int) {
		quote := ""
		if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
			quote = rest[:1]
		}
		if quote == "" && !looksLikeValue(rest) || !secret(match[1], rest[len(quote):]) {
			return "", 0
		}
		value := assigned.FindString(rest)
		if value == quote {
			return "", 0
		}
		return quote + credentials(value[len(quote):]), len(value)
	})
}

func elements(text string) string {
	return behind(text, element, func(match []string, rest string) (string, int) {
		if !secret(match[1], rest) {
			return "", 0
		}
		value, _, closed := strings.Cut(rest, "</")
		if !closed || strings.Contains(value, "<") {
			return "", 0
		}
		return credentials(value), len(value)
	})
}

func passwords(text string) string {
	return behind(text, userinfo, func(_ []string, rest string) (string, int) {
		value := password.FindString(rest)
		if len(value) < 2 {
			return "", 0
		}
		return Mark, len(value) - 1
	})
}

// keyEnd ends a private key in PEM.
const keyEnd = "-----END"

func privateKeys(text string) string {
	return behind(text, privateKey, func(_ []string, rest string) (string, int) {
		value, _, _ := strings.Cut(rest, keyEnd)
		return Mark, len(value)
	})
}
