package stacktest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/project"
)

// CopyInstalledProject is CopyProject with the project's npm packages, which it installs
// if necessary. The copies are links to the same files: an installation in each copy
// would take most of the time of the tests that need one.
func CopyInstalledProject(to string) error {
	root, err := project.Root()
	if err != nil {
		return err
	}
	if err := CopyProject(to); err != nil {
		return err
	}
	if err := (artifact.Builder{Root: root}).InstallPackages(context.Background()); err != nil {
		return err
	}
	packages := filepath.Join("web", "node_modules")
	if linkTree(filepath.Join(root, packages), filepath.Join(to, packages)) != nil {
		return os.RemoveAll(filepath.Join(to, packages)) // on another file system the copy installs its own
	}
	return nil
}

// linkTree copies a folder, with links to the files of from.
func linkTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, below)
		switch {
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		case entry.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		}
		return os.Link(path, target)
	})
}
