package artifact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/parser"
	"go/token"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
)

// handlerKey hashes all inputs of the binary of a handler, or of the bridge: the
// toolchain, the flags, the modules (by go.mod and go.sum), and the files of the package in
// dir and of the packages on this disk that it imports. For a debug build it also hashes
// their folder.
func (b Builder) handlerKey(dir, toolchain string) (string, error) {
	root, flags := b.Root, b.flags(dir)
	packages, err := Packages(root, dir)
	if err != nil {
		return "", err
	}
	for _, dir := range packages {
		if imports, err := importsOf(filepath.Join(root, dir)); err == nil && slices.Contains(imports, "C") {
			return "", fmt.Errorf("%s imports \"C\": handlers are compiled without C, for the operating system of Lambda: use a Go package instead", filepath.ToSlash(dir))
		}
	}
	h := sha256.New()
	fmt.Fprintln(h, toolchain, b.Target, flags, b.goEnvironment())
	if b.debugs(dir) {
		place, err := filepath.Abs(root)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(h, place)
	}
	if err := hashPackages(h, root, packages); err != nil {
		return "", err
	}
	return sum(h), nil
}

// PackageKey hashes all inputs of the binary of the main package in dir for this
// machine, as handlerKey does.
func (b Builder) PackageKey(ctx context.Context, dir string) (string, error) {
	toolchain, err := b.goToolchain(ctx)
	if err != nil {
		return "", err
	}
	sources, err := b.SourceKey(dir)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, toolchain, Host(), sources)
	return sum(h), nil
}

// SourceKey hashes the sources of the main package in dir and the modules that it may
// import. It is the same on every machine.
func (b Builder) SourceKey(dir string) (string, error) {
	packages, err := Packages(b.Root, filepath.FromSlash(dir))
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if err := hashPackages(h, b.Root, packages); err != nil {
		return "", err
	}
	return sum(h), nil
}

// hashPackages adds the packages in these folders, and the modules that they may
// import.
func hashPackages(h hash.Hash, root string, packages []string) error {
	for _, name := range []string{"go.mod", "go.sum"} {
		if err := hashFile(h, root, name); err != nil {
			return err
		}
	}
	for _, dir := range packages {
		if err := hashPackage(h, root, dir); err != nil {
			return err
		}
	}
	return nil
}

// Packages lists the folders, relative to root and sorted, of the package in dir and of
// its direct and indirect imports in the same module and in modules that go.mod
// replaces by a folder. The files below these folders are inputs of a build.
func Packages(root, dir string) ([]string, error) {
	modules, err := modulesOf(root)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	pending := []string{dir}
	for len(pending) > 0 {
		dir := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		imports, err := importsOf(filepath.Join(root, dir))
		if err != nil {
			return nil, err
		}
		for _, path := range imports {
			if folder, ok := modules.folder(path); ok {
				pending = append(pending, folder)
			}
		}
	}
	return slices.Sorted(maps.Keys(seen)), nil
}

// modules maps module paths to the modules' folders, relative to the root.
type modules map[string]string

// modulesOf returns the project's own module and those that its go.mod replaces by a
// folder, which go.sum does not cover.
func modulesOf(root string) (modules, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(filepath.Join(root, "go.mod"), text, nil)
	if err != nil {
		return nil, err
	}
	found := modules{}
	if file.Module != nil {
		found[file.Module.Mod.Path] = "."
	}
	for _, r := range file.Replace {
		if r.New.Version != "" {
			continue
		}
		folder := filepath.FromSlash(r.New.Path)
		if filepath.IsAbs(folder) {
			place, err := filepath.Abs(root)
			if err != nil {
				return nil, err
			}
			if folder, err = filepath.Rel(place, folder); err != nil {
				return nil, err
			}
		}
		found[r.Old.Path] = filepath.Clean(folder)
	}
	return found, nil
}

// folder returns the folder of a package. Its module is the one with the longest path
// that is a prefix of the import path.
func (m modules) folder(importPath string) (folder string, ok bool) {
	for at := importPath; at != "." && at != "/"; at = path.Dir(at) {
		if root, ok := m[at]; ok {
			return filepath.Join(root, filepath.FromSlash(strings.TrimPrefix(importPath, at))), true
		}
	}
	return "", false
}

// importsOf lists the imports of the package in dir, regardless of build constraints.
// A file that does not parse has none: the compiler reports the error.
func importsOf(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, spec := range file.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil {
				paths = append(paths, path)
			}
		}
	}
	return paths, nil
}

// hashPackage adds the names and contents of all files in and below a package's folder,
// since the package may embed any of them, except tests that it does not embed. A file
// that is not regular cannot be embedded: only its name is added.
func hashPackage(h hash.Hash, root, dir string) error {
	embedded, err := embeddingOf(filepath.Join(root, dir))
	if err != nil {
		return err
	}
	// Unlike filepath.WalkDir, this follows a link at the root, as the go command does.
	return fs.WalkDir(os.DirFS(filepath.Join(root, dir)), ".", func(below string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == ".git":
			return fs.SkipDir
		case entry.IsDir(), strings.HasSuffix(entry.Name(), "_test.go") && !embedded.has(below):
			return nil
		}
		name := filepath.Join(dir, filepath.FromSlash(below))
		if info, err := os.Stat(filepath.Join(root, name)); err != nil || !info.Mode().IsRegular() {
			fmt.Fprintf(h, "%q is no regular file\n", filepath.ToSlash(name))
			return nil
		}
		return hashFile(h, root, name)
	})
}

// hashFile adds a file's name, length and content.
func hashFile(h hash.Hash, root, name string) error {
	file, err := os.Open(filepath.Join(root, name))
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	fmt.Fprintf(h, "%q %d\n", filepath.ToSlash(name), info.Size())
	_, err = io.Copy(h, file)
	return err
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:16]) }
