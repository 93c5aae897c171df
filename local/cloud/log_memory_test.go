package cloud

import (
	"runtime"
	"testing"

	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

// TestLongLinesKeepLittleMemory, of what the console shows.
func TestLongLinesKeepLittleMemory(t *testing.T) {
	o := newObserver()
	terminaltest.LongLines(t, o.line)
	runtime.KeepAlive(o)
}
