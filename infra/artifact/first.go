package artifact

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
)

// afterFirstBuild runs a build with these flags. Until one has succeeded on this machine,
// builds with the same flags run one at a time: the first compiles the standard library
// for its flags, which concurrent go commands would each do.
func (b Builder) afterFirstBuild(ctx context.Context, toolchain string, flags []string, build func() error) error {
	caches, err := os.UserCacheDir()
	if err != nil {
		return build()
	}
	h := sha256.New()
	fmt.Fprintln(h, toolchain, flags, b.goEnvironment(), os.Getenv("GOCACHE"))
	stamp := filepath.Join(caches, "api-auth-jwt-auth0", "compiled", sum(h)) // not below CacheDir: one per user, as Go's build cache
	if exists(stamp) {
		return build()
	}
	if err := os.MkdirAll(filepath.Dir(stamp), 0o755); err != nil {
		return err
	}
	quiet := b
	quiet.Report = nil // the build reports itself
	unlock, err := quiet.lock(ctx, "", stamp+".lock", func() bool { return exists(stamp) })
	if err != nil {
		return err
	}
	if exists(stamp) {
		unlock()
		return build()
	}
	defer unlock()
	if err := build(); err != nil {
		return err
	}
	return os.WriteFile(stamp, nil, 0o644)
}
