package dynamodb

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
	"api-auth-jwt-auth0/local/aws/dynamodb/expression"
)

// bounds are the places from low up to but not including high. An empty high means the end.
type bounds struct{ low, high string }

func (b bounds) contains(place string) bool {
	return place >= b.low && (b.high == "" || place < b.high)
}

// walk calls visit for the records within the bounds, in order or backward, until
// it returns false.
func (b bounds) walk(entries *tree, backward bool, visit func(*record) bool) {
	forwardVisit := func(e entry) bool { return b.contains(e.place) && visit(e.record) }
	backwardVisit := func(e entry) bool {
		if e.place == b.high {
			return true
		}
		return b.contains(e.place) && visit(e.record)
	}
	switch {
	case !backward:
		entries.AscendGreaterOrEqual(entry{place: b.low}, forwardVisit)
	case b.high == "":
		entries.Descend(backwardVisit)
	default:
		entries.DescendLessOrEqual(entry{place: b.high}, backwardVisit)
	}
}

// within returns the bounds of the rest of a search.
func (s *search) within(v view) (bounds, error) {
	var b bounds
	if s.keyCondition == nil {
		b = s.segment()
		if s.start == nil {
			return b, nil
		}
		if err := v.checkStart(s.start); err != nil {
			return b, err
		}
		return s.resumeScan(b, v.placeOf(s.start))
	}
	hash, rng, err := s.keyTests(v)
	if err != nil {
		return b, err
	}
	b = queryBounds(hash, rng)
	if s.start == nil {
		return b, nil
	}
	if err := v.checkStart(s.start); err != nil {
		return b, err
	}
	return s.resumeQuery(v, b, hash, rng)
}

// segment returns the bounds of a scan's segment: an equal part of all hashes.
func (s *search) segment() bounds {
	if s.in.TotalSegments == nil {
		return bounds{}
	}
	segment, total := uint64(*s.in.Segment), uint64(*s.in.TotalSegments)
	b := bounds{low: segmentStart(segment, total)}
	if segment+1 < total {
		b.high = segmentStart(segment+1, total)
	}
	return b
}

func segmentStart(segment, total uint64) string {
	start, _ := bits.Div64(segment, 0, total) // segment × 2^64 / total
	return string(binary.BigEndian.AppendUint64(make([]byte, 0, hashSize), start))
}

// checkStart returns an error if an ExclusiveStartKey is invalid.
func (v view) checkStart(start attribute.Item) error {
	names := v.startNames()
	matches := len(start) == len(names)
	for _, name := range names {
		_, has := start[name]
		matches = matches && has
	}
	switch {
	case !matches && v.index != nil:
		return invalid("The provided starting key is invalid")
	case !matches:
		return invalid("The provided starting key is invalid: The provided key element does not match the schema")
	}
	for _, part := range slices.Concat(v.keys.attributes(), v.table.keys.attributes()) {
		if start[part.name].Kind() != part.kind {
			return invalid("The provided starting key is invalid: The provided key element does not match the schema")
		}
	}
	return nil
}

// after returns the first place after another.
func after(place string) string { return place + "\x00" }

func (s *search) resumeScan(b bounds, place string) (bounds, error) {
	if !b.contains(place) {
		return b, invalid("The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: %d Segment: %d", *s.in.TotalSegments, *s.in.Segment)
	}
	b.low = after(place)
	return b, nil
}

func (s *search) resumeQuery(v view, b bounds, hash attribute.Value, rng *expression.KeyTest) (bounds, error) {
	if !s.start[v.keys.hash.name].Equal(hash) {
		if rng != nil && rng.Operator == "=" {
			return b, invalid("The query can return at most one row and cannot be restarted")
		}
		return b, invalid("The provided starting key is outside query boundaries based on provided conditions")
	}
	place := v.placeOf(s.start)
	if !b.contains(place) {
		return b, invalid("The provided starting key does not match the range key predicate")
	}
	if s.in.ScanIndexForward != nil && !*s.in.ScanIndexForward {
		b.high = place
	} else {
		b.low = after(place)
	}
	return b, nil
}

// keyTests returns a query's tests of the partition key and, if it has one, of the sort key.
func (s *search) keyTests(v view) (hash attribute.Value, rng *expression.KeyTest, err error) {
	tests := map[string]*expression.KeyTest{}
	for i := range s.tests {
		tests[s.tests[i].Attribute] = &s.tests[i]
	}
	if len(tests) > 1 && v.keys.rng.name == "" {
		return hash, nil, invalid("Query key condition not supported")
	}
	for i, part := range v.keys.attributes() {
		test := tests[part.name]
		if test == nil && (i == 0 || len(tests) > 1) {
			return hash, nil, invalid("Query condition missed key schema element: %s", part.name)
		}
		if test == nil {
			continue
		}
		if err := checkKeyTest(part, test); err != nil {
			return hash, nil, err
		}
	}
	test := tests[v.keys.hash.name]
	if test.Operator != "=" {
		return hash, nil, invalid("Query key condition not supported")
	}
	return test.Values[0], tests[v.keys.rng.name], nil
}

func checkKeyTest(part keyAttribute, test *expression.KeyTest) error {
	for _, value := range test.Values {
		if value.Kind() != part.kind {
			return invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
		}
		if isEmpty(value) {
			return invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", kindWord(part.kind), part.name)
		}
	}
	return nil
}

// queryBounds returns the places of a query's items.
func queryBounds(hash attribute.Value, rng *expression.KeyTest) bounds {
	prefix := string(partition(hash))
	b := bounds{low: prefix, high: following(prefix)}
	if rng == nil {
		return b
	}
	first := func(i int) string { return prefix + string(rng.Values[i].AppendKey(nil)) }
	behind := func(i int) string { return prefix + string(rng.Values[i].AppendKeyAfter(nil)) }
	switch rng.Operator {
	case "=":
		b = bounds{first(0), behind(0)}
	case "<":
		b.high = first(0)
	case "<=":
		b.high = behind(0)
	case ">":
		b.low = behind(0)
	case ">=":
		b.low = first(0)
	case "between":
		b = bounds{first(0), behind(1)}
	default:
		b.low = prefix + string(rng.Values[0].AppendPrefix(nil))
		b.high = following(b.low)
	}
	return b
}

// following returns the first place after all that begin with prefix.
func following(prefix string) string {
	for last := len(prefix) - 1; last >= 0; last-- {
		if prefix[last] < 0xFF {
			return prefix[:last] + string([]byte{prefix[last] + 1})
		}
	}
	return ""
}
