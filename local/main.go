package main

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"time"

	"api-auth-jwt-auth0/local/project"
)

func main() {
	err := launch(os.Args[1:])
	fmt.Fprintf(os.Stderr, "\nerror: %v\n", err) // launch returns only with an error
	os.Exit(1)
}

func launch(args []string) error {
	root, err := project.Root()
	if err != nil {
		return err
	}
	binary, err := binaryOf(root)
	if err != nil {
		return err
	}
	if err := compile(root, binary, newProgress(os.Stdout, args)); err != nil {
		return err
	}
	return become(binary, args)
}

// binaryOf returns the path of the compiled command of the clone in root.
func binaryOf(root string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding a folder for builds: %w (set HOME or XDG_CACHE_HOME)", err)
	}
	clone := fnv.New64a()
	clone.Write([]byte(root))
	dir := filepath.Join(cache, "api-auth-jwt-auth0", "local", fmt.Sprintf("%016x", clone.Sum64()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	now := time.Now()
	return filepath.Join(dir, "local"), os.Chtimes(dir, now, now) // marks the folder as used: the most recently used ones are not removed
}
