package terminal

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"api-auth-jwt-auth0/local/redact"
)

// An event is one item of the terminal's output: as text, or with -json as one line, a JSON
// object with "time" (RFC 3339), "event" (its name) and the fields of its struct. README.md
// lists them (TestReadmeListsTheEvents).
type event interface {
	name() string
	text(layout) string // with a line's end; "" shows nothing
}

// buildingEvent is a build that starts, and then, every second, its progress. Cache
// hits emit no event.
type buildingEvent struct {
	Name  string `json:"name"`            // such as "handler private"
	Count int    `json:"count,omitempty"` // so far, of a build that counts
	Total int    `json:"total,omitempty"` // where it is known
	Unit  string `json:"unit,omitempty"`  // such as "packages"
}

// builtEvent is a build that has ended. If it failed, an error follows.
type builtEvent struct {
	Name         string  `json:"name"`
	Milliseconds float64 `json:"milliseconds"`
	Failed       bool    `json:"failed,omitempty"`
}

// reloadedEvent is a saved change that is served now.
type reloadedEvent struct {
	Files        []string `json:"files"`             // below the project's folder
	Changes      []string `json:"changes,omitempty"` // a resource each, such as "~ Function private"
	Milliseconds float64  `json:"milliseconds"`      // since the save
}

// Ready has the URLs of all servers.
type Ready struct {
	Site     string `json:"site"`
	API      string `json:"api"`
	Tenant   string `json:"tenant"`
	Console  string `json:"console"`
	Stack    string `json:"stack"`              // whose settings apply
	Email    string `json:"email,omitempty"`    // of the ready user of the local tenant
	Password string `json:"password,omitempty"` // of that user
	Debugger string `json:"debugger,omitempty"` // where Delve listens, such as "127.0.0.1:2345"
	// SecondEmail and SecondPassword are those of the user without roles, if the stack has
	// roles.
	SecondEmail    string `json:"secondEmail,omitempty"`
	SecondPassword string `json:"secondPassword,omitempty"`
	// Live is the URL of the deployed site for this machine; empty without live.
	Live string `json:"live,omitempty"`
	// Resources is the stack whose resources handlers use; empty for the local ones.
	Resources string `json:"resources,omitempty"`
}

// requestEvent is an answered request. A request that the site forwards to the API is the
// API's.
type requestEvent struct {
	Server       string  `json:"server"` // "site", "api" or "tenant"; "live" for one that the deployed stack received
	Method       string  `json:"method"`
	Path         string  `json:"path"`
	Status       int     `json:"status"`
	Milliseconds float64 `json:"milliseconds"`
	Function     string  `json:"function,omitempty"`  // that was invoked
	Start        string  `json:"start,omitempty"`     // its process's: "cold" or "warm"
	RequestID    string  `json:"requestId,omitempty"` // of the invocation
	Refusal      string  `json:"refusal,omitempty"`   // why the API answered it itself
	Error        string  `json:"error,omitempty"`     // why the function failed
	File         string  `json:"file,omitempty"`      // where it did, below the project's folder
	Line         int     `json:"line,omitempty"`
}

// logEvent is a line of a function's log.
type logEvent struct {
	Function  string `json:"function"`
	RequestID string `json:"requestId,omitempty"` // of the invocation that it belongs to
	Text      string `json:"text"`
	Failed    bool   `json:"failed,omitempty"` // a line of the platform, on how the function failed
}

// programEvent is a line that the program logs or prints.
type programEvent struct {
	Level string `json:"level,omitempty"` // "info", "warning" or "error"; of a log
	Text  string `json:"text"`
}

// warningEvent is a service's warning about its own operation.
type warningEvent struct {
	Service string `json:"service"`
	Message string `json:"message"`
}

// errorEvent is an error, with the positions in sources that it names.
type errorEvent struct {
	Message   string     `json:"message"`
	Positions []position `json:"positions,omitempty"`
}

func (buildingEvent) name() string { return "building" }
func (builtEvent) name() string    { return "built" }
func (Ready) name() string         { return "ready" }
func (reloadedEvent) name() string { return "reloaded" }
func (requestEvent) name() string  { return "request" }
func (logEvent) name() string      { return "log" }
func (programEvent) name() string  { return "program" }
func (warningEvent) name() string  { return "warning" }
func (errorEvent) name() string    { return "error" }

func (e buildingEvent) text(p layout) string {
	return p.paint(grey, "building") + " " + e.Name + "\n"
}

func (e builtEvent) text(p layout) string {
	if e.Failed {
		return p.paint(red, "failed") + "   " + e.Name + " " + p.paint(grey, brief(e.Milliseconds)) + "\n"
	}
	return p.paint(green, "built") + "    " + e.Name + " " + p.paint(grey, brief(e.Milliseconds)) + "\n"
}

