// Package account keeps what the providers of the engine's tests hold, in a
// folder: the resources that exist, and a log of every operation. Several
// plugin processes share one folder; the test that started them reads it, adds
// what somebody else would have made by hand, and says which operation fails.
//
// It knows no resource type; the plugins hand it what to keep.
package account

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Dir is the environment variable that names the folder.
const Dir = "LOCAL_PROVIDER_ACCOUNT"

// An Account is a folder. Its methods may be used by several processes at once.
type Account struct{ Dir string }

// A Resource is one that exists.
type Resource struct {
	Type, ID, Region string
	URN              string            // the engine's name for it; empty for one made by hand
	Refs             map[string]string // inputs that name other resources
	Number           int               // of the operation that created it
	Inputs, Outputs  json.RawMessage
}

// An Operation is one line of the log. It holds no property's value.
type Operation struct {
	Kind   string // "create", "update", "delete"
	Type   string
	Name   string // the logical name
	ID     string
	Region string
	Failed bool
}

// ErrNotFound says that a resource does not exist, or no longer.
var ErrNotFound = errors.New("not found")

// Fail lets the n-th operation from now, counted from 1, fail before it does
// anything.
func (a Account) Fail(n int) error {
	return a.locked(func() error {
		log, err := a.log()
		if err != nil {
			return err
		}
		return os.WriteFile(a.path("fail"), fmt.Append(nil, len(log)+n), 0o600)
	})
}

// Operations are all operations, oldest first.
func (a Account) Operations() (log []Operation, err error) {
	err = a.locked(func() error {
		log, err = a.log()
		return err
	})
	return log, err
}

// Resources are all that exist, in the order in which they were created.
func (a Account) Resources() (all []Resource, err error) {
	err = a.locked(func() error {
		all, err = a.resources()
		return err
	})
	return all, err
}

// Do runs one operation that is logged, and fails it if the test has said so.
// The change sees the account as it is and leaves no trace when it fails.
func (a Account) Do(op Operation, change func(s *Session) error) error {
	return a.locked(func() error {
		log, err := a.log()
		if err != nil {
			return err
		}
		s := &Session{account: a, number: len(log) + 1}
		failing, _ := os.ReadFile(a.path("fail")) // absent: none fails
		if string(failing) == fmt.Sprint(s.number) {
			err = fmt.Errorf("the service is not available (the test lets operation %d fail)", s.number)
		} else {
			err = change(s)
		}
		if s.id != "" {
			op.ID = s.id
		}
		op.Failed = err != nil
		return errors.Join(err, a.append(op))
	})
}

// Read finds a resource.
func (a Account) Read(r Resource) (found Resource, err error) {
	err = a.locked(func() error {
		found, err = (&Session{account: a}).Get(r)
		return err
	})
	return found, err
}

// Put keeps a resource that no program has made, or changes one behind the
// engine's back.
func (a Account) Put(r Resource) error {
	return a.locked(func() error { return a.write(r) })
}

// Remove deletes a resource behind the engine's back.
func (a Account) Remove(r Resource) error {
	return a.locked(func() error { return os.Remove(a.file(r)) })
}

func (a Account) locked(work func() error) error {
	if err := os.MkdirAll(a.path("resources"), 0o700); err != nil {
		return err
	}
	unlock, err := lockedfile.MutexAt(a.path("lock")).Lock()
	if err != nil {
		return err
	}
	defer unlock()
	return work()
}

func (a Account) path(elem ...string) string {
	return filepath.Join(append([]string{a.Dir}, elem...)...)
}

// file is where a resource is kept: two that a service would take for the same
// have the same file.
func (a Account) file(r Resource) string {
	key, _ := json.Marshal([]any{r.Type, r.ID, r.Region, r.Refs}) // strings and maps of strings always marshal
	sum := sha256.Sum256(key)
	return a.path("resources", hex.EncodeToString(sum[:16])+".json")
}

func (a Account) write(r Resource) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(a.file(r), text, 0o600)
}

func (a Account) resources() ([]Resource, error) {
	files, err := filepath.Glob(a.path("resources", "*.json"))
	if err != nil {
		return nil, err
	}
	var all []Resource
	for _, path := range files {
		r, err := read(path)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(x, y Resource) int { return x.Number - y.Number })
	return all, nil
}

func read(path string) (Resource, error) {
	var r Resource
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, ErrNotFound
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

func (a Account) log() ([]Operation, error) {
	text, err := os.ReadFile(a.path("log"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var log []Operation
	for line := range strings.Lines(string(text)) {
		var op Operation
		if err := json.Unmarshal([]byte(line), &op); err != nil {
			return nil, err
		}
		log = append(log, op)
	}
	return log, nil
}

func (a Account) append(op Operation) error {
	line, err := json.Marshal(op)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(a.path("log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n'))
	return errors.Join(err, file.Close())
}
