package terminal

import (
	"io"
	"testing"

	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

// TestLongLinesKeepLittleMemory, however they are shown.
func TestLongLinesKeepLittleMemory(t *testing.T) {
	for name, change := range map[string]func(*Terminal){
		"file":     func(*Terminal) {},
		"JSON":     func(t *Terminal) { t.JSON = true },
		"terminal": func(t *Terminal) { t.width = func() int { return 80 } },
	} {
		t.Run(name, func(t *testing.T) {
			terminal := New(io.Discard)
			terminal.isReady.Store(true)
			change(terminal)
			terminaltest.LongLines(t, terminal.FunctionLine)
			terminal.Request(&journal.Entry{Server: "api", Invocation: "id"})
		})
	}
}
