package console

import (
	"encoding/json"
	"net/http"
	"time"
	"unicode/utf8"

	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/redact"
)

// maxBody is where texts are cut for the page, except events, which are complete for
// a replay.
const maxBody = 64 << 10

// What the page reads. web/console/src/model.ts declares the same in TypeScript.

type requestView struct {
	ID         string     `json:"id"`
	Via        string     `json:"via"`
	At         int64      `json:"at"`   // milliseconds since 1970
	Took       float64    `json:"took"` // milliseconds, as all durations
	Method     string     `json:"method"`
	Path       string     `json:"path"`
	Query      string     `json:"query"`
	Route      string     `json:"route"`
	Function   string     `json:"function"`
	Invocation string     `json:"invocation"`
	Cold       bool       `json:"cold"`
	Running    bool       `json:"running"` // then took and status are 0
	Status     int        `json:"status"`
	Refusal    string     `json:"refusal"`
	Spans      []spanView `json:"spans"`
	Calls      int        `json:"calls"`   // of the function to AWS, which are in the detail
	Refused    int        `json:"refused"` // of them
}

type spanView struct {
	Name  string  `json:"name"`
	Start float64 `json:"start"` // after the request's own start
	Took  float64 `json:"took"`
}

// detailView is fetched for the one request that is open.
type detailView struct {
	RequestHeaders [][2]string `json:"requestHeaders"`
	Event          string      `json:"event"`
	EventMasked    []string    `json:"eventMasked"` // what was masked, such as "headers.authorization"
	Output         string      `json:"output"`
	AnswerHeaders  [][2]string `json:"answerHeaders"`
	AnswerBody     string      `json:"answerBody"`
	Replayable     bool        `json:"replayable"`
	Calls          []callView  `json:"calls"`
	MoreCalls      int         `json:"moreCalls"` // that are not kept
}

// callView is a request of the function to AWS.
type callView struct {
	Service  string  `json:"service"`
	Action   string  `json:"action"`
	Resource string  `json:"resource"`
	Start    float64 `json:"start"` // after the request's own start
	Took     float64 `json:"took"`
	Status   int     `json:"status"`
	Refusal  string  `json:"refusal"` // empty when its service answered
}

type lineView struct {
	Number     uint64 `json:"number"`
	At         int64  `json:"at"`
	Function   string `json:"function"`
	Invocation string `json:"invocation"`
	Kind       string `json:"kind"`
	Text       string `json:"text"`
	Cut        *Cut   `json:"cut,omitempty"` // for the kind "cut"; number is then that of the first line cut
}

func viewRequest(e *journal.Entry) requestView {
	view := requestView{
		ID: e.ID, Via: e.Via, At: e.Start.UnixMilli(),
		Method: line(e.Method), Path: line(e.Path), Query: line(e.Query), Route: e.Route,
		Function: e.Function, Invocation: e.Invocation, Cold: e.Cold,
		Running: e.Running, Refusal: lines(e.Refusal), Spans: []spanView{}, Calls: len(e.Calls) + e.MoreCalls,
	}
	for _, call := range e.Calls {
		if call.Refusal != "" {
			view.Refused++
		}
	}
	if e.Running {
		return view
	}
	view.Took, view.Status = millis(e.End.Sub(e.Start)), e.Status
	for _, s := range e.Spans {
		view.Spans = append(view.Spans, spanView{s.Name, millis(s.Start.Sub(e.Start)), millis(s.End.Sub(s.Start))})
	}
	return view
}

func viewDetail(e *journal.Entry) detailView {
	event, masked := redact.JSON(e.Event)
	return detailView{
		RequestHeaders: headerList(e.Header),
		Event:          redact.PrintableJSON(event), // complete: it can be saved and sent again
		EventMasked:    append([]string{}, masked...),
		Output:         shown(e.Output),
		AnswerHeaders:  headerList(e.Answer.Header),
		AnswerBody:     shown(e.Answer.Body),
		Replayable:     e.Event != nil && e.Physical != "",
		Calls:          viewCalls(e),
		MoreCalls:      e.MoreCalls,
	}
}

func viewCalls(e *journal.Entry) []callView {
	views := []callView{}
	for _, c := range e.Calls {
		views = append(views, callView{
			Service: line(c.Service), Action: line(c.Action), Resource: line(c.Resource),
			Start: millis(c.Start.Sub(e.Start)), Took: millis(c.End.Sub(c.Start)), Status: c.Status, Refusal: lines(c.Refusal),
		})
	}
	return views
}

func viewLine(number uint64, l Line) lineView {
	view := lineView{Number: number, At: l.Time.UnixMilli(), Function: l.Function, Invocation: l.Invocation, Kind: l.Kind, Text: shown([]byte(l.Text))}
	if l.Kind == "cut" {
		view.Number, view.Cut = l.Cut.First, &l.Cut
	}
	return view
}

// shown is a text as the page may show it: masked and cut, and never binary.
func shown(text []byte) string {
	if !utf8.Valid(text) {
		return "(binary, " + size(len(text)) + ")"
	}
	m, _ := redact.JSON(text)
	if json.Valid(text) {
		m = redact.PrintableJSON(m)
	} else {
		m = redact.PrintableLines(m)
	}
	if len(m) <= maxBody {
		return m
	}
	cut := maxBody
	for !utf8.RuneStart(m[cut]) {
		cut--
	}
	return m[:cut] + "\n… and " + size(len(m)-cut) + " more"
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// line and lines are texts from outside as the page may show them.
func line(text string) string  { return redact.Printable(redact.Text(text)) }
func lines(text string) string { return redact.PrintableLines(redact.Text(text)) }

func headerList(header http.Header) [][2]string {
	list := redact.Header(header)
	for i, h := range list {
		list[i] = [2]string{redact.Printable(h[0]), redact.Printable(h[1])}
	}
	return list
}
