package program

import (
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/local/stack"
)

// programLog is the program's ctx.Log. Lines that goroutines of the program log after
// the run are dropped.
type programLog struct {
	mu   sync.Mutex
	emit func(stack.Line) // nil once the run is over
}

// Debug implements pulumi.Log. The engine's terminal does not show it either.
func (l *programLog) Debug(string, *pulumi.LogArgs) error { return nil }

// Info implements pulumi.Log.
func (l *programLog) Info(text string, _ *pulumi.LogArgs) error { return l.write("info", text) }

// Warn implements pulumi.Log.
func (l *programLog) Warn(text string, _ *pulumi.LogArgs) error { return l.write("warning", text) }

// Error implements pulumi.Log.
func (l *programLog) Error(text string, _ *pulumi.LogArgs) error { return l.write("error", text) }

func (l *programLog) write(level, text string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.emit != nil {
		l.emit(stack.Line{Level: level, Text: text})
	}
	return nil
}

func (l *programLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.emit = nil
}
