package main

import (
	"os"
	"path/filepath"
	"testing"

	"api-auth-jwt-auth0/local/scripttest"
	"api-auth-jwt-auth0/local/stack/stacktest"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary available to scripts as `local` and `http`.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"local": main,
		"http":  scripttest.HTTP,
	})
}

// TestCommand runs the scripts under testdata/command, each a run of the
// command in a copy of the project.
func TestCommand(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "command"),
		Setup: func(env *testscript.Env) error {
			// Each script has its own HOME, and so its own builds; the toolchain
			// keeps its caches.
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOFLAGS", "GOPROXY", "GOSUMDB"} {
				value, err := scripttest.GoEnv(name)
				if err != nil {
					return err
				}
				env.Setenv(name, value)
			}
			for name, value := range noAWS(env.WorkDir) {
				env.Setenv(name, value)
			}
			if cache, err := os.UserCacheDir(); err == nil {
				env.Setenv("BUILDS", cache) // for scripts that are not about builds
			}
			return stacktest.CopyProject(filepath.Join(env.WorkDir, "project"))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"occupy":     occupy,
			"start":      start,
			"interrupt":  interrupt,
			"onlytools":  onlyTools,
			"transcript": transcript,
			"events":     eventLines,
			"standin":    standInTenant,
			"pulumi":     standInPulumi,
			"settings":   devSettings,

			"broker":       startBroker,
			"live-outputs": liveOutputs,
			"present":      isPresent,
			"sts":          startSTS,
		},
	})
}
