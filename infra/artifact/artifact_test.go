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
	"sync"
	"testing"
)

// project copies what a build needs of the real project into a folder of the
// test's own, web/node_modules excepted.
func project(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(root, name), string(data))
	}
	copyTree(t, filepath.Join("..", "..", "lambdas"), filepath.Join(root, "lambdas"))
	copyTree(t, filepath.Join("..", "..", "web"), filepath.Join(root, "web"))
	return root
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "dist"):
			return filepath.SkipDir
		case entry.IsDir():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, path)
		write(t, filepath.Join(to, below), string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// steps collects the names of finished steps.
type steps struct {
	mu    sync.Mutex
	names []string
}

func (s *steps) report(step Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if step.Done {
		s.names = append(s.names, step.Name)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

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
		t.Errorf("expected the changed handler alone to be built, got %q", s.names)
	}
	write(t, source, original)
	if again := build(); len(s.names) > 0 || again["private"] != first["private"] {
		t.Errorf("expected the earlier build to be found again, got %q", s.names)
	}
}

func TestHandlerKeyFollowsLocalImports(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module example\n")
	write(t, filepath.Join(root, "go.sum"), "")
	write(t, filepath.Join(root, "lambdas/a/main.go"), "package main\nimport _ \"example/shared\"\n")
	write(t, filepath.Join(root, "shared/shared.go"), "package shared\nimport _ \"embed\"\n")
	key := func() string {
		t.Helper()
		k, err := Builder{Root: root, Target: Lambda}.handlerKey("lambdas/a", "go1.26")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	seen := []string{key()}
	for _, change := range [][2]string{
		{"shared/shared.go", "package shared\n"},
		{"shared/data/embedded.txt", "text"},
		{"go.sum", "example.com/x v1.0.0 h1:x\n"},
		{"lambdas/a/other.go", "package main\n"},
	} {
		write(t, filepath.Join(root, change[0]), change[1])
		if k := key(); slices.Contains(seen, k) {
			t.Errorf("the key did not change with %s", change[0])
		} else {
			seen = append(seen, k)
		}
	}
	write(t, filepath.Join(root, "unrelated/x.go"), "package unrelated\n")
	if k := key(); k != seen[len(seen)-1] {
		t.Error("the key changed with a package that the handler does not import")
	}
}

// TestHandlerKeyFollowsLinkedFolders: the go command follows a package's folder that is
// a link.
func TestHandlerKeyFollowsLinkedFolders(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	root := filepath.Join(base, "project")
	write(t, filepath.Join(root, "go.mod"), "module example\n")
	write(t, filepath.Join(root, "go.sum"), "")
	write(t, filepath.Join(root, "lambdas/b/main.go"), "package main\n")
	write(t, filepath.Join(base, "elsewhere/main.go"), "package main\n")
	if err := os.Symlink(filepath.Join(base, "elsewhere"), filepath.Join(root, "lambdas", "a")); err != nil {
		t.Skip(err)
	}
	key := func() string {
		t.Helper()
		k, err := Builder{Root: root, Target: Lambda}.handlerKey("lambdas/a", "go1.26")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	before := key()
	write(t, filepath.Join(base, "elsewhere/main.go"), "package main\n\nvar changed bool\n")
	if key() == before {
		t.Error("the key did not change with a file in the linked folder")
	}
}

// TestHandlerKeyFollowsReplacedModules: go.sum says nothing of a module that go.mod
// replaces by a folder.
func TestHandlerKeyFollowsReplacedModules(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	root, elsewhere := filepath.Join(base, "project"), filepath.Join(base, "elsewhere")
	write(t, filepath.Join(root, "go.mod"), "module example\nreplace (\n\texample.com/near => ./near\n\texample.com/far v1.0.0 => ../far\n\texample.com/abs => "+elsewhere+"\n\texample.com/other => example.com/fork v1.0.0\n)\n")
	write(t, filepath.Join(root, "go.sum"), "")
	write(t, filepath.Join(root, "lambdas/a/main.go"), "package main\nimport (\n_ \"example.com/near\"\n_ \"example.com/far/deep/er\"\n_ \"example.com/other/x\"\n)\n")
	write(t, filepath.Join(root, "near/near.go"), "package near\nimport _ \"example.com/abs/a\"\n")
	write(t, filepath.Join(base, "far/deep/er/er.go"), "package er\n")
	write(t, filepath.Join(elsewhere, "a/a.go"), "package a\n")
	packages, err := Packages(root, filepath.FromSlash("lambdas/a"))
	if want := []string{"../elsewhere/a", "../far/deep/er", "lambdas/a", "near"}; err != nil || !slices.Equal(packages, want) {
		t.Errorf("expected %q, got %q, %v", want, packages, err)
	}
	key := func() string {
		t.Helper()
		k, err := Builder{Root: root, Target: Lambda}.handlerKey("lambdas/a", "go1.26")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	before := key()
	write(t, filepath.Join(root, "near/.git/HEAD"), "ref")
	if key() != before {
		t.Error("the key changed with what is never built")
	}
	write(t, filepath.Join(base, "far/deep/er/er.go"), "package er\n\nvar changed bool\n")
	if key() == before {
		t.Error("the key did not change with a replaced module")
	}
}

// TestDebugBuild: the handler for a debugger keeps its symbols and the paths of
// this machine.
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

// TestDebugBuildIsOfOneFolder: it is kept apart by where its sources are, and no
// other handler's build is another for it.
func TestDebugBuildIsOfOneFolder(t *testing.T) {
	t.Parallel()
	here, there := project(t), project(t)
	key := func(root, debug, handler string) string {
		t.Helper()
		k, err := Builder{Target: Host(), Root: root, Debug: debug}.handlerKey(filepath.Join("lambdas", handler), "go1.26")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	if key(here, "", "public") != key(there, "", "public") || key(here, "public", "private") != key(there, "", "private") {
		t.Error("expected the builds that are not debugged to be the same everywhere")
	}
	if debugged := key(here, "public", "public"); debugged == key(here, "", "public") || debugged == key(there, "public", "public") {
		t.Error("expected the debugged build to be one of its own")
	}
}

// unzip is the one file in a handler's zip.
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
			t.Errorf("expected the error to hold %q, got:\n%v", want, err)
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
		t.Error("expected the other error to be noticed")
	}
	if found, all := HandlerErrors(nil); len(found) > 0 || all {
		t.Errorf("expected nothing of no error, got %v and %t", found, all)
	}
}

// TestLocalHandlerSharesTheStandardLibrary with the local cloud: it is compiled with
// the flags that `go run` has, and its zip is not compressed.
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

// TestHandlerMayNotUseC, here as little as on Lambda.
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

func TestMissingToolsAreNamed(t *testing.T) {
	b := Builder{Target: Host(), Root: project(t), CacheDir: t.TempDir()}
	t.Setenv("PATH", t.TempDir())
	_, err := b.Handlers(t.Context(), []string{"public"})
	checkMissing(t, err, "go", "https://go.dev/dl/")
	_, err = b.Site(t.Context())
	checkMissing(t, err, "node", "https://nodejs.org/")
}

// TestToolsAreCheckedBeforeAnythingIsBuilt: all that is missing is reported at
// once, and a site that was built before needs no Node.js.
func TestToolsAreCheckedBeforeAnythingIsBuilt(t *testing.T) {
	root := project(t)
	b := Builder{Target: Host(), Root: root, CacheDir: t.TempDir()}
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	err := b.CheckTools(t.Context())
	if err == nil || !strings.Contains(err.Error(), "go is not on PATH") || !strings.Contains(err.Error(), "node is not on PATH") {
		t.Errorf("expected both tools to be named, got %v", err)
	}
	write(t, filepath.Join(dir, "go"), "#!/bin/sh\necho go1.26.4\n")
	if err := os.Chmod(filepath.Join(dir, "go"), 0o755); err != nil {
		t.Fatal(err)
	}
	place, err := b.Place("site", keyOf(t, sitePage, filepath.Join(root, "web")), "dist")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(place, "index.html"), "")
	if err := b.CheckTools(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestSharedFailureIsReportedOnce(t *testing.T) {
	t.Parallel()
	errs := []error{&HandlerError{"a", errors.New("does not build: x.go:1: no")}, nil, errors.New("other"), &HandlerError{"b", errors.New("does not build: x.go:1: no")}}
	sayOnce(errs)
	want := "handler \"a\" does not build: x.go:1: no\nother\nhandler \"b\" does not build either: see handler \"a\""
	if got := errors.Join(errs...).Error(); got != want {
		t.Errorf("expected\n%s\ngot\n%s", want, got)
	}
}

func TestOldNodeIsNamed(t *testing.T) {
	dir := t.TempDir()
	for _, tool := range []string{"node", "npm"} {
		if err := os.WriteFile(filepath.Join(dir, tool), []byte("#!/bin/sh\necho v18.20.4\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	b := Builder{Root: project(t), CacheDir: t.TempDir()}
	_, err := b.Site(t.Context())
	checkMissing(t, err, "node", "v18.20.4")
}

func TestSupportedNode(t *testing.T) {
	t.Parallel()
	for version, want := range map[[2]int]bool{
		{18, 20}: false, {20, 18}: false, {20, 19}: true, {21, 7}: false, {22, 11}: false, {22, 12}: true, {23, 11}: false, {24, 0}: true, {26, 1}: true,
	} {
		if got := supported(version[0], version[1]); got != want {
			t.Errorf("%v: expected %t, got %t", version, want, got)
		}
	}
}

// TestEnvironmentDoesNotChangeBuilds pins that what a machine has set for other
// purposes changes no byte and breaks no build.
func TestEnvironmentDoesNotChangeBuilds(t *testing.T) {
	build := func() (handler []byte, site map[string]string) {
		b := Builder{Target: Lambda, Root: project(t), CacheDir: t.TempDir()}
		zips, err := b.Handlers(t.Context(), []string{"public"})
		if err != nil {
			t.Fatal(err)
		}
		dir, err := b.Site(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return read(t, zips["public"]), contents(t, dir)
	}
	goenv := filepath.Join(t.TempDir(), "env")
	write(t, goenv, "GOFLAGS=-trimpath=false -ldflags=-X=main.v=1\n")
	t.Setenv("GOENV", goenv)
	t.Setenv("NODE_ENV", "development")
	handler, site := build()
	t.Setenv("GOENV", "off")
	t.Setenv("NODE_ENV", "production")
	otherHandler, otherSite := build()
	if !bytes.Equal(handler, otherHandler) {
		t.Error("the handler's zip depends on go env -w")
	}
	for name := range site {
		if site[name] != otherSite[name] {
			t.Errorf("%s depends on NODE_ENV", name)
		}
	}
}

// TestToolchainIsThatOfTheBuild: what changes a build changes its key, and what builds
// do not see does not.
func TestToolchainIsThatOfTheBuild(t *testing.T) {
	b := Builder{Root: t.TempDir()}
	write(t, filepath.Join(b.Root, "go.mod"), "module example\n\ngo 1.26\n")
	toolchain := func() string {
		t.Helper()
		toolchain, err := b.goToolchain(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return toolchain
	}
	t.Setenv("GOFIPS140", "off")
	before := toolchain()
	work := filepath.Join(t.TempDir(), "go.work")
	write(t, work, "not a work file\n")
	t.Setenv("GOWORK", work)
	if got := toolchain(); got != before {
		t.Errorf("with a go.work: expected %q, got %q", before, got)
	}
	t.Setenv("GOFIPS140", "latest")
	if toolchain() == before {
		t.Error("the toolchain does not change with GOFIPS140")
	}
}

func checkMissing(t *testing.T, err error, tool, words string) {
	t.Helper()
	var missing *MissingToolError
	if !errors.As(err, &missing) || missing.Tool != tool || !strings.Contains(err.Error(), words) {
		t.Errorf("expected %s to be named with %q, got %v", tool, words, err)
	}
}

func TestSiteIsReproducible(t *testing.T) {
	t.Parallel()
	var built []map[string]string
	for range 2 {
		var s steps
		b := Builder{Root: project(t), CacheDir: t.TempDir(), Report: s.report}
		dir, err := b.Site(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{"npm packages", "web app"}; !slices.Equal(s.names, want) {
			t.Errorf("expected the steps %q, got %q", want, s.names)
		}
		built = append(built, contents(t, dir))
		s.names = nil
		if _, err := b.Site(t.Context()); err != nil || len(s.names) > 0 {
			t.Errorf("nothing changed, and %q were built again (%v)", s.names, err)
		}
	}
	if len(built[0]) != len(built[1]) {
		t.Errorf("expected the same files, got %d and %d", len(built[0]), len(built[1]))
	}
	for name, content := range built[0] {
		if built[1][name] != content {
			t.Errorf("%s differs from folder to folder", name)
		}
	}
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files[strings.TrimPrefix(path, dir)] = string(read(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSiteThatDoesNotBuild(t *testing.T) {
	t.Parallel()
	root := project(t)
	write(t, filepath.Join(root, "web", "site", "src", "main.tsx"), "import './absent';\n")
	b := Builder{Root: root, CacheDir: t.TempDir()}
	_, err := b.Site(t.Context())
	if err == nil || !strings.Contains(err.Error(), "web app does not build") || !strings.Contains(err.Error(), "absent") {
		t.Errorf("expected the build's own words, got %v", err)
	}
}
