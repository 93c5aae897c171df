// Package goprogress parses the go command's output to count what it downloads and
// compiles. It imports little, for the launcher of the local cloud, and prints nothing.
package goprogress

import "strings"

// StaleFormat is for `go list -deps -f`: it marks each package that is not compiled
// yet.
const (
	StaleFormat = "{{if .Stale}}" + staleMark + "{{end}}"
	staleMark   = "stale"
)

// Units of a Progress.
const (
	Modules  = "modules"
	Packages = "packages"
)

// A Progress is the progress of the go command: Count of Total units. Total is 0 if it is
// unknown. The zero value is ready to use. It is not safe for concurrent use.
type Progress struct {
	Unit         string // empty before anything is counted
	Count, Total int

	stale int // packages
}

// List takes a line of `go list` with StaleFormat, and reports whether it counts.
func (p *Progress) List(line string) bool {
	if line == staleMark {
		p.stale++ // before anything is compiled
		return false
	}
	return p.download(line)
}

// Build takes a line of `go build -v`, which prints the import path of each package
// that it starts to compile, and "# " with that path above what the compiler reports.
// It reports whether the line counts; other lines are for the user.
func (p *Progress) Build(line string) bool {
	if p.download(line) {
		return true
	}
	if line == "" || strings.ContainsAny(line, " :\t") {
		return false
	}
	p.count(Packages)
	if p.stale > 0 { // another build may have compiled some meanwhile, or needs more
		p.Total = max(p.stale, p.Count)
	}
	return true
}

// download counts a module; the total is unknown.
func (p *Progress) download(line string) bool {
	if !strings.HasPrefix(line, "go: downloading ") {
		return false
	}
	p.count(Modules)
	return true
}

func (p *Progress) count(unit string) {
	if p.Unit != unit {
		p.Unit, p.Count, p.Total = unit, 0, 0
	}
	p.Count++
}
