package secrets

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A line is a line of the file, without its line end.
type line struct {
	text  string
	name  string // empty for a comment
	value string
}

// parse reads a file. The error names the line, and the name of the setting if there
// is one.
func parse(text []byte) ([]line, error) {
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return nil, errors.New("expected UTF-8 text")
	}
	if len(text) == 0 {
		return nil, nil
	}
	var lines []line
	number := map[string]int{}   // by name
	variable := map[string]int{} // by variable
	for i, raw := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		l, err := parseLine(strings.TrimSuffix(raw, "\r"))
		if err == nil && l.name != "" {
			err = checkUnique(l.name, number, variable)
			number[l.name], variable[Variable(l.name)] = i+1, i+1
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// checkUnique refuses a second value, which a reader of the file would mistake for
// the first.
func checkUnique(name string, number, variable map[string]int) error {
	if first := number[name]; first > 0 {
		return fmt.Errorf("%s is set on line %d already: delete one of the two lines", name, first)
	}
	if first := variable[Variable(name)]; first > 0 {
		return fmt.Errorf("%s and the setting on line %d have the same variable %s: rename one of them", name, first, Variable(name))
	}
	return nil
}

func parseLine(text string) (line, error) {
	if text == "" || text[0] == '#' {
		return line{text: text}, nil
	}
	name, rest, found := strings.Cut(text, "=")
	if !found {
		return line{}, errors.New("expected NAME=VALUE")
	}
	if err := checkName(name); err != nil {
		return line{}, err
	}
	value := rest
	if strings.HasPrefix(rest, `"`) {
		var err error
		if value, err = unquote(rest); err != nil {
			return line{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return line{text: text, name: name, value: value}, checkValue(name, value)
}

// settingName: https://www.pulumi.com/docs/iac/concepts/config/ allows more, but a
// variable could not distinguish such names.
var settingName = regexp.MustCompile(`^[A-Za-z][0-9A-Za-z_.-]*$`)

// checkName does not repeat what it refuses: part of a value could stand there.
func checkName(name string) error {
	if !settingName.MatchString(name) {
		return errors.New("expected the name of a setting before =, with letters, digits and _.- and without spaces around it")
	}
	return nil
}

func checkValue(name, value string) error {
	switch {
	case value == "":
		return fmt.Errorf("%s has no value: write it after =, or delete the line", name)
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		return fmt.Errorf("%s: expected a value of UTF-8 text", name)
	}
	return nil
}

// escapes are the escapes in a quoted value.
var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', '"': '"', '\\': '\\'}

func unquote(quoted string) (string, error) {
	var value strings.Builder
	for i := 1; i < len(quoted); i++ {
		switch quoted[i] {
		case '"':
			if i != len(quoted)-1 {
				return "", errors.New(`expected nothing after the closing quote: write \" for a quote within the value`)
			}
			return value.String(), nil
		case '\\':
			i++
			if i == len(quoted) || escapes[quoted[i]] == 0 {
				return "", errors.New(`expected one of \n, \r, \t, \" and \\ after a backslash in quotes`)
			}
			value.WriteByte(escapes[quoted[i]])
		default:
			value.WriteByte(quoted[i])
		}
	}
	return "", errors.New("expected a closing quote at the end of the line")
}

// quote returns a value unchanged if it fits on a line unquoted, otherwise quoted.
func quote(value string) string {
	if !strings.ContainsAny(value, "\n\r") && !strings.HasPrefix(value, `"`) {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(value) + `"`
}

// set returns the file with another value, on the line of the old one or on a new
// one at the end.
func set(lines []line, name, value string) ([]byte, error) {
	var text strings.Builder
	found := false
	for _, l := range lines {
		if l.name == name {
			l.text, found = name+"="+quote(value), true
		}
		text.WriteString(l.text + "\n")
	}
	if !found {
		text.WriteString(name + "=" + quote(value) + "\n")
	}
	if text.Len() > maxFileBytes {
		return nil, fmt.Errorf("expected at most %d bytes, got %d", maxFileBytes, text.Len())
	}
	_, err := parse([]byte(text.String()))
	return []byte(text.String()), err
}
