package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"api-auth-jwt-auth0/infra/artifact/guard"
)

// Payload limits. Invoke itself refuses a request of more than 6 MB:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
// A response may be 100 bytes larger. The quotas do not say so, but callers get the text
// "maximum allowed payload size (6291556 bytes)", as pinned by the tests that
// https://github.com/aws/aws-lambda-dotnet runs against AWS.
const (
	maxRequest  = 6 << 20
	maxResponse = 6<<20 + 100
)

// Options configure a Service.
type Options struct {
	Logger *slog.Logger // nil discards
	// OnLine receives every line of every function's log; nil discards. It is
	// called from several goroutines, in order for one process. A handler
	// waits while it runs; it must not call the Service.
	OnLine func(Line)
	// OnQueued is called for each invocation that was given to its function, in Invoke's
	// goroutine and with its context. In run, Function, RequestID and Queued are set. Nil:
	// not called.
	OnQueued func(ctx context.Context, run Run)
	// OnDone is called for each invocation that has its result, just before Invoke returns,
	// in Invoke's goroutine and with its context, but not if the context ended first. Nil:
	// not called.
	OnDone func(ctx context.Context, run Run)
	// Now dates lines, nil means time.Now. Deadlines and time limits follow
	// the real clock, because the handlers do.
	Now func() time.Time
	// AWSEndpoint is the URL of every AWS service, for handlers' SDKs. Empty sends calls
	// to AWS itself, where the credentials are valid nowhere.
	AWSEndpoint string
	// Dir is where code is unpacked; "" means a temporary folder that Close removes.
	Dir string
}

// Config describes the functions to run.
type Config struct {
	Functions []Function
	Region    string // such as "eu-central-1"
	AccountID string
}

// Service runs the functions' processes and serves them the Runtime API.
type Service struct {
	options Options // with defaults
	dir     string
	address string // host:port of the Runtime API
	server  *http.Server
	limits  limits

	mu           sync.RWMutex
	pools        map[string]*pool    // by name and by ARN
	retired      map[*pool]struct{}  // replaced, and not done yet
	processes    map[string]*process // by token
	signers      map[string]*process // by access key
	endedCallers []Caller            // of processes, the oldest first
	isClosed     bool

	preparing sync.Mutex   // held by Prepare, and by commit
	prepared  *preparation // the latest, until it is committed; nil: there is none

	launcher launcher
	guard    *guard.Guard
	running  sync.WaitGroup // one for each process, from before its start until it is reaped
	closing  sync.Once
	closed   error
}

// New starts the Runtime API on a loopback port. There is no function before
// the first commit of [Service.Prepare], and no process before the first Invoke.
func New(o Options) (*Service, error) {
	if err := supported(); err != nil {
		return nil, err
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Service{
		options:   o,
		pools:     map[string]*pool{},
		retired:   map[*pool]struct{}{},
		processes: map[string]*process{},
		signers:   map[string]*process{},
		limits:    defaultLimits,
	}
	if err := s.makeDir(); err != nil {
		return nil, err
	}
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.removeCode())
	}
	var err error
	if s.guard, err = newGuard(s.dir, s.address); err != nil {
		return nil, errors.Join(err, s.server.Close(), s.removeCode())
	}
	s.launcher = newLauncher()
	return s, nil
}

// validate sets defaults in a copy of the functions and returns all problems joined.
func (c *Config) validate() error {
	var problems []error
	if c.Region == "" {
		problems = append(problems, errors.New("no region: set the one the stack deploys to"))
	}
	seen := map[string]bool{}
	functions := make([]Function, len(c.Functions))
	for i, f := range c.Functions {
		functions[i] = f.withDefaults(c.Region, c.AccountID)
		problems = append(problems, functions[i].validate())
		if seen[f.Name] {
			problems = append(problems, fmt.Errorf("function %q is there twice", f.Name))
		}
		seen[f.Name] = true
	}
	c.Functions = functions
	return errors.Join(problems...)
}

func (s *Service) makeDir() error {
	dir, err := os.MkdirTemp(s.options.Dir, "lambda-")
	if err != nil {
		return fmt.Errorf("making a folder for the functions' code: %w", err)
	}
	// A relative path would denote another folder for a process that runs in it.
	if s.dir, err = filepath.Abs(dir); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	return nil
}

func (s *Service) listen() error {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", "0"))
	if err != nil {
		return fmt.Errorf("listening for the runtime API: %w", err)
	}
	s.address = listener.Addr().String()
	s.server = newRuntimeAPI(s)
	go s.server.Serve(listener) // returns when Close closes the server
	return nil
}

// Invoke runs one event through a function, given by name or ARN, and returns its answer,
// byte for byte. It is safe for concurrent use. An error is a *FunctionError,
// ErrUnknownFunction, ErrTooLarge, ErrInvalidJSON, ErrClosed or ctx's own: a caller that goes
// away does not stop the function, as on Lambda. An empty payload is the event {}.
func (s *Service) Invoke(ctx context.Context, function string, payload []byte) ([]byte, error) {
	return s.InvokeWith(ctx, function, payload, Terms{})
}

// InvokeWith is Invoke with terms.
func (s *Service) InvokeWith(ctx context.Context, function string, payload []byte, t Terms) ([]byte, error) {
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	if err := validEvent(payload); err != nil {
		return nil, fmt.Errorf("function %q: %w", function, err)
	}
	inv := newInvocation(payload, t)
	if err := s.submit(function, inv); err != nil {
		return nil, err
	}
	s.onQueued(ctx, function, inv)
	select {
	case r := <-inv.result:
		s.onDone(ctx, function, inv)
		return r.payload, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// submit passes an invocation to its function. It unlocks only after that: a pool that is
// being retired gets no more.
func (s *Service) submit(function string, inv *invocation) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.pools[function]
	if !ok {
		return fmt.Errorf("function %q: %w", function, ErrUnknownFunction)
	}
	return p.submit(inv)
}

// validEvent refuses what Lambda's Invoke does: too long, no JSON, no UTF-8.
func validEvent(payload []byte) error {
	switch {
	case len(payload) > maxRequest:
		return ErrTooLarge
	case !utf8.Valid(payload), !json.Valid(payload):
		return ErrInvalidJSON
	}
	return nil
}

// Close ends all processes, waits until they are gone and removes their code. Running
// invocations fail with ErrClosed.
func (s *Service) Close() error {
	s.closing.Do(func() {
		s.preparing.Lock()
		s.mu.Lock()
		pools := slices.Concat(slices.Collect(maps.Values(s.pools)), slices.Collect(maps.Keys(s.retired)))
		s.isClosed = true
		s.mu.Unlock()
		s.preparing.Unlock()
		for _, p := range pools {
			p.close()
		}
		s.running.Wait()
		s.launcher.close()
		s.closed = errors.Join(s.guard.Close(), s.server.Close(), s.removeCode())
	})
	return s.closed
}

func (s *Service) removeCode() error {
	if s.dir == "" {
		return nil
	}
	return remove(s.dir)
}

func (s *Service) emit(line Line) {
	if s.options.OnLine == nil {
		return
	}
	line.Time = s.options.Now()
	s.options.OnLine(line)
}
