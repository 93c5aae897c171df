package artifact

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestHandlersAreReproducible(t *testing.T) {
	t.Parallel()
	var built []map[string]string
	for range 2 { // two folders, two caches: as on two machines
		b := Builder{Target: Lambda, Root: project(t), CacheDir: t.TempDir()}
		zips, err := b.Handlers(t.Context(), []string{"private", "public"})
		if err != nil {
			t.Fatal(err)
		}
		built = append(built, zips)
	}
	for _, name := range []string{"private", "public"} {
		if !bytes.Equal(read(t, built[0][name]), read(t, built[1][name])) {
			t.Errorf("the zip of %s differs from folder to folder", name)
		}
	}
}

func TestHandlerZipIsWhatLambdaStarts(t *testing.T) {
	t.Parallel()
	b := Builder{Target: Lambda, Root: project(t), CacheDir: t.TempDir()}
	zips, err := b.Handlers(t.Context(), []string{"public"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := zip.OpenReader(zips["public"])
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if len(r.File) != 1 || r.File[0].Name != "bootstrap" {
		t.Fatalf("expected one entry, bootstrap, got %v", r.File)
	}
	const unix = 3 // https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.4.2
	entry := r.File[0]
	if entry.CreatorVersion>>8 != unix || entry.Mode() != 0o755 || !entry.Modified.Equal(zipTime) {
		t.Errorf("expected Unix, 0755 and %v, got creator %d, %v and %v", zipTime, entry.CreatorVersion>>8, entry.Mode(), entry.Modified)
	}
	code, err := entry.Open()
	if err != nil {
		t.Fatal(err)
	}
	header := make([]byte, 20)
	if _, err := io.ReadFull(code, header); err != nil {
		t.Fatal(err)
	}
	const aarch64 = 183 // EM_AARCH64, in an ELF header at byte 18
	if !bytes.HasPrefix(header, []byte("\x7fELF")) || header[18] != aarch64 {
		t.Errorf("expected an ELF file for arm64, got % x", header)
	}
}

func TestHandlersAreCachedByContent(t *testing.T) {
	t.Parallel()
	var s steps
	b := Builder{Target: Host(), Root: project(t), CacheDir: t.TempDir(), Report: s.report}
	build := func() map[string]string {
		t.Helper()
		s.names = nil
		zips, err := b.Handlers(t.Context(), []string{"private", "public"})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(s.names)
		return zips
	}
	first := build()
	if want := []string{"handler private", "handler public"}; !slices.Equal(s.names, want) {
		t.Errorf("expected the steps %q, got %q", want, s.names)
	}
	if build(); len(s.names) > 0 {
		t.Errorf("nothing changed, and %q were built again", s.names)
	}
	write(t, filepath.Join(b.Root, "lambdas", "private", "handler_test.go"), "package main\n")
	if build(); len(s.names) > 0 {
		t.Errorf("only a test changed, and %q were built again", s.names)
	}
	source := filepath.Join(b.Root, "lambdas", "private", "handler.go")
	original := string(read(t, source))
	write(t, source, original+"\nvar added = 1\n")
	if changed := build(); !slices.Equal(s.names, []string{"handler private"}) || changed["private"] == first["private"] {
		t.Errorf("expected only the changed handler to be built, got %q", s.names)
	}
	write(t, source, original)
	if again := build(); len(s.names) > 0 || again["private"] != first["private"] {
		t.Errorf("expected the earlier build to be found again, got %q", s.names)
	}
}

// TestDebugBuild: a debug build has symbols and the paths of this machine.
func TestDebugBuild(t *testing.T) {
	t.Parallel()
	b := Builder{Target: Host(), Root: project(t), CacheDir: t.TempDir()}
	source := []byte(filepath.Join(b.Root, "lambdas", "public", "handler.go"))
	for _, b.Debug = range []string{"", "public"} {
		built, err := b.Handlers(t.Context(), []string{"public"})
		if err != nil {
			t.Fatal(err)
		}
		code := unzip(t, built["public"])
		if got := bytes.Contains(code, source); got != (b.Debug != "") {
			t.Errorf("Debug %q: the path of its source: %t", b.Debug, got)
		}
		// The names of DWARF's sections in ELF and in Mach-O.
		if got := bytes.Contains(code, []byte(".debug_info")) || bytes.Contains(code, []byte("__debug_info")); got != (b.Debug != "") {
			t.Errorf("Debug %q: symbols: %t", b.Debug, got)
		}
	}
}

// unzip returns the only file in a handler's zip.
func unzip(t *testing.T, path string) []byte {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	entry, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	code, err := io.ReadAll(entry)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestHandlerErrors(t *testing.T) {
	t.Parallel()
	root := project(t)
	write(t, filepath.Join(root, "lambdas", "private", "handler.go"), "package main\n\nfunc Handle() { undefined() }\n")
	write(t, filepath.Join(root, "lambdas", "public", "handler.go"), "package main\n\nfunc Handle( {\n")
	b := Builder{Target: Host(), Root: root, CacheDir: t.TempDir()}
	_, err := b.Handlers(t.Context(), []string{"absent", "private", "public"})
	if err == nil {
		t.Fatal("expected an error")
	}
	for _, want := range []string{
		`handler "absent" has no lambdas/absent/main.go`,
		`handler "private" does not build`, "lambdas/private/handler.go:3:17: undefined: undefined",
		`handler "public" does not build`, "lambdas/public/handler.go:3:14: syntax error",
	} {
		if !strings.Contains(filepath.ToSlash(err.Error()), want) {
			t.Errorf("expected the error to contain %q, got:\n%v", want, err)
		}
	}
	wrapped := fmt.Errorf("deploying: %w", errors.Join(err))
	var names []string
	found, all := HandlerErrors(wrapped)
	for _, e := range found {
		names = append(names, e.Handler)
	}
	if !slices.Equal(names, []string{"absent", "private", "public"}) || !all {
		t.Errorf("expected the three handlers and nothing else, got %q and %t", names, all)
	}
	if _, all := HandlerErrors(errors.Join(wrapped, errors.New("another"))); all {
		t.Error("expected the other error to be reported")
	}
	if found, all := HandlerErrors(nil); len(found) > 0 || all {
		t.Errorf("expected no errors in nil, got %v and %t", found, all)
	}
}

// TestLocalHandlerSharesTheStandardLibrary with the local cloud: it is compiled with the
// flags of `go run`, and its zip is not compressed.
func TestLocalHandlerSharesTheStandardLibrary(t *testing.T) {
	t.Parallel()
	root := project(t)
	for local, want := range map[bool]struct {
		method   uint16
		trimpath string
	}{false: {zip.Deflate, "true"}, true: {zip.Store, ""}} {
		b := Builder{Target: Host(), Root: root, CacheDir: t.TempDir(), Local: local}
		zips, err := b.Handlers(t.Context(), []string{"public"})
		if err != nil {
			t.Fatal(err)
		}
		r, err := zip.OpenReader(zips["public"])
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if got := r.File[0].Method; got != want.method {
			t.Errorf("local %t: expected the method %d, got %d", local, want.method, got)
		}
		entry, err := r.File[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		code, err := io.ReadAll(entry)
		if err != nil {
			t.Fatal(err)
		}
		info, err := buildinfo.Read(bytes.NewReader(code))
		if err != nil {
			t.Fatal(err)
		}
		settings := map[string]string{}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		if settings["-trimpath"] != want.trimpath || settings["-tags"] != "lambda.norpc" || !local && settings["CGO_ENABLED"] != "0" {
			t.Errorf("local %t: got the settings %v", local, settings)
		}
	}
}

// TestHandlerMayNotUseC: neither a local handler nor one for Lambda may use cgo.
func TestHandlerMayNotUseC(t *testing.T) {
	t.Parallel()
	b := Builder{Target: Host(), Root: project(t), CacheDir: t.TempDir(), Local: true}
	if err := os.WriteFile(filepath.Join(b.Root, "lambdas", "public", "c.go"), []byte("package main\n\nimport \"C\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := b.Handlers(t.Context(), []string{"public"})
	if err == nil || !strings.Contains(err.Error(), `lambdas/public imports "C"`) {
		t.Errorf("expected the import to be refused, got %v", err)
	}
}

func TestSharedFailureIsReportedOnce(t *testing.T) {
	t.Parallel()
	errs := []error{&HandlerError{"a", errors.New("does not build: x.go:1: no")}, nil, errors.New("other"), &HandlerError{"b", errors.New("does not build: x.go:1: no")}}
	replaceRepeated(errs)
	want := "handler \"a\" does not build: x.go:1: no\nother\nhandler \"b\" does not build either: see handler \"a\""
	if got := errors.Join(errs...).Error(); got != want {
		t.Errorf("expected\n%s\ngot\n%s", want, got)
	}
}
