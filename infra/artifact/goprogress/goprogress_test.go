package goprogress

import "testing"

func TestProgressFollowsTheGoCommand(t *testing.T) {
	t.Parallel()
	var p Progress
	for _, step := range []struct {
		take func(string) bool
		line string
		want Progress // after it
		not  bool     // counted
	}{
		{take: p.List, line: "go: downloading example.com/a v1.0.0", want: Progress{Modules, 1, 0, 0}},
		{take: p.List, line: "stale", want: Progress{Modules, 1, 0, 1}, not: true},
		{take: p.List, line: "", want: Progress{Modules, 1, 0, 1}, not: true},
		{take: p.List, line: "stale", want: Progress{Modules, 1, 0, 2}, not: true},
		{take: p.Build, line: "go: downloading example.com/b v1.0.0", want: Progress{Modules, 2, 0, 2}},
		{take: p.Build, line: "internal/cpu", want: Progress{Packages, 1, 2, 2}},
		{take: p.Build, line: "# example.com/a", want: Progress{Packages, 1, 2, 2}, not: true},
		{take: p.Build, line: "infra/api.go:12:3: undefined: x", want: Progress{Packages, 1, 2, 2}, not: true},
		{take: p.Build, line: "example.com/a", want: Progress{Packages, 2, 2, 2}},
		{take: p.Build, line: "example.com/b", want: Progress{Packages, 3, 3, 2}},
	} {
		if counted := step.take(step.line); counted == step.not || p != step.want {
			t.Fatalf("%q: counted %t, got %+v, expected %+v", step.line, counted, p, step.want)
		}
	}
	var compiled Progress
	if !compiled.Build("fmt") || compiled.Total != 0 {
		t.Errorf("expected no total where nothing was listed, got %+v", compiled)
	}
}
