package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run the test binary as `local` and as `http`.
func TestMain(m *testing.M) {
	testscript.Main(targetedTests{m}, map[string]func(){
		"local": main,
		"http":  httpMain,
		"bare":  bareMain,

		"emulators": emulatorsMain,
	})
}

// TestCommand runs the scripts under testdata/command, each a run of the
// command in a copy of the project.
func TestCommand(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "command"),
		Setup: func(env *testscript.Env) error {
			// Each script has a HOME of its own, and so builds of its own; the
			// toolchain keeps its caches.
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOFLAGS", "GOPROXY", "GOSUMDB"} {
				env.Setenv(name, goEnv(t, name))
			}
			if cache, err := os.UserCacheDir(); err == nil {
				env.Setenv("BUILDS", cache) // for scripts that are not about builds
			}
			return copyProject(root, filepath.Join(env.WorkDir, "project"))
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
		},
	})
}

// copyProject copies what the command reads, but not the installed packages.
func copyProject(from, to string) error {
	for _, name := range []string{"go.mod", "go.sum", "README.md", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "lambdas", "web"} {
		err := filepath.WalkDir(filepath.Join(from, name), func(path string, entry os.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "dist"):
				return filepath.SkipDir
			case entry.IsDir():
				return os.MkdirAll(filepath.Join(to, strings.TrimPrefix(path, from)), 0o755)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			target := filepath.Join(to, strings.TrimPrefix(path, from))
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				return err
			}
			return os.WriteFile(target, data, 0o644)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
