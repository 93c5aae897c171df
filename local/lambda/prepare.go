package lambda

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
)

// Prepare checks cfg and unpacks the code of each new or changed function. Its error joins
// all problems. Nothing that runs changes before commit, which does not fail: from then on
// the functions are those of cfg. The code of a Prepare that is not committed is removed by
// the next one, or by Close; after either, its commit does nothing. cfg must not be changed
// afterwards.
//
// A function that is equal in every field keeps its processes; an archive at the same path is
// assumed to be the same. If a function has changed or is gone, its running and waiting
// invocations end with the old code, and all later ones run the new. Prepare and commit are
// safe for concurrent use with everything else.
func (s *Service) Prepare(ctx context.Context, cfg Config) (commit func(), err error) {
	s.preparing.Lock()
	defer s.preparing.Unlock()
	s.mu.RLock()
	closed := s.isClosed
	s.mu.RUnlock()
	if closed {
		return nil, ErrClosed
	}
	if s.prepared != nil {
		if err := s.prepared.remove(); err != nil {
			return nil, err
		}
		s.prepared = nil
	}
	next, err := s.prepare(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s.prepared = next
	return func() { s.commit(next) }, nil
}

// preparation is a Config that can be committed.
type preparation struct {
	pools map[string]*pool // as in Service
	made  []*pool          // those of them that are new
}

func (s *Service) commit(next *preparation) {
	s.preparing.Lock()
	defer s.preparing.Unlock()
	if s.prepared != next {
		return
	}
	s.prepared = nil
	s.mu.Lock()
	if s.isClosed {
		s.mu.Unlock()
		return
	}
	var replaced []*pool
	for name, p := range s.pools {
		if name == p.function.Name && next.pools[name] != p {
			s.retired[p] = struct{}{}
			replaced = append(replaced, p)
		}
	}
	s.pools = next.pools
	s.mu.Unlock()
	for _, p := range replaced {
		p.retire()
	}
	s.startDebugged()
}

// prepare makes a pool for each changed function, and reuses the others.
func (s *Service) prepare(ctx context.Context, cfg Config) (*preparation, error) {
	next := &preparation{pools: map[string]*pool{}}
	problems := []error{cfg.validate()}
	if problems[0] != nil {
		return nil, problems[0]
	}
	for _, f := range cfg.Functions {
		p := s.pools[f.Name]
		if p == nil || p.region != cfg.Region || !reflect.DeepEqual(p.function, f) {
			var err error
			if p, err = s.unpackFunction(ctx, f, cfg.Region); err != nil {
				problems = append(problems, fmt.Errorf("function %q: %w", f.Name, err))
				continue
			}
			next.made = append(next.made, p)
		}
		next.pools[f.Name], next.pools[f.ARN] = p, p
	}
	if err := errors.Join(problems...); err != nil {
		return nil, errors.Join(err, next.remove())
	}
	return next, nil
}

// remove removes the code that the preparation has unpacked.
func (n *preparation) remove() error {
	var problems []error
	for _, p := range n.made {
		problems = append(problems, remove(p.root))
	}
	return errors.Join(problems...)
}

// unpackFunction unpacks a function's code into its own folder.
func (s *Service) unpackFunction(ctx context.Context, f Function, region string) (*pool, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	root, err := os.MkdirTemp(s.dir, f.Name+"-")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.Chmod(root, 0o755), unpack(f.Archive, root)); err != nil {
		return nil, errors.Join(err, remove(root))
	}
	return newPool(s, f, region, root), nil
}

// retire ends the pool once its invocations are done.
func (p *pool) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retired = true
	for len(p.idle) > 0 {
		proc := p.idle[0]
		p.drop(proc)
		proc.kill()
	}
	p.discard()
}

// discard removes the code of a retired pool that is done. The pool's lock must
// be held.
func (p *pool) discard() {
	if !p.retired || len(p.alive) > 0 || len(p.queue) > 0 || p.closed {
		return
	}
	p.closed = true
	go p.service.discard(p)
}

func (s *Service) discard(p *pool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.retired, p)
	if err := remove(p.root); err != nil {
		s.options.Logger.Warn("the code of a replaced function stays until the end", "error", err)
	}
}
