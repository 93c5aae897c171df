package artifact

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// bridgeFolder is the main package of the bridge, which Lambda starts in the functions of a
// live stack. It starts the handler, and passes events to it or to a developer's machine.
const bridgeFolder = "local/live/bridge"

// keptBridges keeps bridges for the zips of handlers that contain them.
var keptBridges = Retention{Number: 4, InUse: 2 * time.Hour}

// LiveHandlers is Handlers for a live stack: each zip has the bridge as bootstrap, and the
// handler next to it, named handler.
func (b Builder) LiveHandlers(ctx context.Context, names []string) (map[string]string, error) {
	b.Live = true
	return b.Handlers(ctx, names)
}

// bridge returns the compiled bridge if the handlers need it.
func (b Builder) bridge(ctx context.Context) (program, error) {
	if !b.Live {
		return program{}, nil
	}
	p := program{dir: filepath.FromSlash(bridgeFolder)}
	if !exists(filepath.Join(b.Root, p.dir, "main.go")) {
		return program{}, errNoBridge
	}
	toolchain, err := b.goToolchain(ctx)
	if err != nil {
		return program{}, err
	}
	for range 5 { // as for handlers
		if p.key, err = b.handlerKey(p.dir, toolchain); err != nil {
			break
		}
		if p.binary, err = b.Place("bridges", p.key, bootstrap); err != nil {
			return program{}, err
		}
		err = b.Once(ctx, "bridge", p.binary, keptBridges, func(temporary string) error { return b.compile(ctx, p, toolchain, temporary) })
		if !errors.Is(err, errChanged) {
			break
		}
	}
	if err != nil {
		return program{}, fmt.Errorf("the bridge in the functions of a live stack does not build: %w", err)
	}
	return p, nil
}

var errNoBridge = errors.New("the functions of a live stack start " + bridgeFolder + ", which this project does not have: restore it, for example by git checkout, or switch live off by pulumi config set live false")

// combined returns the key of a handler's zip: the handler's key, combined with the
// bridge's if the zip has one.
func (p program) combined(handler string) string {
	if p.key == "" {
		return handler
	}
	h := sha256.New()
	fmt.Fprintln(h, "live", handler, p.key)
	return sum(h)
}
