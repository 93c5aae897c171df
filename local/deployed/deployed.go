// Package deployed lets handlers on this machine use the resources of the deployed stack. It
// has the environment of each deployed function and the AWS endpoints of its calls, and gets
// credentials of the function's role. It grants no more rights than that role has, and AWS
// authorizes each call.
//
// On its own it lists and changes nothing, except that it receives and deletes a queue's
// messages on request.
package deployed

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/sigv4"
	"api-auth-jwt-auth0/local/credentials"
	"api-auth-jwt-auth0/local/outputs"
)

// A Stack is a deployed stack. It is safe for concurrent use.
type Stack struct {
	cfg Config
}

// Config identifies the stack and provides the credentials.
type Config struct {
	Name string // of the stack
	Live outputs.Live
	// Assume gets the credentials of a role, by its ARN. If AWS refuses the role, the
	// error is a *credentials.Failure.
	Assume   func(ctx context.Context, role string) (credentials.Credentials, error)
	Forwards map[string]*url.URL // where a service is, by its name, if not at AWS's own endpoint
}

// New returns the stack. It sends no request yet.
func New(cfg Config) *Stack { return &Stack{cfg} }

// Environment returns the environment of a handler's deployed function, and whether it is
// deployed.
func (s *Stack) Environment(handler string) (map[string]string, bool) {
	f, ok := s.cfg.Live.Functions[handler]
	return maps.Clone(f.Environment), ok
}

// Check reports whether the stack's roles may be assumed. It tries the first handler that has
// an environment, since all have the same trust. It returns nil if there is none.
func (s *Stack) Check(ctx context.Context) error {
	for _, handler := range slices.Sorted(maps.Keys(s.cfg.Live.Functions)) {
		if len(s.cfg.Live.Functions[handler].Environment) > 0 {
			_, err := s.credentials(ctx, handler)
			return err
		}
	}
	return nil
}

// Target returns where to send a function's calls to a service, with the function's rights.
// The function may show the error.
func (s *Stack) Target(ctx context.Context, handler, service string) (aws.Target, error) {
	c, err := s.credentials(ctx, handler)
	if err != nil {
		return aws.Target{}, err
	}
	at, region := endpoint(service, s.cfg.Live.Region)
	if forward := s.cfg.Forwards[service]; forward != nil {
		at = &url.URL{Scheme: forward.Scheme, Host: forward.Host, Path: forward.Path}
	}
	return aws.Target{URL: at, Region: region, AccessKeyID: c.AccessKeyID, Key: sigv4.Key{Secret: c.SecretAccessKey, SessionToken: c.SessionToken}}, nil
}

// credentials returns the credentials of a handler's role.
func (s *Stack) credentials(ctx context.Context, handler string) (credentials.Credentials, error) {
	f, ok := s.cfg.Live.Functions[handler]
	if !ok {
		return credentials.Credentials{}, fmt.Errorf("the handler %q is not deployed in stack %q, and so has no rights there: deploy it with pulumi up --stack %[2]s", handler, s.cfg.Name)
	}
	c, err := s.cfg.Assume(ctx, f.Role)
	if refused := new(credentials.Failure); errors.As(err, &refused) {
		return c, fmt.Errorf("stack %q does not allow you to assume the role of the handler %q: name the role that developers have, which aws sts get-caller-identity shows, with\n"+
			"  pulumi config set --stack %[1]s liveDevelopers arn:aws:iam::%[3]s:role/ROLE\n  pulumi up --stack %[1]s\n    %[4]w", s.cfg.Name, handler, accountOf(f.Role), refused)
	}
	return c, err
}

// accountOf returns the account in a role's ARN.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return "ACCOUNT"
}
