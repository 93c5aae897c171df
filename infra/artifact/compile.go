package artifact

import (
	"context"
	"os"
	"path/filepath"

	"api-auth-jwt-auth0/infra/artifact/goprogress"
)

// CompileGo compiles the main package in dir for this machine to the file at output. It
// reports the progress of the named step: first the modules that are downloaded, then
// the packages that are compiled.
//
// It compiles and links as `go run` does, so that it shares compiled packages with the program
// that calls it, except that it ignores go.work, as all builds of this package do.
func (b Builder) CompileGo(ctx context.Context, step, dir, output string) error {
	var p goprogress.Progress
	report := func(counted bool) bool {
		if counted && b.Report != nil {
			b.Report(Step{Name: step, Count: p.Count, Total: p.Total, Unit: p.Unit})
		}
		return counted
	}
	env := append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	target := "./" + filepath.ToSlash(dir)
	// Errors in a package are reported when it is compiled.
	_ = runLines(ctx, func(line string) bool { return report(p.List(line)) },
		b.Root, env, "go", "list", "-e", "-deps", "-f", goprogress.StaleFormat, target)
	return runLines(ctx, func(line string) bool { return report(p.Build(line)) },
		b.Root, env, "go", "build", "-v", "-buildvcs=false", "-ldflags", "-s -w", "-o", output, target)
}
