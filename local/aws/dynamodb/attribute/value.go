package attribute

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Kind is the type of a value.
type Kind uint8

// The kinds of values. None is the kind of the zero Value, which is no value.
const (
	None Kind = iota
	S
	N
	B
	Bool
	Null
	StringSet
	NumberSet
	BinarySet
	List
	Map
)

var kindNames = [...]string{"", "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}

// String returns the kind's name in JSON, such as "SS".
func (k Kind) String() string { return kindNames[k] }

// KindOf returns the kind that has a name in JSON, or None.
func KindOf(name string) Kind {
	return Kind(max(slices.Index(kindNames[:], name), 0))
}

// A Value is the value of an attribute. It is immutable.
type Value struct {
	kind     Kind
	flag     bool // BOOL; the sign of N
	exponent int16
	text     string  // S, the bytes of B, the digits of N
	members  []Value // of a set or a list
	fields   Item    // of a map
}

// An Item is a set of named values. A stored item must not be changed.
type Item map[string]Value

// NewString returns a value of kind S.
func NewString(text string) Value { return Value{kind: S, text: text} }

// NewNumber returns a value of kind N.
func NewNumber(n Number) Value {
	return Value{kind: N, flag: n.negative, text: n.digits, exponent: n.exponent}
}

// NewInt returns a value of kind N.
func NewInt(n int) Value {
	number, err := ParseNumber(strconv.Itoa(n))
	if err != nil {
		panic(err) // an int has 19 digits at most
	}
	return NewNumber(number)
}

// NewList returns a value of kind L, which keeps members.
func NewList(members []Value) Value { return Value{kind: List, members: members} }

// NewMap returns a value of kind M, which keeps fields.
func NewMap(fields Item) Value { return Value{kind: Map, fields: fields} }

// WithMembers returns a set of v's kind with other members, which it keeps.
func (v Value) WithMembers(members []Value) Value { return Value{kind: v.kind, members: members} }

// Kind returns the value's type.
func (v Value) Kind() Kind { return v.kind }

// Text returns the text of S and the bytes of B.
func (v Value) Text() string { return v.text }

// Number returns the number of N.
func (v Value) Number() Number {
	return Number{negative: v.flag, digits: v.text, exponent: v.exponent}
}

// Members returns the members of a set or a list. The caller must not change them.
func (v Value) Members() []Value { return v.members }

// Fields returns the fields of a map. The caller must not change them.
func (v Value) Fields() Item { return v.fields }

// IsSet reports whether the value is a set.
func (v Value) IsSet() bool { return v.kind >= StringSet && v.kind <= BinarySet }

// IsScalarKey reports whether the value can be a key attribute's.
func (v Value) IsScalarKey() bool { return v.kind >= S && v.kind <= B }

// Equal reports whether two values are the same. The order of a set's members does
// not count.
func (v Value) Equal(w Value) bool {
	switch {
	case v.kind != w.kind:
		return false
	case v.IsSet():
		return len(v.members) == len(w.members) && !slices.ContainsFunc(v.members, func(m Value) bool { return !w.Has(m) })
	case v.kind == List:
		return slices.EqualFunc(v.members, w.members, Value.Equal)
	case v.kind == Map:
		return v.fields.Equal(w.fields)
	default:
		return v.flag == w.flag && v.exponent == w.exponent && v.text == w.text
	}
}

// Equal reports whether two items have the same attributes.
func (i Item) Equal(other Item) bool { return maps.EqualFunc(i, other, Value.Equal) }

// Has reports whether a set or a list has a member.
func (v Value) Has(member Value) bool { return slices.ContainsFunc(v.members, member.Equal) }

// Compare orders two values of the same kind, S, N or B. Text and bytes are
// compared byte by byte.
func (v Value) Compare(w Value) int {
	if v.kind == N {
		return v.Number().Compare(w.Number())
	}
	return strings.Compare(v.text, w.text)
}

// Size returns the size of an item in bytes, including names.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
func (i Item) Size() int {
	size := 0
	for name, value := range i {
		size += len(name) + value.Size()
	}
	return size
}

// Size returns the size of the value in bytes.
func (v Value) Size() int {
	switch v.kind {
	case S, B:
		return len(v.text)
	case N:
		return v.Number().size()
	case StringSet, NumberSet, BinarySet:
		return membersSize(v.members)
	case List:
		return 3 + len(v.members) + membersSize(v.members)
	case Map:
		return 3 + len(v.fields) + v.fields.Size()
	default:
		return 1
	}
}

func membersSize(members []Value) int {
	size := 0
	for _, member := range members {
		size += member.Size()
	}
	return size
}
