// Package watch reports which files of a folder have changed, as they are saved.
//
// One save is several events: editors write a new file beside the old one, and
// rename. A [Watcher] collects them until it has been quiet for a moment, and
// then reports the files once. Folders that appear are watched too.
//
// It reads no file: a file that is saved without a change is reported as well.
// Changes on network file systems, which send no events, are not seen. It knows
// nothing of what the files are for.
package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Config is what to watch.
type Config struct {
	// Root is the folder that is watched with everything in it. Paths are
	// reported below it.
	Root string
	// Skip, when set, reports which folders are not watched, by their
	// slash-separated paths below Root.
	Skip func(folder string) bool
	// IsSource, when set, reports which files are reported, by their slash-separated
	// paths below Root.
	IsSource func(file string) bool
	// OnSave, when set, is called with each file before it is reported, and must
	// return at once.
	OnSave func(file string)
	// Quiet is how long nothing must change before changes are reported; zero
	// means 20 ms, in which editors finish a save.
	Quiet time.Duration
}

// A Watcher reports changes until it is closed.
type Watcher struct {
	cfg     Config
	events  *fsnotify.Watcher
	changes chan Change
	known   map[string]bool // folders, and files that were there at the start or have been reported since
}

// A Change is a set of files that were saved together.
type Change struct {
	// Files are slash-separated paths below the root, sorted. A file that was
	// removed is among them; one that came and went meanwhile, as editors' temporary
	// files do, is not, so that there may be none.
	Files []string
	// At is when the first file changed.
	At time.Time
	// Err reports that changes were lost or a folder cannot be watched; Files is
	// then incomplete.
	Err error
}

// New starts to watch. Its error names the folder that cannot be watched.
func New(cfg Config) (*Watcher, error) {
	if cfg.Quiet == 0 {
		cfg.Quiet = 20 * time.Millisecond
	}
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &Watcher{cfg: cfg, events: events, changes: make(chan Change), known: map[string]bool{}}
	if err := w.add(cfg.Root, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("watching %s: %w", cfg.Root, err), events.Close())
	}
	go w.run()
	return w, nil
}

// Changes reports what is saved, one after the other, and is closed by Close.
// What is saved while there is no receiver is reported together afterwards.
func (w *Watcher) Changes() <-chan Change { return w.changes }

// Close ends the watch.
func (w *Watcher) Close() error { return w.events.Close() }

// add watches a folder with those below it, and calls found with the files in it; nil
// means that they are known.
func (w *Watcher) add(dir string, found func(path string)) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path != dir:
			return nil // it was removed meanwhile
		case err != nil:
			return err
		case !entry.IsDir() && found != nil:
			found(path)
			return nil
		}
		name, err := w.below(path)
		switch {
		case err != nil || entry.IsDir() && w.skips(name):
			return filepath.SkipDir
		case entry.IsDir():
			err = w.events.Add(path)
		}
		w.known[name] = true
		return err
	})
}

// run collects events into changes. A change that is due waits for its receiver
// while more events come in.
func (w *Watcher) run() {
	defer close(w.changes)
	var pending Change
	var due chan Change // nil until pending has been quiet for long enough
	quiet := time.NewTimer(w.cfg.Quiet)
	quiet.Stop()
	for {
		select {
		case event, open := <-w.events.Events:
			if !open {
				return
			}
			if w.collect(&pending, event) {
				due = nil
				quiet.Reset(w.cfg.Quiet)
			}
		case err, open := <-w.events.Errors:
			if !open {
				return
			}
			pending.Err = errors.Join(pending.Err, err)
			quiet.Reset(w.cfg.Quiet)
		case <-quiet.C:
			pending.Files = slices.DeleteFunc(pending.Files, w.cameAndWent)
			due = w.changes
		case due <- pending.sorted():
			for _, file := range pending.Files {
				w.known[file] = true
			}
			pending, due = Change{}, nil
		}
	}
}

// collect adds the files of an event, and reports whether there were any.
func (w *Watcher) collect(pending *Change, event fsnotify.Event) bool {
	if event.Op == fsnotify.Chmod {
		return false
	}
	before := len(pending.Files)
	info, err := os.Stat(event.Name)
	switch {
	case err == nil && info.IsDir():
		if event.Has(fsnotify.Create) {
			pending.Err = errors.Join(pending.Err, w.add(event.Name, func(path string) { w.note(pending, path) }))
		}
	default:
		w.note(pending, event.Name)
	}
	return len(pending.Files) > before || pending.Err != nil
}

// cameAndWent reports whether a file is gone, and was not there when a change was last reported.
func (w *Watcher) cameAndWent(file string) bool {
	_, err := os.Lstat(filepath.Join(w.cfg.Root, filepath.FromSlash(file)))
	return errors.Is(err, fs.ErrNotExist) && !w.known[file]
}

func (w *Watcher) skips(folder string) bool {
	return w.cfg.Skip != nil && folder != "." && w.cfg.Skip(folder)
}

// below returns a path as it is reported, relative to the root.
func (w *Watcher) below(path string) (string, error) {
	name, err := filepath.Rel(w.cfg.Root, path)
	return filepath.ToSlash(name), err
}

func (w *Watcher) note(pending *Change, path string) {
	name, err := w.below(path)
	if err != nil || !w.isSource(name) {
		return
	}
	if pending.At.IsZero() {
		pending.At = time.Now()
	}
	if w.cfg.OnSave != nil {
		w.cfg.OnSave(name)
	}
	pending.Files = append(pending.Files, name)
}

func (w *Watcher) isSource(file string) bool {
	return w.cfg.IsSource == nil || w.cfg.IsSource(file)
}

// Merge returns the change merged with a later one.
func (c Change) Merge(later Change) Change {
	if len(c.Files) > 0 {
		later.At = c.At
	}
	later.Files = append(slices.Clone(c.Files), later.Files...)
	later.Err = errors.Join(c.Err, later.Err)
	return later.sorted()
}

func (c Change) sorted() Change {
	c.Files = slices.Compact(slices.Sorted(slices.Values(c.Files)))
	return c
}
