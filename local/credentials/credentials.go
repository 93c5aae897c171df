// Package credentials gets AWS credentials from the same sources as the AWS CLI: the
// environment, profiles, and an SSO login. With them it gets the credentials of a role. It
// runs a separate program, package cmd, which is compiled on first use: the AWS SDK is not
// linked into the local cloud, and is compiled only if needed.
//
// Nothing is stored on disk, and errors contain no credentials.
package credentials

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
)

// Credentials sign requests to AWS.
type Credentials struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string    // empty for a user's own
	Expiration      time.Time // zero: they do not end, or it is not known
}

// A Source gets credentials. It is safe for concurrent use.
type Source struct {
	builder artifact.Builder
	binary  func(context.Context) (string, error)
}

// New returns a source that compiles its program with builder, on its first use.
func New(builder artifact.Builder) *Source {
	s := &Source{builder: builder}
	s.binary = s.compiled
	return s
}

// command is the main package of the program.
const command = "local/credentials/cmd"

// keptPrograms keeps programs by the key of their sources, so that clones share them.
var keptPrograms = artifact.Retention{Number: 2, InUse: 24 * time.Hour}

// Compile compiles the program, unless it is compiled already.
func (s *Source) Compile(ctx context.Context) error {
	_, err := s.binary(ctx)
	return err
}

func (s *Source) compiled(ctx context.Context) (string, error) {
	key, err := s.builder.PackageKey(ctx, command)
	if err != nil {
		return "", err
	}
	binary, err := s.builder.Place("credentials", key, "credentials")
	if err != nil {
		return "", err
	}
	const step = "AWS credentials"
	err = s.builder.Once(ctx, step, binary, keptPrograms, func(temporary string) error {
		return s.builder.CompileGo(ctx, step, command, temporary)
	})
	if err != nil {
		return "", fmt.Errorf("compiling the program that gets AWS credentials: %w", err)
	}
	return binary, nil
}

// getTimeout allows for renewing a login over a slow network.
const getTimeout = time.Minute

// Developer returns the credentials of this machine's user.
func (s *Source) Developer(ctx context.Context) (Credentials, error) {
	c, err := s.get(ctx)
	if failed := new(Failure); errors.As(err, &failed) {
		return Credentials{}, notLoggedIn(failed)
	}
	return c, err
}

func notLoggedIn(why error) error {
	return fmt.Errorf("there are no AWS credentials on this machine that are valid now: log in, such as with aws sso login, or name a profile with AWS_PROFILE\n    %s", why)
}

// A Failure is AWS's reason for not issuing credentials.
type Failure struct {
	Code    string // such as "AccessDenied"; empty where no service has refused
	Message string
}

func (f *Failure) Error() string { return f.Message }

// loginCodes are the codes for which logging in again helps. The empty code is for failures
// without a service's answer, such as a missing login.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
// https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
var loginCodes = []string{"", "ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch",
	"ExpiredTokenException", "InvalidGrantException", "UnauthorizedException"}

// isLogin reports whether logging in again helps.
func (f *Failure) isLogin() bool { return slices.Contains(loginCodes, f.Code) }

// get runs the program. An error of AWS is a *Failure.
func (s *Source) get(ctx context.Context, args ...string) (Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, getTimeout)
	defer cancel()
	binary, err := s.binary(ctx)
	if err != nil {
		return Credentials{}, err
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = s.builder.Root
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return Credentials{}, fmt.Errorf("getting AWS credentials: %w: %s", errors.Join(ctx.Err(), err), strings.TrimSpace(stderr.String()))
	}
	var result struct {
		Credentials Credentials
		Failure     *Failure
	}
	if err := json.Unmarshal(stdout.Bytes(), &result); err != nil {
		return Credentials{}, errors.New("getting AWS credentials: the program's answer is not JSON") // it may contain a secret
	}
	if result.Failure != nil {
		return Credentials{}, result.Failure
	}
	return result.Credentials, nil
}

// Roles returns a function that gets the credentials of roles, by ARN, as Role does. region
// and session apply to each.
func (s *Source) Roles(region, session string) func(ctx context.Context, arn string) (Credentials, error) {
	var mu sync.Mutex
	roles := map[string]*Role{}
	return func(ctx context.Context, arn string) (Credentials, error) {
		mu.Lock()
		if roles[arn] == nil {
			roles[arn] = &Role{ARN: arn, Region: region, Session: session, Source: s}
		}
		role := roles[arn]
		mu.Unlock()
		return role.Get(ctx)
	}
}

// A Role gets the credentials of one role with the developer's credentials, and caches them
// until shortly before they expire. It is safe for concurrent use.
type Role struct {
	ARN     string
	Region  string // whose STS is asked
	Session string // the name under which AWS records what is done
	Source  *Source
	Now     func() time.Time // nil: time.Now

	mu     sync.Mutex
	cached Credentials
}

// renewBefore is how long before their expiration credentials are replaced: a request that
// was signed with them may be in transit for a while.
const renewBefore = 5 * time.Minute

// Get returns credentials of the role. If AWS refuses the role, the error is a *Failure.
func (r *Role) Get(ctx context.Context) (Credentials, error) {
	now := time.Now
	if r.Now != nil {
		now = r.Now
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now().Before(r.cached.Expiration.Add(-renewBefore)) {
		return r.cached, nil
	}
	c, err := r.Source.get(ctx, "-role", r.ARN, "-region", r.Region, "-session", r.Session)
	if failed := new(Failure); errors.As(err, &failed) && failed.isLogin() {
		err = notLoggedIn(failed)
	}
	if err != nil {
		return Credentials{}, err
	}
	r.cached = c
	return c, nil
}
