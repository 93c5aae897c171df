package console

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// pingEvery is how often an idle stream gets a comment, so that it does not look
// dead.
const pingEvery = 15 * time.Second

// A page has one stream. More than maxStreams are refused, and one whose reader reads
// nothing for readerTimeout is closed: the browser reconnects and resumes. One stream
// at a time encodes entries, so that any number of streams leaves the other
// processors to requests to the API.
const (
	maxStreams    = 8
	readerTimeout = 10 * time.Second
)

// serveEvents streams what is recorded as server-sent events, first what is
// already kept. A browser that lost its connection resumes after its last event;
// one that was connected to an earlier run starts over.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func (c *Console) serveEvents(w http.ResponseWriter, r *http.Request) {
	select {
	case c.streams <- struct{}{}:
		defer func() { <-c.streams }()
	default:
		problem(w, http.StatusServiceUnavailable, fmt.Sprintf("%d pages of the console are already open: close one, then reload this one", maxStreams))
		return
	}
	woken, stop := c.recorder.watch()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	s := stream{w: w, out: http.NewResponseController(w), run: c.run, timeout: c.readerTimeout}
	number, resumed := s.resume(r.Header.Get("Last-Event-ID"))
	if !resumed {
		s.event("start", number, c.hello())
	}
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	var sent *status
	for s.err == nil {
		now := c.recorder.now()
		now.Data = c.data.HasAny()
		if sent == nil || *sent != now {
			s.event("status", number, now)
			sent = &now
		}
		var entries []entry
		entries, number = c.recorder.after(number)
		s.write(c.encode(&s, entries))
		s.flush()
		if len(entries) > 0 {
			continue // there may be more
		}
		select {
		case <-r.Context().Done():
			return
		case <-woken:
		case <-ping.C:
			s.write(": ping\n\n")
		}
	}
}

// stream writes events until the first error.
type stream struct {
	w   http.ResponseWriter
	out *http.ResponseController
	run string
	err error

	timeout time.Duration // of each write
}

// encode encodes entries, one stream at a time.
func (c *Console) encode(s *stream, entries []entry) string {
	c.encoding.Lock()
	defer c.encoding.Unlock()
	var b strings.Builder
	for _, e := range entries {
		b.WriteString(s.entry(e))
	}
	return b.String()
}

// resume reads the last event's ID, which is the run and the entry's number.
func (s *stream) resume(last string) (number uint64, resumed bool) {
	run, text, _ := strings.Cut(last, ".")
	number, err := strconv.ParseUint(text, 10, 64)
	if err != nil || run != s.run {
		return 0, false
	}
	return number, true
}

func (s *stream) entry(e entry) string {
	if e.request != nil {
		return s.text("request", e.number, viewRequest(e.request))
	}
	return s.text("line", e.number, viewLine(e.number, e.line))
}

func (s *stream) event(name string, number uint64, value any) { s.write(s.text(name, number, value)) }

func (s *stream) text(name string, number uint64, value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		s.err = err
		return ""
	}
	return fmt.Sprintf("id: %s.%d\nevent: %s\ndata: %s\n\n", s.run, number, name, text)
}

func (s *stream) write(text string) {
	if s.err == nil && text != "" {
		s.err = s.out.SetWriteDeadline(time.Now().Add(s.timeout))
	}
	if s.err == nil && text != "" {
		_, s.err = io.WriteString(s.w, text)
	}
}

func (s *stream) flush() {
	if s.err == nil {
		s.err = s.out.Flush()
	}
}
