package secrets_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/secrets"
)

const planted = "planted-value-7f3a"

func noVariable(string) string { return "" }

func write(t testing.TB, root, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, secrets.File), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"plain", "paymentsKey=sk_test_1", "sk_test_1"},
		{"line end", "paymentsKey=a\n", "a"},
		{"line end of Windows", "# c\r\npaymentsKey=a\r\n", "a"},
		{"spaces", "paymentsKey= a b \n", " a b "},
		{"hash and equals sign", "paymentsKey=a#b=c # d\n", "a#b=c # d"},
		{"quote within", `paymentsKey=a"b"` + "\n", `a"b"`},
		{"backslash", `paymentsKey=a\nb` + "\n", `a\nb`},
		{"quoted", `paymentsKey="a\nb\r\t\"\\ c"` + "\n", "a\nb\r\t\"\\ c"},
		{"comments", "\n# paymentsKey=b\n\npaymentsKey=a\n#", "a"},
		{"unicode", "paymentsKey=schlüssel🎉\n", "schlüssel🎉"},
		{"another name", "other=a\n", ""},
		{"empty file", "", ""},
	} {
		root := t.TempDir()
		write(t, root, tt.text)
		v, err := secrets.Load(root, noVariable)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got, found := v.Get("paymentsKey"); got != tt.want || found != (tt.want != "") {
			t.Errorf("%s: expected %q, got %q", tt.name, tt.want, got)
		}
	}
	v, err := secrets.Load(t.TempDir(), noVariable)
	if _, found := v.Get("paymentsKey"); err != nil || found {
		t.Errorf("no file: %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"no equals sign", "a=1\n" + planted, "line 2: expected NAME=VALUE"},
		{"space in the name", planted + " key=" + planted, "line 1: expected the name of a setting"},
		{"space before =", "key = " + planted, "line 1: expected the name of a setting"},
		{"indented", " key=" + planted, "line 1: expected the name of a setting"},
		{"export", "export key=" + planted, "line 1: expected the name of a setting"},
		{"number", "1key=" + planted, "line 1: expected the name of a setting"},
		{"no name", "=" + planted, "line 1: expected the name of a setting"},
		{"no value", "key=", "line 1: key has no value"},
		{"quoted nothing", `key=""`, "line 1: key has no value"},
		{"not closed", `key="` + planted, "line 1: key: expected a closing quote"},
		{"after the quote", `key="a"` + planted, "line 1: key: expected nothing after the closing quote"},
		{"escape", `key="\x` + planted + `"`, `line 1: key: expected one of \n`},
		{"escape at the end", `key="` + planted + `\`, `line 1: key: expected one of \n`},
		{"twice", "# c\nkey=" + planted + "\nkey=" + planted, "line 3: key is set on line 2 already"},
		{"same variable", "aKey=" + planted + "\na_key=" + planted, "line 2: a_key and the setting on line 1 have the same variable SECRET_A_KEY"},
		{"no UTF-8", "key=" + planted + "\xff", "expected UTF-8 text"},
		{"NUL", "key=" + planted + "\x00", "expected UTF-8 text"},
	} {
		root := t.TempDir()
		write(t, root, tt.text)
		_, err := secrets.Load(root, noVariable)
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), filepath.Join(root, secrets.File)) || strings.Contains(err.Error(), planted) {
			t.Errorf("%s: expected the file and %q, got %v", tt.name, tt.want, err)
		}
	}
}

func TestMode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		mode os.FileMode
		open bool
	}{{0o600, false}, {0o400, false}, {0o640, true}, {0o604, true}, {0o644, true}, {0o666, true}, {0o620, true}, {0o700, true}} {
		root := t.TempDir()
		path := filepath.Join(root, secrets.File)
		write(t, root, "key="+planted)
		if err := os.Chmod(path, tt.mode); err != nil {
			t.Fatal(err)
		}
		_, err := secrets.Load(root, noVariable)
		set := secrets.Set(root, "other", "value")
		for _, err := range []error{err, set} {
			if (err != nil) != tt.open || err != nil && !strings.Contains(err.Error(), "run chmod 600 "+path) {
				t.Errorf("%o: got %v", tt.mode, err)
			}
		}
	}
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, secrets.File), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := secrets.Load(root, noVariable); err == nil || !strings.Contains(err.Error(), "expected a file") {
		t.Errorf("folder: got %v", err)
	}
	root = t.TempDir()
	write(t, root, "key="+strings.Repeat("x", 1<<20))
	if _, err := secrets.Load(root, noVariable); err == nil || !strings.Contains(err.Error(), "expected at most") {
		t.Errorf("large: got %v", err)
	}
}

func TestVariable(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{
		"paymentsKey": "SECRET_PAYMENTS_KEY", "key": "SECRET_KEY", "Key": "SECRET_KEY", "apiV2Token": "SECRET_API_V2_TOKEN",
		"smtpTLSKey": "SECRET_SMTP_TLS_KEY", "HTTPKey": "SECRET_HTTP_KEY", "keyID": "SECRET_KEY_ID", "mail.key": "SECRET_MAIL_KEY",
		"mail-key_2": "SECRET_MAIL_KEY_2", "aB": "SECRET_A_B", "ABC": "SECRET_ABC",
	} {
		if got := secrets.Variable(setting); got != want {
			t.Errorf("%s: expected %s, got %s", setting, want, got)
		}
	}
}

func TestVariableWins(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "paymentsKey=file\nother=file\n")
	v, err := secrets.Load(root, func(name string) string {
		return map[string]string{"SECRET_PAYMENTS_KEY": "variable", "SECRET_NEW": "variable", "paymentsKey": "no"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"paymentsKey": "variable", "other": "file", "new": "variable"} {
		if got, _ := v.Get(name); got != want {
			t.Errorf("%s: expected %q, got %q", name, want, got)
		}
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	path := filepath.Join(root, secrets.File)
	for _, tt := range []struct{ name, value, want string }{
		{"a", "1", "a=1\n"},
		{"b", "two words", "a=1\nb=two words\n"},
		{"a", "x\ny", "a=\"x\\ny\"\nb=two words\n"},
		{"b", `"quoted"`, "a=\"x\\ny\"\nb=\"\\\"quoted\\\"\"\n"},
	} {
		if err := secrets.Set(root, tt.name, tt.value); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil || string(text) != tt.want {
			t.Errorf("expected %q, got %q, %v", tt.want, text, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("expected mode 0600, got %v, %v", info.Mode(), err)
	}
	write(t, root, "# mine\r\na=1\r\n\n# end")
	if err := secrets.Set(root, "a", "2"); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != "# mine\na=2\n\n# end\n" {
		t.Errorf("expected the comments to stay, got %q", text)
	}
	files, err := os.ReadDir(root)
	if err != nil || len(files) != 1 {
		t.Errorf("expected no other file, got %v, %v", files, err)
	}
}

func TestSetRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, setting, value, want string }{
		{"name", "", "a=b", planted, "expected the name of a setting"},
		{"comment", "", "#a", planted, "expected the name of a setting"},
		{"line", "", "a\nb", planted, "expected the name of a setting"},
		{"empty", "", "a", "", "has no value"},
		{"bytes", "", "a", planted + "\xff", "UTF-8"},
		{"NUL", "", "a", planted + "\x00", "UTF-8"},
		{"bad file", planted, "a", "1", "line 1: expected NAME=VALUE"},
		{"same variable", "a_b=" + planted, "aB", planted, "line 2: aB and the setting on line 1"},
		{"large", "", "a", strings.Repeat("x", 1<<20), "expected at most"},
	} {
		root := t.TempDir()
		if tt.file != "" {
			write(t, root, tt.file)
		}
		err := secrets.Set(root, tt.setting, tt.value)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), planted) {
			t.Errorf("%s: expected %q, got %v", tt.name, tt.want, err)
		}
		if text, _ := os.ReadFile(filepath.Join(root, secrets.File)); string(text) != tt.file {
			t.Errorf("%s: expected no change, got %q", tt.name, text)
		}
	}
}

func TestValuesAreNotPrinted(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "key="+planted)
	v, err := secrets.Load(root, noVariable)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "values", v, "pointer", &v)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "values", v, "pointer", &v)
	if all := log.String() + fmt.Sprintf("%v %+v %#v %s %v %v", v, v, v, v, &v, []any{v}); strings.Contains(all, planted) || !strings.Contains(all, "1 secret values") {
		t.Errorf("got %s", all)
	}
}

// What can be set is loaded again, along with whatever the file had.
func FuzzSet(f *testing.F) {
	f.Add("# comment\na=1\n", "b", "x\ny\"z\\")
	f.Add("b=\"q\"\r\n", "b", `"`)
	f.Add("", "key", " \t#=\r\n\u2028")
	f.Fuzz(func(t *testing.T, file, name, value string) {
		root := t.TempDir()
		write(t, root, file)
		before, loaded := secrets.Load(root, noVariable)
		err := secrets.Set(root, name, value)
		if err != nil {
			if text, _ := os.ReadFile(filepath.Join(root, secrets.File)); string(text) != file {
				t.Errorf("%v, but the file changed to %q", err, text)
			}
			return
		}
		if loaded != nil {
			t.Fatalf("set beside %v", loaded)
		}
		after, err := secrets.Load(root, noVariable)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := after.Get(name); got != value {
			t.Errorf("expected %q, got %q", value, got)
		}
		for line := range strings.SplitSeq(file, "\n") {
			other, _, _ := strings.Cut(line, "=")
			was, had := before.Get(other)
			if is, has := after.Get(other); other != name && (was != is || had != has) {
				t.Errorf("%s changed from %q to %q", other, was, is)
			}
		}
	})
}

// No error contains part of a value, wherever the value is.
func FuzzLoad(f *testing.F) {
	const value = "pl@nted value" // no name can be this
	f.Add("key=", "\n")
	f.Add("key=\"", "\\x\"")
	f.Add("key", "=x")
	f.Fuzz(func(t *testing.T, before, after string) {
		root := t.TempDir()
		write(t, root, before+value+after)
		if _, err := secrets.Load(root, noVariable); err != nil && strings.Contains(err.Error(), value) {
			t.Errorf("got %v", err)
		}
	})
}
