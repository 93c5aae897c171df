package artifact

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// errChanged says that a source was saved while the sources were copied.
var errChanged = errors.New("its sources change while they are read")

// buildPage builds one of the web app's pages and returns the folder of its
// files.
//
// The build runs on a copy of the sources, and sees nothing else of this project:
// what is not part of the key cannot get into the page.
func (b Builder) buildPage(ctx context.Context, kind, name string, p page) (dir string, err error) {
	for range 5 { // saves may come while the sources are read
		var key string
		if key, err = b.pageKey(p, b.web()); err != nil {
			return "", err
		}
		if dir, err = b.Place(kind, key, "dist"); err != nil || exists(dir) {
			return dir, err
		}
		if err = b.InstallPackages(ctx); err != nil {
			return "", err
		}
		err = b.once(name, dir, keptPages, func(temporary string) error { return b.bundle(ctx, p, key, temporary) })
		if !errors.Is(err, errChanged) {
			return dir, err
		}
	}
	return "", err
}

// bundle copies the sources of the page beside temporary, and builds it there.
func (b Builder) bundle(ctx context.Context, p page, key, temporary string) error {
	files, err := p.files(b.web())
	if err != nil {
		return err
	}
	web := filepath.Join(filepath.Dir(temporary), "web")
	if err := copyFiles(b.web(), web, files); err != nil {
		return err
	}
	if copied, err := b.pageKey(p, web); err != nil || copied != key {
		return errors.Join(errChanged, err)
	}
	packages, err := filepath.Abs(filepath.Join(b.web(), "node_modules"))
	if err != nil {
		return err
	}
	if err := os.Symlink(packages, filepath.Join(web, "node_modules")); err != nil {
		return err
	}
	err = Run(ctx, web, append(toolEnvironment(), pageEnvironment()...), "npm", "run", p.script, "--", "--outDir", temporary, "--emptyOutDir")
	if err == nil {
		return nil
	}
	// The copies' own folders mean nothing to anybody.
	text := strings.NewReplacer(web+string(filepath.Separator), "web"+string(filepath.Separator), temporary, "dist").Replace(err.Error())
	if strings.Contains(text, "../") && strings.Contains(text, "resolve") {
		text += "\n\nA build of the web app sees the files below web/ alone. To use one from elsewhere, link it: ln -s ../../../FILE web/site/src/FILE"
	}
	return errors.New(text)
}

// pageKey hashes all that goes into a page: its sources in web, the environment
// of its build, and Node.js. The installed packages follow from the lock file,
// which is among the sources.
func (b Builder) pageKey(p page, web string) (string, error) {
	files, err := p.files(web)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s %q %q\n", p.script, pageEnvironment(), nodeIdentity())
	for _, file := range files {
		if err := hashFile(h, web, file); err != nil {
			return "", err
		}
	}
	return sum(h), nil
}

// pageEnvironment is what a page is built with, beside where the tools are: the
// one mode, whatever NODE_ENV says outside, and the variables that Vite puts into
// pages (https://vite.dev/guide/env-and-mode).
func pageEnvironment() []string {
	variables := []string{"NODE_ENV=production", "NO_COLOR=1"}
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "VITE_") {
			variables = append(variables, variable)
		}
	}
	slices.Sort(variables)
	return variables
}

// nodeIdentity tells one Node.js from another without starting it; empty where
// there is none.
func nodeIdentity() string {
	path, err := exec.LookPath("node")
	if err != nil {
		return ""
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprint(path, " ", info.Size(), " ", info.ModTime().UnixNano())
}
