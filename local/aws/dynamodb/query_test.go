package dynamodb

import (
	"fmt"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// withOrders starts an engine with ten orders of ann, i0 to i9 with the totals 0, 10
// to 90, and one of bob.
func withOrders(t testing.TB) *fixture {
	t.Helper()
	f := start(t, Options{}, orders(), people())
	for i := range 10 {
		f.put(t, order("ann", fmt.Sprintf("i%d", i), fmt.Sprint(10*i)))
	}
	f.put(t, order("bob", "j", "15"))
	return f
}

func TestQueriesWithTheSDK(t *testing.T) {
	t.Parallel()
	f := withOrders(t)
	for _, test := range []struct {
		name, index, condition, filter string
		values                         values
		backward                       bool
		limit                          int32
		want                           string
		scanned                        int32
	}{
		{name: "a partition", condition: "customer = :c", want: "i0 i1 i2 i3 i4 i5 i6 i7 i8 i9", scanned: 10},
		{name: "backward", condition: "customer = :c", backward: true, want: "i9 i8 i7 i6 i5 i4 i3 i2 i1 i0", scanned: 10},
		{name: "one", condition: "customer = :c AND id = :a", values: values{":a": text("i3")}, want: "i3", scanned: 1},
		{name: "less", condition: "customer = :c AND id < :a", values: values{":a": text("i3")}, want: "i0 i1 i2", scanned: 3},
		{name: "less or equal", condition: "customer = :c AND id <= :a", values: values{":a": text("i3")}, want: "i0 i1 i2 i3", scanned: 4},
		{name: "greater", condition: "customer = :c AND id > :a", values: values{":a": text("i7")}, want: "i8 i9", scanned: 2},
		{name: "greater or equal", condition: "customer = :c AND id >= :a", values: values{":a": text("i7")}, want: "i7 i8 i9", scanned: 3},
		{name: "greater or equal, the key second", condition: ":a <= id AND :c = customer", values: values{":a": text("i7")}, want: "i7 i8 i9", scanned: 3},
		{name: "between", condition: "customer = :c AND id BETWEEN :a AND :b", values: values{":a": text("i2"), ":b": text("i4")}, want: "i2 i3 i4", scanned: 3},
		{name: "between, backward", condition: "customer = :c AND id BETWEEN :a AND :b", values: values{":a": text("i2"), ":b": text("i4")}, backward: true, want: "i4 i3 i2", scanned: 3},
		{name: "less, backward", condition: "customer = :c AND id < :a", values: values{":a": text("i2")}, backward: true, want: "i1 i0", scanned: 2},
		{name: "begins with", condition: "customer = :c AND begins_with(id, :a)", values: values{":a": text("i")}, want: "i0 i1 i2 i3 i4 i5 i6 i7 i8 i9", scanned: 10},
		{name: "begins with nothing that is there", condition: "customer = :c AND begins_with(id, :a)", values: values{":a": text("x")}},
		{name: "a limit", condition: "customer = :c", limit: 3, want: "i0 i1 i2", scanned: 3},
		{name: "a filter after the limit", condition: "customer = :c", filter: "amount > :a", values: values{":a": number("15")}, limit: 4, want: "i2 i3", scanned: 4},
		{name: "numbers of an index by value", index: "by-amount", condition: "customer = :c AND amount < :a", values: values{":a": number("30.0")}, want: "i0 i1 i2", scanned: 3},
		{name: "numbers between", index: "by-amount", condition: "customer = :c AND amount BETWEEN :a AND :b", values: values{":a": number("1e1"), ":b": number("30")}, want: "i1 i2 i3", scanned: 3},
		{name: "an index with one more attribute", index: "by-label-amount", condition: "label = :a AND amount >= :b", values: values{":c": nil, ":a": text("new"), ":b": number("80")}, want: "i8 i9", scanned: 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := &sdk.QueryInput{TableName: awssdk.String("orders"), KeyConditionExpression: &test.condition, ExpressionAttributeValues: values{":c": text("ann")}}
			for name, value := range test.values {
				if in.ExpressionAttributeValues[name] = value; value == nil {
					delete(in.ExpressionAttributeValues, name)
				}
			}
			if test.index != "" {
				in.IndexName = &test.index
			}
			if test.filter != "" {
				in.FilterExpression = &test.filter
			}
			if test.backward {
				in.ScanIndexForward = awssdk.Bool(false)
			}
			if test.limit > 0 {
				in.Limit = &test.limit
			}
			out, err := f.client.Query(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if got := ids(out.Items); got != test.want || out.ScannedCount != test.scanned || int(out.Count) != len(out.Items) {
				t.Errorf("expected %q of %d, got %q, %d of %d", test.want, test.scanned, got, out.Count, out.ScannedCount)
			}
			if more := out.LastEvaluatedKey != nil; more != (test.limit > 0) {
				t.Errorf("the last key: %v", out.LastEvaluatedKey)
			}
		})
	}
}

// TestPagination: pages of every size, forward and backward, of the table and of the
// indexes, have each item once and in order.
func TestPagination(t *testing.T) {
	t.Parallel()
	f := withOrders(t)
	for _, test := range []struct{ index, condition, forward string }{
		{"", "customer = :v", "i0 i1 i2 i3 i4 i5 i6 i7 i8 i9"},
		{"by-amount", "customer = :v", "i0 i1 i2 i3 i4 i5 i6 i7 i8 i9"},
		{"by-label-amount", "label = :v", "i0 i1 j i2 i3 i4 i5 i6 i7 i8 i9"},
	} {
		for limit := int32(1); limit < 12; limit++ {
			for _, backward := range []bool{false, true} {
				want := strings.Fields(test.forward)
				value := "ann"
				if strings.HasPrefix(test.index, "by-label") {
					value = "new"
				}
				in := &sdk.QueryInput{
					TableName: awssdk.String("orders"), KeyConditionExpression: &test.condition, Limit: &limit,
					ExpressionAttributeValues: values{":v": text(value)}, ScanIndexForward: awssdk.Bool(!backward),
				}
				if test.index != "" {
					in.IndexName = &test.index
				}
				var got []string
				pages := sdk.NewQueryPaginator(f.client, in)
				for pages.HasMorePages() {
					page, err := pages.NextPage(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, strings.Fields(ids(page.Items))...)
				}
				if backward {
					got = reversed(got)
				}
				if strings.Join(got, " ") != strings.Join(want, " ") {
					t.Errorf("%s by %d, backward %v: got %q", test.index, limit, backward, got)
				}
			}
		}
	}
}

func reversed(in []string) []string {
	var out []string
	for _, s := range in {
		out = append([]string{s}, out...)
	}
	return out
}

// TestAStartNeedNotExist: a page goes on where the last one ended, although the item
// is gone.
func TestAStartNeedNotExist(t *testing.T) {
	t.Parallel()
	f := withOrders(t)
	f.must(t, "DeleteItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"i4"}}}`)
	out, err := f.client.Query(t.Context(), &sdk.QueryInput{
		TableName: awssdk.String("orders"), KeyConditionExpression: awssdk.String("customer = :v"), ExpressionAttributeValues: values{":v": text("ann")},
		ExclusiveStartKey: values{"customer": text("ann"), "id": text("i4")},
	})
	if err != nil || ids(out.Items) != "i5 i6 i7 i8 i9" {
		t.Errorf("got %v, %v", out, err)
	}
}

// TestSparseIndex: an index has the items with its keys, and of them what it
// projects; it follows updates and deletes.
func TestSparseIndex(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	f.put(t, order("ann", "1", "5"))
	f.must(t, "PutItem", `{"TableName":"orders","Item":{"customer":{"S":"ann"},"id":{"S":"2"},"note":{"S":"no label"}}}`)
	scan := func(index string) string {
		return f.must(t, "Scan", `{"TableName":"orders","IndexName":"`+index+`"}`)
	}
	for index, want := range map[string]string{
		"by-amount":       `{"Items":[{"customer":{"S":"ann"},"id":{"S":"1"},"label":{"S":"new"},"note":{"S":"n1"},"amount":{"N":"5"}}],"Count":1,"ScannedCount":1}`,
		"by-label":        `{"Items":[{"customer":{"S":"ann"},"id":{"S":"1"},"label":{"S":"new"}}],"Count":1,"ScannedCount":1}`,
		"by-label-amount": `{"Items":[{"customer":{"S":"ann"},"id":{"S":"1"},"label":{"S":"new"},"note":{"S":"n1"},"amount":{"N":"5"}}],"Count":1,"ScannedCount":1}`,
	} {
		if got := scan(index); !sameJSON(t, got, want) {
			t.Errorf("%s: expected\n%s, got\n%s", index, want, got)
		}
	}
	f.must(t, "UpdateItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"1"}},"UpdateExpression":"REMOVE label"}`)
	f.must(t, "UpdateItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"2"}},"UpdateExpression":"SET label = :v","ExpressionAttributeValues":{":v":{"S":"old"}}}`)
	if got := scan("by-label"); !sameJSON(t, got, `{"Items":[{"customer":{"S":"ann"},"id":{"S":"2"},"label":{"S":"old"}}],"Count":1,"ScannedCount":1}`) {
		t.Errorf("after the updates: %s", got)
	}
	f.must(t, "DeleteItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"2"}}}`)
	if got := scan("by-label"); !sameJSON(t, got, `{"Items":[],"Count":0,"ScannedCount":0}`) {
		t.Errorf("after the delete: %s", got)
	}
}

// TestScanSegments: the segments of a scan have each item once, whatever their
// number and the size of pages.
func TestScanSegments(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, people())
	const n = 300
	for i := range n {
		f.must(t, "PutItem", fmt.Sprintf(`{"TableName":"people","Item":{"name":{"S":"p%d"}}}`, i))
	}
	for _, total := range []int32{1, 2, 3, 7, 100} {
		seen := map[string]int{}
		largest := 0
		for segment := range total {
			count := 0
			pages := sdk.NewScanPaginator(f.client, &sdk.ScanInput{TableName: awssdk.String("people"), Segment: &segment, TotalSegments: &total, Limit: awssdk.Int32(13)})
			for pages.HasMorePages() {
				page, err := pages.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, item := range page.Items {
					seen[item["name"].(*types.AttributeValueMemberS).Value]++
					count++
				}
			}
			largest = max(largest, count)
		}
		if len(seen) != n || largest > n/int(total)*2+10 {
			t.Errorf("%d segments: %d items of %d, the largest with %d", total, len(seen), n, largest)
		}
		for name, times := range seen {
			if times != 1 {
				t.Errorf("%d segments: %s %d times", total, name, times)
			}
		}
	}
	_, err := f.request("Scan", `{"TableName":"people","Segment":1,"TotalSegments":2,"ExclusiveStartKey":`+firstKey(t, f)+`}`)
	wantFailure(t, err, "ValidationException", "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: 1")
}

// firstKey returns the key of the first person of a scan.
func firstKey(t *testing.T, f *fixture) string {
	t.Helper()
	page, err := f.Scan("people", "", 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(page.Next)
}

// TestPageOf1MB: a page ends with the item that fills a megabyte.
func TestPageOf1MB(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	pad := strings.Repeat("x", 300<<10)
	for i := range 5 {
		f.must(t, "PutItem", fmt.Sprintf(`{"TableName":"orders","Item":{"customer":{"S":"ann"},"id":{"S":"%d"},"filler":{"S":"%s"}}}`, i, pad))
	}
	out, err := f.client.Query(t.Context(), &sdk.QueryInput{
		TableName: awssdk.String("orders"), KeyConditionExpression: awssdk.String("customer = :v"), ExpressionAttributeValues: values{":v": text("ann")},
		FilterExpression: awssdk.String("attribute_not_exists(filler)"),
	})
	if err != nil || out.ScannedCount != 4 || out.Count != 0 || out.LastEvaluatedKey["id"].(*types.AttributeValueMemberS).Value != "3" {
		t.Errorf("got %+v, %v", out, err)
	}
}

// TestNumbersAndBytesAreOrdered as sort keys.
func TestNumbersAndBytesAreOrdered(t *testing.T) {
	t.Parallel()
	table := Table{Name: "sorted", ARN: arnOf("sorted"), HashKey: "h", RangeKey: "r", Types: map[string]string{"h": "N", "r": "N"}}
	bytes := Table{Name: "bytes", ARN: arnOf("bytes"), HashKey: "h", RangeKey: "r", Types: map[string]string{"h": "N", "r": "B"}}
	f := start(t, Options{}, table, bytes)
	for _, n := range []string{"3", "-1e-130", "0", "1E125", "-2", "10", "-10.5", "1e-130", "9.99", "-1E125"} {
		f.must(t, "PutItem", `{"TableName":"sorted","Item":{"h":{"N":"1"},"r":{"N":"`+n+`"}}}`)
	}
	for _, b := range []string{"AA==", "/w==", "AAA=", "AQ==", "fw==", "gA=="} {
		f.must(t, "PutItem", `{"TableName":"bytes","Item":{"h":{"N":"1"},"r":{"B":"`+b+`"}}}`)
	}
	query := func(table string) (all []string) {
		out, err := f.client.Query(t.Context(), &sdk.QueryInput{
			TableName: &table, KeyConditionExpression: awssdk.String("h = :v"), ExpressionAttributeValues: values{":v": number("1.0")},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range out.Items {
			switch v := item["r"].(type) {
			case *types.AttributeValueMemberN:
				all = append(all, strings.TrimRight(v.Value, "0"))
			case *types.AttributeValueMemberB:
				all = append(all, fmt.Sprintf("%x", v.Value))
			}
		}
		return all
	}
	if got, want := strings.Join(query("sorted"), " "), "-1 -10.5 -2 -0."+strings.Repeat("0", 129)+"1  0."+strings.Repeat("0", 129)+"1 3 9.99 1 1"; got != want {
		t.Errorf("numbers: expected\n%s, got\n%s", want, got)
	}
	if got, want := strings.Join(query("bytes"), " "), "00 0000 01 7f 80 ff"; got != want {
		t.Errorf("bytes: expected %s, got %s", want, got)
	}
}

// TestBytesThatBeginWith: a prefix of bytes finds what begins with it alone, also at
// the end of the order.
func TestBytesThatBeginWith(t *testing.T) {
	t.Parallel()
	table := Table{Name: "bytes", ARN: arnOf("bytes"), HashKey: "h", RangeKey: "r", Types: map[string]string{"h": "S", "r": "B"}}
	f := start(t, Options{}, table)
	all := [][]byte{{0xFE}, {0xFE, 0xFF}, {0xFE, 0x00}, {0xFF}, {0xFF, 0xFF}, {0xFF, 0x00, 0xFF}, {0xFF, 0xFF, 0xFF}, {0x80}, {0x00}, {0x00, 0xFF}}
	for _, b := range all {
		if _, err := f.client.PutItem(t.Context(), &sdk.PutItemInput{TableName: &table.Name, Item: values{"h": text("a"), "r": &types.AttributeValueMemberB{Value: b}}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, prefix := range [][]byte{{0xFE}, {0xFF}, {0xFF, 0xFF}, {0x00}, {0x80}, {0xFF, 0x00}, {0x7F}} {
		out, err := f.client.Query(t.Context(), &sdk.QueryInput{
			TableName: &table.Name, KeyConditionExpression: awssdk.String("h = :h AND begins_with(r, :r)"),
			ExpressionAttributeValues: values{":h": text("a"), ":r": &types.AttributeValueMemberB{Value: prefix}},
		})
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, b := range all {
			if strings.HasPrefix(string(b), string(prefix)) {
				want++
			}
		}
		if int(out.ScannedCount) != want {
			t.Errorf("%x: expected %d, got %d", prefix, want, out.ScannedCount)
		}
	}
	for prefix, want := range map[string]string{"a": "b", "a\xff": "b", "\xfe\xff\xff": "\xff", "\xff": "", "": ""} {
		if got := following(prefix); got != want {
			t.Errorf("after %x: expected %x, got %x", prefix, want, got)
		}
	}
}
