package artifact

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// buildFlags are the flags that Lambda recommends for Go, and those that keep paths
// and version control information out of the binary.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
var buildFlags = []string{"-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w"}

// debugFlags are the flags that Delve requires, for the packages of the project: for all, the
// standard library and the SDKs would be compiled a second time. Paths are not trimmed, so
// that an editor's breakpoints need no path mapping.
// https://github.com/go-delve/delve/blob/master/Documentation/usage/dlv_exec.md
var debugFlags = []string{"-buildvcs=false", "-tags", "lambda.norpc", "-gcflags", "./...=-N -l"}

// localFlags are the flags of a handler for the local cloud. Flags for the compiler,
// such as -trimpath, would compile the standard library a second time.
var localFlags = []string{"-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w"}

// flags returns the build flags of the main package in dir.
func (b Builder) flags(dir string) []string {
	switch {
	case b.debugs(dir):
		return debugFlags
	case b.Local:
		return localFlags
	}
	return buildFlags
}

// debugs reports whether the main package in dir is the handler to debug.
func (b Builder) debugs(dir string) bool {
	return b.Debug != "" && dir == filepath.Join("lambdas", b.Debug)
}

// HandlerFolders lists the names of the folders below lambdas/ that have a main.go,
// sorted.
func (b Builder) HandlerFolders() ([]string, error) {
	mains, err := fs.Glob(os.DirFS(b.Root), "lambdas/*/main.go")
	var names []string
	for _, main := range mains {
		names = append(names, path.Base(path.Dir(main)))
	}
	return names, err
}

// Handlers builds the handlers in the folders of these names under lambdas/ and
// returns the paths of their zips, by name. The error joins those of all handlers that
// do not compile, each with the compiler's output.
func (b Builder) Handlers(ctx context.Context, names []string) (map[string]string, error) {
	bridge, err := b.bridge(ctx)
	if err != nil {
		return nil, err
	}
	var (
		wg    sync.WaitGroup
		paths = make([]string, len(names))
		errs  = make([]error, len(names))
	)
	for i, name := range names {
		wg.Go(func() { paths[i], errs[i] = b.handler(ctx, name, bridge) })
	}
	wg.Wait()
	replaceRepeated(errs)
	zips := map[string]string{}
	for i, name := range names {
		zips[name] = paths[i]
	}
	return zips, errors.Join(errs...)
}

// replaceRepeated replaces repeated errors: of handlers with the same error, for example in
// a package that they share, only the first keeps it, and the others refer to that handler.
func replaceRepeated(errs []error) {
	first := map[string]string{}
	for _, err := range errs {
		failed, ok := err.(*HandlerError)
		if !ok {
			continue
		}
		if name, found := first[failed.Err.Error()]; found {
			failed.Err = fmt.Errorf("does not build either: see handler %q", name)
			continue
		}
		first[failed.Err.Error()] = failed.Handler
	}
}

// A HandlerError is the reason why one handler cannot be built.
type HandlerError struct {
	Handler string // the folder's name under lambdas/
	Err     error  // such as "does not build", with the compiler's output
}

func (e *HandlerError) Error() string {
	return fmt.Sprintf("handler %q %v", e.Handler, e.Err)
}

func (e *HandlerError) Unwrap() error { return e.Err }

// HandlerErrors returns all HandlerErrors in an error of Handlers, and reports whether
// the error contains nothing else.
func HandlerErrors(err error) (found []*HandlerError, all bool) {
	switch e := err.(type) {
	case *HandlerError:
		return []*HandlerError{e}, true
	case interface{ Unwrap() []error }:
		all = true
		for _, inner := range e.Unwrap() {
			more, only := HandlerErrors(inner)
			found, all = append(found, more...), all && only
		}
		return found, all && len(found) > 0
	case interface{ Unwrap() error }:
		return HandlerErrors(e.Unwrap())
	}
	return nil, false
}

