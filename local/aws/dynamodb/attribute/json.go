package attribute

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how many levels of values an item may have. An attribute is the first.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-attributes
const maxDepth = 32

// A ShapeError means that JSON does not have the form of a value, so the service cannot read
// the request. Any other error of this package is about the value's content, in the service's
// words.
type ShapeError struct{ Reason string }

func (e *ShapeError) Error() string { return e.Reason }

func shapeError(format string, args ...any) error {
	return &ShapeError{Reason: fmt.Sprintf(format, args...)}
}

// ParseItem reads an item from its JSON.
func ParseItem(text []byte) (Item, error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(text)) // which reads a buffer in place
	item, err := readItem(d, 0)
	if err != nil {
		return nil, err
	}
	return item, readEnd(d)
}

// ParseValue reads a value from its JSON, such as {"N":"1"}.
func ParseValue(text []byte) (Value, error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(text)) // which reads a buffer in place
	value, err := readValue(d, 0)
	if err != nil {
		return Value{}, err
	}
	return value, readEnd(d)
}

func readEnd(d *jsontext.Decoder) error {
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return shapeError("expected one value")
	}
	return nil
}

func readItem(d *jsontext.Decoder, depth int) (Item, error) {
	if err := readStart(d, '{'); err != nil {
		return nil, err
	}
	item := Item{}
	for d.PeekKind() == '"' {
		name, err := readText(d)
		if err != nil {
			return nil, err
		}
		if item[name], err = readValue(d, depth); err != nil {
			return nil, err
		}
	}
	return item, readStart(d, '}')
}

// readStart reads one delimiter.
func readStart(d *jsontext.Decoder, kind jsontext.Kind) error {
	token, err := d.ReadToken()
	if err != nil {
		return shapeError("reading JSON: %v", err)
	}
	if token.Kind() != kind {
		return shapeError("expected %v, got %v", kind, token.Kind())
	}
	return nil
}

func readText(d *jsontext.Decoder) (string, error) {
	token, err := d.ReadToken()
	if err != nil {
		return "", shapeError("reading JSON: %v", err)
	}
	if token.Kind() != '"' {
		return "", shapeError("expected a string, got %v", token.Kind())
	}
	return token.String(), nil
}

