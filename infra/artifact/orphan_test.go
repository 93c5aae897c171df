//go:build unix

package artifact

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// orphanEnv makes the test binary the program that TestNoBuildOutlivesItsParent kills.
// Its value is the folder of a project.
const orphanEnv = "ARTIFACT_TEST_ORPHAN"

func TestMain(m *testing.M) {
	if root := os.Getenv(orphanEnv); root != "" {
		b := Builder{Root: root, CacheDir: filepath.Join(root, "cache")}
		fmt.Println("the build ended:", b.InstallPackages(context.Background()))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// TestNoBuildOutlivesItsParent kills a program while npm and its child processes run.
// They have a pipe open, which closes with the last of them.
func TestNoBuildOutlivesItsParent(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, filepath.Join(root, "web", "package-lock.json"), "{}")
	npm := filepath.Join(root, "bin", "npm")
	write(t, npm, "#!/bin/sh\nsleep 600 &\necho started >&3\nsleep 600\n")
	if err := os.Chmod(npm, 0o755); err != nil {
		t.Fatal(err)
	}
	pipe, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	program := exec.CommandContext(t.Context(), os.Args[0])
	program.Env = append(os.Environ(), orphanEnv+"="+root, "PATH="+filepath.Dir(npm)+string(os.PathListSeparator)+os.Getenv("PATH"))
	program.ExtraFiles = []*os.File{end}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	end.Close()
	output := bufio.NewReader(pipe)
	if line, err := output.ReadString('\n'); line != "started\n" {
		t.Fatalf("expected npm to run, got %q and %v", line, err)
	}
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait() // it was killed
	if _, err := io.Copy(io.Discard, output); err != nil {
		t.Error(err)
	}
}
