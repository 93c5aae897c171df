package s3

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"api-auth-jwt-auth0/local/aws"
)

// A Service is S3 with the buckets of a Config. It implements [aws.Service] and is
// safe for concurrent use.
type Service struct {
	now func() time.Time
	log *slog.Logger
	dir string

	mu      sync.RWMutex
	region  string
	account string
	buckets map[string]*bucket // by name
}

// New returns a Service without a bucket.
func New(o Options) *Service {
	s := &Service{now: o.Now, log: o.Logger, dir: o.Dir}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

// Prepare checks cfg, and reads the objects of new buckets that have a folder. Its error
// joins all problems. Nothing changes before commit, which does not fail: from then on the
// buckets are those of cfg. A bucket that stays keeps its objects and uploads. A removed
// bucket loses them, unless Options.Dir keeps the objects for its return.
func (s *Service) Prepare(ctx context.Context, cfg Config) (commit func(), err error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	loaded := map[string]*bucket{}
	for _, b := range cfg.Buckets {
		if s.bucket(b.Name) != nil {
			continue
		}
		if loaded[b.Name], err = openBucket(ctx, s.dir, b.Name); err != nil {
			return nil, err
		}
	}
	return func() { s.commit(cfg, loaded) }, nil
}

func (s *Service) commit(cfg Config, loaded map[string]*bucket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := map[string]*bucket{}
	for _, declared := range cfg.Buckets {
		b := s.buckets[declared.Name]
		if b == nil {
			b = loaded[declared.Name]
		}
		if b == nil {
			// Another commit removed the bucket since Prepare.
			b = newBucket(s.dir, declared.Name)
		}
		b.declare(declared, s.now())
		next[declared.Name] = b
	}
	s.region, s.account, s.buckets = cfg.Region, cfg.AccountID, next
}

// bucket returns nil for a bucket that is not declared.
func (s *Service) bucket(name string) *bucket {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.buckets[name]
}

// sorted returns all buckets by name.
func (s *Service) sorted() []*bucket {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.buckets), func(a, b *bucket) int { return strings.Compare(a.name, b.name) })
}

// Name implements [aws.Service].
func (s *Service) Name() string { return "s3" }

// Read implements [aws.Service]. A request for a missing key also needs s3:ListBucket, so
// only callers that may list the bucket learn that the key is missing.
func (s *Service) Read(r *http.Request, body []byte) (aws.Operation, error) {
	q, op, err := s.parse(r, body)
	if err != nil {
		return aws.Operation{}, s.asError(err)
	}
	requests, err := op.requests(q)
	if err != nil {
		return aws.Operation{}, s.asError(err)
	}
	return aws.Operation{Action: op.name, Resource: q.resource(), Requests: requests}, nil
}

// Serve implements [aws.Service]. It keeps no reference to body.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request, body []byte) {
	q, op, err := s.parse(r, body)
	if err == nil {
		identify(w.Header())
		err = op.serve(q, w)
	}
	if err != nil {
		s.Refuse(w, r, s.asError(err))
	}
}

// asError returns the failure that a client may see. Any other is logged.
func (s *Service) asError(err error) *aws.Error {
	var known *aws.Error
	if errors.As(err, &known) {
		return known
	}
	s.log.Error("s3: internal error", "error", err)
	return &aws.Error{Status: http.StatusInternalServerError, Code: "InternalError",
		Message: "We encountered an internal error. Please try again."}
}
