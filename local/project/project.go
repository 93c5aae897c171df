// Package project finds the project's folder. It imports little, for the launcher of
// the local cloud.
package project

import (
	"fmt"
	"os"
	"path/filepath"
)

// Root returns the folder of Pulumi.yaml: the working folder or one above it.
func Root() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "Pulumi.yaml")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("there is no Pulumi.yaml in %s or above it: run this in the project's folder", start)
		}
	}
}
