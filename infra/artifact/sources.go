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

// notSources are the names of files and folders that editors, file managers and
// version control leave among the sources, as patterns of path.Match. No build of
// a page sees them, and nobody watches or uploads them. The Go command does not
// take them for code either.
var notSources = []string{
	".DS_Store", "._*", "Thumbs.db", "desktop.ini", ".directory", ".nfs*",
	".git", ".hg", ".svn", ".idea", ".vscode",
	"*~", ".#*", "#*", "*.swp", "*.swx", "4913", "*.kate-swp", "*___jb_tmp___", "*___jb_old___", // Vim, Emacs, Kate, GoLand
}

// IsSource reports whether a slash-separated path may be one of a source, and not
// of what editors and file managers leave.
func IsSource(file string) bool {
	for _, name := range strings.Split(file, "/") {
		for _, pattern := range notSources {
			if matched, _ := path.Match(pattern, name); matched { // the patterns are well-formed
				return false
			}
		}
	}
	return true
}

// A page is one of the web app's two pages: what is built by a script of its
// package.json, from its own folder, the shared one, and whatever else is below
// web/, but for tests, builds and the other page.
type page struct {
	script  string
	without []string // folders and files, by their paths below web/
}

var (
	sitePage    = page{script: "build", without: []string{"console", "dist", "node_modules", "shared/test", "site/test"}}
	consolePage = page{script: "build:console", without: []string{"console/dist", "console/test", "dist", "node_modules", "shared/test", "site"}}
)

// IsSiteSource reports whether a file, by its slash-separated path below the
// root, goes into the build of the site.
func IsSiteSource(file string) bool {
	below, inWeb := strings.CutPrefix(file, "web/")
	return inWeb && sitePage.has(below)
}

// has reports whether a path below web/ goes into the build of the page.
func (p page) has(file string) bool {
	return IsSource(file) && !slices.ContainsFunc(p.without, func(outside string) bool {
		return file == outside || strings.HasPrefix(file, outside+"/")
	})
}

// files are the sources of the page below web, by their slash-separated paths,
// sorted. Links are followed: a link is how a source from elsewhere becomes a part
// of the build.
func (p page) files(web string) ([]string, error) {
	var files []string
	err := walk(web, func(file string, entry os.FileInfo) (enter bool, err error) {
		switch {
		case !p.has(file):
			return false, nil
		case entry.IsDir():
			return true, nil
		case !entry.Mode().IsRegular():
			return false, fmt.Errorf("web/%s is no regular file: remove it", file)
		}
		files = append(files, file)
		return false, nil
	})
	slices.Sort(files)
	return files, err
}

// walk calls visit for each file and folder below root, links resolved, by its
// slash-separated path. A link that leads nowhere is passed over where visit
// would not want its name, and an error elsewhere; so is one that leads to a
// folder that it is in.
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
			return fmt.Errorf("%s is a link to a folder that it is in: remove it", file)
		}
		if err := walkBelow(root, file, append(slices.Clip(above), info), visit); err != nil {
			return err
		}
	}
	return nil
}

// copyFiles copies files from one folder to another, with their content alone.
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
