package dynamodb

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// dataFile is the data file in its folder. Each line is a logLine. One file has all tables,
// so that a transaction over several is one line and thus atomic.
const dataFile = "dynamodb.jsonl"

// A file is rewritten once this many bytes were appended, and three times as many as the last
// rewrite wrote.
const minRewrite = 16 << 20

// A logLine declares a table, or contains changes that belong together.
type logLine struct {
	Table   string      `json:"table,omitzero"`
	Hash    []string    `json:"hash,omitzero"`  // name and type
	Range   []string    `json:"range,omitzero"` // likewise; none for a table without
	Changes []logChange `json:"changes,omitzero"`
}

// A logChange is a stored item, or the key of a deleted one.
type logChange struct {
	Table  string         `json:"table"`
	Put    jsontext.Value `json:"put,omitzero"`
	Delete jsontext.Value `json:"delete,omitzero"`
}

// A storedTable is a table as read from the data file.
type storedTable struct {
	keys  keys
	items map[string]attribute.Item // by place
}

func (s *storedTable) all() []attribute.Item { return slices.Collect(maps.Values(s.items)) }

// A dataLog appends to the data file.
type dataLog struct {
	path      string
	file      *os.File // nil before the first rewriting and after a failed one
	size      int64    // of the file
	rewritten int64    // what the last rewriting wrote
}

// openDataLog reads the data file of a folder, which is created if necessary.
func openDataLog(dir string, logger *slog.Logger) (*dataLog, map[string]*storedTable, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, err
	}
	l := &dataLog{path: filepath.Join(dir, dataFile)}
	file, err := os.Open(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = file.Close() }() // only read
	tables, err := readDataLog(file, logger)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w: repair the line, or delete the file to start without data", l.path, err)
	}
	return l, tables, nil
}

func readDataLog(file io.Reader, logger *slog.Logger) (map[string]*storedTable, error) {
	tables := map[string]*storedTable{}
	reader := bufio.NewReader(file)
	for number := 1; ; number++ {
		line, err := reader.ReadBytes('\n')
		switch {
		case errors.Is(err, io.EOF):
			if len(line) > 0 {
				logger.Warn("the last write to the tables' data was cut off, and is dropped", "line", number)
			}
			return tables, nil
		case err != nil:
			return nil, err
		}
		if err := replay(tables, bytes.TrimSuffix(line, []byte("\n"))); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
}

func replay(tables map[string]*storedTable, text []byte) error {
	var line logLine
	if err := json.Unmarshal(text, &line, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	if line.Table != "" {
		k, err := line.keys()
		tables[line.Table] = &storedTable{keys: k, items: map[string]attribute.Item{}}
		return err
	}
	for _, c := range line.Changes {
		t := tables[c.Table]
		if t == nil {
			return fmt.Errorf("the table %q is not declared", c.Table)
		}
		if err := t.replay(c); err != nil {
			return fmt.Errorf("the table %q: %w", c.Table, err)
		}
	}
	return nil
}

func (line logLine) keys() (k keys, err error) {
	if k.hash, err = newStoredKey(line.Hash); err != nil || len(line.Range) == 0 {
		return k, err
	}
	k.rng, err = newStoredKey(line.Range)
	return k, err
}

func newStoredKey(nameAndType []string) (keyAttribute, error) {
	if len(nameAndType) != 2 {
		return keyAttribute{}, fmt.Errorf("expected the name and the type of a key, got %q", nameAndType)
	}
	return newKeyAttribute(map[string]string{nameAndType[0]: nameAndType[1]}, nameAndType[0])
}

func (s *storedTable) replay(c logChange) error {
	text := c.Put
	if text == nil {
		text = c.Delete
	}
	item, err := attribute.ParseItem(text)
	if err != nil {
		return err
	}
	for _, part := range s.keys.attributes() {
		if item[part.name].Kind() != part.kind {
			return fmt.Errorf("an item without the key %s", part.name)
		}
	}
	place := string(s.keys.encode(item))
	if delete(s.items, place); c.Put != nil {
		s.items[place] = item
	}
	return nil
}

// rewrite replaces the file with one that contains the current tables. After a crash the file
// is the old or the new one.
func (l *dataLog) rewrite(tables map[string]*table) error {
	if err := l.close(); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(l.path), dataFile+".*") // with mode 0600
	if err != nil {
		return err
	}
	if err := l.replaceBy(temporary, tables); err != nil {
		return errors.Join(err, temporary.Close(), os.Remove(temporary.Name()))
	}
	return nil
}

func (l *dataLog) replaceBy(temporary *os.File, tables map[string]*table) error {
	w := bufio.NewWriter(temporary)
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		if err := writeTable(w, tables[name]); err != nil {
			return err
		}
	}
	if err := errors.Join(w.Flush(), temporary.Sync()); err != nil {
		return err
	}
	size, err := temporary.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if err := os.Rename(temporary.Name(), l.path); err != nil {
		return err
	}
	l.file, l.size, l.rewritten = temporary, size, size
	return nil
}

func writeTable(w io.Writer, t *table) error {
	line := logLine{Table: t.Name, Hash: []string{t.keys.hash.name, t.keys.hash.kind.String()}}
	if t.keys.rng.name != "" {
		line.Range = []string{t.keys.rng.name, t.keys.rng.kind.String()}
	}
	if err := writeLine(w, line); err != nil {
		return err
	}
	for _, item := range t.all() {
		if err := writeLine(w, logLine{Changes: []logChange{{Table: t.Name, Put: item.AppendJSON(nil)}}}); err != nil {
			return err
		}
	}
	return nil
}

func writeLine(w io.Writer, line logLine) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// append adds writes as one line, in one write. It truncates the remains of a failed write,
// so that no later line is lost.
func (l *dataLog) append(writes []staged, tables map[string]*table) error {
	if l.file == nil {
		return errors.New("the tables' data file is not open")
	}
	if l.size-l.rewritten > max(minRewrite, 3*l.rewritten) {
		if err := l.rewrite(tables); err != nil {
			return err
		}
	}
	var line logLine
	for _, s := range writes {
		c := logChange{Table: s.table.Name}
		if s.replacement != nil {
			c.Put = s.replacement.item.AppendJSON(nil)
		} else {
			c.Delete = s.table.keys.of(s.old.item).AppendJSON(nil)
		}
		line.Changes = append(line.Changes, c)
	}
	var text bytes.Buffer
	if err := writeLine(&text, line); err != nil {
		return err
	}
	if _, err := l.file.WriteAt(text.Bytes(), l.size); err != nil {
		return errors.Join(err, l.file.Truncate(l.size))
	}
	l.size += int64(text.Len())
	return nil
}

func (l *dataLog) close() error {
	if l.file == nil {
		return nil
	}
	file := l.file
	l.file = nil
	return file.Close()
}
