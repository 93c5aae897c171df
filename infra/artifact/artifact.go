// Package artifact builds what the program deploys: each Go handler into a
// reproducible zip, and the web app into a folder of static files.
//
// Builds are cached by content in the user's cache folder. The key is the hash of all
// inputs of a build: the engine, which runs the program twice for each deployment,
// builds once, and switching branches does not rebuild what was built before. The most
// recently used builds are kept. The same sources and the same toolchain give the same
// bytes on every machine.
//
// The package does not type-check or test what it builds, deploys nothing, and does
// not depend on Pulumi.
package artifact

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// A Target is an operating system and an architecture, as in GOOS and GOARCH.
type Target struct{ OS, Arch string }

// Lambda is the target of deployed functions.
var Lambda = Target{OS: "linux", Arch: "arm64"}

// Host is this machine.
func Host() Target { return Target{OS: runtime.GOOS, Arch: runtime.GOARCH} }

// A Builder builds the project in Root. It is safe for concurrent use, also by
// several processes.
type Builder struct {
	// Target is what the handlers run on.
	Target Target
	// Root is the folder of go.mod and Pulumi.yaml.
	Root string
	// SiteDir, if set, is a folder with the built web app, which is then not built.
	SiteDir string
	// CacheDir is where builds are kept; empty for the project's folder in the
	// user's cache folder.
	CacheDir string
	// Local builds the handlers for the local cloud. Their zips are uncompressed,
	// since the local cloud unpacks them. They are compiled with the same flags as the
	// local cloud, so that both share the compiled standard library.
	Local bool
	// Debug names a handler to build for a debugger: not optimized, with its
	// symbols, and with the paths of its sources on this machine.
	Debug string
	// Live adds the bridge of a live stack to the handlers' zips; see LiveHandlers.
	Live bool
	// Report, if set, is called for each step that does some work; a build found in
	// the cache has no steps. It may be called concurrently.
	Report func(Step)
}

// A Step is one piece of work. It is reported when it starts, progresses or ends, and
// with a note when it takes long.
type Step struct {
	Name string // such as "handler private"
	Note string // why it takes long; empty when it starts and ends

	// Count of Total units, such as "packages", are done. Total is 0 if it is unknown.
	Count, Total int
	Unit         string

	Done bool
	Took time.Duration // when done
	Err  error         // when done and failed
}

// Do runs work as a reported step.
func (b Builder) Do(name string, work func() error) error {
	report := b.Report
	if report == nil {
		report = func(Step) {}
	}
	report(Step{Name: name})
	start := time.Now()
	err := work()
	report(Step{Name: name, Done: true, Took: time.Since(start), Err: err})
	return err
}

// Once makes the build at path, which Place returned, as a reported step, unless it
// exists. A build exists completely or not at all, and is made only once even if
// several processes request it concurrently. After a build, Once removes the builds of
// its kind that kept does not retain.
func (b Builder) Once(ctx context.Context, name, path string, kept Retention, make func(temporary string) error) error {
	if exists(path) {
		return nil
	}
	unlock, err := b.lock(ctx, name, path+".lock", func() bool { return exists(path) })
	if err != nil {
		return err
	}
	defer unlock()
	if exists(path) {
		return nil
	}
	if err := b.Do(name, func() error { return publish(path, make) }); err != nil {
		return err
	}
	// A failure to remove old builds does not affect the new one.
	_ = b.Prune(filepath.Base(filepath.Dir(filepath.Dir(path))), kept)
	return nil
}

// lock locks a file, and gives up when ctx ends. While another build holds the lock,
// the step of this name is reported as running, and at the end as done if isDone.
func (b Builder) lock(ctx context.Context, step, path string, isDone func() bool) (unlock func(), err error) {
	type lock struct {
		unlock func()
		err    error
	}
	locked := make(chan lock, 1)
	go func() { // lockedfile cannot be canceled
		unlock, err := lockedfile.MutexAt(path).Lock()
		locked <- lock{unlock, err}
	}()
	start, report := time.Now(), func(Step) {}
	for wait := time.After(silentWait); ; {
		select {
		case l := <-locked:
			if l.err != nil || isDone() {
				report(Step{Name: step, Done: true, Took: time.Since(start), Err: l.err})
			}
			return l.unlock, l.err
		case <-wait:
			if b.Report != nil {
				report = b.Report
			}
			report(Step{Name: step})
		case <-ctx.Done():
			go func() {
				if l := <-locked; l.err == nil {
					l.unlock()
				}
			}()
			report(Step{Name: step, Done: true, Took: time.Since(start), Err: ctx.Err()})
			return nil, ctx.Err()
		}
	}
}

// silentWait is how long to wait for a lock before the wait is reported.
const silentWait = time.Second

// publish calls make for a temporary sibling of path and renames it to path.
func publish(path string, make func(temporary string) error) error {
	dir, err := os.MkdirTemp(filepath.Dir(path), "building-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	temporary := filepath.Join(dir, filepath.Base(path))
	if err := make(temporary); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
