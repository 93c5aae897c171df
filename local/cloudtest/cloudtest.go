// Package cloudtest runs the local cloud of a copy of the project. Only tests outside of
// package cloud import it.
package cloudtest

import (
	"os"
	"sync"
	"testing"

	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/stack/stacktest"
)

// sharedFolder holds the shared copy. [Tests] sets and removes it.
var sharedFolder string

var copyOnce = sync.OnceValues(func() (root string, err error) {
	return sharedFolder, stacktest.CopyInstalledProject(sharedFolder)
})

// Tests runs a package's tests, which share a copy of the project.
type Tests struct{ *testing.M }

// Run runs the tests and removes the copy.
func (t Tests) Run() int {
	var err error
	if sharedFolder, err = os.MkdirTemp("", "project-"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(sharedFolder)
	return t.M.Run()
}

// Start starts a local cloud on free ports and closes it after the test. Without a root it
// runs the shared copy, which the test must not change.
func Start(t testing.TB, cfg cloud.Config) *cloud.Cloud {
	t.Helper()
	if cfg.Root == "" {
		root, err := copyOnce()
		if err != nil {
			t.Fatal(err)
		}
		cfg.Root = root
	}
	c, err := cloud.Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := c.Deploy(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// Project copies the project, for a test that changes it.
func Project(t testing.TB) (root string) {
	t.Helper()
	root = t.TempDir()
	if err := stacktest.CopyInstalledProject(root); err != nil {
		t.Fatal(err)
	}
	return root
}
