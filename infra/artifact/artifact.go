// Package artifact builds what the program deploys: each Go handler into a
// reproducible zip, and the web app into a folder of static files.
//
// Builds are cached by content in the user's cache folder: a key is the hash of
// all that goes into a build, so that the engine, which runs a program twice
// for each deployment, builds once, and switching branches rebuilds nothing
// that was built before. Those that were used last are kept. The same sources and
// the same toolchain give the same bytes on every machine.
//
// It does not type-check or test what it builds, deploys nothing, and knows
// nothing of Pulumi.
package artifact

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// A Target is an operating system and an architecture in Go's own names.
type Target struct{ OS, Arch string }

// Lambda is what the deployed functions run on.
var Lambda = Target{OS: "linux", Arch: "arm64"}

// Host is this machine.
func Host() Target { return Target{OS: runtime.GOOS, Arch: runtime.GOARCH} }

// A Builder builds the project in Root. It is safe for concurrent use, also by
// several processes at once.
type Builder struct {
	// Target is what the handlers run on.
	Target Target
	// Root is the folder of go.mod and Pulumi.yaml.
	Root string
	// SiteDir, when set, is a folder of files that stands for the built web app.
	SiteDir string
	// CacheDir is where builds are kept; empty for a folder of the project's
	// own in the user's cache folder.
	CacheDir string
	// Local builds the handlers for the local cloud: their zips are uncompressed,
	// since it unpacks them again, and they are compiled with the flags of the local
	// cloud itself, so that both share the compiled standard library.
	Local bool
	// Debug names a handler to build for a debugger: not optimized, with its
	// symbols, and with the paths of its sources on this machine.
	Debug string
	// Live adds the bridge of a live stack to the handlers' zips; see LiveHandlers.
	Live bool
	// Report, when set, receives each step that does some work; a build found in
	// the cache has none. It may be called concurrently.
	Report func(Step)
}

// A Step is one piece of work, reported when it starts, when it ends, when it
// progresses, and when there is something to note meanwhile.
type Step struct {
	Name string // such as "handler private"
	Note string // why it takes long; empty when it starts and ends

	// Progress of a step that can count: so many of Total, or of an unknown number
	// where that is 0, of Unit, such as "packages".
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

// Once makes the build at path, a Place, as a reported step, unless it is there
// already. A build exists whole or not at all, and is made once even when several
// processes want it at the same moment. After one is made, those of its kind that are
// not to be kept are removed.
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
	// What cannot be removed does no harm to what was built.
	_ = b.Prune(filepath.Base(filepath.Dir(filepath.Dir(path))), kept)
	return nil
}

// lock takes the lock of a file, and gives up when ctx ends. While somebody else has it,
// the step of this name is reported as one that goes on, and as done if it is by then.
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

// silentWait is how long a lock is waited for before that is shown.
const silentWait = time.Second

// publish fills a temporary sibling of path by make and renames it to path.
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
