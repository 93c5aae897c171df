package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// pingEvery keeps a silent stream from looking dead.
const pingEvery = 15 * time.Second

// serveEvents streams what is recorded as server-sent events, first what is
// kept already. A browser that lost its connection goes on after the last
// event that it has; one that was connected to an earlier run begins anew.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func (c *Console) serveEvents(w http.ResponseWriter, r *http.Request) {
	woken, stop := c.recorder.watch()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	s := stream{w: w, out: http.NewResponseController(w), run: c.run}
	number, resumed := s.resume(r.Header.Get("Last-Event-ID"))
	if !resumed {
		s.event("start", number, c.hello())
	}
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	var told *status
	for s.err == nil {
		if now := c.recorder.now(); told == nil || *told != now {
			s.event("status", number, now)
			told = &now
		}
		var entries []entry
		entries, number = c.recorder.after(number)
		for _, e := range entries {
			s.entry(e)
		}
		s.flush()
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

func (s *stream) entry(e entry) {
	if e.request != nil {
		s.event("request", e.number, viewRequest(e.request))
	} else {
		s.event("line", e.number, viewLine(e.number, e.line))
	}
}

func (s *stream) event(name string, number uint64, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		s.err = err
		return
	}
	s.write(fmt.Sprintf("id: %s.%d\nevent: %s\ndata: %s\n\n", s.run, number, name, text))
}

func (s *stream) write(text string) {
	if s.err == nil {
		_, s.err = s.w.Write([]byte(text))
	}
}

func (s *stream) flush() {
	if s.err == nil {
		s.err = s.out.Flush()
	}
}
