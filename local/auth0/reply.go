package auth0

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
)

// reply is where, and how, the answer of /authorize reaches the client. Its
// fields are checked by target.
type reply struct {
	mode, redirectURI, state string
	origin                   string // that may receive a message; only for web_message
}

// responder sends answers of /authorize.
type responder struct {
	pages *pages
	log   *slog.Logger
}

// message has the parameters of an authorization response.
type message struct {
	Code        string `json:"code,omitempty"`
	Error       string `json:"error,omitempty"`
	Description string `json:"error_description,omitempty"`
	State       string `json:"state,omitempty"`
}

func (d *responder) code(w http.ResponseWriter, r *http.Request, to reply, code string) {
	d.send(w, r, to, message{Code: code, State: to.state})
}

// refuse sends an error to the client.
func (d *responder) refuse(w http.ResponseWriter, r *http.Request, to reply, e *oauthError) {
	d.log.Info("authorization refused", "error", e.Code, "description", e.Description, "cause", e.cause)
	d.send(w, r, to, message{Error: e.Code, Description: e.Description, State: to.state})
}

// send is the one place where an answer leaves /authorize. The code in the
// URL must not reach another page through the referrer.
func (d *responder) send(w http.ResponseWriter, r *http.Request, to reply, m message) {
	if to.mode == modeWebMessage {
		d.pages.webMessage(w, to.origin, m)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Location", withQuery(to.redirectURI, m))
	w.WriteHeader(http.StatusFound)
}

// withQuery adds the answer to a callback URL, leaving the URL's own bytes as
// they were registered.
func withQuery(callback string, m message) string {
	v := url.Values{}
	for key, value := range map[string]string{
		"code": m.Code, "error": m.Error, "error_description": m.Description, "state": m.State,
	} {
		if value != "" {
			v.Set(key, value)
		}
	}
	separator := "?"
	if strings.Contains(callback, "?") {
		separator = "&"
	}
	return callback + separator + v.Encode()
}
