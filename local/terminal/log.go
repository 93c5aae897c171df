package terminal

import (
	"context"
	"log"
	"log/slog"
	"net/http"
	"time"
)

// LogRequests shows a line for each request that a server has answered. The
// site leaves those out that it passed on to the API, whose own lines show
// them. Before the stack is ready there are only the requests of its own parts
// to each other, which are left out too.
func (t *Terminal) LogRequests(server string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, notes := time.Now(), &requestNotes{}
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r.WithContext(context.WithValue(r.Context(), notesKey{}, notes)))
		passedOn := server == "site" && w.Header().Get("Apigw-Requestid") != ""
		if !t.isReady.Load() || passedOn || notes.leftOut && recorder.status < 400 {
			return
		}
		t.request(requestEvent{
			Server: server, Method: r.Method, Path: r.URL.Path,
			Status: recorder.status, Milliseconds: milliseconds(time.Since(start)),
		}, notes)
	})
}

// statusRecorder records the status of an answer.
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

// LogHandler returns a slog.Handler for a service's warnings. Those with a request's
// context are shown under that request, unless its own line shows the failure.
func (t *Terminal) LogHandler(service string) slog.Handler {
	return &serviceLog{terminal: t, service: service}
}

// ServerErrors returns a logger for the errors of net/http, such as a handler's panic.
func (t *Terminal) ServerErrors(server string) *log.Logger {
	return slog.NewLogLogger(t.LogHandler(server), slog.LevelWarn)
}

// serviceLog writes "message: error, name=value".
type serviceLog struct {
	terminal *Terminal
	service  string
	attrs    string // of With, ready to be written
}

func (l *serviceLog) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn
}

func (l *serviceLog) Handle(ctx context.Context, r slog.Record) error {
	message := r.Message + l.attrs
	r.Attrs(func(a slog.Attr) bool {
		message += attrText(a)
		return true
	})
	e := warningEvent{Service: l.service, Message: message}
	if c, ok := ctx.Value(notesKey{}).(*requestNotes); ok && !l.terminal.JSON {
		c.warnings = append(c.warnings, e)
		return nil
	}
	l.terminal.show(e)
	return nil
}

func attrText(a slog.Attr) string {
	if value := a.Value.Resolve().String(); a.Key == "error" || a.Key == "cause" {
		return ": " + value
	}
	return " " + a.String()
}

func (l *serviceLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *l
	for _, a := range attrs {
		with.attrs += attrText(a)
	}
	return &with
}

// WithGroup omits the group's name: the services use no groups.
func (l *serviceLog) WithGroup(string) slog.Handler { return l }
