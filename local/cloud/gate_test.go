package cloud

import (
	"context"
	"testing"

	"api-auth-jwt-auth0/local/watch"
)

// TestInterruptedReloadReleasesNothing: another change ends the work on a handler,
// whose requests must not get the code before in the meantime.
func TestInterruptedReloadReleasesNothing(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	cloud.handlerGate.close("public")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	change := watch.Change{Files: []string{publicHandler}}
	if cloud.Reload(ended, change) {
		t.Error("expected an interrupted reload to have served nothing")
	}
	if err := cloud.handlerGate.wait(ended, "public"); err == nil {
		t.Error("expected the handler to stay blocked")
	}
	if !cloud.Reload(t.Context(), change) {
		t.Error("expected the next reload to serve it")
	}
	if err := cloud.handlerGate.wait(t.Context(), "public"); err != nil {
		t.Errorf("expected the handler to be released, got %v", err)
	}
}

func TestGateBlocksWhatWasSaved(t *testing.T) {
	t.Parallel()
	var g gate
	g.close("private")
	mark := g.mark()
	if err := g.wait(t.Context(), "public"); err != nil {
		t.Errorf("expected the other handler to go on, got %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.wait(ended, "private"); err == nil {
		t.Error("expected the handler to be blocked")
	}
	g.close("private") // saved again, while the first is being built
	g.open(mark)
	if err := g.wait(ended, "private"); err == nil {
		t.Error("expected the handler to be blocked for the second save")
	}
	g.close("")
	if err := g.wait(ended, "public"); err == nil {
		t.Error("expected all to be blocked")
	}
	g.open(g.mark())
	if err := g.wait(t.Context(), "private"); err != nil {
		t.Errorf("expected the handler to be released, got %v", err)
	}
}
