package artifact

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// A Retention determines which builds of a kind are kept. A day's work creates hundreds.
type Retention struct {
	Number int // of the most recently used builds that are kept
	// InUse is how long a build is kept after its last use, since it may still be read.
	InUse time.Duration
}

// unused is how long an unused build is kept. The local cloud reads the console's page
// for as long as it runs.
const unused = 30 * 24 * time.Hour

// The engine uploads a build some time after the program has run.
var (
	keptHandlers = Retention{Number: 40, InUse: 2 * time.Hour} // about 6 MB each
	keptPages    = Retention{Number: 1000, InUse: 2 * time.Hour}
)

// Place returns the path of a build, which may not exist yet: a file in the folder of its
// kind and key. Place creates the folder, which is not pruned while it is in use; see
// Retention.
func (b Builder) Place(kind, key, file string) (string, error) {
	folder, err := b.cache(kind)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(folder, key)
	// An existing build must not be pruned between the check and the use.
	shared, err := lockedfile.OpenFile(folder+".lock", os.O_RDONLY|os.O_CREATE, 0o666)
	if err != nil {
		return "", err
	}
	defer shared.Close()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	now := time.Now()
	return filepath.Join(dir, file), os.Chtimes(dir, now, now)
}

// Prune removes the builds of a kind that r does not keep, and those that have not been
// used for a month.
func (b Builder) Prune(kind string, r Retention) error { return b.prune(kind, r, time.Now()) }

func (b Builder) prune(kind string, r Retention, now time.Time) error {
	folder, err := b.cache(kind)
	if err != nil {
		return err
	}
	unlock, err := lockedfile.MutexAt(folder + ".lock").Lock()
	if err != nil {
		return err
	}
	defer unlock()
	builds, err := lastUses(folder)
	if err != nil {
		return err
	}
	var errs []error
	for i, build := range builds {
		age := now.Sub(build.used)
		if age > unused || i >= r.Number && age > r.InUse {
			errs = append(errs, os.RemoveAll(filepath.Join(folder, build.key)))
		}
	}
	return errors.Join(errs...)
}

type use struct {
	key  string
	used time.Time
}

// lastUses returns the builds in a folder, the most recently used first.
func lastUses(folder string) ([]use, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var uses []use
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil { // it may have been removed by hand
			uses = append(uses, use{entry.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(uses, func(a, b use) int { return b.used.Compare(a.used) })
	return uses, nil
}

// cache returns a path below the cache folder, and creates its parent folders.
func (b Builder) cache(elem ...string) (string, error) {
	dir := b.CacheDir
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("finding a folder for builds: %w (set HOME or XDG_CACHE_HOME)", err)
		}
		dir = filepath.Join(user, "api-auth-jwt-auth0")
	}
	path := filepath.Join(append([]string{dir}, elem...)...)
	return path, os.MkdirAll(filepath.Dir(path), 0o755)
}
