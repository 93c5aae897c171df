package policy

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Document is a parsed policy. It is safe for concurrent use.
type Document struct{ statements []statement }

// A statement is one member of a policy's Statement. Of Action and NotAction,
// and of Resource and NotResource, one is set.
type statement struct {
	Sid                   string
	Effect                string
	Action, NotAction     list[string]
	Resource, NotResource list[string]
	Condition             map[string]map[string]list[value] // operator, key, values

	action, notAction []string    // of Action and NotAction, in lower case
	conditions        []condition // of Condition, sorted
}

// Version is the current version of the policy language.
const Version = "2012-10-17"

// Parse reads an identity policy or a permissions boundary. The error names the
// statement and the value at fault.
func Parse(text []byte) (*Document, error) {
	var read struct {
		Version   string
		ID        string `json:"Id"`
		Statement list[statement]
	}
	if err := json.Unmarshal(text, &read, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("reading the policy: %w", err)
	}
	if read.Version != Version {
		return nil, fmt.Errorf("the policy's Version: expected %q, got %q", Version, read.Version)
	}
	if len(read.Statement) == 0 {
		return nil, errors.New("the policy has no Statement")
	}
	seen := map[string]bool{}
	for i := range read.Statement {
		s := &read.Statement[i]
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name(i), err)
		}
		if s.Sid != "" && seen[s.Sid] {
			return nil, fmt.Errorf("two statements have the Sid %q", s.Sid)
		}
		seen[s.Sid] = true
	}
	return &Document{statements: read.Statement}, nil
}

// list is a value that IAM writes alone or in an array.
type list[T any] []T

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *list[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '[' {
		return json.UnmarshalDecode(d, (*[]T)(l))
	}
	*l = make([]T, 1)
	return json.UnmarshalDecode(d, &(*l)[0])
}

// value is a value of a condition, which IAM writes as a string, a boolean or a number.
type value string

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (v *value) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	switch kind := d.PeekKind(); kind {
	case '"', 't', 'f', '0':
		token, err := d.ReadToken()
		*v = value(token.String())
		return err
	default:
		return fmt.Errorf("expected a string, a boolean or a number in a condition, got %v", kind)
	}
}

func (s *statement) name(i int) string {
	if s.Sid != "" {
		return fmt.Sprintf("statement %q", s.Sid)
	}
	return fmt.Sprintf("statement %d", i+1)
}

var sidPattern = regexp.MustCompile(`^[0-9A-Za-z]*$`)

func (s *statement) check() error {
	if !sidPattern.MatchString(s.Sid) {
		return fmt.Errorf("a Sid has letters and digits only, got %q", s.Sid)
	}
	if s.Effect != "Allow" && s.Effect != "Deny" {
		return fmt.Errorf("expected the Effect Allow or Deny, got %q", s.Effect)
	}
	if err := checkPatterns("Action", s.Action, s.NotAction, checkAction); err != nil {
		return err
	}
	if err := checkPatterns("Resource", s.Resource, s.NotResource, checkResource); err != nil {
		return err
	}
	s.action, s.notAction = lower(s.Action), lower(s.NotAction)
	var err error
	s.conditions, err = newConditions(s.Condition)
	return err
}

// checkPatterns requires one of an element and its Not form, with patterns.
func checkPatterns(element string, is, not list[string], check func(string) error) error {
	if (is == nil) == (not == nil) {
		return fmt.Errorf("expected %s or Not%s, and not both", element, element)
	}
	if len(is)+len(not) == 0 {
		return fmt.Errorf("expected a value of %s, got none", element)
	}
	for _, pattern := range append(is, not...) {
		if err := check(pattern); err != nil {
			return err
		}
	}
	return nil
}

var actionPattern = regexp.MustCompile(`^(\*|[0-9A-Za-z-]+:[0-9A-Za-z*?]+)$`)

func checkAction(pattern string) error {
	if !actionPattern.MatchString(pattern) {
		return fmt.Errorf("expected an action such as s3:GetObject, got %q", pattern)
	}
	return nil
}

// checkResource requires an ARN, including its five colons.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func checkResource(pattern string) error {
	if pattern != "*" && (!strings.HasPrefix(pattern, "arn:") || strings.Count(pattern, ":") < 5) {
		return fmt.Errorf("expected an ARN or *, got the resource %q", pattern)
	}
	return nil
}
