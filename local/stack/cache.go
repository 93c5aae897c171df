package stack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
)

// A result has about 100 KB.
var keptResults = artifact.Retention{Number: 100, InUse: time.Hour}

// resultKey hashes all inputs of a run: the key of the program's sources, the request,
// the paths of the builds, which contain their own keys, the names of the site's files,
// the environment, and the files at the top of the project, which include the settings.
// It returns "" if a build has failed: the program may not need that build.
func (p *Program) resultKey(program string, r Request, b *builds) (string, error) {
	site, handlers, err := b.all()
	if err != nil {
		return "", nil
	}
	request, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	environment := os.Environ()
	slices.Sort(environment)
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%q\n%q\n", program, request, site, environment)
	for _, name := range slices.Sorted(maps.Keys(handlers)) {
		fmt.Fprintf(h, "%q %q\n", name, handlers[name])
	}
	// The program lists the site's files. Unlike a build, a folder set as SiteDir is
	// not named by its content.
	err = filepath.WalkDir(site, func(path string, _ fs.DirEntry, err error) error {
		fmt.Fprintf(h, "%q\n", path)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("listing the built site: %w", err)
	}
	files, err := topFiles(r.Root)
	if err != nil {
		return "", err
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(r.Root, file))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%q %d\n%s", file, len(text), text)
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// topFiles returns the names of the regular files in the project's folder, sorted.
func topFiles(root string) ([]string, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if info, err := os.Stat(filepath.Join(root, entry.Name())); err == nil && info.Mode().IsRegular() && artifact.IsSource(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

func (p *Program) resultPath(key string) (string, error) {
	return p.builder.Place("results", key, "result.json")
}

func (p *Program) isCached(key string) bool {
	path, err := p.resultPath(key)
	if err != nil {
		return false
	}
	_, err = os.Stat(path)
	return err == nil
}

// cached returns a result from the cache, and logs the lines of its run.
func (p *Program) cached(key string) (*Graph, error) {
	path, err := p.resultPath(key)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r result
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("reading the program's last result: %w: delete %s", err, path)
	}
	p.replay(r)
	return r.Graph, nil
}

// store adds a result to the cache atomically.
func (p *Program) store(key string, r result) error {
	if key == "" {
		return nil
	}
	path, err := p.resultPath(key)
	if err != nil {
		return err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "result-")
	if err != nil {
		return err
	}
	_, err = temporary.Write(text)
	if err := errors.Join(err, temporary.Close()); err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	if err := os.Rename(temporary.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	// A failure to remove old results does not affect the new one.
	_ = p.builder.Prune("results", keptResults)
	return nil
}
