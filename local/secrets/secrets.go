package secrets

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
)

// File is the name of the file in the project's root.
const File = ".secrets.env"

// maxFileBytes is far more than all settings of a stack can have.
const maxFileBytes = 1 << 20

// Values are the secret values of this machine. Printing them shows none.
type Values struct {
	file   map[string]string
	getenv func(string) string
}

// Load reads the file in root, and variables from getenv when they are requested. A
// missing file has no values. The error names the file, the line and how to fix it;
// it contains no value.
func Load(root string, getenv func(string) string) (Values, error) {
	path := filepath.Join(root, File)
	text, err := read(path)
	if err != nil {
		return Values{}, err
	}
	lines, err := parse(text)
	if err != nil {
		return Values{}, fmt.Errorf("%s: %w", path, err)
	}
	v := Values{file: map[string]string{}, getenv: getenv}
	for _, l := range lines {
		if l.name != "" {
			v.file[l.name] = l.value
		}
	}
	return v, nil
}

// Get returns a setting's value: that of its variable unless it is empty, or else the
// file's.
func (v Values) Get(name string) (value string, found bool) {
	if v.getenv != nil {
		if value := v.getenv(Variable(name)); value != "" {
			return value, true
		}
	}
	value, found = v.file[name]
	return value, found
}

// String omits the values.
func (v Values) String() string { return fmt.Sprintf("%d secret values of %s", len(v.file), File) }

// GoString omits them for %#v.
func (v Values) GoString() string { return v.String() }

// LogValue omits them for loggers that do not print.
func (v Values) LogValue() slog.Value { return slog.StringValue(v.String()) }

// read returns nothing for a missing file, and refuses one that others may read or
// write.
func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: expected a file, got %s", path, info.Mode().Type())
	case isOpen(info.Mode()):
		return nil, fmt.Errorf("%s: other users may read it (mode %04o): run chmod 600 %s", path, info.Mode().Perm(), path)
	case info.Size() > maxFileBytes:
		return nil, fmt.Errorf("%s: expected at most %d bytes, got %d", path, maxFileBytes, info.Size())
	}
	return io.ReadAll(file)
}

// isOpen reports whether more than reading and writing by the owner is allowed.
// Windows has no such bits.
func isOpen(mode fs.FileMode) bool {
	return runtime.GOOS != "windows" && mode.Perm()&^0o600 != 0
}

// Set writes the value of a setting into the file in root, which it creates with mode
// 0600. The other lines and the comments stay. A crash leaves the old file or the new
// one. Set must not run twice at a time for one root. The error contains no value.
func Set(root, name, value string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := checkValue(name, value); err != nil {
		return err
	}
	path := filepath.Join(root, File)
	text, err := read(path)
	if err != nil {
		return err
	}
	lines, err := parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	next, err := set(lines, name, value)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return replace(path, next)
}

// replace writes a temporary file, whose name Git ignores too, and renames it.
func replace(path string, text []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), File+".*") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}
