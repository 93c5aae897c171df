// Package deployed lets handlers on this machine use the resources of the deployed stack:
// it knows the environment of each deployed function, where AWS serves what it calls, and
// gets credentials of the function's own role. Nobody gets more rights by it than that
// role has, and AWS decides about each call.
//
// It lists and changes nothing by itself, but for the messages of a queue that it is told
// to receive and to delete.
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

// A Stack is a deployed one. It is safe for concurrent use.
type Stack struct {
	cfg Config
}

// Config says which stack it is, and who asks.
type Config struct {
	Name string // of the stack
	Live outputs.Live
	// Assume gets the credentials of a role, by its ARN. If AWS refuses the role, the
	// error is a *credentials.Failure.
	Assume   func(ctx context.Context, role string) (credentials.Credentials, error)
	Forwards map[string]*url.URL // where a service is, by its name, if not at AWS's own endpoint
}

// New returns the stack. It asks for nothing yet.
func New(cfg Config) *Stack { return &Stack{cfg} }

// Environment is that of a handler's deployed function, and whether it is deployed.
func (s *Stack) Environment(handler string) (map[string]string, bool) {
	f, ok := s.cfg.Live.Functions[handler]
	return maps.Clone(f.Environment), ok
}

// Check reports whether a role may be assumed: of the first handler that uses anything,
// since all of them have the same trust. It returns nil if there is none.
func (s *Stack) Check(ctx context.Context) error {
	for _, handler := range slices.Sorted(maps.Keys(s.cfg.Live.Functions)) {
		if len(s.cfg.Live.Functions[handler].Environment) > 0 {
			_, err := s.credentials(ctx, handler)
			return err
		}
	}
	return nil
}

// Target is where the calls of a handler's function to a service go, with the function's
// rights. The error is one that the function can show.
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

// credentials are those of the role of a handler's function.
func (s *Stack) credentials(ctx context.Context, handler string) (credentials.Credentials, error) {
	f, ok := s.cfg.Live.Functions[handler]
	if !ok {
		return credentials.Credentials{}, fmt.Errorf("the handler %q is not deployed in stack %q, and so has no rights there: deploy it with pulumi up --stack %[2]s", handler, s.cfg.Name)
	}
	c, err := s.cfg.Assume(ctx, f.Role)
	if refused := new(credentials.Failure); errors.As(err, &refused) {
		return c, fmt.Errorf("stack %q does not let you act with the rights of the handler %q: name the role that developers have, which aws sts get-caller-identity shows, with\n"+
			"  pulumi config set --stack %[1]s liveDevelopers arn:aws:iam::%[3]s:role/ROLE\n  pulumi up --stack %[1]s\n    %[4]w", s.cfg.Name, handler, accountOf(f.Role), refused)
	}
	return c, err
}

// accountOf is the account in a role's ARN.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return "ACCOUNT"
}
