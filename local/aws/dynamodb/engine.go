package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// Options configure an engine.
type Options struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Logger receives messages for the developer, such as about an emptied table; nil
	// discards them.
	Logger *slog.Logger
	// Dir is the folder of the data file, which is created if necessary. Empty means that
	// items are kept in memory only.
	Dir string
	// OnChange receives each change of a table that has a stream, in order, one call at
	// a time. It may use the engine. Nil means that changes are dropped.
	OnChange func(Change)
}

// A Config contains the tables that an engine serves.
type Config struct {
	Region    string // such as "eu-central-1"
	AccountID string // 12 digits
	Tables    []Table
}

// A Table is a deployed table.
type Table struct {
	Name, ARN string
	HashKey   string
	RangeKey  string            // empty for a table without
	Types     map[string]string // S, N or B of each attribute that is in a key
	Indexes   []Index
	// TTLAttribute holds the time, in seconds since 1970, after which an item is deleted.
	// Empty means that items do not expire.
	TTLAttribute string
	StreamARN    string // empty for a table without a stream
	StreamView   string // KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES
}

// An Index is a global secondary index.
type Index struct {
	Name       string
	HashKey    string
	RangeKey   string   // empty for an index without
	Projection string   // ALL, KEYS_ONLY or INCLUDE
	NonKey     []string // what INCLUDE adds to the keys
}

// An Engine serves the tables of one account and region. It is safe for concurrent use.
type Engine struct {
	options Options
	log     *dataLog // nil for an engine in memory

	mu       sync.RWMutex
	config   Config
	tables   map[string]*table
	restored map[string]*storedTable // from the data file, until the first commit
	sequence uint64                  // of the last stream record
	tokens   map[string]clientToken  // of transactions

	stream changeQueue
}

// New returns an engine without tables. It reads the data file, if there is one. An
// incomplete last line, as a crash may leave it, is dropped. An error names any other line
// that cannot be read.
func New(options Options) (*Engine, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	e := &Engine{options: options, tables: map[string]*table{}, tokens: map[string]clientToken{}}
	if options.Dir == "" {
		return e, nil
	}
	var err error
	if e.log, e.restored, err = openDataLog(options.Dir, options.Logger); err != nil {
		return nil, fmt.Errorf("opening the tables' data: %w", err)
	}
	return e, nil
}

// Close closes the data file. The engine serves no writes afterwards.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.log == nil {
		return nil
	}
	return e.log.close()
}

// Prepare checks a configuration. The error contains all its problems. The returned commit
// serves it: a table with unchanged keys keeps its items, and its indexes are rebuilt; one
// with other keys is emptied, with a warning.
func (e *Engine) Prepare(_ context.Context, config Config) (commit func(), err error) {
	tables := make([]*table, len(config.Tables))
	seen := map[string]bool{}
	for i, t := range config.Tables {
		var problem error
		if tables[i], problem = newTable(t); problem != nil {
			err = errors.Join(err, fmt.Errorf("the table %q: %w", t.Name, problem))
		}
		if seen[t.Name] {
			err = errors.Join(err, fmt.Errorf("two tables have the name %q", t.Name))
		}
		seen[t.Name] = true
	}
	if err != nil {
		return nil, err
	}
	return func() { e.commit(config, tables) }, nil
}

func (e *Engine) commit(config Config, tables []*table) {
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.tables
	e.config, e.tables = config, make(map[string]*table, len(tables))
	for _, t := range tables {
		t.created = e.options.Now()
		e.keepItems(t, old[t.Name])
		e.tables[t.Name] = t
	}
	for name, stored := range e.restored {
		if e.tables[name] == nil {
			e.options.Logger.Warn("the program has no such table any more, so that its items are gone", "table", name, "items", len(stored.items))
		}
	}
	e.restored = nil
	e.rewriteLog()
}

// keepItems fills a new table with the items of the old one, or those of the data file.
func (e *Engine) keepItems(t, old *table) {
	keys, items := t.keys, []attribute.Item(nil)
	switch stored := e.restored[t.Name]; {
	case old != nil:
		keys, items, t.created = old.keys, old.all(), old.created
	case stored != nil:
		keys, items = stored.keys, stored.all()
	}
	if keys != t.keys {
		e.options.Logger.Warn("the keys of a table changed, so that its items are gone",
			"table", t.Name, "keys", t.keys.String(), "before", keys.String(), "items", len(items))
		return
	}
	for _, item := range items {
		t.put(t.newRecord(item))
	}
}

// rewriteLog rewrites the data file with the current tables. Its failure is logged, and later
// writes fail.
func (e *Engine) rewriteLog() {
	if e.log == nil {
		return
	}
	if err := e.log.rewrite(e.tables); err != nil {
		e.options.Logger.Error("cannot write the tables' data: free space on the disk or choose another folder", "error", err)
	}
}

// table returns the table that a request names, by name or by ARN.
func (e *Engine) table(name string) (*table, error) {
	if t := e.tables[name]; t != nil {
		return t, nil
	}
	for _, t := range e.tables {
		if t.ARN == name {
			return t, nil
		}
	}
	return nil, notFound()
}
