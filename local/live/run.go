package live

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/wire"
)

func (s *Session) run(ctx context.Context, job *wire.Job) {
	packed := s.answer(ctx, job).Pack()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[job]()
	delete(s.running, job)
	s.desk.Finish(s.cfg.Now(), job, packed)
	s.flush()
}

func (s *Session) answer(ctx context.Context, job *wire.Job) wire.Answer {
	run, err := job.Run()
	if err != nil {
		return failure(err)
	}
	inv := Invocation{
		ID: job.Offer.RequestID, Function: job.Offer.Function, Handler: job.Offer.Handler,
		Event: run.Event, Deadline: job.Deadline, Environment: run.Environment,
		Offered: job.Offered, Claimed: job.Claimed, Confirmed: job.Confirmed, Received: job.Received,
	}
	if c := run.Credentials; c != nil && s.cfg.Credentials {
		inv.Credentials = &mqtt.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
	}
	body, err := s.cfg.Run(ctx, inv)
	if err != nil {
		return failure(err)
	}
	return wire.Answer{Body: body}
}

// failure is the answer of an invocation that failed.
func failure(err error) wire.Answer {
	fault, ok := errors.AsType[*FunctionError](err)
	if !ok {
		fault = &FunctionError{Type: "Live.Error", Message: err.Error()}
	}
	kind := cmp.Or(fault.Type, "Runtime.Unknown")
	if fault.Payload != nil {
		return wire.Answer{Failed: true, ErrorType: kind, Body: fault.Payload}
	}
	body, marshalErr := json.Marshal(struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{kind, fault.Message})
	if marshalErr != nil {
		body = []byte("{}") // cannot happen: two strings
	}
	return wire.Answer{Failed: true, ErrorType: kind, Body: body}
}
