package terminal

import (
	"fmt"
	"time"
)

// Live is the state of the live session for the deployed stack.
type Live struct {
	State   string `json:"state"`             // "online", "offline" or "outdated"
	Stack   string `json:"stack"`             // the deployed one
	Name    string `json:"name"`              // of the developer
	Message string `json:"message,omitempty"` // why it is offline, or what to do
}

// Debugged is an invocation of the deployed stack that a debugger may hold up.
type Debugged struct {
	Function  string
	RequestID string
	Left, Of  time.Duration // until the function's time limit
}

// debuggedEvent is Debugged as shown.
type debuggedEvent struct {
	Function     string  `json:"function"`
	RequestID    string  `json:"requestId"`
	Milliseconds float64 `json:"milliseconds"` // that are left; 0: the request has failed
	Of           float64 `json:"of"`           // the time that the function has, in milliseconds
}

// Live shows that the deployed stack is, or is no longer, served from here.
func (t *Terminal) Live(l Live) { t.show(l) }

// Debugged shows how much of an invocation's time is left.
func (t *Terminal) Debugged(h Debugged) {
	t.show(debuggedEvent{Function: h.Function, RequestID: h.RequestID, Milliseconds: milliseconds(h.Left), Of: milliseconds(h.Of)})
}

func (Live) name() string          { return "live" }
func (debuggedEvent) name() string { return "held" }

func (l Live) text(p layout) string {
	s := map[string]style{"online": green, "offline": red}[l.State]
	if s == plain {
		s = yellow
	}
	text := p.paint(s, pad(l.State, len("reloaded"))) + " " + l.Stack + ", as " + l.Name + "\n"
	if l.Message != "" {
		text += p.under("", s, l.Message)
	}
	return text
}

func (e debuggedEvent) text(p layout) string {
	label := pad(e.Function, 8) + " | "
	if e.Milliseconds <= 0 {
		return p.under(label, red, "the time of the request is over: it was answered with the function's time-out")
	}
	return p.under(label, yellow, fmt.Sprintf("the request waits: %s of %s are left", brief(e.Milliseconds), brief(e.Of)))
}
