package terminal

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/lambda"
)

// A line of a function's log waits for its request's line, to be shown under it: for a
// second, or until there are many or they are long (a line may have 256 KB). After that lines
// are shown as they arrive, so that a long request is not silent.
const (
	flushAfter      = time.Second
	maxPendingLines = 200
	maxPendingBytes = 1 << 20
)

// rememberFor is how long a failed request is remembered: when its process ends, it may log
// again what the request's line shows.
const rememberFor = 10 * time.Second

// pendingLogs are the waiting lines, by invocation ID.
type pendingLogs map[string]*pendingLog

type pendingLog struct {
	lines   []logEvent
	bytes   int   // of their text
	failure error // of the request, once it has been shown
	timer   *time.Timer
}

// FunctionLine handles a line of a function's log. Of the platform's own lines only failures
// are shown.
func (t *Terminal) FunctionLine(line lambda.Line) {
	if line.Kind != lambda.Output && line.Kind != lambda.Fault {
		return
	}
	e := logEvent{Function: line.Function, RequestID: line.RequestID, Text: line.Text, Failed: line.Kind == lambda.Fault}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.JSON || line.RequestID == "" {
		t.write(e)
		return
	}
	p := t.pending[line.RequestID]
	switch {
	case p == nil:
		p = t.addPending(line.RequestID, flushAfter)
	case p.failure != nil:
		if !alreadyShown(p.failure, e) {
			t.write(e)
		}
		return
	}
	p.lines, p.bytes = append(p.lines, e), p.bytes+len(e.Text)
	if len(p.lines) >= maxPendingLines || p.bytes >= maxPendingBytes {
		t.flushLocked(line.RequestID)
	}
}

// addPending adds an invocation, whose lines are shown after d at the latest; t.mu must
// be held.
func (t *Terminal) addPending(requestID string, d time.Duration) *pendingLog {
	p := &pendingLog{timer: time.AfterFunc(d, func() { t.flush(requestID) })}
	t.pending[requestID] = p
	return p
}

// flush shows the lines of an invocation whose request takes long.
func (t *Terminal) flush(requestID string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.flushLocked(requestID)
}

// flushLocked is flush; t.mu must be held.
func (t *Terminal) flushLocked(requestID string) {
	for _, e := range t.take(requestID) {
		t.write(e)
	}
}

func (t *Terminal) take(requestID string) []logEvent {
	p := t.pending[requestID]
	if p == nil {
		return nil
	}
	p.timer.Stop()
	delete(t.pending, requestID)
	return p.lines
}

// readableLog converts a JSON line, as structured loggers write it, to "LEVEL message
// name=value", without what the request's line shows already. It returns any other line
// unchanged.
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
	level, _ := fields["level"].(string) // "" if there is none
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
