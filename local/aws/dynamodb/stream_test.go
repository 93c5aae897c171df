package dynamodb

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

func records(t testing.TB, changes []Change) []events.DynamoDBEventRecord {
	t.Helper()
	var all []events.DynamoDBEventRecord
	for _, c := range changes {
		var record events.DynamoDBEventRecord
		if err := json.Unmarshal(c.Record, &record); err != nil {
			t.Fatalf("%s: %v", c.Record, err)
		}
		if record.EventSourceArn != c.StreamARN {
			t.Errorf("the change of %s has a record of %s", c.StreamARN, record.EventSourceArn)
		}
		all = append(all, record)
	}
	return all
}

func TestStreamRecords(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders(), people())
	f.put(t, order("ann", "1", "5"))
	f.put(t, order("ann", "1", "5")) // no change, no record
	f.must(t, "PutItem", `{"TableName":"people","Item":{"name":{"S":"a"}}}`)
	f.must(t, "UpdateItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"1"}},"UpdateExpression":"SET amount = :v",`+valueOf("6")+`}`)
	f.must(t, "DeleteItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"1"}}}`)
	f.must(t, "DeleteItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"1"}}}`) // nothing to delete
	got := records(t, *f.changes)
	var names []string
	for i, r := range got {
		names = append(names, r.EventName)
		if r.Change.Keys["id"].String() != "1" || len(r.Change.Keys) != 2 || r.UserIdentity != nil || !r.Change.ApproximateCreationDateTime.Equal(noon) {
			t.Errorf("record %d: %+v", i, r)
		}
		if i > 0 && (r.EventID == got[i-1].EventID || r.Change.SequenceNumber <= got[i-1].Change.SequenceNumber) {
			t.Errorf("record %d follows %s by %s", i, got[i-1].Change.SequenceNumber, r.Change.SequenceNumber)
		}
	}
	if !slices.Equal(names, []string{"INSERT", "MODIFY", "REMOVE"}) {
		t.Fatalf("got %q", names)
	}
	if c := got[1].Change; c.OldImage["amount"].Number() != "5" || c.NewImage["amount"].Number() != "6" || c.SizeBytes != 14+36+36 {
		t.Errorf("the modification: %+v", c)
	}
	if got[0].Change.OldImage != nil || got[2].Change.NewImage != nil {
		t.Error("an insertion has an old image, or a removal a new one")
	}
}

func TestStreamViews(t *testing.T) {
	t.Parallel()
	for view, want := range map[string][]string{
		"KEYS_ONLY": nil, "NEW_IMAGE": {"NewImage"}, "OLD_IMAGE": {"OldImage"}, "NEW_AND_OLD_IMAGES": {"NewImage", "OldImage"},
	} {
		table := orders()
		table.StreamView = view
		f := start(t, Options{}, table)
		f.put(t, order("ann", "1", "5"))
		f.put(t, order("ann", "1", "6"))
		var record struct {
			Change map[string]json.RawMessage `json:"dynamodb"`
		}
		if err := json.Unmarshal((*f.changes)[1].Record, &record); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, name := range []string{"NewImage", "OldImage"} {
			if _, has := record.Change[name]; has {
				got = append(got, name)
			}
		}
		if !slices.Equal(got, want) || string(record.Change["StreamViewType"]) != `"`+view+`"` {
			t.Errorf("%s: got %q", view, got)
		}
	}
}

// TestStreamRecordShape has the members of the sample event of aws-lambda-go.
func TestStreamRecordShape(t *testing.T) {
	t.Parallel()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	sample, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "events", "testdata", "dynamodb-event.json"))
	if err != nil {
		t.Fatal(err)
	}
	var event struct{ Records []map[string]any }
	if err := json.Unmarshal(sample, &event); err != nil {
		t.Fatal(err)
	}
	f := start(t, Options{}, orders())
	f.put(t, values{"customer": text("ann"), "id": text("1"), "expires": number("1")})
	f.clock.advance(time.Hour)
	table := orders()
	table.TTLAttribute = "gone"
	f.prepare(t, table)
	f.must(t, "UpdateItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"1"}},"UpdateExpression":"SET gone = :v",`+valueOf("1782907201")+`}`)
	if err := f.Expire(); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"INSERT", "MODIFY", "REMOVE"} {
		var got map[string]any
		if err := json.Unmarshal((*f.changes)[i].Record, &got); err != nil {
			t.Fatal(err)
		}
		if got["eventName"] != name {
			t.Errorf("expected %s, got %v", name, got["eventName"])
		}
		want := event.Records[0] // with a user identity
		if _, has := got["userIdentity"]; has != (name == "REMOVE") {
			t.Errorf("%s has a user identity: %v", name, has)
		}
		if name != "REMOVE" {
			want = event.Records[1]
		}
		if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
			t.Errorf("%s: expected the members %q, got %q", name, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
		}
		change := got["dynamodb"].(map[string]any)
		for _, member := range slices.Sorted(maps.Keys(want["dynamodb"].(map[string]any))) {
			if _, has := change[member]; !has && (member != "NewImage" || name != "REMOVE") {
				t.Errorf("%s has no %s", name, member)
			}
		}
	}
}

