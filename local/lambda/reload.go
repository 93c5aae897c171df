package lambda

import (
	"errors"
	"fmt"
	"os"
	"reflect"
)

// Reload replaces the functions by these. A function that is the same in every
// field keeps its processes; an archive at the same path is taken to be the
// same. Of one that has changed, or is no longer there, the invocations that run
// or wait end with the old code, while every later one runs the new. Reload is
// safe for concurrent use with everything else.
//
// Its error is as New's, and leaves everything as it was.
func (s *Service) Reload(functions []Function) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	s.mu.RLock()
	closed := s.isClosed
	s.mu.RUnlock()
	if closed {
		return ErrClosed
	}
	config := s.config
	config.Functions = functions
	if err := validate(&config); err != nil {
		return err
	}
	pools, err := s.deploy(config.Functions)
	if err != nil {
		return err
	}
	s.mu.Lock()
	if s.isClosed {
		s.mu.Unlock()
		return ErrClosed
	}
	var replaced []*pool
	for name, l := range s.pools {
		if name == l.function.Name && pools[name] != l {
			s.retired[l] = struct{}{}
			replaced = append(replaced, l)
		}
	}
	s.pools = pools
	s.mu.Unlock()
	for _, l := range replaced {
		l.retire()
	}
	s.attend()
	return nil
}

// deploy makes a pool for each function that has changed, and takes those of the
// others as they are.
func (s *Service) deploy(functions []Function) (map[string]*pool, error) {
	pools := map[string]*pool{}
	var made []*pool
	var problems []error
	for _, f := range functions {
		l := s.pools[f.Name]
		if l == nil || !reflect.DeepEqual(l.function, f) {
			var err error
			if l, err = s.unpacked(f); err != nil {
				problems = append(problems, fmt.Errorf("function %q: %w", f.Name, err))
				continue
			}
			made = append(made, l)
		}
		pools[f.Name], pools[f.ARN] = l, l
	}
	if len(problems) == 0 {
		return pools, nil
	}
	for _, l := range made {
		problems = append(problems, remove(l.root))
	}
	return nil, errors.Join(problems...)
}

// unpacked unpacks a function's code into a folder of its own.
func (s *Service) unpacked(f Function) (*pool, error) {
	root, err := os.MkdirTemp(s.dir, f.Name+"-")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.Chmod(root, 0o755), unpack(f.Archive, root)); err != nil {
		return nil, errors.Join(err, remove(root))
	}
	return newPool(s, f, root), nil
}

// retire ends the pool once what it was given is done.
func (l *pool) retire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.retired = true
	for len(l.idle) > 0 {
		p := l.idle[0]
		l.drop(p)
		p.kill()
	}
	l.discard()
}

// discard removes the code of a retired pool that is done. The pool's lock is
// held.
func (l *pool) discard() {
	if !l.retired || len(l.alive) > 0 || len(l.queue) > 0 || l.closed {
		return
	}
	l.closed = true
	go l.service.discard(l)
}

func (s *Service) discard(l *pool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.retired, l)
	if err := remove(l.root); err != nil {
		s.config.Logger.Warn("the code of a replaced function stays until the end", "error", err)
	}
}
