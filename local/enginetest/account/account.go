// Package account stores the state of the provider plugins of the engine's tests in a
// folder: the resources that exist, and a log of all operations. Several plugin
// processes share a folder. The test that started them reads it, adds resources as if
// by hand, and chooses whether operations fail.
//
// It must not depend on resource types: the plugins determine a type's references and
// errors.
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

// An Account is a folder. Several processes may use it concurrently.
type Account struct{ Dir string }

// A Resource is an existing resource.
type Resource struct {
	Type, ID, Region string
	URN              string            // empty for one created by hand
	Refs             map[string]string // inputs that name other resources
	Number           int               // the number of the operation that created it
	Inputs, Outputs  json.RawMessage
}

// An Operation is an entry of the log. It contains no property values.
type Operation struct {
	Kind   string // "create", "update", "delete"
	Type   string
	Name   string // the logical name
	ID     string
	Region string
	Failed bool
}

// same reports whether the operations do the same to the same resource of the program.
func (o Operation) same(other Operation) bool {
	return o.Kind == other.Kind && o.Type == other.Type && o.Name == other.Name
}

// ErrNotFound means that a resource does not exist.
var ErrNotFound = errors.New("not found")

// FailEachOnce makes each operation fail without an effect until it has failed once. It
// applies to all operations from now until it is turned off.
func (a Account) FailEachOnce(on bool) error {
	return a.locked(func() error {
		if !on {
			return os.RemoveAll(a.path("failing"))
		}
		return os.WriteFile(a.path("failing"), nil, 0o600)
	})
}

// fails reports whether an operation is to fail: none like it has.
func (a Account) fails(log []Operation, op Operation) (bool, error) {
	_, err := os.Stat(a.path("failing"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return !slices.ContainsFunc(log, func(o Operation) bool { return o.Failed && o.same(op) }), err
}

// Operations returns all operations, oldest first.
func (a Account) Operations() (log []Operation, err error) {
	err = a.locked(func() error {
		log, err = a.log()
		return err
	})
	return log, err
}

// Resources returns all resources, in the order of their creation.
func (a Account) Resources() (all []Resource, err error) {
	err = a.locked(func() error {
		all, err = a.resources()
		return err
	})
	return all, err
}

// Do runs and logs an operation, or fails it if the test has chosen that.
// change has exclusive access to the account; if it returns an error, it must have
// changed nothing.
func (a Account) Do(op Operation, change func(s *Session) error) error {
	return a.locked(func() error {
		log, err := a.log()
		if err != nil {
			return err
		}
		fails, err := a.fails(log, op)
		if err != nil {
			return err
		}
		s := &Session{account: a, number: len(log) + 1}
		if fails {
			err = fmt.Errorf("the service is not available (the test makes operation %d fail)", s.number)
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

// Read returns the stored resource, or ErrNotFound.
func (a Account) Read(r Resource) (found Resource, err error) {
	err = a.locked(func() error {
		found, err = (&Session{account: a}).Get(r)
		return err
	})
	return found, err
}

// Put creates or changes a resource without the engine.
func (a Account) Put(r Resource) error {
	return a.locked(func() error { return a.write(r) })
}

// Remove deletes a resource without the engine.
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

// file returns the path of a resource's file. It is the same for two resources that a
// service would treat as one.
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
