package expression

import (
	"slices"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// An Update changes an item.
type Update struct {
	actions []action
	paths   []path // of the actions
	read    []path // of their operands
}

// An action is one change of an update's section.
type action struct {
	section string // SET, REMOVE, ADD or DELETE
	path    path
	operand *node // of SET, ADD and DELETE
}

// Attributes returns the names of the attributes that the update changes.
func (u *Update) Attributes() []string { return heads(u.paths) }

// Nested returns the names of the attributes of which it changes or reads parts.
func (u *Update) Nested() []string { return nestedHeads(slices.Concat(u.paths, u.read)) }

// Reads returns the names of the attributes that operands of SET read.
func (u *Update) Reads() []string { return heads(u.read) }

// Changed returns a projection of what the update changes, as for ReturnValues with UPDATED_.
func (u *Update) Changed() *Projection { return newProjection(u.paths) }

// Sets returns the kind of the value that SET assigns to a whole attribute, if the request
// determines it.
func (u *Update) Sets(name string) (attribute.Kind, bool) {
	for _, a := range u.actions {
		if a.section == "SET" && len(a.path) == 1 && a.path[0].name == name && a.operand.kind() != attribute.None {
			return a.operand.kind(), true
		}
	}
	return attribute.None, false
}

// Update parses an update expression.
func (s *Scope) Update(text string) (*Update, error) {
	u := &Update{}
	p, err := s.parse(text, func(p *parser) {
		seen := map[string]bool{}
		for p.section(u, seen) {
		}
		if len(seen) == 0 {
			p.fail()
		}
		p.checkUpdate(u)
	})
	if err != nil {
		return nil, err
	}
	u.read = p.paths
	return u, nil
}

func (p *parser) checkUpdate(u *Update) {
	for _, a := range u.actions {
		u.paths = append(u.paths, a.path)
	}
	if err := checkPaths(u.paths); err != nil {
		p.report(overlappingPaths, "%v", err)
	}
}

func (p *parser) section(u *Update, seen map[string]bool) bool {
	keyword, ok := p.acceptKeyword("SET", "REMOVE", "ADD", "DELETE")
	if !ok {
		return false
	}
	if seen[keyword] {
		p.report(repeatedSection, "The %q section can only be used once in an update expression;", keyword)
	}
	seen[keyword] = true
	for {
		u.actions = append(u.actions, p.action(keyword))
		if !p.accept(",") {
			return true
		}
	}
}

func (p *parser) action(section string) action {
	a := action{section: section, path: p.path()}
	switch section {
	case "SET":
		p.expect("=")
		a.operand = p.setValue()
	case "ADD", "DELETE":
		a.operand = &node{op: opValue, value: p.value()}
		p.checkSetOperand(section, a.operand.value.Kind())
	}
	return a
}

// kindWords are the names of the kinds that ADD and DELETE refuse.
var kindWords = map[attribute.Kind]string{
	attribute.S: "STRING", attribute.N: "NUMBER", attribute.B: "BINARY", attribute.Null: "NULL",
	attribute.Bool: "BOOLEAN", attribute.List: "LIST", attribute.Map: "MAP",
}

func (p *parser) checkSetOperand(section string, kind attribute.Kind) {
	if word, wrong := kindWords[kind]; wrong && (section != "ADD" || kind != attribute.N) {
		p.report(wrongOperand, "Incorrect operand type for operator or function; operator: %s, operand type: %s", section, word)
	}
}

// updateFunctions are the functions of SET.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
var updateFunctions = map[string]function{
	"if_not_exists": {operands: 2, check: requirePath},
	"list_append": {operands: 2, returns: attribute.List, check: func(p *parser, name string, arguments []*node) {
		p.requireKind(name, attribute.List, arguments)
	}},
}

func (p *parser) requireKind(name string, want attribute.Kind, operands []*node) {
	for _, n := range operands {
		if kind := n.kind(); kind != attribute.None && kind != want {
			p.wrongKind(name, kind)
		}
	}
}

func (p *parser) setValue() *node {
	if p.accept("(") {
		inner := p.sum()
		p.expect(")")
		return p.rest(inner)
	}
	return p.sum()
}

func (p *parser) sum() *node { return p.rest(p.operand(updateFunctions)) }

// rest reads + or - and another operand, if there is one.
func (p *parser) rest(left *node) *node {
	operator := op(p.peek().text)
	if left.op == opAdd || left.op == opSub || !p.accept("+") && !p.accept("-") {
		return left
	}
	operands := []*node{left, p.operand(updateFunctions)}
	p.requireKind(string(operator), attribute.N, operands)
	return &node{op: operator, operands: operands, returns: attribute.N}
}

// The errors of an update of one item, in the service's words.
var (
	errBadPath   = attribute.Refusal("The document path provided in the update expression is invalid for update")
	errMissing   = attribute.Refusal("The provided expression refers to an attribute that does not exist in the item")
	errWrongType = attribute.Refusal("An operand in the update expression has an incorrect data type")
)

// A change is the action at the end of a path: it receives the old value, and returns the new
// one, or false to remove it.
type change func(old attribute.Value, exists bool) (attribute.Value, bool, error)

// Apply returns the changed item. Every operand is read from the original item. The error is
// in the service's words.
func (u *Update) Apply(item attribute.Item) (attribute.Item, error) {
	changes := make([]change, len(u.actions))
	for i, a := range u.actions {
		var err error
		if changes[i], err = a.change(item); err != nil {
			return nil, err
		}
	}
	root := newTree(u.paths, func(i int) change { return changes[i] })
	value, err := rewrite(attribute.NewMap(item), root)
	return value.Fields(), err
}

func (a action) change(item attribute.Item) (change, error) {
	switch a.section {
	case "REMOVE":
		return func(attribute.Value, bool) (attribute.Value, bool, error) { return attribute.Value{}, false, nil }, nil
	case "ADD":
		return func(old attribute.Value, exists bool) (attribute.Value, bool, error) {
			return add(old, exists, a.operand.value)
		}, nil
	case "DELETE":
		return func(old attribute.Value, exists bool) (attribute.Value, bool, error) {
			return remove(old, exists, a.operand.value)
		}, nil
	}
	value, err := a.operand.compute(item)
	return func(attribute.Value, bool) (attribute.Value, bool, error) { return value, true, nil }, err
}

// rewrite returns value with changes applied to its parts.
func rewrite(value attribute.Value, changes *tree[change]) (attribute.Value, error) {
	steps := changes.steps()
	switch {
	case steps[0].isIndex && value.Kind() == attribute.List:
		return rewriteList(value, changes, steps)
	case !steps[0].isIndex && value.Kind() == attribute.Map:
		return rewriteMap(value, changes, steps)
	default:
		return value, errBadPath
	}
}

func rewriteMap(value attribute.Value, changes *tree[change], steps []step) (attribute.Value, error) {
	fields := make(attribute.Item, len(value.Fields())+len(steps))
	for name, field := range value.Fields() {
		fields[name] = field
	}
	for _, s := range steps {
		field, keep, err := rewritePart(value, s, changes.children[s])
		if err != nil {
			return value, err
		}
		if delete(fields, s.name); keep {
			fields[s.name] = field
		}
	}
	return attribute.NewMap(fields), nil
}

// rewriteList interprets all indexes in the original list. Values set beyond its end are
// appended, in the order of the indexes.
func rewriteList(value attribute.Value, changes *tree[change], steps []step) (attribute.Value, error) {
	var members []attribute.Value
	rest := value.Members()
	done := 0
	for _, s := range steps {
		member, keep, err := rewritePart(value, s, changes.children[s])
		if err != nil {
			return value, err
		}
		until := min(s.index, len(rest))
		members = append(members, rest[done:until]...)
		done = min(until+1, len(rest))
		if keep {
			members = append(members, member)
		}
	}
	return attribute.NewList(append(members, rest[done:]...)), nil
}

func rewritePart(value attribute.Value, s step, changes *tree[change]) (attribute.Value, bool, error) {
	part, exists := s.of(value)
	if changes.isLeaf() {
		return changes.leaf(part, exists)
	}
	if !exists {
		return part, false, errBadPath
	}
	part, err := rewrite(part, changes)
	return part, true, err
}

// add implements the section ADD: a sum, or a union of sets.
func add(old attribute.Value, exists bool, operand attribute.Value) (attribute.Value, bool, error) {
	switch {
	case !exists:
		return operand, true, nil
	case old.Kind() != operand.Kind():
		return old, true, errWrongType
	case operand.Kind() == attribute.N:
		sum, err := old.Number().Add(operand.Number())
		return attribute.NewNumber(sum), true, err
	}
	members := slices.Clone(old.Members())
	for _, member := range operand.Members() {
		if !old.Has(member) {
			members = append(members, member)
		}
	}
	return old.WithMembers(members), true, nil
}

// remove implements the section DELETE. An empty set is removed.
func remove(old attribute.Value, exists bool, operand attribute.Value) (attribute.Value, bool, error) {
	if !exists {
		return old, false, nil
	}
	if old.Kind() != operand.Kind() {
		return old, true, errWrongType
	}
	members := slices.DeleteFunc(slices.Clone(old.Members()), operand.Has)
	return old.WithMembers(members), len(members) > 0, nil
}

// compute returns the value that SET assigns.
func (n *node) compute(item attribute.Item) (attribute.Value, error) {
	switch {
	case n.op == opAdd || n.op == opSub:
		return n.arithmetic(item)
	case n.name == "if_not_exists":
		if value, found := n.operands[0].path.in(item); found {
			return value, nil
		}
		return n.operands[1].compute(item)
	case n.name == "list_append":
		return n.appendLists(item)
	}
	value, found := n.eval(item)
	if !found {
		return value, errMissing
	}
	return value, nil
}

func (n *node) both(item attribute.Item, want attribute.Kind) (left, right attribute.Value, err error) {
	if left, err = n.operands[0].compute(item); err != nil {
		return left, right, err
	}
	if right, err = n.operands[1].compute(item); err != nil {
		return left, right, err
	}
	if left.Kind() != want || right.Kind() != want {
		return left, right, errWrongType
	}
	return left, right, nil
}

func (n *node) arithmetic(item attribute.Item) (attribute.Value, error) {
	left, right, err := n.both(item, attribute.N)
	if err != nil {
		return left, err
	}
	result, err := left.Number().Add(right.Number())
	if n.op == opSub {
		result, err = left.Number().Sub(right.Number())
	}
	return attribute.NewNumber(result), err
}

func (n *node) appendLists(item attribute.Item) (attribute.Value, error) {
	left, right, err := n.both(item, attribute.List)
	return attribute.NewList(slices.Concat(left.Members(), right.Members())), err
}
