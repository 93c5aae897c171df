package redact

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
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
	isText := segmentEnd(text) == len(text)
	isHinted := isText && hinted(text)
	if isText && !isHinted && !strings.Contains(text, `\`) { // nor does an escape of JSON hide a hint
		return m.base64(text)
	}
	if strings.ContainsAny(text, `{["`) && json.Valid([]byte(text)) {
		masked, _ := m.json([]byte(text))
		return masked
	}
	if !isText {
		return m.segments(text)
	}
	if isHinted {
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

// hints are strings of which one is in or before every secret that is not in base64, in lower
// case, without separators: without one, nothing else needs to be looked for.
var hints = []string{"eyj", "eya", "ewo", "ew0", "ewk", "authorization", "cookie", "token", "code", "pass", "secret", "key", "assertion",
	"bearer", "basic", "dpop", "negotiate", "session", "signature", "sig", "pwd", "jwt", "://", "%"}

func hinted(text string) bool {
	simple := separators.Replace(strings.ToLower(text))
	for _, hint := range hints {
		if strings.Contains(simple, hint) {
			return true
		}
	}
	return false
}
