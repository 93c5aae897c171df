package console

import (
	"encoding/json"
	"net/http"

	"api-auth-jwt-auth0/local/journal"
)

// maxEvent is Lambda's limit for the payload of a synchronous invocation.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxEvent = 6 << 20

func (c *Console) serveRequest(w http.ResponseWriter, r *http.Request) {
	if e, ok := c.found(w, r); ok {
		reply(w, http.StatusOK, viewDetail(e))
	}
}

// serveReplay calls the function again, with the same event unless the request has
// another one.
func (c *Console) serveReplay(w http.ResponseWriter, r *http.Request) {
	e, ok := c.found(w, r)
	if !ok {
		return
	}
	if e.Event == nil || e.Physical == "" {
		problem(w, http.StatusConflict, "nothing to replay: no function was called")
		return
	}
	var input struct{ Event *string }
	if !readInput(w, r, &input) {
		return
	}
	event := e.Event
	if input.Event != nil {
		event = []byte(*input.Event)
	}
	c.call(w, r, e.Physical, event)
}

// serveInvocation calls a function with any event.
func (c *Console) serveInvocation(w http.ResponseWriter, r *http.Request) {
	var input struct{ Function, Event string }
	if readInput(w, r, &input) {
		c.call(w, r, input.Function, []byte(input.Event))
	}
}

// readInput decodes input with an event, which escapes may make twice as long.
func readInput(w http.ResponseWriter, r *http.Request, input any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 2*maxEvent)).Decode(input)
	if err != nil {
		problem(w, http.StatusBadRequest, "cannot read the event: "+err.Error())
	}
	return err == nil
}

func (c *Console) call(w http.ResponseWriter, r *http.Request, function string, event []byte) {
	if !json.Valid(event) {
		problem(w, http.StatusBadRequest, "the event is not JSON: fix it, or load another file")
		return
	}
	if len(event) > maxEvent {
		problem(w, http.StatusBadRequest, "the event is longer than the 6 MB that Lambda accepts: shorten it")
		return
	}
	id, err := c.replay(r.Context(), function, event)
	if err != nil {
		problem(w, http.StatusBadGateway, err.Error())
		return
	}
	reply(w, http.StatusOK, struct {
		ID string `json:"id"`
	}{id})
}

func (c *Console) found(w http.ResponseWriter, r *http.Request) (*journal.Entry, bool) {
	e, ok := c.recorder.find(r.PathValue("id"))
	if !ok {
		problem(w, http.StatusNotFound, "this request is no longer kept: send it again")
	}
	return e, ok
}
