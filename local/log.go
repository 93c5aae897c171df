package main

import (
	"log"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/lambda"
)

// logRequests writes a line for each request that a server has answered. The
// site leaves those out that it passed on to the API, whose own lines show
// them.
func (t *terminal) logRequests(server string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r)
		if server == "site" && w.Header().Get("Apigw-Requestid") != "" {
			return
		}
		t.request(server, r, recorder.status, w.Header(), time.Since(start))
	})
}

// request writes one line. Before the stack is ready there are only the
// requests of its own parts to each other, which are left out.
func (t *terminal) request(server string, r *http.Request, status int, header http.Header, took time.Duration) {
	if !t.isReady.Load() {
		return
	}
	line := t.paint(grey, time.Now().Format(time.TimeOnly)) + " " +
		t.paint(statusStyle(status), strconv.Itoa(status)) + " " +
		pad(server, 6) + " " + pad(printable(r.Method), 4) + " " + printable(r.URL.Path) +
		t.paint(grey, "  "+took.Round(10*time.Microsecond).String())
	if why := refusal(challenge(header)); why != "" {
		line += "  " + t.paint(yellow, printable(why))
	}
	t.printf("%s\n", line)
}

func pad(s string, width int) string { return s + strings.Repeat(" ", max(0, width-len(s))) }

func statusStyle(status int) style {
	switch {
	case status >= 500:
		return red
	case status >= 400:
		return yellow
	}
	return green
}

// challenge is the WWW-Authenticate header. The gateway sets it in lower case,
// as API Gateway sends it, where Header.Get does not look.
func challenge(header http.Header) string {
	for name, values := range header {
		if strings.EqualFold(name, "WWW-Authenticate") && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

var errorDescription = regexp.MustCompile(`error_description="([^"]*)"`)

// refusal is why the authorizer refused a request, in its own words.
func refusal(challenge string) string {
	if challenge == "" {
		return ""
	}
	if found := errorDescription.FindStringSubmatch(challenge); found != nil {
		return found[1]
	}
	return "no token"
}

// statusRecorder remembers the status of an answer.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// functionLine writes a line of a function's log. Of the platform's own lines
// only failures are shown.
func (t *terminal) functionLine(line lambda.Line) {
	switch line.Kind {
	case lambda.Output:
		t.printf("%s %s\n", t.paint(grey, pad(line.Function, 8)+" |"), printable(line.Text))
	case lambda.Fault:
		t.printf("%s %s\n", t.paint(red, pad(line.Function, 8)+" |"), printable(line.Text))
	}
}

// logHandler writes what a service has to say about its own working.
func (t *terminal) logHandler(service string) slog.Handler {
	return slog.NewTextHandler(writerFunc(func(line []byte) {
		t.printf("%s %s\n", t.paint(yellow, pad(service, 8)+" !"), printable(strings.TrimRight(string(line), "\n")))
	}), &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: withoutTime})
}

// serverErrors takes the complaints of net/http, such as a handler's panic.
func (t *terminal) serverErrors(server string) *log.Logger {
	return slog.NewLogLogger(t.logHandler(server), slog.LevelWarn)
}

func withoutTime(groups []string, attr slog.Attr) slog.Attr {
	if len(groups) == 0 && attr.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return attr
}

type writerFunc func(line []byte)

func (f writerFunc) Write(line []byte) (int, error) {
	f(line)
	return len(line), nil
}

// printable escapes what could move a terminal's cursor or change its colours.
func printable(text string) string {
	if !strings.ContainsFunc(text, unprintable) {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		if unprintable(c) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(c), "'"))
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

func unprintable(c rune) bool { return c != '\t' && !strconv.IsPrint(c) }
