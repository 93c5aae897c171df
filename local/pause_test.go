package main

import (
	"context"
	"testing"

	"api-auth-jwt-auth0/local/watch"
)

// TestInterruptedReloadLetsNothingGo: another change ends the work on a handler,
// whose requests must not get the code before in the meantime.
func TestInterruptedReloadLetsNothingGo(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	cloud.pause.begin("public")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	change := watch.Change{Files: []string{publicHandler}}
	if cloud.Reload(ended, change) {
		t.Error("expected an interrupted reload to have served nothing")
	}
	if err := cloud.pause.wait(ended, "public"); err == nil {
		t.Error("expected the handler to stay held back")
	}
	if !cloud.Reload(t.Context(), change) {
		t.Error("expected the next reload to serve it")
	}
	if err := cloud.pause.wait(t.Context(), "public"); err != nil {
		t.Errorf("expected the handler to be let go, got %v", err)
	}
}

func TestPauseHoldsBackWhatWasSaved(t *testing.T) {
	t.Parallel()
	var p pause
	p.begin("private")
	mark := p.mark()
	if err := p.wait(t.Context(), "public"); err != nil {
		t.Errorf("expected the other handler to go on, got %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.wait(ended, "private"); err == nil {
		t.Error("expected the handler to be held back")
	}
	p.begin("private") // saved again, while the first is being built
	p.end(mark)
	if err := p.wait(ended, "private"); err == nil {
		t.Error("expected the handler to be held back for the second save")
	}
	p.begin("")
	if err := p.wait(ended, "public"); err == nil {
		t.Error("expected all to be held back")
	}
	p.end(p.mark())
	if err := p.wait(t.Context(), "private"); err != nil {
		t.Errorf("expected the handler to be let go, got %v", err)
	}
}
