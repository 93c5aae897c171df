package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
)

// ErrProgram is the error of a program that does not compile; its text includes the
// compiler's messages.
var ErrProgram = errors.New("the program does not compile")

// command is the main package of the process that runs the program.
const command = "local/stack/program/cmd"

// Programs are kept by the key of their sources, so that clones share them. They are
// large, and each save of a source creates one: only the few most recently used are kept
// for longer. A running process does not need its file.
var keptPrograms = artifact.Retention{Number: 4, InUse: 15 * time.Minute}

// compiled returns the compiled program, and the key of its current sources.
func (p *Program) compiled(ctx context.Context) (binary, key string, err error) {
	for range 5 { // saves may come while the sources are read
		if binary, key, err = p.binary(ctx); err != nil || exists(binary) {
			return binary, key, err
		}
		err := p.builder.Once(ctx, "program", binary, keptPrograms, func(temporary string) error { return p.compile(ctx, key, temporary) })
		if err == nil {
			return binary, key, nil
		}
		if !errors.Is(err, errChanged) {
			return "", "", fmt.Errorf("%w: %w", ErrProgram, err)
		}
	}
	return "", "", fmt.Errorf("%w: %w", ErrProgram, errChanged)
}

// errChanged means that a source was saved while the sources were compiled.
var errChanged = errors.New("its sources change while they are compiled")

// compile compiles the program of the sources with this key. If the sources have changed
// meanwhile, the file may contain old or new sources and must not get into the cache.
func (p *Program) compile(ctx context.Context, key, output string) error {
	if err := p.builder.CompileGo(ctx, "program", command, output); err != nil {
		return err
	}
	now, err := p.builder.PackageKey(ctx, command)
	if err == nil && now != key {
		err = errChanged
	}
	return err
}

// binary returns the path of the program of the current sources, which may not exist yet.
func (p *Program) binary(ctx context.Context) (path, key string, err error) {
	if key, err = p.builder.PackageKey(ctx, command); err != nil {
		return "", "", err
	}
	path, err = p.builder.Place("programs", key, "program")
	return path, key, err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
