package artifact

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// notSources are patterns of path.Match for the names of files and folders that
// editors, file managers and version control create among the sources. They are
// not built, watched or uploaded. The go command ignores them, too.
var notSources = []string{
	".DS_Store", "._*", "Thumbs.db", "desktop.ini", ".directory", ".nfs*",
	".git", ".hg", ".svn", ".idea", ".vscode",
	"*~", ".#*", "#*", "*.swp", "*.swx", "4913", "*.kate-swp", "*___jb_tmp___", "*___jb_old___", // Vim, Emacs, Kate, GoLand
}

// IsSource reports whether a slash-separated path may be a source, unlike the
// files that editors and file managers create.
func IsSource(file string) bool {
	for _, name := range strings.Split(file, "/") {
		for _, pattern := range notSources {
			if matched, _ := path.Match(pattern, name); matched { // the patterns are valid
				return false
			}
		}
	}
	return true
}

// A page is one of the web app's two pages. A script of package.json builds it
// from its own folder, the shared one, and everything else below web/ except
// tests, builds and the other page.
type page struct {
	script  string
	without []string // paths below web/ that are not sources of this page
}

var (
	sitePage    = page{script: "build", without: []string{"console", "dist", "node_modules", "shared/test", "site/test"}}
	consolePage = page{script: "build:console", without: []string{"console/dist", "console/test", "dist", "node_modules", "shared/test", "site"}}
)

// IsSiteSource reports whether a file, given by its slash-separated path below
// the root, is a source of the site.
func IsSiteSource(file string) bool {
	below, inWeb := strings.CutPrefix(file, "web/")
	return inWeb && sitePage.has(below)
}

// has reports whether a path below web/ is a source of the page.
func (p page) has(file string) bool {
	return IsSource(file) && !slices.ContainsFunc(p.without, func(outside string) bool {
		return file == outside || strings.HasPrefix(file, outside+"/")
	})
}

// files returns the sorted, slash-separated paths of the page's sources below
// web. Links are followed: they add files from elsewhere to the build.
func (p page) files(web string) ([]string, error) {
	var files []string
	err := walk(web, func(file string, entry os.FileInfo) (enter bool, err error) {
		switch {
		case !p.has(file):
			return false, nil
		case entry.IsDir():
			return true, nil
		case !entry.Mode().IsRegular():
			return false, fmt.Errorf("web/%s is not a regular file: remove it", file)
		}
		files = append(files, file)
		return false, nil
	})
	slices.Sort(files)
	return files, err
}

// walk calls visit with the slash-separated path of each file and folder below
// root that IsSource accepts. It follows links. A broken link is an error, and so
// is a link to a folder that contains it.
func walk(root string, visit func(file string, info os.FileInfo) (enter bool, err error)) error {
	return walkBelow(root, "", nil, visit)
}

func walkBelow(root, folder string, above []os.FileInfo, visit func(string, os.FileInfo) (bool, error)) error {
	entries, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(folder)))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		file := path.Join(folder, entry.Name())
		if !IsSource(file) {
			continue
		}
		info, err := os.Stat(filepath.Join(root, filepath.FromSlash(file)))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		enter, err := visit(file, info)
		if err != nil {
			return err
		}
		if !enter {
			continue
		}
		if slices.ContainsFunc(above, func(parent os.FileInfo) bool { return os.SameFile(parent, info) }) {
			return fmt.Errorf("%s is a link to a folder that contains it: remove it", file)
		}
		if err := walkBelow(root, file, append(slices.Clip(above), info), visit); err != nil {
			return err
		}
	}
	return nil
}

// copyFiles copies the content of files from one folder to another.
func copyFiles(from, to string, files []string) error {
	for _, file := range files {
		target := filepath.Join(to, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := copyFile(filepath.Join(from, filepath.FromSlash(file)), target); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fs.FileMode(0o644))
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
