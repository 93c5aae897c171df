package dynamodb

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/google/btree"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
	"api-auth-jwt-auth0/local/aws/dynamodb/expression"
)

// The limits of keys and items, in bytes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const (
	maxHashKey  = 2048
	maxRangeKey = 1024
	maxItem     = 400 << 10
)

// A keyAttribute is a part of a key. One without a name is absent.
type keyAttribute struct {
	name string
	kind attribute.Kind
}

// keys are the keys of a table or an index.
type keys struct{ hash, rng keyAttribute }

func (k keys) String() string {
	text := k.hash.name + " " + k.hash.kind.String()
	if k.rng.name != "" {
		text += ", " + k.rng.name + " " + k.rng.kind.String()
	}
	return text
}

// attributes returns the parts that are present.
func (k keys) attributes() []keyAttribute {
	if k.rng.name == "" {
		return []keyAttribute{k.hash}
	}
	return []keyAttribute{k.hash, k.rng}
}

func (k keys) names() []string {
	names := []string{k.hash.name}
	if k.rng.name != "" {
		names = append(names, k.rng.name)
	}
	return names
}

// of returns only the key's attributes.
func (k keys) of(item attribute.Item) attribute.Item {
	key := attribute.Item{}
	for _, name := range k.names() {
		key[name] = item[name]
	}
	return key
}

// encode returns the place of an item that has the key. Items are ordered by a hash of their
// partition key, since the service scans in no meaningful order, then by the sort key.
func (k keys) encode(item attribute.Item) []byte {
	place := partition(item[k.hash.name])
	if k.rng.name != "" {
		place = item[k.rng.name].AppendKey(place)
	}
	return place
}

// hashSize is the length of the hash at the beginning of a place.
const hashSize = 8

// partition returns the prefix of the places of all items with a partition key.
func partition(hash attribute.Value) []byte {
	key := hash.AppendKey(nil)
	sum := sha256.Sum256(key)
	return append(sum[:hashSize:hashSize], key...)
}

// A record is an item in a table. It is immutable.
type record struct {
	item  attribute.Item
	place string // in the table
	size  int
}

// An entry is a record at its place in a table or an index.
type entry struct {
	place string
	*record
}

type tree = btree.BTreeG[entry]

// treeDegree is the width of a tree's nodes.
const treeDegree = 32

func newTree() *tree {
	return btree.NewG(treeDegree, func(a, b entry) bool { return a.place < b.place })
}

// A table is a table's items, in the order of their places.
type table struct {
	Table
	keys    keys
	items   *tree
	indexes []*index
	size    int // of all items
	created time.Time
}

// An index has the records of a table that have the index's keys.
type index struct {
	Index
	keys       keys
	projection *expression.Projection // nil for all attributes
	entries    *tree
}

// namePattern matches the names of tables and indexes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.NamingRules
var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

func newTable(config Table) (*table, error) {
	if !namePattern.MatchString(config.Name) {
		return nil, errors.New("a name has 3 to 255 letters, digits, _, - and dots")
	}
	tableKeys, err := newKeys(config.Types, config.HashKey, config.RangeKey)
	if err != nil {
		return nil, err
	}
	t := &table{Table: config, keys: tableKeys, items: newTree()}
	for _, i := range config.Indexes {
		indexKeys, err := newKeys(config.Types, i.HashKey, i.RangeKey)
		if err != nil {
			return nil, fmt.Errorf("the index %q: %w", i.Name, err)
		}
		projection, err := newIndexProjection(i, slices.Concat(tableKeys.names(), indexKeys.names()))
		if err != nil {
			return nil, fmt.Errorf("the index %q: %w", i.Name, err)
		}
		t.indexes = append(t.indexes, &index{Index: i, keys: indexKeys, projection: projection, entries: newTree()})
	}
	if views := []string{"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"}; config.StreamARN != "" && !slices.Contains(views, config.StreamView) {
		return nil, fmt.Errorf("expected a stream view of %q, got %q", views, config.StreamView)
	}
	return t, nil
}

func newKeys(types map[string]string, hash, rng string) (keys, error) {
	var read keys
	var err error
	if read.hash, err = newKeyAttribute(types, hash); err != nil || rng == "" {
		return read, err
	}
	read.rng, err = newKeyAttribute(types, rng)
	return read, err
}

func newKeyAttribute(types map[string]string, name string) (keyAttribute, error) {
	kind := attribute.KindOf(types[name])
	if kind != attribute.S && kind != attribute.N && kind != attribute.B {
		return keyAttribute{}, fmt.Errorf("expected the type S, N or B of the key attribute %q, got %q", name, types[name])
	}
	return keyAttribute{name: name, kind: kind}, nil
}

func newIndexProjection(i Index, keys []string) (*expression.Projection, error) {
	switch i.Projection {
	case "ALL":
		return nil, nil
	case "KEYS_ONLY", "INCLUDE":
		names := slices.Sorted(slices.Values(slices.Concat(keys, i.NonKey)))
		return expression.ProjectNames(slices.Compact(names)), nil
	default:
		return nil, fmt.Errorf("expected the projection ALL, KEYS_ONLY or INCLUDE, got %q", i.Projection)
	}
}

