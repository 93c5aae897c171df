package expression

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// A path leads to an attribute or to a part of it: a name, then names and
// indexes.
type path []step

// A step is a name or, if isIndex is set, an index.
type step struct {
	name    string
	index   int
	isIndex bool
}

// String formats a path as the service does in its messages.
func (p path) String() string {
	steps := make([]string, len(p))
	for i, s := range p {
		if steps[i] = s.name; s.isIndex {
			steps[i] = "[" + strconv.Itoa(s.index) + "]"
		}
	}
	return "[" + strings.Join(steps, ", ") + "]"
}

// in returns the value at the path in an item.
func (p path) in(item attribute.Item) (attribute.Value, bool) {
	value := attribute.NewMap(item)
	for _, s := range p {
		var found bool
		if value, found = s.of(value); !found {
			return attribute.Value{}, false
		}
	}
	return value, true
}

func (s step) of(value attribute.Value) (attribute.Value, bool) {
	if !s.isIndex {
		field, found := value.Fields()[s.name]
		return field, found
	}
	if value.Kind() != attribute.List || s.index >= len(value.Members()) {
		return attribute.Value{}, false
	}
	return value.Members()[s.index], true
}

// checkPaths returns an error if paths overlap, or use one attribute as a list and as a map.
func checkPaths(paths []path) error {
	for i, second := range paths {
		for _, first := range paths[:i] {
			switch relation(first, second) {
			case "overlap", "conflict":
				return attribute.Refuse("Two document paths %s with each other; must remove or rewrite one of these paths; path one: %v, path two: %v",
					relation(first, second), first, second)
			}
		}
	}
	return nil
}

func relation(a, b path) string {
	for i := range min(len(a), len(b)) {
		switch {
		case a[i].isIndex != b[i].isIndex:
			return "conflict"
		case a[i] != b[i]:
			return "apart"
		}
	}
	return "overlap"
}

// A tree has paths that do not overlap. Each ends with the result of leaf.
type tree[T any] struct {
	children map[step]*tree[T]
	leaf     T
}

func newTree[T any](paths []path, leaf func(i int) T) *tree[T] {
	root := &tree[T]{children: map[step]*tree[T]{}}
	for i, p := range paths {
		at := root
		for _, s := range p {
			if at.children[s] == nil {
				at.children[s] = &tree[T]{children: map[step]*tree[T]{}}
			}
			at = at.children[s]
		}
		at.leaf = leaf(i)
	}
	return root
}

func (t *tree[T]) isLeaf() bool { return len(t.children) == 0 }

// steps returns the steps to the children, indexes in order.
func (t *tree[T]) steps() []step {
	return slices.SortedFunc(maps.Keys(t.children), func(a, b step) int {
		if a.index != b.index {
			return a.index - b.index
		}
		return strings.Compare(a.name, b.name)
	})
}

// A Projection chooses parts of items.
type Projection struct {
	paths []path
	tree  *tree[struct{}]
}

func newProjection(paths []path) *Projection {
	return &Projection{paths: paths, tree: newTree(paths, func(int) struct{} { return struct{}{} })}
}

// ProjectNames returns a projection of whole attributes.
func ProjectNames(names []string) *Projection {
	paths := make([]path, len(names))
	for i, name := range names {
		paths[i] = path{{name: name}}
	}
	return newProjection(paths)
}

// Apply returns the chosen parts of an item, in lists without gaps.
func (p *Projection) Apply(item attribute.Item) attribute.Item {
	value, _ := project(attribute.NewMap(item), p.tree)
	if value.Fields() == nil {
		return attribute.Item{}
	}
	return value.Fields()
}

// project returns false if nothing is chosen.
func project(value attribute.Value, chosen *tree[struct{}]) (attribute.Value, bool) {
	if chosen.isLeaf() {
		return value, true
	}
	fields, members := attribute.Item{}, []attribute.Value{}
	for _, s := range chosen.steps() {
		part, found := s.of(value)
		if found {
			part, found = project(part, chosen.children[s])
		}
		switch {
		case !found:
		case s.isIndex:
			members = append(members, part)
		default:
			fields[s.name] = part
		}
	}
	switch {
	case len(members) > 0:
		return attribute.NewList(members), true
	case len(fields) > 0:
		return attribute.NewMap(fields), true
	default:
		return attribute.Value{}, false
	}
}

// Attributes returns the names of the attributes that the projection uses.
func (p *Projection) Attributes() []string { return heads(p.paths) }

// Nested returns the names of the attributes of which it chooses parts.
func (p *Projection) Nested() []string { return nestedHeads(p.paths) }

// heads returns the first names of paths, sorted.
func heads(paths []path) []string {
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = p[0].name
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func nestedHeads(paths []path) []string {
	return heads(slices.DeleteFunc(slices.Clone(paths), func(p path) bool { return len(p) == 1 }))
}
