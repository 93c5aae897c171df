package console

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestStreamsAreBounded: one too many is refused with the reason, and a page that
// leaves makes room.
func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var open []*http.Response
	for range maxStreams {
		response, err := http.Get(s.URL + "/api/events")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		open = append(open, response)
	}
	for range 200 {
		response, body := s.ask(t, "GET", "/api/events", "")
		if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "8 pages of the console are already open") {
			t.Fatalf("got %d %s", response.StatusCode, body)
		}
	}
	open[0].Body.Close()
	s.console.streams <- struct{}{} // waits for its place
	<-s.console.streams
	s.listen(t, "")()
}

// TestReaderThatNeverReadsIsDropped, and nothing that is recorded waits for it:
// all of it is recorded by this goroutine, before a reader's time is up.
func TestReaderThatNeverReadsIsDropped(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.console.readerTimeout = 100 * time.Millisecond
	for range maxStreams {
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET /api/events HTTP/1.1\r\nHost: %s\r\n\r\n", s.Listener.Addr())
	}
	text := strings.Repeat("x", maxBody)
	lines := 2000
	if testing.Short() {
		lines = 400 // 25 MiB
	}
	for i := range lines {
		s.recorder.Line(Line{Invocation: fmt.Sprint(i), Text: text})
	}
	for range maxStreams { // waits until all of them are gone
		s.console.streams <- struct{}{}
	}
}
