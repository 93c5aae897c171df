package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// object is a JSON object's members in their order.
type object []member

// member is a name with the text of its value, which is valid JSON.
type member struct {
	name  string
	value []byte
}

var errNotUTF8 = errors.New("not UTF-8")

// parseObject reads a JSON object more strictly than encoding/json does: the
// text is UTF-8, nothing follows the object, and no object in it names a
// member twice, since two readers could then see two different values
// (RFC 8259, section 4; RFC 7519, section 4). Values alias text.
func parseObject(text []byte) (object, error) {
	if err := checkJSON(text); err != nil {
		return nil, err
	}
	s := scanner{text: text}
	s.skipSpace()
	if s.text[s.pos] != '{' {
		return nil, errors.New("expected a JSON object")
	}
	return s.object()
}

// parseTokenObject is parseObject for the parts of a token. It refuses numbers
// that do not fit a float64, as encoding/json does for a map[string]any, which is
// how golang-jwt reads a header and claims.
func parseTokenObject(text []byte) (object, error) {
	members, err := parseObject(text)
	if err != nil {
		return nil, err
	}
	return members, checkNumbers(text)
}

// checkNumbers walks valid JSON as a flat sequence, so that a number is found
// at any depth.
func checkNumbers(text []byte) error {
	for s := (scanner{text: text}); s.pos < len(text); {
		switch c := text[s.pos]; {
		case c == '"':
			s.quoted()
		case c == '-' || c >= '0' && c <= '9':
			number, _ := s.value() // fails in objects and arrays only
			if _, err := strconv.ParseFloat(string(number), 64); err != nil {
				return fmt.Errorf("expected a number that fits a float64, got %.40s", number)
			}
		default:
			s.pos++
		}
	}
	return nil
}

// checkJSON accepts one JSON value in UTF-8. encoding/json alone would replace
// bytes that are not UTF-8 and so change what was signed.
func checkJSON(text []byte) error {
	if !utf8.Valid(text) {
		return errNotUTF8
	}
	if !json.Valid(text) {
		return errors.New("not one JSON value")
	}
	return nil
}

// get returns the text of the member's value, nil when there is none.
func (o object) get(name string) []byte {
	for i := range o {
		if o[i].name == name {
			return o[i].value
		}
	}
	return nil
}

// text returns a member that is a string; ok is false for any other value and
// when there is none.
func (o object) text(name string) (value string, ok bool) {
	return stringValue(o.get(name))
}

func stringValue(value []byte) (text string, ok bool) {
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	return unquote(value), true
}

// stringValues returns the strings of an array; ok is false when value is not an
// array or has any other element.
func stringValues(value []byte) (texts []string, ok bool) {
	if len(value) == 0 || value[0] != '[' {
		return nil, false
	}
	for _, element := range elements(value) {
		text, ok := stringValue(element)
		if !ok {
			return nil, false
		}
		texts = append(texts, text)
	}
	return texts, true
}

// elements returns the texts of a valid array's elements.
func elements(array []byte) (list [][]byte) {
	s := scanner{text: array}
	s.pos++
	for s.skipSpace(); s.text[s.pos] != ']'; s.skipSeparator() {
		value, _ := s.value() // checked when array was parsed
		list = append(list, value)
	}
	return list
}

// unquote decodes a valid JSON string.
func unquote(quoted []byte) string {
	if !slices.Contains(quoted, '\\') {
		return string(quoted[1 : len(quoted)-1])
	}
	var text string
	_ = json.Unmarshal(quoted, &text) // valid, as the caller knows
	return text
}

// scanner walks text that is known to be valid JSON.
type scanner struct {
	text []byte
	pos  int
}

func (s *scanner) skipSpace() {
	for s.pos < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.pos]) >= 0 {
		s.pos++
	}
}

// skipSeparator advances to the next member or element, or to the closing bracket.
func (s *scanner) skipSeparator() {
	s.skipSpace()
	if s.text[s.pos] == ',' {
		s.pos++
		s.skipSpace()
	}
}

// value returns the text of the value at pos and steps over it. It recurses as
// deep as the text nests, which json.Valid has bounded.
func (s *scanner) value() ([]byte, error) {
	start := s.pos
	var err error
	switch s.text[s.pos] {
	case '"':
		s.quoted()
	case '{':
		_, err = s.object()
	case '[':
		s.pos++
		for s.skipSpace(); err == nil && s.text[s.pos] != ']'; s.skipSeparator() {
			_, err = s.value()
		}
		s.pos++
	default:
		for s.pos < len(s.text) && strings.IndexByte(",]} \t\r\n", s.text[s.pos]) < 0 {
			s.pos++
		}
	}
	if err != nil {
		return nil, err
	}
	return s.text[start:s.pos], nil
}

// quoted returns the string at pos with its quotes and steps over it.
func (s *scanner) quoted() []byte {
	start := s.pos
	for s.pos++; s.text[s.pos] != '"'; s.pos++ {
		if s.text[s.pos] == '\\' {
			s.pos++
		}
	}
	s.pos++
	return s.text[start:s.pos]
}

// object returns the members of the object at pos and steps over it.
func (s *scanner) object() (object, error) {
	members := make(object, 0, 12)
	s.pos++
	for s.skipSpace(); s.text[s.pos] != '}'; s.skipSeparator() {
		name := unquote(s.quoted())
		s.skipSpace()
		s.pos++ // the colon
		s.skipSpace()
		value, err := s.value()
		if err != nil {
			return nil, err
		}
		members = append(members, member{name, value})
	}
	s.pos++
	return members, members.checkNames()
}

// checkNames fails when a name occurs twice. The few members of a token are
// compared with each other, which costs less than a map.
func (o object) checkNames() error {
	const few = 16
	seen := map[string]bool{}
	for i, m := range o {
		if len(o) > few && seen[m.name] || len(o) <= few && o[:i].get(m.name) != nil {
			return fmt.Errorf("the member %q occurs twice", m.name)
		}
		if len(o) > few {
			seen[m.name] = true
		}
	}
	return nil
}
