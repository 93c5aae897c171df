package artifact

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

// CompileGo compiles the main package in dir for this machine to the file at output. It
// reports progress of the step of this name: modules while they are downloaded, and then
// the packages that are compiled.
//
// It is compiled as `go run` does, so that it shares compiled packages with the
// program that calls it; but for a go.work, which no build of this package uses.
func (b Builder) CompileGo(ctx context.Context, step, dir, output string) error {
	p := goProgress{step: Step{Name: step, Unit: "modules"}, report: b.Report}
	env := append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	target := "./" + filepath.ToSlash(dir)
	// What is wrong with a package is reported when it is compiled.
	_ = runLines(ctx, p.listed, b.Root, env, "go", "list", "-e", "-deps", "-f", staleFormat, target)
	p.step.Count, p.step.Unit = 0, "packages"
	return runLines(ctx, p.compiled, b.Root, env, "go", "build", "-v", "-buildvcs=false", "-o", output, target)
}

// staleFormat marks each package that is not compiled yet.
const (
	staleFormat = "{{if .Stale}}" + staleMark + "{{end}}"
	staleMark   = "stale"
)

// goProgress counts what the go command does, by what it prints.
type goProgress struct {
	step   Step
	report func(Step)
}

// downloaded counts a module that is being downloaded.
func (p *goProgress) downloaded(line string) bool {
	if !strings.HasPrefix(line, "go: downloading ") {
		return false
	}
	p.step.Count++
	p.show()
	return true
}

// listed takes a line of go list.
func (p *goProgress) listed(line string) bool {
	if line == staleMark {
		p.step.Total++
		return true
	}
	return p.downloaded(line)
}

// compiled takes a line of go build -v, which prints the import path of each
// package that it starts to compile, and "# " with that path above what the
// compiler reports.
func (p *goProgress) compiled(line string) bool {
	if p.downloaded(line) {
		return true
	}
	if line == "" || strings.ContainsAny(line, " :\t") {
		return false
	}
	p.step.Count++
	p.show()
	return true
}

func (p *goProgress) show() {
	if p.report == nil {
		return
	}
	step := p.step
	if step.Unit == "modules" { // how many there will be is not known
		step.Total = 0
	}
	if step.Total > 0 { // another build may have compiled some meanwhile, or needs more
		step.Total = max(step.Total, step.Count)
	}
	p.report(step)
}
