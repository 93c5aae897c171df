package serving

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/live"
)

// Run runs an invocation and returns the handler's answer. An error is a
// *live.FunctionError. It is the Run of a live.Config.
func (s *Server) Run(ctx context.Context, inv live.Invocation) ([]byte, error) {
	what := read(inv.Event)
	ctx, record := s.begin(ctx, inv, what.entry(inv.Handler))
	defer s.watch(inv)()
	output, err := s.run(ctx, inv)
	ended := time.Now()
	record.Note(func(e *journal.Entry) {
		if err == nil {
			e.Status = what.status(output)
		}
		exchange := len(exchangeSpans(inv)) // the first spans
		e.Spans = slices.Insert(slices.Clone(e.Spans), exchange, journal.Span{Name: "run", Start: inv.Received, End: ended})
	})
	record.End(output, err)
	return output, toLive(err)
}

// begin begins the record of an invocation, which is listed from then on.
func (s *Server) begin(ctx context.Context, inv live.Invocation, e journal.Entry) (context.Context, *journal.Record) {
	e.Via, e.Start, e.Event = "live", inv.Offered, inv.Event
	e.Function, e.Physical, e.Spans = inv.Handler, s.options.Local(inv.Handler), exchangeSpans(inv)
	ctx, record := s.options.Journal.Begin(ctx, e)
	record.Update(func(e *journal.Entry) { e.ID = requestID(inv) })
	return ctx, record
}

// exchangeSpans returns the spans of an invocation's exchange over the network.
func exchangeSpans(inv live.Invocation) []journal.Span {
	return []journal.Span{
		{Name: "offer", Start: inv.Offered, End: inv.Claimed},
		{Name: "claim", Start: inv.Claimed, End: inv.Confirmed},
		{Name: "transfer", Start: inv.Confirmed, End: inv.Received},
	}
}

func (s *Server) run(ctx context.Context, inv live.Invocation) ([]byte, error) {
	err := s.options.Await(ctx, inv.Handler)
	if err == nil {
		err = s.adopt(ctx, inv.Handler, inv.Function, inv.Environment)
	}
	if err != nil {
		return nil, s.over(ctx, inv, err)
	}
	terms := lambda.Terms{RequestID: requestID(inv), Deadline: inv.Deadline}
	if c := inv.Credentials; c != nil {
		terms.Credentials = &lambda.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
	}
	output, err := s.functions.InvokeWith(ctx, inv.Function, inv.Event, terms)
	return output, s.over(ctx, inv, err)
}

// over replaces the error of a context that has ended.
func (s *Server) over(ctx context.Context, inv live.Invocation, err error) error {
	switch {
	case err == nil || ctx.Err() == nil || !errors.Is(err, ctx.Err()):
		return err
	case time.Now().Before(inv.Deadline):
		return errCanceled
	}
	return fmt.Errorf("%w: the function's time limit is reached", errCanceled)
}

// requestPattern matches Lambda's request IDs.
var requestPattern = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// requestID returns the deployed invocation's ID, so that both logs have the same.
func requestID(inv live.Invocation) string {
	if requestPattern.MatchString(inv.ID) {
		return inv.ID
	}
	return ""
}

// unavailable is the error type in the deployed function's log for errors that are not the
// handler's.
const unavailable = "Live.NotRun"

func toLive(err error) error {
	if err == nil {
		return nil
	}
	if failed := new(lambda.FunctionError); errors.As(err, &failed) {
		return &live.FunctionError{Type: failed.Type, Message: failed.Message, Payload: failed.Payload}
	}
	return &live.FunctionError{Type: unavailable, Message: err.Error()}
}
