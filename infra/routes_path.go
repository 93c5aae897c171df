package infra

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// A segment is one part of a route's path between slashes.
type segment struct {
	text   string // a literal, or a variable's name
	kind   segmentKind
	source string // as it is written
}

type segmentKind int

const (
	literal segmentKind = iota
	variable
	greedy // a variable that matches the rest of the path
)

var variableName = regexp.MustCompile(`^[A-Za-z0-9._:-]+$`)

// parsePath reads a path such as "/orders/{id}" or "/files/{proxy+}".
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func parsePath(path string) ([]segment, error) {
	rest, found := strings.CutPrefix(path, "/")
	if !found {
		return nil, errors.New("expected a path that starts with a slash")
	}
	var segments []segment
	seen := map[string]bool{}
	for _, text := range strings.Split(rest, "/") {
		if len(segments) > 0 && segments[len(segments)-1].kind == greedy {
			return nil, fmt.Errorf("has segments after %s, which matches the rest of the path: remove them", segments[len(segments)-1].source)
		}
		s, err := parseSegment(text)
		if err != nil {
			return nil, err
		}
		if s.kind != literal && seen[s.text] {
			return nil, fmt.Errorf("has the variable %s twice: rename one", s.source)
		}
		seen[s.text] = seen[s.text] || s.kind != literal
		segments = append(segments, s)
	}
	return segments, nil
}

func parseSegment(text string) (segment, error) {
	if !strings.ContainsAny(text, "{}") {
		return segment{text: text, source: text}, nil
	}
	name, opened := strings.CutPrefix(text, "{")
	name, closed := strings.CutSuffix(name, "}")
	if !opened || !closed {
		return segment{}, fmt.Errorf("has the segment %q: a variable must be a whole segment, such as {name}", text)
	}
	s := segment{kind: variable, source: text}
	if base, plus := strings.CutSuffix(name, "+"); plus {
		name, s.kind = base, greedy
	}
	if !variableName.MatchString(name) {
		return segment{}, fmt.Errorf("has the variable %s: expected letters, digits, and . _ : - in its name", text)
	}
	s.text = name
	return s, nil
}

// segments returns the segments of the path. A path that does not parse, which
// checkRoutes refuses, is one segment.
func (r Route) segments() []segment {
	segments, err := parsePath(r.Path)
	if err != nil {
		return []segment{{text: r.Path}}
	}
	return segments
}

// mark returns the segment without the name of its variable.
func (s segment) mark() string {
	return [...]string{literal: s.text, variable: "{}", greedy: "{+}"}[s.kind]
}

// shape returns a key that is equal for routes that match the same requests.
func (r Route) shape() string {
	shape := r.Method + " "
	for _, s := range r.segments() {
		shape += "/" + s.mark()
	}
	return shape
}

// name is the route's logical name, such as "get-orders-VAR". It leaves out the
// names of variables, so that a renamed variable updates its route in place: API
// Gateway would refuse a second route (see checkVariables). No two shapes
// share a name: lower-case letters and digits are unchanged, a dash becomes "_",
// every other byte "X" with its code, and upper case is used for nothing else.
func (r Route) name() string {
	name := strings.ToLower(r.Method)
	for _, s := range r.segments() {
		name += "-" + [...]string{literal: encodeLiteral(s.text), variable: "VAR", greedy: "REST"}[s.kind]
	}
	if len(name) > maxRouteName {
		sum := sha256.Sum256([]byte(name))
		name = fmt.Sprintf("%s-X%x", name[:maxRouteName-len("-X")-16], sum[:8])
	}
	return name
}

// maxRouteName leaves room for the digits that the provider adds to a permission's
// statement ID, which has at most 100 characters.
// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
const maxRouteName = 92

func encodeLiteral(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			b.WriteByte(c)
		case c == '-':
			b.WriteByte('_')
		default:
			fmt.Fprintf(&b, "X%02X", c)
		}
	}
	return b.String()
}

// pattern returns the path with an asterisk for each variable, as in permissions.
func (r Route) pattern() string {
	pattern := ""
	for _, s := range r.segments() {
		pattern += "/" + [...]string{literal: s.text, variable: "*", greedy: "*"}[s.kind]
	}
	return pattern
}

// formerName is the route's logical name from when names contained all words of the
// key, including variables. It becomes an alias, so that a deployed route is not
// replaced. It is empty if it is the current name, or another route has it too.
func formerName(r Route, routes []Route) string {
	former := r.words()
	for _, other := range routes {
		if other.name() == former || other.Key() != r.Key() && other.words() == former {
			return ""
		}
	}
	return former
}

func (r Route) words() string {
	words := strings.FieldsFunc(r.Key(), func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9')
	})
	return strings.ToLower(strings.Join(words, "-"))
}
