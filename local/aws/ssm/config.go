package ssm

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Options configure a Service.
type Options struct {
	Now    func() time.Time // nil means time.Now
	Logger *slog.Logger     // receives the names of parameters without a value that were read; nil discards it
}

// Config contains all parameters of a stack. It must not be changed after it is passed to
// [Service.Prepare].
type Config struct {
	Region     string // such as "eu-central-1"
	AccountID  string
	Parameters []Parameter
}

// A Parameter is a parameter declared by the program. Its text omits the value.
type Parameter struct {
	Name   string // such as "/dev/paymentsKey"
	ARN    string // such as "arn:aws:ssm:eu-central-1:123456789012:parameter/dev/paymentsKey"
	Type   string // "String", "StringList" or "SecureString"
	KeyARN string // the customer's own key of a SecureString; empty for alias/aws/ssm
	Value  string
	// HasValue is false if this machine does not have the value.
	HasValue bool
	// Missing is what to do then: the message of the error that a reader gets.
	Missing string
}

// String omits the value from anything that prints a Parameter.
func (p Parameter) String() string { return fmt.Sprintf("%s %q", p.Type, p.Name) }

// GoString does so for %#v.
func (p Parameter) GoString() string { return p.String() }

// LogValue does so for loggers that do not print.
func (p Parameter) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MarshalText does so for JSON.
func (p Parameter) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

const (
	typeSecure = "SecureString"
	typeString = "String"
	typeList   = "StringList"
)

// check returns all problems of a configuration joined, without values.
func (c Config) check() error {
	var problems []error
	seen := map[string]bool{}
	for _, p := range c.Parameters {
		if seen[p.Name] {
			problems = append(problems, fmt.Errorf("parameter %q is declared twice", p.Name))
		}
		seen[p.Name] = true
		for _, problem := range p.problems(c) {
			problems = append(problems, fmt.Errorf("parameter %q: %w", p.Name, problem))
		}
	}
	return errors.Join(problems...)
}

// Rules of https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
// and https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
const (
	maxNameBytes  = 1011
	maxLevels     = 15
	maxValueBytes = 8192 // of the advanced tier
)

var parameterName = regexp.MustCompile(`^[a-zA-Z0-9_.\-/]+$`)

func (p Parameter) problems(c Config) (problems []error) {
	lower := strings.ToLower(strings.TrimPrefix(p.Name, "/"))
	switch {
	case !parameterName.MatchString(p.Name) || len(p.Name) > maxNameBytes || strings.Count(p.Name, "/") > maxLevels:
		problems = append(problems, fmt.Errorf("expected a name of letters, digits and _.-/ with at most %d levels and %d bytes", maxLevels, maxNameBytes))
	case strings.HasPrefix(lower, "aws") || strings.HasPrefix(lower, "ssm"):
		problems = append(problems, errors.New("names that begin with aws or ssm are AWS's own"))
	case strings.Contains(p.Name, "/") && p.Name[0] != '/':
		problems = append(problems, errors.New("a name with levels begins with a slash"))
	}
	if !strings.HasSuffix(p.ARN, ":ssm:"+c.Region+":"+c.AccountID+":parameter/"+strings.TrimPrefix(p.Name, "/")) {
		problems = append(problems, fmt.Errorf("expected the ARN %s, got %q", c.arn(p.Name), p.ARN))
	}
	if !slices.Contains([]string{typeString, typeList, typeSecure}, p.Type) {
		problems = append(problems, fmt.Errorf("expected the type String, StringList or SecureString, got %q", p.Type))
	}
	if p.HasValue && (p.Value == "" || len(p.Value) > maxValueBytes) {
		problems = append(problems, fmt.Errorf("expected a value of 1 to %d bytes, got %d", maxValueBytes, len(p.Value)))
	}
	if !utf8.ValidString(p.Value) {
		problems = append(problems, errors.New("expected a value of UTF-8 text"))
	}
	if !p.HasValue && p.Missing == "" {
		problems = append(problems, errors.New("expected what to do about the missing value"))
	}
	return problems
}

// arn returns the ARN of a name or of a path. A leading slash is not doubled.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
func (c Config) arn(name string) string {
	return "arn:aws:ssm:" + c.Region + ":" + c.AccountID + ":parameter/" + strings.TrimPrefix(name, "/")
}
