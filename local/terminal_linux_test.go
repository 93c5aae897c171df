package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"api-auth-jwt-auth0/infra/artifact"
)

// openTerminal makes a pseudo-terminal of this many columns (pty(7)): what is
// written to screen comes out of reader.
func openTerminal(t *testing.T, columns uint16) (screen, reader *os.File) {
	t.Helper()
	reader, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	var number, unlocked uint32
	size := [4]uint16{24, columns}
	for request, argument := range map[uintptr]unsafe.Pointer{
		syscall.TIOCGPTN:   unsafe.Pointer(&number),
		syscall.TIOCSPTLCK: unsafe.Pointer(&unlocked),
		syscall.TIOCSWINSZ: unsafe.Pointer(&size),
	} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, reader.Fd(), request, uintptr(argument)); errno != 0 {
			t.Fatal(errno)
		}
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	return screen, reader
}

// TestOnATerminal: colours, a width, and a line that is drawn anew are for a
// terminal alone, and colours for those who want them.
func TestOnATerminal(t *testing.T) {
	screen, reader := openTerminal(t, 50)
	t.Setenv("NO_COLOR", "1")
	if newTerminal(screen).colour {
		t.Error("expected no colour with NO_COLOR")
	}
	t.Setenv("NO_COLOR", "")
	terminal := newTerminal(screen)
	if width := terminal.width(); width != 50 {
		t.Errorf("expected 50 columns, got %d", width)
	}
	terminal.step(artifact.Step{Name: "web app"})
	terminal.step(artifact.Step{Name: "web app", Done: true})
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
	if terminal := newTerminal(file); terminal.colour || terminal.width() != 0 || terminal.progress != nil {
		t.Errorf("expected plain lines in a file, got %+v", terminal)
	}
}
