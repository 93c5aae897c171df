package dynamodb

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The reference keeps items in a map and sorts them again for each query. It shares
// no code with the engine.

type referenceItem struct {
	h, r string // the table's keys
	g    string // the index's partition key; empty for an item without
	n    int    // the index's sort key
	v    int
}

func (i referenceItem) json() string {
	item := map[string]any{
		"h": map[string]string{"S": i.h}, "r": map[string]string{"S": i.r}, "v": map[string]string{"N": strconv.Itoa(i.v)},
		"n": map[string]string{"N": strconv.Itoa(i.n)},
	}
	if i.g != "" {
		item["g"] = map[string]string{"S": i.g}
	}
	text, err := json.Marshal(item)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func referenceTable() Table {
	return Table{
		Name: "reference", ARN: arnOf("reference"), HashKey: "h", RangeKey: "r",
		Types:   map[string]string{"h": "S", "r": "S", "g": "S", "n": "N"},
		Indexes: []Index{{Name: "index", HashKey: "g", RangeKey: "n", Projection: "ALL"}},
	}
}

// A randomQuery is a query of the table or of its index.
type randomQuery struct {
	index    bool
	hash     string
	operator string // empty for the partition alone
	low, hi  string // of the sort key; numbers for the index
	backward bool
	limit    int
	filter   int // v must be less; negative for none
}

func newRandomQuery(random *rand.Rand) randomQuery {
	q := randomQuery{index: random.IntN(2) == 0, backward: random.IntN(2) == 0, limit: 1 + random.IntN(6), filter: random.IntN(12) - 2}
	key := func() string {
		if q.index {
			return strconv.Itoa(random.IntN(30) - 10)
		}
		return randomText(random)
	}
	q.hash, q.low, q.hi = string(rune('a'+random.IntN(3))), key(), key()
	operators := []string{"", "=", "<", "<=", ">", ">=", "between", "begins_with"}
	if q.operator = operators[random.IntN(len(operators))]; q.index && q.operator == "begins_with" {
		q.operator = ""
	}
	if q.order(q.low, q.hi) > 0 {
		q.low, q.hi = q.hi, q.low
	}
	return q
}

func randomText(random *rand.Rand) string {
	b := make([]byte, 1+random.IntN(3))
	for i := range b {
		b[i] = "\x00\x01a\x7f"[random.IntN(4)]
	}
	return string(b)
}

func (q randomQuery) order(a, b string) int {
	if !q.index {
		return strings.Compare(a, b)
	}
	x, _ := strconv.Atoi(a)
	y, _ := strconv.Atoi(b)
	return cmp.Compare(x, y)
}

func (q randomQuery) keysOf(i referenceItem) (hash, sort string) {
	if q.index {
		return i.g, strconv.Itoa(i.n)
	}
	return i.h, i.r
}

func (q randomQuery) matches(i referenceItem) bool {
	hash, key := q.keysOf(i)
	low, high := q.order(key, q.low), q.order(key, q.hi)
	return hash == q.hash && map[string]bool{
		"": true, "=": low == 0, "<": low < 0, "<=": low <= 0, ">": low > 0, ">=": low >= 0,
		"between": low >= 0 && high <= 0, "begins_with": strings.HasPrefix(key, q.low),
	}[q.operator]
}

// body writes the query as a request.
func (q randomQuery) body(start json.RawMessage) string {
	hash, key, kind := "h", "r", "S"
	in := map[string]any{"TableName": "reference", "Limit": q.limit, "ScanIndexForward": !q.backward}
	if q.index {
		hash, key, kind = "g", "n", "N"
		in["IndexName"] = "index"
	}
	values := map[string]any{":h": map[string]string{"S": q.hash}}
	condition := hash + " = :h"
	if q.operator != "" {
		values[":a"] = map[string]string{kind: q.low}
		condition += " AND " + map[string]string{"between": key + " BETWEEN :a AND :b", "begins_with": "begins_with(" + key + ", :a)"}[q.operator]
		if !strings.Contains("between begins_with", q.operator) {
			condition += key + " " + q.operator + " :a"
		}
	}
	if q.operator == "between" {
		values[":b"] = map[string]string{kind: q.hi}
	}
	if q.filter >= 0 {
		in["FilterExpression"] = "v < :f"
		values[":f"] = map[string]string{"N": strconv.Itoa(q.filter)}
	}
	in["KeyConditionExpression"], in["ExpressionAttributeValues"] = condition, values
	if start != nil {
		in["ExclusiveStartKey"] = start
	}
	text, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// TestQueryReference compares random queries, page by page, between random writes,
// with the reference.
func TestQueryReference(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	f := start(t, Options{}, referenceTable())
	items := map[string]referenceItem{}
	found := 0
	for round := range 1000 {
		i := referenceItem{h: string(rune('a' + random.IntN(3))), r: randomText(random), n: random.IntN(30) - 10, v: random.IntN(10)}
		if random.IntN(4) > 0 {
			i.g = string(rune('a' + random.IntN(3)))
		}
		if random.IntN(4) == 0 {
			delete(items, i.h+"/"+i.r)
			key, _ := json.Marshal(map[string]any{"h": map[string]string{"S": i.h}, "r": map[string]string{"S": i.r}})
			f.must(t, "DeleteItem", `{"TableName":"reference","Key":`+string(key)+`}`)
		} else {
			items[i.h+"/"+i.r] = i
			f.must(t, "PutItem", `{"TableName":"reference","Item":`+i.json()+`}`)
		}
		found += compareQuery(t, f, items, newRandomQuery(random))
		if round%100 == 0 {
			compareScan(t, f, items, 1+random.IntN(20))
		}
	}
	if found < 1000 {
		t.Errorf("expected the queries to find many items, got %d", found)
	}
}

// compareQuery returns how many items the query found.
func compareQuery(t *testing.T, f *fixture, items map[string]referenceItem, q randomQuery) int {
	t.Helper()
	var want []referenceItem
	for _, i := range items {
		if q.matches(i) {
			want = append(want, i)
		}
	}
	slices.SortFunc(want, func(a, b referenceItem) int {
		_, x := q.keysOf(a)
		_, y := q.keysOf(b)
		if q.backward {
			return q.order(y, x)
		}
		return q.order(x, y)
	})
	matching := len(want)
	want = slices.DeleteFunc(want, func(i referenceItem) bool { return q.filter >= 0 && i.v >= q.filter })
	var got []string
	scanned, pages := 0, 0
	for start := json.RawMessage(nil); ; pages++ {
		page := readPage(t, f.must(t, "Query", q.body(start)))
		for _, item := range page.Items {
			got = append(got, string(item))
		}
		scanned += page.ScannedCount
		if len(page.Items) != page.Count || page.Count > page.ScannedCount || page.ScannedCount > q.limit {
			t.Fatalf("%+v: %d items, %d of %d", q, len(page.Items), page.Count, page.ScannedCount)
		}
		if start = page.LastEvaluatedKey; start == nil {
			break
		}
	}
	if scanned != matching || pages != matching/q.limit || !sameItems(t, got, want, q) {
		t.Fatalf("%+v: expected %d of %d items\n%v, got %d of %d on %d pages\n%s", q, len(want), matching, want, len(got), scanned, pages+1, got)
	}
	return len(got)
}

type page struct {
	Items               []json.RawMessage
	Count, ScannedCount int
	LastEvaluatedKey    json.RawMessage
}

func readPage(t *testing.T, text string) page {
	t.Helper()
	var p page
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// sameItems compares in order; items of an index with the same keys have none.
func sameItems(t *testing.T, got []string, want []referenceItem, q randomQuery) bool {
	t.Helper()
	if len(got) != len(want) {
		return false
	}
	all := map[string]bool{}
	for _, i := range want {
		all[canonical(t, i.json())] = true
	}
	for n, text := range got {
		var item map[string]map[string]string
		if err := json.Unmarshal([]byte(text), &item); err != nil {
			t.Fatal(err)
		}
		_, key := q.keysOf(want[n])
		name := "r"
		if q.index {
			name = "n"
		}
		if !all[canonical(t, text)] || item[name]["S"]+item[name]["N"] != key {
			return false
		}
		delete(all, canonical(t, text))
	}
	return true
}

func compareScan(t *testing.T, f *fixture, items map[string]referenceItem, limit int) {
	t.Helper()
	var got []string
	for start := json.RawMessage(nil); ; {
		body := fmt.Sprintf(`{"TableName":"reference","Limit":%d`, limit)
		if start != nil {
			body += `,"ExclusiveStartKey":` + string(start)
		}
		page := readPage(t, f.must(t, "Scan", body+"}"))
		for _, item := range page.Items {
			got = append(got, canonical(t, string(item)))
		}
		if start = page.LastEvaluatedKey; start == nil {
			break
		}
	}
	var want []string
	for _, i := range items {
		want = append(want, canonical(t, i.json()))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("the scan: expected\n%s, got\n%s", want, got)
	}
}
