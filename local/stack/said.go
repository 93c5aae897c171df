package stack

import (
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A Line is one that the program has logged or printed.
type Line struct {
	Level string // "info", "warning" or "error"; empty for what was printed
	Text  string
}

// programLog is the program's ctx.Log. What comes after the run, from goroutines
// that the program has left behind, is dropped.
type programLog struct {
	mu   sync.Mutex
	hear func(Line) // nil: nobody does
}

// Debug implements pulumi.Log. The engine's terminal does not show it either.
func (l *programLog) Debug(string, *pulumi.LogArgs) error { return nil }

// Info implements pulumi.Log.
func (l *programLog) Info(text string, _ *pulumi.LogArgs) error { return l.say("info", text) }

// Warn implements pulumi.Log.
func (l *programLog) Warn(text string, _ *pulumi.LogArgs) error { return l.say("warning", text) }

// Error implements pulumi.Log.
func (l *programLog) Error(text string, _ *pulumi.LogArgs) error { return l.say("error", text) }

func (l *programLog) say(level, text string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hear != nil {
		l.hear(Line{level, text})
	}
	return nil
}

func (l *programLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hear = nil
}

// printed tells hear of each line of a text.
func printed(text string, hear func(Line)) {
	if hear == nil || text == "" {
		return
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		hear(Line{Text: line})
	}
}
