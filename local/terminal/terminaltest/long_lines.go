package terminaltest

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/lambda"
)

// LongLines makes a function log 20 MiB without a newline, or 5 MiB with -short, which arrive
// in Lambda's pieces, and fails if take keeps or allocates much. It measures the whole
// program's memory, so its test must not run in parallel.
func LongLines(t *testing.T, take func(lambda.Line)) {
	t.Helper()
	const longest = 256 << 10
	written := 20 << 20
	if testing.Short() {
		written = 5 << 20
	}
	keptLimit, madeLimit := int64(written)*4/5, 40*uint64(written) // masking reads a line in several ways
	before := memory()
	for rest := written; rest > 0; rest -= longest {
		take(lambda.Line{Time: time.Now(), Function: "f", RequestID: "id", Text: strings.Repeat("x", min(rest, longest))})
	}
	after := memory()
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > keptLimit {
		t.Errorf("expected at most %d MB to be kept, got %d", keptLimit>>20, kept>>20)
	}
	if made := after.TotalAlloc - before.TotalAlloc; made > madeLimit {
		t.Errorf("expected at most %d MB to be allocated in all, got %d", madeLimit>>20, made>>20)
	}
}

// memory returns the memory in use, without garbage.
func memory() (m runtime.MemStats) {
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m
}
