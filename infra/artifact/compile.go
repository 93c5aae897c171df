package artifact

import (
	"context"
	"os"
	"path/filepath"

	"api-auth-jwt-auth0/infra/artifact/goprogress"
)

// CompileGo compiles the main package in dir for this machine to the file at output. It
// reports progress of the step of this name: modules while they are downloaded, and then
// the packages that are compiled.
//
// It is compiled as `go run` does, so that it shares compiled packages with the
// program that calls it; but for a go.work, which no build of this package uses.
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
	// What is wrong with a package is reported when it is compiled.
	_ = runLines(ctx, func(line string) bool { return report(p.List(line)) },
		b.Root, env, "go", "list", "-e", "-deps", "-f", goprogress.StaleFormat, target)
	return runLines(ctx, func(line string) bool { return report(p.Build(line)) },
		b.Root, env, "go", "build", "-v", "-buildvcs=false", "-o", output, target)
}
