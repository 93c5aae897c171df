package s3

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A stored bucket is a folder with one file for each object: a line of JSON that describes
// it, followed by its content. One rename replaces a file, so content and description always
// belong together. The file's name is a hash of the key, so a key is never a path.

// draftPrefix begins the names of incomplete files.
const draftPrefix = ".draft-"

func fileName(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func newBucket(dir, name string) *bucket {
	b := &bucket{name: name, objects: map[string]*object{}, uploads: map[string]*upload{}}
	if dir != "" {
		b.folder = filepath.Join(dir, name)
	}
	return b
}

// openBucket reads the descriptions of all objects in a folder. A missing folder is an empty
// bucket.
func openBucket(ctx context.Context, dir, name string) (*bucket, error) {
	b := newBucket(dir, name)
	if dir == "" {
		return b, nil
	}
	files, err := os.ReadDir(b.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading bucket %q: %w", name, err)
	}
	for _, file := range files {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		path := filepath.Join(b.folder, file.Name())
		if strings.HasPrefix(file.Name(), draftPrefix) {
			// A process ended while it was writing this.
			os.Remove(path)
			continue
		}
		o, _, err := readFile(path)
		if err == nil && fileName(o.Key) != file.Name() {
			err = fmt.Errorf("expected the file of key %q, whose name is %s", o.Key, fileName(o.Key))
		}
		if err != nil {
			return nil, fmt.Errorf("reading bucket %q: file %q is no object: %w (delete the file, or the whole folder)", name, path, err)
		}
		b.index(o)
	}
	return b, nil
}

// readFile reads an object's file.
func readFile(path string) (*object, []byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	line, content, found := bytes.Cut(text, []byte("\n"))
	if !found {
		return nil, nil, errors.New("expected a line that describes the object")
	}
	var o object
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return nil, nil, fmt.Errorf("reading its description: %w", err)
	}
	if int64(len(content)) != o.Size {
		return nil, nil, fmt.Errorf("expected %d bytes of content, got %d", o.Size, len(content))
	}
	return &o, content, nil
}

func readObject(folder string, o *object) ([]byte, error) {
	_, content, err := readFile(filepath.Join(folder, fileName(o.Key)))
	return content, err
}

func removeObject(folder, key string) error {
	err := os.Remove(filepath.Join(folder, fileName(key)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// A draft is a file that commit renames to the object's.
type draft struct{ path, final string }

// writeDraft writes an object to a file that only its owner may read.
func writeDraft(folder string, o *object, content []byte) (draft, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return draft{}, err
	}
	line, err := json.Marshal(o)
	if err != nil {
		return draft{}, err
	}
	file, err := os.CreateTemp(folder, draftPrefix+"*") // made with mode 0600
	if err != nil {
		return draft{}, err
	}
	d := draft{path: file.Name(), final: filepath.Join(folder, fileName(o.Key))}
	_, err = file.Write(append(line, '\n'))
	if err == nil {
		_, err = file.Write(content)
	}
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		d.remove()
		return draft{}, err
	}
	return d, nil
}

func (d draft) commit() error { return os.Rename(d.path, d.final) }

// remove removes the file if commit did not use it.
func (d draft) remove() { os.Remove(d.path) }
