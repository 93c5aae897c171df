package redact

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// JSON masks the strings of a JSON text and leaves all other bytes as they are,
// numbers and the order of members too: an event is shown, saved and sent again.
// masked lists what was masked, such as "headers.authorization" or "cookies[0]".
// Other text is masked as by [Text].
func JSON(text []byte) (shown string, masked []string) {
	if !json.Valid(text) {
		shown := Text(string(text))
		if shown != string(text) {
			masked = []string{"the text"}
		}
		return shown, masked
	}
	return newMasker().json(text)
}

func (m *masker) json(text []byte) (string, []string) {
	j := &jsonMasker{masker: m, text: text, dec: json.NewDecoder(bytes.NewReader(text))}
	j.dec.UseNumber()
	j.value("", "")
	return string(append(j.out, text[j.done:]...)), j.masked
}

// jsonMasker masks a text that is valid JSON.
type jsonMasker struct {
	*masker
	text   []byte
	dec    *json.Decoder
	out    []byte
	done   int // length of the text that is in out
	masked []string
}

// value masks the next value, at a path. Everything within a secret member is
// secret.
func (j *jsonMasker) value(path, name string) {
	from := j.dec.InputOffset()
	token, err := j.dec.Token()
	if err != nil {
		return
	}
	switch token := token.(type) {
	case string:
		j.replace(from, path, token, j.maskedString(name, token))
	case json.Number:
		if Secret(name) {
			j.replaceToken(from, path, token.String())
		}
	case json.Delim:
		for i := 0; j.dec.More(); i++ {
			if token == '{' {
				j.member(path, name)
			} else {
				j.value(path+"["+strconv.Itoa(i)+"]", name)
			}
		}
		j.dec.Token() // the end
	}
}

func (j *jsonMasker) maskedString(name, text string) string {
	if secret(name, text) {
		return credentials(text)
	}
	return j.deeper(text)
}

// member masks a member, including its name.
func (j *jsonMasker) member(path, outer string) {
	from := j.dec.InputOffset()
	token, _ := j.dec.Token()
	name, _ := token.(string)
	shown := j.deeper(name)
	if path != "" {
		path += "."
	}
	path += shown
	j.replace(from, path, name, shown)
	if Secret(outer) {
		name = outer
	}
	j.value(path, name)
}

// replace replaces the string that was just read. Between from and its quote there
// are only delimiters and spaces.
func (j *jsonMasker) replace(from int64, path, was, is string) {
	if was == is {
		return
	}
	j.put(int(from)+bytes.IndexByte(j.text[from:], '"'), path, is)
}

// replaceToken replaces a number by the mark.
func (j *jsonMasker) replaceToken(from int64, path, was string) {
	j.put(int(from)+bytes.Index(j.text[from:], []byte(was)), path, Mark)
}

func (j *jsonMasker) put(start int, path, text string) {
	j.out = append(j.out, j.text[j.done:start]...)
	j.out = append(j.out, quoted(text)...)
	j.done = int(j.dec.InputOffset())
	j.masked = append(j.masked, path)
}

// quoted is a JSON string with only the necessary escapes.
func quoted(text string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(text) // a string in memory: never fails
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