func (b Builder) handler(ctx context.Context, name string, bridge program) (string, error) {
	dir := filepath.Join("lambdas", name)
	if !exists(filepath.Join(b.Root, dir, "main.go")) {
		return "", &HandlerError{name, fmt.Errorf("has no %s: write its main package there, or take its line out of infra/routes.go",
			filepath.Join(dir, "main.go"))}
	}
	toolchain, err := b.goToolchain(ctx)
	if err != nil {
		return "", err
	}
	file := name + ".zip"
	if b.Local {
		file = name + ".stored.zip"
	}
	for range 5 { // files may be saved while the sources are read
		var key, zip string
		if key, err = b.handlerKey(dir, toolchain); err != nil {
			return "", &HandlerError{name, fmt.Errorf("cannot be built: %w", err)}
		}
		if zip, err = b.Place("handlers", bridge.combined(key), file); err != nil {
			return "", err
		}
		err = b.Once(ctx, "handler "+name, zip, keptHandlers, func(temporary string) error {
			return b.makeZip(ctx, program{dir: dir, key: key}, bridge, toolchain, temporary)
		})
		if err == nil {
			return zip, nil
		}
		if !errors.Is(err, errChanged) {
			break
		}
	}
	return "", &HandlerError{name, fmt.Errorf("does not build: %w", err)}
}

// A program is a main package with its current sources.
type program struct {
	dir    string
	key    string // of the sources and of how they are built
	binary string // the path of the compiled program; empty until compiled
}

// makeZip compiles the handler and writes its zip. Lambda starts the bridge if there is
// one, otherwise the handler.
func (b Builder) makeZip(ctx context.Context, handler, bridge program, toolchain, zip string) error {
	handler.binary = zip + ".bootstrap"
	if err := b.compile(ctx, handler, toolchain, handler.binary); err != nil {
		return err
	}
	entries := map[string]string{bootstrap: handler.binary}
	if bridge.binary != "" {
		entries = map[string]string{bootstrap: bridge.binary, behindBridge: handler.binary}
	}
	packed, err := pack(entries, b.Local)
	if err != nil {
		return err
	}
	return os.WriteFile(zip, packed, 0o644)
}

// compile compiles a program to the file at output.
func (b Builder) compile(ctx context.Context, p program, toolchain, output string) error {
	args := append([]string{"build"}, b.flags(p.dir)...)
	args = append(args, "-o", output, "./"+filepath.ToSlash(p.dir))
	err := b.afterFirstBuild(ctx, toolchain, b.flags(p.dir), func() error {
		return Run(ctx, b.Root, append(os.Environ(), b.goEnvironment()...), "go", args...)
	})
	if err != nil {
		return err
	}
	if now, err := b.handlerKey(p.dir, toolchain); err != nil || now != p.key {
		return errors.Join(errChanged, err) // the binary may be built from old or new sources
	}
	return nil
}

// goEnvironment returns the variables for the target, and overrides the settings that
// would make builds differ between machines, whether from the environment or from
// go env -w. An empty value would not override the latter.
//
// For the local cloud, cgo keeps its default: disabling it would compile package net
// and all its importers a second time. No handler may use cgo.
func (b Builder) goEnvironment() []string {
	environment := []string{
		"GOOS=" + b.Target.OS, "GOARCH=" + b.Target.Arch,
		"GOFLAGS=-mod=readonly", "GOWORK=off", "GOAMD64=v1", "GOARM64=v8.0",
	}
	if !b.Local {
		environment = append(environment, "CGO_ENABLED=0")
	}
	return environment
}

// zipTime is the time of every entry: the earliest that the zip format can represent.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// The entries of a zip: what Lambda starts, and the handler if that is the bridge.
const (
	bootstrap    = "bootstrap"
	behindBridge = "handler"
)

// pack returns a zip of executable files, by the names of their entries. Pulumi's own
// archives would lose the executable file modes, but pass an existing zip through
// unchanged.
func pack(entries map[string]string, store bool) ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		code, err := os.ReadFile(entries[name])
		if err != nil {
			return nil, err
		}
		header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipTime}
		if store {
			header.Method = zip.Store
		}
		header.SetMode(0o755)
		entry, err := w.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := entry.Write(code); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
