package ssm

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"api-auth-jwt-auth0/local/aws"
)

// A Service is a Parameter Store with the parameters of a Config. It implements
// [aws.Service] and is safe for concurrent use.
type Service struct {
	now     func() time.Time
	log     *slog.Logger
	key     []byte // of what stands for encrypted values
	current atomic.Pointer[store]
}

// store is an active Config.
type store struct {
	Config
	parameters map[string]stored // by name
}

type stored struct {
	Parameter
	version  int64
	modified time.Time
}

// New returns a Service without a parameter.
func New(o Options) *Service {
	s := &Service{now: o.Now, log: o.Logger, key: []byte(rand.Text())}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.current.Store(&store{})
	return s
}

// Prepare checks cfg. Its error joins all problems, and contains no values. Nothing changes
// before commit, which does not fail: from then on the parameters are those of cfg. A
// parameter with a changed value has the next version.
func (s *Service) Prepare(_ context.Context, cfg Config) (commit func(), err error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	return func() { s.commit(cfg) }, nil
}

func (s *Service) commit(cfg Config) {
	before := s.current.Load()
	next := &store{Config: cfg, parameters: map[string]stored{}}
	for _, p := range cfg.Parameters {
		is := stored{Parameter: p, version: 1, modified: s.now()}
		if was, found := before.parameters[p.Name]; found {
			is.version, is.modified = was.version, was.modified
			if was.Value != p.Value || was.Type != p.Type || was.HasValue != p.HasValue {
				is.version, is.modified = was.version+1, s.now()
			}
		}
		next.parameters[p.Name] = is
	}
	s.current.Store(next)
}

// A Summary describes a parameter to a person, without its value.
type Summary struct {
	Name     string
	Type     string
	Version  int64
	Modified time.Time
	HasValue bool
	Missing  string // what to do if it has none
}

// Parameters returns all parameters, sorted by name.
func (s *Service) Parameters() []Summary {
	all := s.current.Load().parameters
	summaries := []Summary{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p := all[name]
		summaries = append(summaries, Summary{Name: name, Type: p.Type, Version: p.version, Modified: p.modified,
			HasValue: p.HasValue, Missing: p.Missing})
	}
	return summaries
}

// Name implements [aws.Service].
func (s *Service) Name() string { return "ssm" }

// Read implements [aws.Service].
func (s *Service) Read(r *http.Request, body []byte) (aws.Operation, error) {
	c, err := s.parse(r, body)
	if err != nil {
		return aws.Operation{}, err
	}
	return c.operation(), nil
}

// Serve implements [aws.Service].
func (s *Service) Serve(w http.ResponseWriter, r *http.Request, body []byte) {
	c, err := s.parse(r, body)
	var answer any
	if err == nil {
		answer, err = c.answer()
	}
	if err != nil {
		var known *aws.Error
		if !errors.As(err, &known) {
			panic(err) // parse and answer return no other
		}
		s.Refuse(w, r, known)
		return
	}
	write(w, http.StatusOK, answer)
}

// Refuse implements [aws.Service].
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
func (s *Service) Refuse(w http.ResponseWriter, _ *http.Request, e *aws.Error) {
	write(w, e.Status, map[string]string{"__type": e.Code, "message": e.Message})
}

func write(w http.ResponseWriter, status int, answer any) {
	text, err := json.Marshal(answer, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		// Strings, numbers and lists of them always marshal.
		panic(err)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Requestid", rand.Text())
	w.WriteHeader(status)
	// An error means that the client is gone.
	_, _ = w.Write(text)
}
