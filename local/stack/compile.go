package stack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"

	"api-auth-jwt-auth0/infra/artifact"
)

// ErrProgram is the error of a program that does not compile; its text includes the
// compiler's messages.
var ErrProgram = errors.New("the program does not compile")

// command is the main package of the process that runs the program.
const command = "local/stack/program/cmd"

// maxBinaries is how many programs are kept, of about 90 MB each, with the local clouds
// that `go run ./local` compiles, of 20 MB each.
const maxBinaries = 8

// A binary is the compiled program of one clone. Beside it stands the key of the
// sources that it was compiled from.
type binary struct {
	builder artifact.Builder
	path    string
}

func (p *Program) binary() (binary, error) {
	root, err := filepath.Abs(p.builder.Root)
	if err != nil {
		return binary{}, err
	}
	clone := sha256.Sum256([]byte(root))
	path, err := p.builder.Place("programs", hex.EncodeToString(clone[:16]), "program")
	return binary{p.builder, path}, err
}

// isCurrent reports whether the program was compiled from the sources of a key.
func (b binary) isCurrent(key string) bool {
	compiled, err := os.ReadFile(b.path + ".key")
	return err == nil && string(compiled) == key
}

// use compiles the program, unless it is compiled from the sources as they are,
// and calls start with their key. Until start returns, no other process compiles
// this clone's program: what is started is what the key names.
func (b binary) use(ctx context.Context, start func(key string) error) error {
	unlock, err := lockedfile.MutexAt(b.path + ".lock").Lock()
	if err != nil {
		return err
	}
	defer unlock()
	for range 5 { // saves may come while the sources are read
		key, err := b.builder.PackageKey(ctx, command)
		if err != nil {
			return err
		}
		if b.isCurrent(key) {
			return start(key)
		}
		if err := b.compile(ctx, key); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: its sources change while they are compiled", ErrProgram)
}

// compile compiles the program. It records the key unless the sources have another
// one by then.
func (b binary) compile(ctx context.Context, key string) error {
	if err := os.RemoveAll(b.path + ".key"); err != nil {
		return err
	}
	if err := b.builder.CompileGo(ctx, "program", command, b.path); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %w", ErrProgram, err)
	}
	now, err := b.builder.PackageKey(ctx, command)
	if err != nil || now != key {
		return err
	}
	// What cannot be removed does no harm to what was compiled.
	_ = b.builder.Prune("programs", maxBinaries)
	return os.WriteFile(b.path+".key", []byte(key), 0o644)
}
