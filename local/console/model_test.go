package console

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite web/console/test/wire.ts")

// TestModelOfThePage describes in TypeScript what the server sends and reads. The
// page's own model is compared with that description by the type checker, in
// web/console/test/model.test.ts.
func TestModelOfThePage(t *testing.T) {
	t.Parallel()
	file := filepath.Join("..", "..", "web", "console", "test", "wire.ts")
	w := wireTypes{}
	for _, value := range []any{
		requestView{}, detailView{}, lineView{}, status{}, // of the stream
		API{}, call{}, outcome{}, Stack{}, TenantState{}, tenantChange{},
		DataState{}, ItemQuery{}, itemPageView{}, messagePage{}, ObjectPage{}, objectDetail{}, shellLines{}, dataChange{}, dataDone{},
	} {
		w.name(reflect.TypeOf(value))
	}
	want := w.String()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the server sends: run go test ./local/console -update, then npm test in web; expected\n%s", file, want)
	}
}

// wireTypes are TypeScript interfaces by their names.
type wireTypes map[string]string

func (w wireTypes) String() string {
	text := "// Made from the Go types by `go test ./local/console -update`. A list that Go has not made is null.\n"
	names := []string{}
	for name := range w {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text += fmt.Sprintf("\nexport interface %s {\n%s}\n", name, w[name])
	}
	return text
}

// name describes a struct and everything that it contains, and returns its name.
func (w wireTypes) name(t reflect.Type) string {
	name := strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
	if _, found := w[name]; found {
		return name
	}
	w[name] = "" // it may contain itself
	text := ""
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, tagged := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case key == "-" || !f.IsExported():
			continue
		case key == "":
			key = strings.ToLower(f.Name) // encoding/json reads it whatever its case
		}
		held, optional := f.Type, ""
		if tagged && options == "omitempty" {
			optional = "?"
			if held.Kind() == reflect.Pointer {
				held = held.Elem()
			}
		}
		text += fmt.Sprintf("  %s%s: %s;\n", key, optional, w.of(held))
	}
	w[name] = text
	return name
}

func (w wireTypes) of(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Float64:
		return "number"
	case reflect.Interface:
		return "unknown"
	case reflect.Struct:
		return w.name(t)
	case reflect.Array:
		return "[" + strings.TrimSuffix(strings.Repeat(w.of(t.Elem())+", ", t.Len()), ", ") + "]"
	case reflect.Slice:
		return w.of(t.Elem()) + "[] | null"
	case reflect.Map:
		return "Record<string, " + w.of(t.Elem()) + ">" // the server makes each
	}
	panic("no TypeScript for " + t.String())
}
