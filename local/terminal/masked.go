package terminal

import "api-auth-jwt-auth0/local/redact"

// secretive is an event with text from outside: requests, logs, output of programs and
// services. It is shown, as text or as JSON, without secrets.
type secretive interface{ masked() event }

func (e requestEvent) masked() event {
	e.Method, e.Path = redact.Text(e.Method), redact.Text(e.Path)
	e.Refusal, e.Error = redact.Text(e.Refusal), redact.Text(e.Error)
	return e
}

func (e logEvent) masked() event {
	e.Text = redact.Text(e.Text)
	return e
}

func (e programEvent) masked() event {
	e.Text = redact.Text(e.Text)
	return e
}

func (l Live) masked() event {
	l.Message = redact.Text(l.Message)
	return l
}

func (e warningEvent) masked() event {
	e.Message = redact.Text(e.Message)
	return e
}

func (e errorEvent) masked() event {
	masked := errorEvent{Message: redact.Text(e.Message)}
	for _, p := range e.Positions {
		p.Message = redact.Text(p.Message)
		masked.Positions = append(masked.Positions, p)
	}
	return masked
}
