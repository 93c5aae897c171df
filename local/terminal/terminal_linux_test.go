package terminal

import (
	"os"
	"strings"
	"testing"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

// openTerminal makes a pseudo-terminal of this many columns.
func openTerminal(t *testing.T, columns uint16) (screen, reader *os.File) {
	t.Helper()
	screen, reader, err := terminaltest.Open(columns)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		screen.Close()
		reader.Close()
	})
	return screen, reader
}

// TestOnATerminal: colors, a width, and a line that is redrawn are for a terminal
// only, and colors not with NO_COLOR.
func TestOnATerminal(t *testing.T) {
	screen, reader := openTerminal(t, 50)
	t.Setenv("NO_COLOR", "1")
	if New(screen).color {
		t.Error("expected no color with NO_COLOR")
	}
	t.Setenv("NO_COLOR", "")
	terminal := New(screen)
	if width := terminal.width(); width != 50 {
		t.Errorf("expected 50 columns, got %d", width)
	}
	terminal.Step(artifact.Step{Name: "web app"})
	terminal.Step(artifact.Step{Name: "web app", Done: true})
	want := "\r\x1b[K\x1b[90mbuilding \x1b[0mweb app\x1b[90m  0s\x1b[0m\r\x1b[K\x1b[32mbuilt\x1b[0m    web app \x1b[90m<0.1ms\x1b[0m\r\n"
	got := make([]byte, 0, len(want))
	for len(got) < len(want) && strings.HasPrefix(want, string(got)) {
		n, err := reader.Read(got[len(got):cap(got)])
		if err != nil {
			t.Fatal(err)
		}
		got = got[:len(got)+n]
	}
	if string(got) != want {
		t.Errorf("expected %q, got %q", want, got)
	}

	file, err := os.Create(t.TempDir() + "/output")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if terminal := New(file); terminal.color || terminal.width() != 0 || terminal.redraws {
		t.Errorf("expected plain lines in a file, got %+v", terminal)
	}
}