// readValue reads an object with the name of one type.
func readValue(d *jsontext.Decoder, depth int) (Value, error) {
	if depth >= maxDepth {
		return Value{}, errNesting
	}
	if err := readStart(d, '{'); err != nil {
		return Value{}, err
	}
	var value Value
	for d.PeekKind() == '"' {
		name, err := readText(d)
		if err != nil {
			return Value{}, err
		}
		typed, err := readTyped(d, KindOf(name), depth)
		if err != nil {
			return Value{}, err
		}
		if typed.kind != None && value.kind != None {
			return Value{}, Refusal("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
		}
		if typed.kind != None {
			value = typed
		}
	}
	if value.kind == None {
		return Value{}, Refusal("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	}
	return value, readStart(d, '}')
}

func readTyped(d *jsontext.Decoder, kind Kind, depth int) (Value, error) {
	switch kind {
	case S, N, B:
		return readScalar(d, kind)
	case Bool, Null:
		return readBool(d, kind)
	case StringSet, NumberSet, BinarySet:
		return readSet(d, kind)
	case List:
		members, err := readList(d, depth)
		return NewList(members), err
	case Map:
		fields, err := readItem(d, depth+1)
		return NewMap(fields), err
	default:
		return Value{}, skip(d)
	}
}

// CheckDepth returns an error if the item is nested too deeply.
func (i Item) CheckDepth() error {
	if i.isDeeper(maxDepth) {
		return errNesting
	}
	return nil
}

func (i Item) isDeeper(levels int) bool {
	for _, value := range i {
		if value.isDeeper(levels) {
			return true
		}
	}
	return false
}

func (v Value) isDeeper(levels int) bool {
	if levels == 0 {
		return true
	}
	return v.fields.isDeeper(levels-1) ||
		v.kind == List && slices.ContainsFunc(v.members, func(m Value) bool { return m.isDeeper(levels - 1) })
}

var errNesting = Refusal("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit")

// skip skips the value of a name that is no type, which the service ignores.
func skip(d *jsontext.Decoder) error {
	if err := d.SkipValue(); err != nil {
		return shapeError("reading JSON: %v", err)
	}
	return nil
}

func readScalar(d *jsontext.Decoder, kind Kind) (Value, error) {
	text, err := readText(d)
	if err != nil {
		return Value{}, err
	}
	return newScalar(kind, text)
}

func newScalar(kind Kind, text string) (Value, error) {
	switch kind {
	case N:
		n, err := ParseNumber(text)
		return NewNumber(n), err
	case B:
		data, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			return Value{}, shapeError("expected base64: %v", err)
		}
		return Value{kind: B, text: string(data)}, nil
	default:
		return NewString(text), nil
	}
}

func readBool(d *jsontext.Decoder, kind Kind) (Value, error) {
	token, err := d.ReadToken()
	if err != nil {
		return Value{}, shapeError("reading JSON: %v", err)
	}
	if token.Kind() != 't' && token.Kind() != 'f' {
		return Value{}, shapeError("expected a boolean, got %v", token.Kind())
	}
	if kind == Null && !token.Bool() {
		return Value{}, Refusal("One or more parameter values were invalid: Null attribute value types must have the value of true")
	}
	return Value{kind: kind, flag: token.Bool()}, nil
}

func readList(d *jsontext.Decoder, depth int) ([]Value, error) {
	if err := readStart(d, '['); err != nil {
		return nil, err
	}
	members := []Value{}
	for d.PeekKind() == '{' {
		member, err := readValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		members = append(members, member)
	}
	return members, readStart(d, ']')
}

// emptySets are the service's words for a set without members.
var emptySets = map[Kind]string{
	StringSet: "One or more parameter values were invalid: An string set  may not be empty",
	NumberSet: "One or more parameter values were invalid: An number set  may not be empty",
	BinarySet: "One or more parameter values were invalid: Binary sets should not be empty",
}

func readSet(d *jsontext.Decoder, kind Kind) (Value, error) {
	if err := readStart(d, '['); err != nil {
		return Value{}, err
	}
	set := Value{kind: kind}
	for d.PeekKind() == '"' {
		member, err := readScalar(d, kind-StringSet+S)
		if err != nil {
			return Value{}, err
		}
		set.members = append(set.members, member)
	}
	if len(set.members) == 0 && d.PeekKind() == ']' {
		return Value{}, Refusal(emptySets[kind])
	}
	if hasDuplicates(set.members) {
		return Value{}, duplicates(set)
	}
	return set, readStart(d, ']')
}

func hasDuplicates(members []Value) bool {
	seen := make(map[string]bool, len(members))
	for _, member := range members {
		seen[string(member.AppendKey(nil))] = true
	}
	return len(seen) < len(members)
}

func duplicates(set Value) error {
	text := ""
	for i, member := range set.members {
		if i > 0 {
			text += ", "
		}
		text += member.Plain()
	}
	switch set.kind {
	case NumberSet:
		return Refusal("Input collection contains duplicates")
	case BinarySet:
		return Refusal("One or more parameter values were invalid: Input collection [" + text + "]of type BS contains duplicates.")
	default:
		return Refusal("One or more parameter values were invalid: Input collection [" + text + "] contains duplicates.")
	}
}

// Plain returns S as it is, N as a decimal, B in base64, and the JSON of others.
func (v Value) Plain() string {
	switch v.kind {
	case S:
		return v.text
	case N:
		return v.Number().String()
	case B:
		return base64.StdEncoding.EncodeToString([]byte(v.text))
	default:
		return string(v.AppendJSON(nil))
	}
}

// AppendJSON appends the item's JSON to b. Names are sorted.
func (i Item) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	for n, name := range slices.Sorted(maps.Keys(i)) {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, name), ':')
		b = i[name].AppendJSON(b)
	}
	return append(b, '}')
}

// MarshalJSONTo implements json.MarshalerTo.
func (i Item) MarshalJSONTo(e *jsontext.Encoder) error { return e.WriteValue(i.AppendJSON(nil)) }

// AppendJSON appends the value's JSON to b.
func (v Value) AppendJSON(b []byte) []byte {
	b = append(appendText(append(b, '{'), v.kind.String()), ':')
	switch v.kind {
	case S, N, B:
		b = appendText(b, v.Plain())
	case Bool, Null:
		b = strconv.AppendBool(b, v.flag)
	case Map:
		b = v.fields.AppendJSON(b)
	default:
		b = v.appendMembers(b)
	}
	return append(b, '}')
}

func (v Value) appendMembers(b []byte) []byte {
	b = append(b, '[')
	for n, member := range v.members {
		if n > 0 {
			b = append(b, ',')
		}
		if v.kind == List {
			b = member.AppendJSON(b)
		} else {
			b = appendText(b, member.Plain())
		}
	}
	return append(b, ']')
}

// appendText quotes text, which is valid UTF-8.
func appendText(b []byte, text string) []byte {
	b, err := jsontext.AppendQuote(b, text)
	if err != nil {
		panic(err)
	}
	return b
}
