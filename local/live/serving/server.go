package serving

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/outputs"
)

// Options configure a Server. All functions must be set.
type Options struct {
	Functions map[string]outputs.Function // the deployed ones, by handler
	Region    string
	// Credentials makes functions call AWS with the rights of their roles.
	Credentials bool

	Lambda  lambda.Options
	Journal *journal.Journal
	// Await returns when the saved code of a handler is built, or the error of its build. It
	// is called with the context of the invocation's record.
	Await func(ctx context.Context, handler string) error
	// Local returns the name of a handler's function on this machine, for a replay.
	Local func(handler string) string
	// OnDebugged is called while a debugger may hold up an invocation; see Debugged.
	OnDebugged func(Debugged)
}

// Server runs the invocations of a deployed stack. It is safe for concurrent use.
type Server struct {
	options   Options
	functions *lambda.Service

	mu       sync.Mutex
	built    map[string]lambda.Function  // by handler, as committed last
	deployed map[string]outputs.Function // by handler, as in the latest invocation
	adopted  int                         // how often deployed has changed
}

// New returns a server without functions.
func New(o Options) (*Server, error) {
	functions, err := lambda.New(o.Lambda)
	if err != nil {
		return nil, fmt.Errorf("starting the functions of the deployed stack: %w", err)
	}
	s := &Server{options: o, functions: functions, built: map[string]lambda.Function{}, deployed: map[string]outputs.Function{}}
	for handler, f := range o.Functions {
		s.deployed[handler] = outputs.Function{Name: f.Name, Role: f.Role, Environment: safeVariables(f.Environment)}
	}
	return s, nil
}

// Close ends all processes.
func (s *Server) Close() error { return s.functions.Close() }

// Caller returns the function, by handler, that signs with an access key. It does not know
// the keys of functions that have their role's credentials.
func (s *Server) Caller(accessKeyID string) (lambda.Caller, bool) {
	return s.functions.Caller(accessKeyID)
}

// Prepare checks the functions that are built on this machine, by handler. Running functions
// change only on commit. An invocation ends with the code it began with.
func (s *Server) Prepare(ctx context.Context, built map[string]lambda.Function) (commit func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	commitFunctions, err := s.functions.Prepare(ctx, s.config(built))
	if err != nil {
		return nil, err
	}
	adopted := s.adopted
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.adopted == adopted {
			s.built = built
			commitFunctions()
		} else if err := s.serve(context.WithoutCancel(ctx), built); err != nil { // an invocation adopted changes meanwhile
			s.options.Lambda.Logger.Warn("the code of the deployed stack's functions stays as it was", "error", err)
		}
	}, nil
}

// Handles reports whether a handler is built on this machine.
func (s *Server) Handles(handler string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.built[handler]
	return ok
}

// serve serves these functions, as currently deployed. s.mu must be held.
func (s *Server) serve(ctx context.Context, built map[string]lambda.Function) error {
	commit, err := s.functions.Prepare(ctx, s.config(built))
	if err != nil {
		return err
	}
	s.built = built
	commit()
	return nil
}

// config returns the configuration of the functions that are both built and deployed. s.mu
// must be held.
func (s *Server) config(built map[string]lambda.Function) lambda.Config {
	cfg := lambda.Config{Region: s.options.Region}
	for handler, d := range s.deployed {
		f, ok := built[handler]
		if !ok {
			continue
		}
		cfg.AccountID = cmp.Or(accountOf(d.Role), cfg.AccountID)
		f.Name, f.ARN, f.LogGroup = d.Name, "", ""
		f.Environment, f.Delegated = d.Environment, s.options.Credentials
		cfg.Functions = append(cfg.Functions, f)
	}
	return cfg
}

// accountOf returns the account in a role's ARN.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}

// adopt configures a handler's function as it is deployed now, in case of a newer deployment.
func (s *Server) adopt(ctx context.Context, handler, name string, environment map[string]string) error {
	environment = safeVariables(environment)
	for _, variable := range systemVariables {
		if value, set := s.options.Functions[handler].Environment[variable]; set {
			environment[variable] = value
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.built[handler]; !ok {
		return fmt.Errorf("the handler %q is not among those of this machine: update the sources, or deploy them", handler)
	}
	before := s.deployed[handler]
	if before.Name == name && maps.Equal(before.Environment, environment) {
		return nil
	}
	s.deployed[handler] = outputs.Function{Name: name, Role: before.Role, Environment: environment}
	if err := s.serve(ctx, s.built); err != nil {
		s.deployed[handler] = before
		return fmt.Errorf("running the handler %q as it is deployed: %w", handler, err)
	}
	s.adopted++
	return nil
}

// safeVariables returns the variables that a function can have set itself and that do not affect the
// process: an invocation may come from someone who has only the function's role. The AWS SDKs
// read files and run programs that variables name, and the dynamic linker loads them.
func safeVariables(environment map[string]string) map[string]string {
	kept := map[string]string{}
	for name, value := range environment {
		steers := slices.Contains(unsafeVariables, name) || slices.ContainsFunc(unsafePrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if lambda.IsOwnVariable(name) && !steers {
			kept[name] = value
		}
	}
	return kept
}

// unsafeVariables lists variables that determine which hosts a process talks to and trusts.
var (
	unsafeVariables = []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "GODEBUG", "GOCOVERDIR", "RES_OPTIONS", "LOCALDOMAIN"}
	unsafePrefixes  = []string{"AWS_", "LAMBDA_", "LIVE_", "LD_", "DYLD_"}
)

// systemVariables lists variables that a function may set and that an invocation does not carry,
// since Lambda's system sets them, too.
var systemVariables = []string{"GOMAXPROCS", "HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TZ"}

// Handler returns the handler of a deployed function by the function's name. It returns any
// other name unchanged.
func (s *Server) Handler(function string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for handler, f := range s.deployed {
		if f.Name == function {
			return handler
		}
	}
	return function
}

// errCanceled is the failure of an invocation that has timed out or was canceled.
var errCanceled = errors.New("the invocation has timed out or was canceled")

// Debugged is a debugged invocation that is still running. Its request fails unless it ends
// within Left.
type Debugged struct {
	Handler, RequestID string
	Left, Of           time.Duration // until the function's time limit
}
