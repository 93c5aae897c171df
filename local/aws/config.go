package aws

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws/policy"
)

// Options configure an Endpoint.
type Options struct {
	Now    func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil discards

	// Caller returns the owner of an access key. It is called concurrently. It must be set.
	Caller func(accessKeyID string) (Caller, bool)

	// OnCall receives each request after its answer. It is called concurrently, and the
	// connection waits for it. Nil: not called.
	OnCall func(Call)
}

// Config describes what the endpoint serves.
type Config struct {
	Region    string
	AccountID string // 12 digits

	Roles map[string]Role // by the function's physical name

	Services []Service

	// Forwards maps a service to the endpoint that receives its calls instead, as in the flag
	// -aws. The URL's user and password, if any, are the access key.
	Forwards map[string]*url.URL

	// Deployed, if set, returns where functions' calls go instead: to AWS, signed as the
	// function's own deployed role, whose policies AWS evaluates. The local policies are not
	// evaluated. Its error is shown to the function.
	Deployed func(ctx context.Context, function, service string) (Target, error)

	// Labels are the names of resources in infra/resources.go, by ARN.
	Labels map[string]string

	// Unserved are the stack's resources that are deployed but not served on this machine, by
	// the name of their service.
	Unserved map[string]string
}

// A Role holds the permissions of a function.
type Role struct {
	ARN      string   // such as "arn:aws:iam::123456789012:role/orders-1a2b3c4"
	Policies []string // identity policies, inline and managed ones, in JSON
	Boundary string   // the permissions boundary, in JSON; empty for none

	// Handler is the function's name in infra/resources.go. Empty: its physical name.
	Handler string
}

// A principal is a function with its parsed role.
type principal struct {
	role     Role
	policies policy.Policies
}

var (
	accountPattern = regexp.MustCompile(`^[0-9]{12}$`)
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
	rolePattern = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/([!-~]{1,510}/)?[0-9A-Za-z_+=,.@-]{1,64}$`)
)

// check returns all problems except those of the roles.
func (c Config) check() error {
	var problems []error
	if c.Region == "" {
		problems = append(problems, errors.New("the region is empty"))
	}
	if !accountPattern.MatchString(c.AccountID) {
		problems = append(problems, fmt.Errorf("the account ID: expected 12 digits, got %q", c.AccountID))
	}
	var names []string
	for _, s := range c.Services {
		if s.Name() == "" || slices.Contains(names, s.Name()) {
			problems = append(problems, fmt.Errorf("expected one service of each name, got another %q", s.Name()))
		}
		names = append(names, s.Name())
	}
	for name, target := range c.Forwards {
		if target == nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
			problems = append(problems, fmt.Errorf("the endpoint of %s: expected a URL such as http://localhost:8000, got %q", name, redacted(target)))
		}
	}
	return errors.Join(problems...)
}

func redacted(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.Redacted()
}

// principals parses the policies of each role.
func (c Config) principals() (map[string]principal, error) {
	var problems []error
	principals := map[string]principal{}
	for function, role := range c.Roles {
		p, err := newPrincipal(role)
		if err != nil {
			problems = append(problems, fmt.Errorf("the role of function %s: %w", function, err))
		}
		if p.role.Handler == "" {
			p.role.Handler = function
		}
		principals[function] = p
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return principals, errors.Join(problems...)
}

func newPrincipal(role Role) (principal, error) {
	p := principal{role: role}
	if !rolePattern.MatchString(role.ARN) {
		return p, fmt.Errorf("expected an ARN such as arn:aws:iam::123456789012:role/NAME, got %q", role.ARN)
	}
	for _, text := range role.Policies {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			return p, err
		}
		p.policies.Identity = append(p.policies.Identity, d)
	}
	if role.Boundary == "" {
		return p, nil
	}
	boundary, err := policy.Parse([]byte(role.Boundary))
	if err != nil {
		return p, fmt.Errorf("the permissions boundary: %w", err)
	}
	p.policies.Boundary = boundary
	return p, nil
}
