package redact

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
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
	behindScheme = regexp.MustCompile(`(?i)\b((?:basic|bearer|dpop|negotiate)(?:\s|\+)+)([\w.~+/-]{8,}=*)("?)`)
	// pair is a parameter of a query or a form, or an attribute of a log line.
	pair = regexp.MustCompile(`([\w.%-]+)=(\\*"(?:[^"\\]|\\.)*"?|[^&#\s"'<>;\\]*)`)
	// headerLine is a header in a dump of a message, or in a sentence.
	headerLine = regexp.MustCompile(`(?im)(^[ \t<>*]*|[^\w"'\\-])((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]+)([ \t]*:[ \t+]*)([^\r\n]+)`)
	// goHeader is a header of an http.Header that fmt has printed.
	goHeader = regexp.MustCompile(`([\w-]+):\[([^\]]*)(\]|$)`)
	// part is a part of a multipart body.
	part = regexp.MustCompile(`(?is)(name="([^"]*)"[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n)(.*?)(\r?\n--|$)`)
)

// Text masks the secrets in a text of any kind, which need not be UTF-8.
func Text(text string) string {
	m := newMasker()
	return m.text(text)
}

// maxDepth is how many nested encodings are decoded; maxWork is how many bytes they
// may have together. Beyond either, everything is masked.
const (
	maxDepth = 8
	maxWork  = 64 << 20
)

type masker struct {
	depth int
	work  int
}

func newMasker() *masker { return &masker{work: maxWork} }

// deeper masks decoded text.
func (m *masker) deeper(decoded string) string {
	m.work -= len(decoded)
	if m.depth >= maxDepth || m.work < 0 {
		return Mark
	}
	m.depth++
	defer func() { m.depth-- }()
	return m.text(decoded)
}

func (m *masker) text(text string) string {
	if strings.ContainsAny(text, `{["`) && json.Valid([]byte(text)) {
		masked, _ := m.json([]byte(text))
		return masked
	}
	if end := segmentEnd(text); end < len(text) {
		return m.segments(text)
	}
	if hinted(text) {
		text = unencoded(m.embedded(text))
	}
	return m.base64(m.percent(text))
}

// segments masks the text in binary data, such as an image with a token in its
// comment, or a multipart body with an image.
func (m *masker) segments(data string) string {
	var b strings.Builder
	for data != "" {
		end := segmentEnd(data)
		if segment := data[:end]; end >= minSegment && (hinted(segment) || end >= minBase64) {
			b.WriteString(m.text(segment))
		} else {
			b.WriteString(segment)
		}
		_, size := utf8.DecodeRuneInString(data[end:])
		b.WriteString(data[end : end+size])
		data = data[end+size:]
	}
	return b.String()
}

// minSegment is the length from which a segment can contain a name and a secret.
const minSegment = 8

// segmentEnd is where a text ends: at invalid UTF-8 or a control character.
func segmentEnd(text string) int {
	for i, c := range text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != 0x1b {
			return i
		}
		if c == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return i
			}
		}
	}
	return len(text)
}

// maxEmbedded is how many pieces of JSON are looked for in one text, each of which
// may take reading the text to its end.
const maxEmbedded = 64

// embedded masks complete pieces of JSON in a text.
func (m *masker) embedded(text string) string {
	var b strings.Builder
	for range maxEmbedded {
		at := strings.IndexAny(text, "{[")
		if at < 0 {
			break
		}
		b.WriteString(text[:at])
		text = text[at:]
		var piece json.RawMessage
		if json.NewDecoder(strings.NewReader(text)).Decode(&piece) != nil || len(piece) < minBase64 {
			b.WriteString(text[:1])
			text = text[1:]
			continue
		}
		masked, _ := m.json(piece)
		b.WriteString(masked)
		text = text[len(piece):]
	}
	return b.String() + text
}

// hints are strings of which one is in or before every secret, in lower case: without
// one, no expression needs to run.
var hints = []string{"eyj", "eya", "ewo", "ew0", "ewk", "authorization", "cookie", "token", "code", "pass", "secret", "key", "assertion",
	"bearer", "basic", "dpop", "negotiate", "session", "signature", "%"}

func hinted(text string) bool {
	lower := strings.ToLower(text)
	for _, hint := range hints {
		if strings.Contains(lower, hint) {
			return true
		}
	}
	return false
}

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
	if has(`name="`) {
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

// headers masks header lines, and values in a sentence unless they are words: "the
// cookie: it is missing" is unchanged.
func headers(text string) string {
	return headerLine.ReplaceAllStringFunc(text, func(found string) string {
		f := headerLine.FindStringSubmatch(found)
		first, _, _ := strings.Cut(f[4], " ")
		isWord := strings.Trim(f[1], " \t<>*") != "" || f[1] == " "
		if !secret(f[2], f[4]) || isWord && !strings.ContainsAny(first, "=0123456789") && !scheme.MatchString(f[4]) {
			return f[1] + f[2] + f[3] + headers(f[4])
		}
		return f[1] + f[2] + f[3] + credentials(f[4])
	})
}

func goHeaders(text string) string {
	return goHeader.ReplaceAllStringFunc(text, func(found string) string {
		f := goHeader.FindStringSubmatch(found)
		if !secret(f[1], f[2]) {
			return f[1] + ":[" + goHeaders(f[2]) + f[3]
		}
		return f[1] + ":[" + credentials(f[2]) + f[3]
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
	return pair.ReplaceAllStringFunc(text, func(found string) string {
		name, value, _ := strings.Cut(found, "=")
		open := len(value) - len(strings.TrimLeft(value, `\"`))
		quote, inner := value[:open], value[open:]
		end := ""
		if quote != "" {
			end = inner[len(strings.TrimRight(inner, `\"`)):]
			inner = inner[:len(inner)-len(end)]
		}
		if !secret(name, inner) {
			return name + "=" + quote + pairs(inner) + end
		}
		return name + "=" + quote + credentials(inner) + end
	})
}
