package terminal

import (
	"regexp"
	"strconv"
	"strings"

	"api-auth-jwt-auth0/local/redact"
)

// A position is a place in the project's sources that an error names.
type position struct {
	File    string `json:"file"` // below the project's folder
	Line    int    `json:"line"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
}

// positionLine matches the form of compilers: "infra/api.go:12:3: undefined: x". The
// TypeScript compiler has its own: "src/app.tsx(3,7): error TS2304: …".
var positionLine = regexp.MustCompile(`^\s*((?:\./)?[\w./@-]+\.[a-z]+)(?::(\d+)(?::(\d+))?|\((\d+),(\d+)\)): (.+)$`)

// positions returns the positions in the lines of an error's text.
func positions(text string) []position {
	var found []position
	for _, line := range strings.Split(text, "\n") {
		if m := positionLine.FindStringSubmatch(line); m != nil {
			row, _ := strconv.Atoi(m[2] + m[4]) // digits, one of the two empty; 0 for too many
			column, _ := strconv.Atoi(m[3] + m[5])
			found = append(found, position{strings.TrimPrefix(m[1], "./"), row, column, m[6]})
		}
	}
	return found
}

func newErrorEvent(err error) errorEvent {
	return errorEvent{Message: err.Error(), Positions: positions(err.Error())}
}

// text emphasizes the lines with a position.
func (e errorEvent) text(p layout) string {
	lines := strings.Split(e.Message, "\n")
	for i, line := range lines {
		switch line = redact.Printable(line); {
		case i == 0:
			lines[i] = p.paint(red, "error:") + " " + line
		case positionLine.MatchString(line):
			lines[i] = "  " + p.paint(bold, line)
		default:
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
