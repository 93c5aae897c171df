package console

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// maskedJSON masks the strings of a JSON text and leaves all other bytes as they
// are, numbers and the order of members too: an event is shown, saved and sent
// again. What is no JSON is masked as a text.
func maskedJSON(text []byte) string {
	if !json.Valid(text) {
		return masked(string(text))
	}
	m := &jsonMask{text: text, dec: json.NewDecoder(bytes.NewReader(text))}
	m.dec.UseNumber()
	m.value("")
	return string(append(m.out, text[m.done:]...))
}

// jsonMask goes through a text that is valid JSON.
type jsonMask struct {
	text []byte
	dec  *json.Decoder
	out  []byte
	done int // so much of text is in out
}

// value masks what comes next. Within a secret member, whose name it is given,
// every string is secret.
func (m *jsonMask) value(secret string) {
	from := m.dec.InputOffset()
	token, err := m.dec.Token()
	if err != nil {
		return
	}
	switch token := token.(type) {
	case string:
		m.replace(from, token, maskedValue(secret, token))
	case json.Delim:
		for m.dec.More() {
			inner := secret
			if token == '{' {
				inner = m.name(secret)
			}
			m.value(inner)
		}
		m.dec.Token() // the end
	}
}

// name masks a member's name, and returns that of the secret it is part of.
func (m *jsonMask) name(secret string) string {
	from := m.dec.InputOffset()
	token, _ := m.dec.Token()
	name, _ := token.(string)
	m.replace(from, name, masked(name))
	if lower := strings.ToLower(name); secret == "" && slices.Contains(secretNames, lower) {
		return lower
	}
	return secret
}

// replace puts a string in the place of the one that was just read; before it,
// and after from, there are only signs and spaces.
func (m *jsonMask) replace(from int64, was, is string) {
	if was == is {
		return
	}
	start := int(from) + bytes.IndexByte(m.text[from:], '"')
	m.out = append(m.out, m.text[m.done:start]...)
	m.out = append(m.out, quoted(is)...)
	m.done = int(m.dec.InputOffset())
}

// quoted is a JSON string, in which only what must be is escaped.
func quoted(text string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(text) // a string in memory: never fails
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
