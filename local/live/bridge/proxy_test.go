package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// TestLongEventIsPassedOnWhileItArrives: without a developer, the handler receives the
// beginning of an event before the bridge has received its end.
func TestLongEventIsPassedOnWhileItArrives(t *testing.T) {
	t.Parallel()
	beginning, end := strings.Repeat("x", headBytes), strings.Repeat("y", 5<<20)
	passedOn := make(chan struct{})
	lambda := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(beginning)+len(end)))
		io.WriteString(w, beginning)
		w.(http.Flusher).Flush()
		<-passedOn
		io.WriteString(w, end)
	}))
	defer lambda.Close()
	p, err := serve(config{runtimeAPI: lambda.Listener.Addr().String(), endpoint: "ws://127.0.0.1:1"}) // never connects
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+pathNext, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		close(passedOn)
		t.Fatal(err)
	}
	defer response.Body.Close()
	first := make([]byte, headBytes/2) // the rest may wait in a buffer
	_, err = io.ReadFull(response.Body, first)
	close(passedOn)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(response.Body)
	if err != nil || string(first)+string(rest) != beginning+end {
		t.Errorf("expected the whole event, got %d bytes and %v", len(first)+len(rest), err)
	}
}

// TestEventIsReadInTwoParts: its beginning, and the rest if a developer may be meant.
func TestEventIsReadInTwoParts(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, headBytes - 1, headBytes, headBytes + 1, 3 * headBytes} {
		for _, length := range []int{size, -1} { // -1: chunked
			event := strings.Repeat("x", size)
			answer := &http.Response{ContentLength: int64(length), Body: io.NopCloser(strings.NewReader(event))}
			var inv invocation
			inv.read(answer, headBytes)
			if n := len(inv.event); n != min(size, headBytes) {
				t.Errorf("%d bytes, length %d: the beginning has %d", size, length, n)
			}
			inv.read(answer, maxEvent)
			if string(inv.event) != event {
				t.Errorf("%d bytes, length %d: got %d", size, length, len(inv.event))
			}
		}
	}
}
