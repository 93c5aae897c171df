package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/redact"
)

// A line of a function's log waits for its request's line, to stand under it:
// for a second, or until there are many or they are long: a line may have
// 256 KB. After that lines are shown as they come, so that a long request does
// not go by in silence.
const (
	holdFor   = time.Second
	holdLines = 200
	holdBytes = 1 << 20
)

// rememberFor is how long a failed request is remembered: its process may say
// once more, when it ends, what the request's line has said.
const rememberFor = 10 * time.Second

// heldLines are those that wait, by the invocation's id.
type heldLines map[string]*held

type held struct {
	lines  []logEvent
	bytes  int       // of their text
	failed *handling // the request, once it has been shown and did fail
	timer  *time.Timer
}

// functionLine takes a line of a function's log. Of the platform's own lines
// only failures are shown.
func (t *terminal) functionLine(line lambda.Line) {
	if line.Kind != lambda.Output && line.Kind != lambda.Fault {
		return
	}
	e := logEvent{Function: line.Function, RequestID: line.RequestID, Text: line.Text, Failed: line.Kind == lambda.Fault}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asJSON || line.RequestID == "" {
		t.write(e)
		return
	}
	h := t.held[line.RequestID]
	switch {
	case h == nil:
		h = t.hold(line.RequestID, holdFor)
	case h.failed != nil:
		if !h.failed.tells(e) {
			t.write(e)
		}
		return
	}
	h.lines, h.bytes = append(h.lines, e), h.bytes+len(e.Text)
	if len(h.lines) >= holdLines || h.bytes >= holdBytes {
		t.let(line.RequestID)
	}
}

// hold keeps the lines of an invocation, or that it failed, for a while. The
// lock is held.
func (t *terminal) hold(requestID string, d time.Duration) *held {
	h := &held{timer: time.AfterFunc(d, func() { t.release(requestID) })}
	t.held[requestID] = h
	return h
}

// release shows the lines of an invocation whose request takes long.
func (t *terminal) release(requestID string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.let(requestID)
}

// let shows lines by themselves. The lock is held.
func (t *terminal) let(requestID string) {
	for _, e := range t.take(requestID) {
		t.write(e)
	}
}

func (t *terminal) take(requestID string) []logEvent {
	h := t.held[requestID]
	if h == nil {
		return nil
	}
	h.timer.Stop()
	delete(t.held, requestID)
	return h.lines
}

// request shows a request's line with all that belongs to it below.
func (t *terminal) request(e requestEvent, c *handling) {
	c.describe(&e)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asJSON {
		t.write(e)
		return
	}
	page := t.page()
	text := e.masked().text(page)
	for _, line := range t.take(c.requestID) {
		if !c.tells(line) {
			text += line.masked().(logEvent).labelled(page, "")
		}
	}
	if c.failure != nil && c.requestID != "" {
		t.hold(c.requestID, rememberFor).failed = c
	}
	for _, warning := range c.warnings {
		if c.failure == nil {
			text += page.under("", yellow, redact.Text(warning.Message))
		}
	}
	t.print(text)
}

// readableLog turns a line of JSON, as structured loggers write it, into
// "LEVEL message  name=value", without what the request's line says already.
// Any other line it leaves alone.
func readableLog(text string) (string, style) {
	var fields map[string]any
	if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &fields) != nil {
		return text, plain
	}
	message, ok := fields["message"].(string)
	if !ok {
		if message, ok = fields["msg"].(string); !ok {
			return text, plain
		}
	}
	level, _ := fields["level"].(string) // absent is as good as none
	for _, shown := range []string{"message", "msg", "level", "time", "timestamp", "requestId"} {
		delete(fields, shown)
	}
	line := strings.TrimLeft(level+" "+message, " ")
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		line += fmt.Sprintf("  %s=%v", name, fields[name])
	}
	return line, levelStyle(level)
}

func levelStyle(level string) style {
	switch strings.ToUpper(level) {
	case "WARN", "WARNING":
		return yellow
	case "ERROR", "FATAL":
		return red
	}
	return plain
}