func (t *table) index(name string) *index {
	for _, i := range t.indexes {
		if i.Name == name {
			return i
		}
	}
	return nil
}

// find returns the record with a key, or nil.
func (t *table) find(key attribute.Item) *record {
	found, _ := t.items.Get(entry{place: string(t.keys.encode(key))})
	return found.record
}

// all returns the table's items.
func (t *table) all() []attribute.Item {
	items := make([]attribute.Item, 0, t.items.Len())
	t.items.Ascend(func(e entry) bool {
		items = append(items, e.item)
		return true
	})
	return items
}

// newRecord returns a record that is not stored yet.
func (t *table) newRecord(item attribute.Item) *record {
	return &record{item: item, place: string(t.keys.encode(item)), size: item.Size()}
}

// put stores a record, replacing one with the same key.
func (t *table) put(r *record) {
	t.delete(r.place)
	t.items.ReplaceOrInsert(entry{place: r.place, record: r})
	t.size += r.size
	for _, i := range t.indexes {
		if place, has := i.place(r); has {
			i.entries.ReplaceOrInsert(entry{place: place, record: r})
		}
	}
}

// delete removes the record at a place, if there is one.
func (t *table) delete(place string) {
	removed, found := t.items.Delete(entry{place: place})
	if !found {
		return
	}
	t.size -= removed.size
	for _, i := range t.indexes {
		if place, has := i.place(removed.record); has {
			i.entries.Delete(entry{place: place})
		}
	}
}

// place returns a record's place in the index, if it has the index's keys. A record that is
// older than the index may lack them.
func (i *index) place(r *record) (string, bool) {
	for _, key := range i.keys.attributes() {
		if value := r.item[key.name]; value.Kind() != key.kind || isEmpty(value) {
			return "", false
		}
	}
	return string(append(i.keys.encode(r.item), r.place...)), true
}

// project returns the index's part of an item.
func (i *index) project(item attribute.Item) attribute.Item {
	if i.projection == nil {
		return item
	}
	return i.projection.Apply(item)
}

// checkKey returns an error if a key in a request is invalid.
func (t *table) checkKey(key attribute.Item) error {
	if len(key) != len(t.keys.attributes()) {
		return invalid("The provided key element does not match the schema")
	}
	for _, part := range t.keys.attributes() {
		value, found := key[part.name]
		if !found || value.Kind() != part.kind {
			return invalid("The provided key element does not match the schema")
		}
	}
	return t.checkKeyValues(key)
}

// checkItem returns an error if the keys of an item to be stored are invalid.
func (t *table) checkItem(item attribute.Item) error {
	for _, part := range t.keys.attributes() {
		value, found := item[part.name]
		switch {
		case !found:
			return invalid("One or more parameter values were invalid: Missing the key %s in the item", part.name)
		case value.Kind() != part.kind:
			return invalid("One or more parameter values were invalid: Type mismatch for key %s expected: %v actual: %v", part.name, part.kind, value.Kind())
		}
	}
	if err := t.checkKeyValues(item); err != nil {
		return err
	}
	return t.checkIndexKeys(item)
}

// checkKeyValues returns an error if the values of a key with the right types are invalid.
func (t *table) checkKeyValues(key attribute.Item) error {
	for _, part := range t.keys.attributes() {
		if isEmpty(key[part.name]) {
			return invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", kindWord(part.kind), part.name)
		}
	}
	return checkKeySizes(t.keys, key)
}

func isEmpty(value attribute.Value) bool { return value.Kind() != attribute.N && value.Text() == "" }

func kindWord(kind attribute.Kind) string {
	if kind == attribute.B {
		return "binary"
	}
	return "string"
}

func checkKeySizes(k keys, item attribute.Item) error {
	switch {
	case k.hash.kind != attribute.N && len(item[k.hash.name].Text()) > maxHashKey:
		return invalid("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes")
	case k.rng.kind != attribute.N && len(item[k.rng.name].Text()) > maxRangeKey:
		return invalid("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	}
	return nil
}

// checkIndexKeys returns an error if an attribute cannot be the key of an index. An item
// without it is not in the index.
func (t *table) checkIndexKeys(item attribute.Item) error {
	for _, i := range t.indexes {
		for _, part := range i.keys.attributes() {
			value, found := item[part.name]
			switch {
			case !found:
			case value.Kind() != part.kind:
				return invalid("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %v Actual: %v IndexName: %s", part.name, part.kind, value.Kind(), i.Name)
			case isEmpty(value):
				return invalid("One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s", kindWord(part.kind), i.Name, part.name)
			}
		}
		if err := checkKeySizes(i.keys, item); err != nil {
			return err
		}
	}
	return nil
}

// checkNested refuses a path into a key attribute.
func (t *table) checkNested(names []string) error {
	for _, name := range names {
		if slices.Contains(t.keys.names(), name) {
			return invalid("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: %s", name)
		}
		for _, i := range t.indexes {
			if slices.Contains(i.keys.names(), name) {
				return invalid("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: %s", name)
			}
		}
	}
	return nil
}
