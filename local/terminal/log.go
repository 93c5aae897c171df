package terminal

import (
	"context"
	"log"
	"log/slog"

	"api-auth-jwt-auth0/local/journal"
)

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
	if l.terminal.JSON || !journal.Warn(ctx, journal.Warning{Service: l.service, Message: message}) {
		l.terminal.show(warningEvent{Service: l.service, Message: message})
	}
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
