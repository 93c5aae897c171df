package journal

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"time"
)

// hop is a request at one server. It records that server's answer.
type hop struct {
	http.ResponseWriter
	record  *Record
	server  string // empty for an invocation that no request caused
	request *http.Request
	start   time.Time
	size    int64 // of the answer's body; only the server's goroutine uses it

	sentFrom string // the local address of the connection on which it was passed on; under Journal.mu

	// Under Record.mu.
	status   int       // 0 before the answer has one
	end      time.Time // zero before
	aborted  bool
	warnings []Warning
	leftOut  bool
}

// Handler records the requests to a server: "site", "api" or "tenant".
func (j *Journal) Handler(server string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := j.arrive(server, w, r)
		aborted := true
		defer func() { h.finish(aborted) }() // also if next panics
		next.ServeHTTP(h, r.WithContext(context.WithValue(r.Context(), hopKey{}, h)))
		aborted = false
	})
}

// PassOn joins the requests that next forwards to another server with their records there.
func (j *Journal) PassOn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h, ok := r.Context().Value(hopKey{}).(*hop); ok {
			r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
				GotConn: func(c httptrace.GotConnInfo) { j.send(h, c.Conn.LocalAddr().String()) },
			}))
		}
		next.ServeHTTP(w, r)
	})
}

// send notes the address from which a request is forwarded. A proxy may retry from another.
func (j *Journal) send(h *hop, from string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cancelSend(h)
	h.sentFrom, j.sent[from] = from, h
}

// cancelSend removes the address from which a request was forwarded; j.mu must be held.
func (j *Journal) cancelSend(h *hop) {
	if j.sent[h.sentFrom] == h {
		delete(j.sent, h.sentFrom)
	}
}

// arrive begins a record, or continues that of the request that was forwarded from the
// client's address.
func (j *Journal) arrive(server string, w http.ResponseWriter, r *http.Request) *hop {
	h := &hop{ResponseWriter: w, server: server, request: r, start: j.options.Now()}
	j.mu.Lock()
	edge := j.sent[r.RemoteAddr]
	delete(j.sent, r.RemoteAddr)
	j.mu.Unlock()
	if edge == nil || !edge.record.join(h) {
		h.record = &Record{journal: j, answering: h, entry: Entry{Via: server, Start: h.start, Running: true}}
		h.describe(&h.record.entry)
	}
	return h
}

// join continues the record at another server. It reports false if the previous server has
// answered, or has forwarded the request before.
func (r *Record) join(h *hop) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.edge != nil || !r.entry.Running {
		return false
	}
	h.record, r.edge, r.answering = r, r.answering, h
	h.describe(&r.entry)
	return true
}

// describe sets what the server received.
func (h *hop) describe(e *Entry) {
	r := h.request
	e.Server, e.Method, e.Path, e.Query, e.Header = h.server, r.Method, r.URL.Path, r.URL.RawQuery, r.Header
}

// WriteHeader records the status before the client can receive it.
func (h *hop) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols { // others precede the answer
		h.answer(status)
	}
	h.ResponseWriter.WriteHeader(status)
}

func (h *hop) Write(body []byte) (int, error) {
	if h.size == 0 {
		h.answer(http.StatusOK)
	}
	n, err := h.ResponseWriter.Write(body)
	if h.request.Method != http.MethodHead { // its body is not sent
		h.size += int64(n)
	}
	return n, err
}

// Unwrap gives http.ResponseController access to the underlying writer.
func (h *hop) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// answer sets the status, unless the answer has one.
func (h *hop) answer(status int) {
	r := h.record
	r.mu.Lock()
	defer r.mu.Unlock()
	if h.status == 0 {
		h.status = status
	}
	if h == r.answering {
		r.entry.Status = h.status
	}
}

// finish ends the hop, and the entry if this is its answer. The site may finish before the
// API does: it has the whole answer as soon as that is written.
func (h *hop) finish(aborted bool) {
	r, j := h.record, h.record.journal
	j.mu.Lock()
	j.cancelSend(h)
	j.mu.Unlock()
	h.answer(http.StatusOK)
	r.mu.Lock()
	defer r.mu.Unlock()
	h.end, h.aborted = j.options.Now(), aborted
	switch {
	case h == r.answering:
		h.conclude(&r.entry)
		if r.answering = nil; r.edge != nil && !r.edge.end.IsZero() {
			r.addEdge()
		}
		j.retire(&r.entry)
		r.publish(j.options.OnEnd)
	case h.status != r.entry.Status: // the site answered itself
		own := Record{entry: Entry{Via: h.server, Start: h.start}}
		h.describe(&own.entry)
		h.conclude(&own.entry)
		r.edge = nil
		own.publish(j.options.OnEnd)
	case !r.entry.Running:
		if r.addEdge(); r.entry.ID != "" {
			r.publish(j.options.OnChange)
		}
	}
}

// conclude sets how the server answered.
func (h *hop) conclude(e *Entry) {
	e.Running, e.Aborted, e.LeftOut, e.Warnings = false, h.aborted, h.leftOut, h.warnings
	e.Status, e.Answer.Size = h.status, h.size
	e.End, e.Took = h.end, h.end.Sub(h.start)
}
