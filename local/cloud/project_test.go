package cloud

import (
	"sync"
	"testing"

	"api-auth-jwt-auth0/local/stack/stacktest"
)

// publicHandler is a source of the project that tests change.
const publicHandler = "lambdas/public/handler.go"

// newProject copies the project, for a test that changes it.
func newProject(t testing.TB) (root string) {
	t.Helper()
	root = t.TempDir()
	if err := stacktest.CopyInstalledProject(root); err != nil {
		t.Fatal(err)
	}
	return root
}

// sharedProject is the copy that tests use which change nothing of it.
func sharedProject(t testing.TB) (root string) {
	t.Helper()
	root, err := copyOnce()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// sharedFolder is where the shared copy is made; targetedTests sets and removes it.
var sharedFolder string

var copyOnce = sync.OnceValues(func() (root string, err error) {
	return sharedFolder, stacktest.CopyInstalledProject(sharedFolder)
})
