package cloud

import (
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/sitetest"
)

// TestConsoleShowsAProblemUntilTheNextDeployment, such as a compiler's words.
func TestConsoleShowsAProblemUntilTheNextDeployment(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL())
	cloud.observer.recorder.Problem("handler.go:12:2: undefined: x")
	if problem := b.Text(sitetest.TestID("problem")); !strings.Contains(problem, "handler.go:12:2: undefined: x") {
		t.Errorf("expected the compiler's words, got %q", problem)
	}
	cloud.observer.recorder.Deployed()
	b.Until(`document.querySelector('[data-testid="problem"]') === null`)
}
