package cloud

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"api-auth-jwt-auth0/local/scripttest"
)

// TestMain lets the scripts and benchmarks run the test binary as these commands.
func TestMain(m *testing.M) {
	testscript.Main(targetedTests{m}, map[string]func(){
		"http": scripttest.HTTP,

		"bare":      bareMain,
		"emulators": emulatorsMain,
		"relay":     relayMain,
	})
}
