package dynamodb

import (
	"slices"
	"strings"
	"testing"
)

func TestPrepareReportsEveryProblem(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, people())
	bad := orders()
	bad.Types = map[string]string{"customer": "S", "id": "BOOL"}
	short := people()
	short.Name = "ab"
	index := people()
	index.Name = "index"
	index.Indexes = []Index{{Name: "by-x", HashKey: "x", Projection: "ALL"}}
	projection := people()
	projection.Name = "projection"
	projection.Indexes = []Index{{Name: "by-name", HashKey: "name", Projection: "SOME"}}
	view := people()
	view.Name = "view"
	view.StreamARN, view.StreamView = "arn", "SOME"
	_, err := f.Prepare(t.Context(), config(bad, short, index, projection, view, people(), people()))
	if err == nil {
		t.Fatal("expected an error")
	}
	for _, want := range []string{
		`the table "orders": expected the type S, N or B of the key attribute "id", got "BOOL"`,
		`the table "ab": a name has 3 to 255 letters, digits, _, - and dots`,
		`the table "index": the index "by-x": expected the type S, N or B of the key attribute "x", got ""`,
		`the table "projection": the index "by-name": expected the projection ALL, KEYS_ONLY or INCLUDE, got "SOME"`,
		`the table "view": expected a stream view of`,
		`two tables have the name "people"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("expected %q in %v", want, err)
		}
	}
	if got := len(f.Tables()); got != 1 {
		t.Errorf("a failed preparation changed the tables: %d", got)
	}
}

// TestReloadKeepsItems of a table whose keys stay, builds new indexes of them, and
// drops those of others.
func TestReloadKeepsItems(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"", t.TempDir()} {
		f := start(t, Options{Dir: dir}, orders(), people())
		f.put(t, order("ann", "1", "5"))
		f.must(t, "PutItem", `{"TableName":"people","Item":{"name":{"S":"a"}}}`)
		f.must(t, "PutItem", `{"TableName":"orders","Item":{"customer":{"S":"ann"},"id":{"S":"2"},"note":{"N":"1"}}}`)
		want := f.items(t, "orders")
		changed := orders()
		changed.Types["note"] = "S"
		changed.Indexes = []Index{{Name: "by-note", HashKey: "note", Projection: "KEYS_ONLY"}}
		keys := people()
		keys.Types = map[string]string{"name": "N"}
		commit, err := f.Prepare(t.Context(), config(changed, keys))
		if err != nil {
			t.Fatal(err)
		}
		f.put(t, order("ann", "3", "7")) // between preparing and committing
		commit()
		if got := f.items(t, "orders"); len(got) != 3 || !slices.Contains(got, want[0]) {
			t.Errorf("got %q", got)
		}
		// An item that the new index cannot hold is in the table alone.
		if got := f.must(t, "Scan", `{"TableName":"orders","IndexName":"by-note","Select":"COUNT"}`); !sameJSON(t, got, `{"Count":2,"ScannedCount":2}`) {
			t.Errorf("the new index: %s", got)
		}
		if got := f.items(t, "people"); len(got) != 0 {
			t.Errorf("the table with other keys has %q", got)
		}
		if log := f.log.String(); strings.Count(log, "the keys of a table changed") != 1 || !strings.Contains(log, "table=people") {
			t.Errorf("logged %s", log)
		}
	}
}

func TestTablesThatAreGone(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders(), people())
	f.prepare(t, people())
	_, err := f.request("Scan", `{"TableName":"orders"}`)
	wantFailure(t, err, "ResourceNotFoundException", "Requested resource not found")
}

// TestBeforeTheFirstCommit there are no tables.
func TestBeforeTheFirstCommit(t *testing.T) {
	t.Parallel()
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.execute(targetPrefix+"Scan", []byte(`{"TableName":"orders"}`))
	wantFailure(t, err, "ResourceNotFoundException", "Requested resource not found")
}

// TestConsole: the console's methods go through the same code as requests.
func TestConsole(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders(), people())
	if err := f.Put("orders", []byte(`{"customer":{"S":"ann"},"id":{"S":"1"},"amount":{"N":"5"}}`)); err != nil {
		t.Fatal(err)
	}
	infos := f.Tables()
	if len(infos) != 2 || infos[0].Name != "orders" || infos[0].Items != 1 || infos[0].Size != 22 || infos[1].Items != 0 {
		t.Errorf("got %+v", infos)
	}
	page, err := f.Scan("orders", "by-amount", 10, nil)
	if err != nil || len(page.Items) != 1 || page.Next != nil {
		t.Fatalf("got %v, %v", page, err)
	}
	key, err := f.KeyOf("orders", page.Items[0])
	if err != nil || string(key) != `{"customer":{"S":"ann"},"id":{"S":"1"}}` {
		t.Fatalf("the key: %s, %v", key, err)
	}
	if err := f.Delete("orders", key); err != nil || len(*f.changes) != 2 {
		t.Errorf("deleting: %v, %d changes", err, len(*f.changes))
	}
	wantFailure(t, f.Put("orders", []byte(`{"customer":{"S":"ann"}}`)), "ValidationException", "One or more parameter values were invalid: Missing the key id in the item")
	wantFailure(t, f.Delete("others", key), "ResourceNotFoundException", "Requested resource not found")
}