func (e reloadedEvent) text(p layout) string {
	what := e.Files[0]
	if more := len(e.Files) - 1; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	text := p.paint(green, "reloaded") + " " + redact.Printable(what) + " " + p.paint(grey, brief(e.Milliseconds)) + "\n"
	if len(e.Changes) == 0 {
		return text + p.under("", grey, "nothing changes in the stack")
	}
	for _, change := range e.Changes {
		text += p.under("", plain, change)
	}
	return text
}

func (e Ready) text(p layout) string {
	text := fmt.Sprintf("\n  %s      %s\n  API       %s\n  Tenant    %s\n  Console   %s\n",
		p.paint(bold, "Site"), p.paint(bold, e.Site), e.API, e.Tenant, e.Console)
	if e.Debugger != "" {
		text += "  Delve     " + e.Debugger + "\n"
	}
	if e.Live != "" {
		text += "  " + p.paint(bold, "Live") + "      " + p.paint(bold, e.Live) + "\n"
	}
	lines := p.wrapped("Sign in with an account of that tenant: it is the one that stack "+e.Stack+" is deployed with.", len("  "))
	if e.Email != "" {
		lines = p.wrapped("Sign in as "+e.Email+" with the password "+e.Password+", or sign up with any e-mail address."+e.second(), len("  "))
	}
	hint := strings.Join(lines, "\n  ")
	for _, part := range []string{e.Email, e.Password, e.SecondEmail, e.SecondPassword} {
		if part != "" {
			hint = strings.Replace(hint, part, p.paint(bold, part), 1)
		}
	}
	return text + "\n  " + hint + "\n" + e.deployed(p) + "  " + p.paint(grey, "Stop with Ctrl-C.") + "\n\n"
}

// deployed describes this machine's role in the deployed stack.
func (e Ready) deployed(p layout) (text string) {
	for _, line := range []struct {
		text string
		show bool
	}{
		{"Handlers use the resources of stack " + e.Stack + ", with the rights of their roles.", e.Resources != ""},
		{"What is called from the site at Live is answered by this machine.", e.Live != ""},
	} {
		if line.show {
			text += "  " + strings.Join(p.wrapped(line.text, len("  ")), "\n  ") + "\n"
		}
	}
	return text
}

// second returns a sentence about the user without roles, if there is one.
func (e Ready) second() string {
	if e.SecondEmail == "" {
		return ""
	}
	return " It has all roles; " + e.SecondEmail + ", password " + e.SecondPassword + ", has none."
}

// The columns of a request's line.
const (
	methodWidth       = len("OPTIONS")
	narrowMethodWidth = len("POST")
	pathWidth         = 24 // of a path that is shorter
	tookWidth         = len("999.9s")
	leastPath         = 7 // to which a narrow page cuts a path
)

func (e requestEvent) text(p layout) string {
	column := methodWidth
	if p.isNarrow() {
		column = narrowMethodWidth
	}
	head := p.stamp() + pad(redact.Printable(e.Method), column) + " "
	tail := " " + p.paint(statusStyle(e.Status), fmt.Sprint(e.Status)) + " " +
		p.paint(grey, fmt.Sprintf("%*s", tookWidth, brief(e.Milliseconds))) + "  " + p.answeredBy(e)
	path, room := redact.Printable(e.Path), pathWidth
	if p.width > 0 {
		room = max(leastPath, p.width-ansi.StringWidth(head+tail)) // colors have no width
		path = cut(path, room)
	}
	return strings.TrimRight(head+pad(path, min(pathWidth, room))+tail, " ") + "\n" + e.reasons(p)
}

// answeredBy returns the function, with its start, or else the server.
func (p layout) answeredBy(e requestEvent) string {
	if e.Function == "" {
		return e.Server
	}
	text := strings.TrimRight(e.Function+" "+e.Start, " ")
	if e.Server == "live" {
		text += " live"
	}
	return text
}

// reasons returns the lines below a request, about its failure.
func (e requestEvent) reasons(p layout) string {
	var text string
	if e.Refusal != "" {
		text += p.under("", yellow, e.Refusal)
	}
	if e.Error != "" {
		where := ""
		if e.File != "" {
			where = fmt.Sprintf("%s:%d: ", e.File, e.Line)
		}
		text += p.under("", red, where+e.Error)
	}
	return text
}

func statusStyle(status int) style {
	switch {
	case status >= http.StatusInternalServerError:
		return red
	case status >= http.StatusBadRequest:
		return yellow
	}
	return green
}

// text returns the line with the function's name, which it does not need below its request.
func (e logEvent) text(p layout) string { return e.labelled(p, pad(e.Function, 8)+" | ") }

func (e logEvent) labelled(p layout, label string) string {
	line, s := readableLog(e.Text)
	if e.Failed {
		s = red
	}
	return p.under(label, s, line)
}

func (e programEvent) text(p layout) string {
	s := map[string]style{"warning": yellow, "error": red}[e.Level] // else plain
	return p.under(pad("program", 8)+" | ", s, e.Text)
}

func (e warningEvent) text(p layout) string {
	return p.under(pad(e.Service, 8)+" ! ", yellow, e.Message)
}