// TestOnChangeMayWrite: a change that is made while one is delivered comes after it.
func TestOnChangeMayWrite(t *testing.T) {
	t.Parallel()
	var f *fixture
	var seen []string
	f = start(t, Options{OnChange: func(c Change) {
		record := records(t, []Change{c})[0]
		id := record.Change.Keys["id"].String()
		if seen = append(seen, id); len(id) < 3 {
			f.must(t, "PutItem", `{"TableName":"orders","Item":{"customer":{"S":"ann"},"id":{"S":"`+id+`x"}}}`)
		}
	}}, orders())
	f.put(t, values{"customer": text("ann"), "id": text("a")})
	if !slices.Equal(seen, []string{"a", "ax", "axx"}) {
		t.Errorf("got %q", seen)
	}
}

// TestChangesAreInOrder: writers that compete deliver each change once, in the order
// of the sequence numbers, which is that of the writes.
func TestChangesAreInOrder(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for range 50 {
				if _, err := f.request("UpdateItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"1"}},"UpdateExpression":"ADD n :v",`+valueOf("1")+`}`); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	got := records(t, *f.changes)
	if len(got) != 400 {
		t.Fatalf("expected 400 changes, got %d", len(got))
	}
	for i, r := range got {
		if n, err := r.Change.NewImage["n"].Integer(); err != nil || n != int64(i+1) {
			t.Fatalf("change %d has n = %d, %v", i, n, err)
		}
	}
}

// TestExpire: items are deleted whose time is over, by the service.
func TestExpire(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	at := func(d time.Duration) string { return json.Number(formatUnix(noon.Add(d))).String() }
	for id, expires := range map[string]string{
		"past": `{"N":"` + at(-time.Second) + `"}`, "now": `{"N":"` + at(0) + `"}`, "future": `{"N":"` + at(time.Hour) + `"}`,
		"text": `{"S":"` + at(-time.Second) + `"}`, "fraction": `{"N":"1.5"}`, "ancient": `{"N":"` + at(-6*365*24*time.Hour) + `"}`,
	} {
		f.must(t, "PutItem", `{"TableName":"orders","Item":{"customer":{"S":"ann"},"id":{"S":"`+id+`"},"expires":`+expires+`}}`)
	}
	*f.changes = nil
	expire := func(want ...string) {
		t.Helper()
		if err := f.Expire(); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range records(t, *f.changes) {
			if got = append(got, r.Change.Keys["id"].String()); r.UserIdentity == nil || r.UserIdentity.PrincipalID != "dynamodb.amazonaws.com" || r.UserIdentity.Type != "Service" {
				t.Errorf("deleted by %+v", r.UserIdentity)
			}
		}
		slices.Sort(got)
		if *f.changes = nil; !slices.Equal(got, want) {
			t.Errorf("expected %q to expire, got %q", want, got)
		}
	}
	expire("past")
	f.clock.advance(time.Second)
	expire("now")
	f.clock.advance(time.Hour)
	expire("future")
	if got := f.Tables()[0].Items; got != 3 {
		t.Errorf("expected three items to stay, got %d", got)
	}
}

func formatUnix(at time.Time) string {
	text, _ := json.Marshal(at.Unix())
	return string(text)
}

// TestRunExpires: an expired item is gone within a second.
func TestRunExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		commit, err := e.Prepare(t.Context(), config(orders()))
		if err != nil {
			t.Fatal(err)
		}
		commit()
		go e.Run(t.Context())
		until := formatUnix(time.Now().Add(time.Minute))
		if err := e.Put("orders", []byte(`{"customer":{"S":"ann"},"id":{"S":"1"},"expires":{"N":"`+until+`"}}`)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // of the bubble's clock
		synctest.Wait()
		if got := e.Tables()[0].Items; got != 1 {
			t.Errorf("the item expired before its time")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := e.Tables()[0].Items; got != 0 {
			t.Errorf("the item did not expire")
		}
	})
}
