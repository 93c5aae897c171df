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

// errChanged means that a source was saved while the sources were copied.
var errChanged = errors.New("its sources changed while they were read: try again")

// buildPage builds one of the web app's pages and returns the folder of its
// files.
//
// The build runs on a copy of the sources, without the project's other files, so that
// a file that is not part of the key cannot get into the page.
func (b Builder) buildPage(ctx context.Context, kind, name string, p page) (dir string, err error) {
	for range 5 { // files may be saved while the sources are read
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
		err = b.Once(ctx, name, dir, keptPages, func(temporary string) error { return b.bundle(ctx, p, key, temporary) })
		if !errors.Is(err, errChanged) {
			return dir, err
		}
	}
	return "", err
}

// bundle copies the sources of the page to a folder next to temporary, and builds it there.
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
	// Replace the temporary folders by the names that the user knows.
	text := strings.NewReplacer(web+string(filepath.Separator), "web"+string(filepath.Separator), temporary, "dist").Replace(err.Error())
	if strings.Contains(text, "../") && strings.Contains(text, "resolve") {
		text += "\n\nA build of the web app sees only the files below web/. To use another file, link it: ln -s ../../../FILE web/site/src/FILE"
	}
	return errors.New(text)
}

// pageKey hashes every input of a page: its sources in web, the environment of
// the build, and Node.js. The lock file, which is one of the sources, determines
// the installed packages.
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

// pageEnvironment returns the environment of a build, besides the tools' own
// variables: the production mode, regardless of NODE_ENV, and the variables that
// Vite copies into pages (https://vite.dev/guide/env-and-mode).
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

// nodeIdentity identifies the installed Node.js without starting it. It is empty
// if there is none.
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
