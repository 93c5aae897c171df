package dynamodb

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// items returns all items of a table, sorted.
func (f *fixture) items(t testing.TB, table string) []string {
	t.Helper()
	var all []string
	for start := jsontext.Value(nil); ; {
		page, err := f.Scan(table, "", 2, start)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			all = append(all, string(item))
		}
		if start = page.Next; start == nil {
			slices.Sort(all)
			return all
		}
	}
}

func (f *fixture) write(t testing.TB) []string {
	t.Helper()
	for _, name := range []string{"a", "b", "c", "d"} {
		f.must(t, "PutItem", `{"TableName":"people","Item":{"name":{"S":"`+name+`"}}}`)
	}
	f.must(t, "DeleteItem", `{"TableName":"people","Key":{"name":{"S":"b"}}}`)
	f.must(t, "UpdateItem", `{"TableName":"people","Key":{"name":{"S":"c"}},"UpdateExpression":"SET n = :v",`+valueOf("1")+`}`)
	return []string{`{"n":{"N":"1"},"name":{"S":"c"}}`, `{"name":{"S":"a"}}`, `{"name":{"S":"d"}}`}
}

func TestItemsSurviveARestart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	want := start(t, Options{Dir: dir}, people(), orders()).write(t)
	info, err := os.Stat(filepath.Join(dir, dataFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file: %v, %v", info, err)
	}
	// The first engine was not closed, as after a crash.
	f := start(t, Options{Dir: dir}, people(), orders())
	if got := f.items(t, "people"); !slices.Equal(got, want) {
		t.Errorf("expected %q, got %q", want, got)
	}
	f.must(t, "PutItem", `{"TableName":"people","Item":{"name":{"S":"e"}}}`)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = f.request("PutItem", `{"TableName":"people","Item":{"name":{"S":"f"}}}`)
	wantFailureCode(t, err, "InternalServerError")
	if got := len(start(t, Options{Dir: dir}, people()).items(t, "people")); got != 4 {
		t.Errorf("expected four items, got %d", got)
	}
}

func wantFailureCode(t testing.TB, err error, code string) {
	t.Helper()
	if err == nil || asFailure(err).wire.Code != code {
		t.Errorf("expected %s, got %v", code, err)
	}
}

// TestTornLastLine: whatever a crash left of the last write, the others are there,
// and later ones are not lost.
func TestTornLastLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := start(t, Options{Dir: dir}, people())
	want := f.write(t)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, dataFile))
	if err != nil {
		t.Fatal(err)
	}
	last := `{"changes":[{"table":"people","put":{"name":{"S":"torn"}}}]}`
	for cut := 1; cut <= len(last); cut++ {
		if err := os.WriteFile(filepath.Join(dir, dataFile), append(slices.Clone(whole), last[:cut]...), 0o600); err != nil {
			t.Fatal(err)
		}
		f := start(t, Options{Dir: dir}, people())
		if got := f.items(t, "people"); !slices.Equal(got, want) {
			t.Fatalf("cut after %d bytes: expected %q, got %q", cut, want, got)
		}
		if !strings.Contains(f.log.String(), "cut off") {
			t.Errorf("cut after %d bytes: nothing was logged", cut)
		}
		f.must(t, "PutItem", `{"TableName":"people","Item":{"name":{"S":"later"}}}`)
		if got := start(t, Options{Dir: dir}, people()).items(t, "people"); len(got) != len(want)+1 {
			t.Fatalf("cut after %d bytes: the write after it is lost: %q", cut, got)
		}
	}
}

func TestBrokenDataFile(t *testing.T) {
	t.Parallel()
	const declared = `{"table":"people","hash":["name","S"]}` + "\n"
	for name, test := range map[string]struct{ text, want string }{
		"no JSON":                 {declared + "x\n", "line 2"},
		"an unknown member":       {`{"tables":1}` + "\n", "line 1"},
		"a table not declared":    {`{"changes":[{"table":"people","put":{}}]}` + "\n", `the table "people" is not declared`},
		"an item without its key": {declared + `{"changes":[{"table":"people","put":{"id":{"S":"a"}}}]}` + "\n", "an item without the key name"},
		"no value":                {declared + `{"changes":[{"table":"people","put":{"name":{}}}]}` + "\n", "Supplied AttributeValue is empty"},
		"a key without a type":    {`{"table":"people","hash":["name"]}` + "\n", "expected the name and the type of a key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, dataFile), []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := New(Options{Dir: dir})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), dataFile) {
				t.Errorf("expected an error with %q, got %v", test.want, err)
			}
		})
	}
}

// TestTransactionIsOneLine: a crash leaves all of a transaction or nothing, also
// where it is about several tables.
func TestTransactionIsOneLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := start(t, Options{Dir: dir}, people(), orders())
	before, err := os.ReadFile(filepath.Join(dir, dataFile))
	if err != nil {
		t.Fatal(err)
	}
	f.must(t, "TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"people","Item":{"name":{"S":"a"}}}},{"Put":{"TableName":"orders","Item":{"customer":{"S":"a"},"id":{"S":"1"}}}}]}`)
	after, err := os.ReadFile(filepath.Join(dir, dataFile))
	if err != nil {
		t.Fatal(err)
	}
	if added := string(after[len(before):]); strings.Count(added, "\n") != 1 || strings.Count(added, `"put"`) != 2 {
		t.Errorf("got %s", added)
	}
}

// TestFailedWriteChangesNothing: an item that cannot be in the file is not in the
// table, and its change is not delivered.
func TestFailedWriteChangesNothing(t *testing.T) {
	t.Parallel()
	f := start(t, Options{Dir: t.TempDir()}, orders())
	if err := f.Engine.log.file.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := f.request("PutItem", `{"TableName":"orders","Item":{"customer":{"S":"a"},"id":{"S":"1"}}}`)
	wantFailureCode(t, err, "InternalServerError")
	if got := f.Tables()[0].Items; got != 0 || len(*f.changes) != 0 {
		t.Errorf("got %d items and %d changes", got, len(*f.changes))
	}
	f.Engine.log.file = nil
}

// TestDataFileIsRewritten once it has grown by what is not needed.
func TestDataFileIsRewritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := start(t, Options{Dir: dir}, people())
	body := `{"TableName":"people","Item":{"name":{"S":"a"},"filler":{"S":"` + strings.Repeat("x", 390<<10) + `"}}}`
	for range 60 {
		f.must(t, "PutItem", body)
	}
	info, err := os.Stat(filepath.Join(dir, dataFile))
	if err != nil || info.Size() > minRewrite+(1<<20) {
		t.Errorf("the file has %d bytes, %v", info.Size(), err)
	}
	if got := start(t, Options{Dir: dir}, people()).items(t, "people"); len(got) != 1 {
		t.Errorf("got %d items", len(got))
	}
}
