package redact

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"net/url"
	"regexp"
	"strings"
)

// escaped is a component of a URL or a form with percent escapes.
var escaped = regexp.MustCompile(`[^\s"'<>&=?#/;]*%[0-9A-Fa-f]{2}[^\s"'<>&=?#/;]*`)

// percent masks secrets inside percent escapes.
func (m *masker) percent(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	return escaped.ReplaceAllStringFunc(text, func(component string) string {
		decoded := unescape(component)
		if decoded == component {
			return component
		}
		masked := m.deeper(decoded)
		if masked == decoded {
			return component
		}
		return strings.ReplaceAll(escapeComponent(masked), escapeComponent(Mark), Mark)
	})
}

var plusSigns = strings.NewReplacer("+", "%20", "%2B", "+")

// escapeComponent escapes what would end a component. A plus sign is unchanged, as
// in unescape.
func escapeComponent(text string) string {
	return plusSigns.Replace(url.QueryEscape(text))
}

var escape = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// unescape decodes the well-formed escapes.
func unescape(text string) string {
	return escape.ReplaceAllStringFunc(text, func(code string) string {
		decoded, _ := url.PathUnescape(code) // it is well-formed
		return decoded
	})
}

// minBase64 is the length from which characters of base64 are decoded: a shorter
// text cannot contain a name and a secret.
const minBase64 = 20

// base64 masks secrets inside base64.
func (m *masker) base64(text string) string {
	var b strings.Builder
	done := 0
	for from := 0; from < len(text); from++ {
		end := from
		for end < len(text) && isBase64(text[end]) {
			end++
		}
		if end-from >= minBase64 {
			if masked, ok := m.base64Run(text[from:end]); ok {
				for end < len(text) && text[end] == '=' {
					end++
				}
				b.WriteString(text[done:from] + masked)
				done = end
			}
		}
		from = end
	}
	if done == 0 {
		return text
	}
	return b.String() + text[done:]
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("+/-_", c) >= 0
}

// toURLAlphabet maps the standard alphabet of base64 to that of base64url.
var toURLAlphabet = strings.NewReplacer("+", "-", "/", "_")

// base64Run masks a run of base64 characters. Other text of the same characters,
// such as a path, may precede the encoding, so that it may begin at any of four
// offsets.
func (m *masker) base64Run(run string) (masked string, changed bool) {
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(run, "-_") {
		encoding = base64.RawURLEncoding
		run = toURLAlphabet.Replace(run)
	}
	for offset := range 4 {
		encoded := run[offset:]
		if len(encoded)%4 == 1 {
			encoded = encoded[:len(encoded)-1]
		}
		decoded, err := encoding.DecodeString(encoded)
		if err != nil {
			continue
		}
		if inner := m.binary(decoded); inner != string(decoded) {
			return run[:offset] + padded(encoding, inner), true
		}
	}
	return run, false
}

// padded encodes a text with padding, so that the same decoder can decode it.
func padded(encoding *base64.Encoding, text string) string {
	return encoding.WithPadding(base64.StdPadding).EncodeToString([]byte(text))
}

// binary masks bytes, also inside gzip.
func (m *masker) binary(data []byte) string {
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) { // https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1
		return m.deeper(string(data))
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return string(data)
	}
	text, _ := io.ReadAll(io.LimitReader(r, int64(max(m.work, 0))+1)) // as much as can be read
	masked := m.deeper(string(text))
	if masked == string(text) {
		return string(data)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, masked) // in memory: never fails
	w.Close()
	return b.String()
}
