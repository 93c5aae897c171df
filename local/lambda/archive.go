package lambda

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"
)

const (
	bootstrap = "bootstrap"
	// 250 MB unzipped: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	maxUnpacked = 250 << 20
)

// unpack writes the archive below dir, which must be empty, and checks that Lambda could run
// it: an executable `bootstrap` at its root. No entry leaves dir: os.Root refuses paths
// outside of it, and links are refused altogether. The code is read-only afterwards, like
// /var/task; remove removes it.
func unpack(archive, dir string) error {
	files, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("opening archive %q: %w", archive, err)
	}
	defer files.Close()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	budget := int64(maxUnpacked)
	for _, file := range files.File {
		if err := unpackEntry(root, file, &budget); err != nil {
			return fmt.Errorf("archive %q: entry %q: %w", archive, file.Name, err)
		}
	}
	if err := checkBootstrap(root, archive); err != nil {
		return err
	}
	return setModes(dir, 0o555)
}

// remove removes what unpack wrote, and everything else below dir.
func remove(dir string) error {
	err := setModes(dir, 0o755)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// setModes gives dir and every folder below it a mode.
func setModes(dir string, mode fs.FileMode) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return os.Chmod(path, mode)
	})
}

func unpackEntry(root *os.Root, file *zip.File, budget *int64) error {
	name := filepath.FromSlash(path.Clean(file.Name))
	switch mode := file.Mode(); {
	case !filepath.IsLocal(name):
		return errors.New("the name leaves the archive")
	case mode.IsDir():
		return root.MkdirAll(name, 0o755)
	case !mode.IsRegular():
		return fmt.Errorf("expected a file or folder, got %v", mode.Type())
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	from, err := file.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	return writeFile(root, name, file.Mode().Perm()&^0o222, from, budget)
}

// writeFile refuses to write a name twice. While the file is open for writing
// no other goroutine may fork: the child would hold it open for a moment more,
// and running it would fail with "text file busy" (https://go.dev/issue/22315).
func writeFile(root *os.Root, name string, mode fs.FileMode, from io.Reader, budget *int64) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	to, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode|0o200)
	if err != nil {
		return err
	}
	n, err := io.Copy(to, io.LimitReader(from, *budget+1))
	*budget -= n
	if err == nil && *budget < 0 {
		err = fmt.Errorf("the code is larger than the %d bytes Lambda allows", int64(maxUnpacked))
	}
	return errors.Join(err, to.Chmod(mode|0o400), to.Close())
}

func checkBootstrap(root *os.Root, archive string) error {
	info, err := root.Stat(bootstrap)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("archive %q: no `bootstrap` at its root, which is what %s runs", archive, runtimeAL2023)
	case err != nil:
		return fmt.Errorf("archive %q: %w", archive, err)
	case !info.Mode().IsRegular() || info.Mode()&0o111 == 0:
		return fmt.Errorf("archive %q: `bootstrap` has mode %v, expected an executable file (zip it with mode 0755)",
			archive, info.Mode())
	}
	return nil
}
