package cdn

import (
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"
)

// An event is what a function is called with.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
type event struct {
	Version  string         `json:"version"`
	Context  eventContext   `json:"context"`
	Viewer   eventViewer    `json:"viewer"`
	Request  eventRequest   `json:"request"`
	Response *eventResponse `json:"response,omitempty"`
}

type eventContext struct {
	DistributionDomainName string `json:"distributionDomainName"`
	DistributionID         string `json:"distributionId"`
	EventType              string `json:"eventType"`
	RequestID              string `json:"requestId"`
}

type eventViewer struct {
	IP string `json:"ip"`
}

type eventRequest struct {
	Method      string `json:"method"`
	URI         string `json:"uri"`
	Querystring fields `json:"querystring"`
	Headers     fields `json:"headers"`
	Cookies     fields `json:"cookies"`
}

type eventResponse struct {
	StatusCode        int             `json:"statusCode"`
	StatusDescription string          `json:"statusDescription,omitempty"`
	Headers           fields          `json:"headers"`
	Cookies           fields          `json:"cookies"`
	Body              json.RawMessage `json:"body,omitempty"`
}

// fields are headers, cookies or query parameters by name.
type fields map[string]field

// A field's MultiValue has all values, including the first, if a name occurs more
// than once.
type field struct {
	Value      string  `json:"value"`
	Attributes string  `json:"attributes,omitempty"`
	MultiValue []field `json:"multiValue,omitempty"`
}

// add puts one more value under a name.
func (f fields) add(name string, v field) {
	first, ok := f[name]
	if !ok {
		f[name] = v
		return
	}
	if first.MultiValue == nil {
		first.MultiValue = []field{{Value: first.Value, Attributes: first.Attributes}}
	}
	first.MultiValue = append(first.MultiValue, v)
	f[name] = first
}

// values are the values of a changed field: MultiValue if that changed, otherwise
// MultiValue with Value as the first.
func (f field) values(before field) []field {
	first := field{Value: f.Value, Attributes: f.Attributes}
	switch {
	case len(f.MultiValue) == 0:
		return []field{first}
	case !equalFields(f.MultiValue, before.MultiValue):
		return f.MultiValue
	}
	return append([]field{first}, f.MultiValue[1:]...)
}

func equalFields(a, b []field) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].equal(b[i]) {
			return false
		}
	}
	return true
}

func (f field) equal(g field) bool {
	return f.Value == g.Value && f.Attributes == g.Attributes && equalFields(f.MultiValue, g.MultiValue)
}

func (f fields) equal(g fields) bool {
	if len(f) != len(g) {
		return false
	}
	for name, v := range f {
		if w, ok := g[name]; !ok || !v.equal(w) {
			return false
		}
	}
	return true
}

// event describes the exchange to a function.
func (x *exchange) event(eventType string) event {
	return event{
		Version: "1.0",
		Context: eventContext{DistributionDomainName: x.viewer.Host, DistributionID: x.config.ID, EventType: eventType, RequestID: x.id},
		Viewer:  eventViewer{IP: viewerIP(x.viewer)},
		Request: newEventRequest(x.viewer),
	}
}

// newEventRequest describes r. The path and the query stay escaped.
func newEventRequest(r *http.Request) eventRequest {
	e := eventRequest{
		Method:      r.Method,
		URI:         r.URL.EscapedPath(),
		Querystring: fields{},
		Headers:     headerFields(r.Header, "cookie"),
		Cookies:     fields{},
	}
	e.Headers["host"] = field{Value: toUTF8(r.Host)}
	for parameter := range strings.SplitSeq(toUTF8(r.URL.RawQuery), "&") {
		if name, value, _ := strings.Cut(parameter, "="); parameter != "" {
			e.Querystring.add(name, field{Value: value})
		}
	}
	for pair := range strings.SplitSeq(toUTF8(strings.Join(r.Header["Cookie"], ";")), ";") {
		if name, value, _ := strings.Cut(strings.TrimSpace(pair), "="); name != "" {
			e.Cookies.add(name, field{Value: value})
		}
	}
	return e
}

// newEventResponse describes resp without its body, which functions never see.
func newEventResponse(resp *http.Response) eventResponse {
	e := eventResponse{
		StatusCode:        resp.StatusCode,
		StatusDescription: http.StatusText(resp.StatusCode),
		Headers:           headerFields(resp.Header, "set-cookie"),
		Cookies:           fields{},
	}
	for _, line := range resp.Header["Set-Cookie"] {
		pair, attributes, _ := strings.Cut(toUTF8(line), ";")
		name, value, _ := strings.Cut(pair, "=")
		e.Cookies.add(strings.TrimSpace(name), field{Value: strings.TrimSpace(value), Attributes: strings.TrimSpace(attributes)})
	}
	return e
}

// headerFields are the headers that functions may see, without the cookies.
func headerFields(h http.Header, cookieName string) fields {
	f := fields{}
	for name, values := range h {
		name = strings.ToLower(name)
		if name == cookieName || isDisallowed(name) {
			continue
		}
		for _, v := range values {
			f.add(name, field{Value: toUTF8(v)})
		}
	}
	return f
}

// toUTF8 reads bytes that are not UTF-8 as ISO-8859-1, as CloudFront does for
// functions. What a function does not change is forwarded as it came.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html#function-restrictions-encoding
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
