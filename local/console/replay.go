package console

import (
	"encoding/json"
	"net/http"
)

// maxEvent is what Lambda takes as a synchronous invocation's payload.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxEvent = 6 << 20

func (c *Console) serveRequest(w http.ResponseWriter, r *http.Request) {
	if q, ok := c.found(w, r); ok {
		reply(w, http.StatusOK, viewDetail(q))
	}
}

// serveReplay calls the function again, with the very event unless the order has
// another one.
func (c *Console) serveReplay(w http.ResponseWriter, r *http.Request) {
	q, ok := c.found(w, r)
	if !ok {
		return
	}
	if q.Event == nil || q.Physical == "" {
		problem(w, http.StatusConflict, "no function was called, so there is nothing to replay")
		return
	}
	var order struct{ Event *string }
	if !readOrder(w, r, &order) {
		return
	}
	event := q.Event
	if order.Event != nil {
		event = []byte(*order.Event)
	}
	c.call(w, r, q.Physical, event)
}

// serveInvocation calls a function with an event that no request had.
func (c *Console) serveInvocation(w http.ResponseWriter, r *http.Request) {
	var order struct{ Function, Event string }
	if readOrder(w, r, &order) {
		c.call(w, r, order.Function, []byte(order.Event))
	}
}

// readOrder reads what holds an event, which escapes may make twice as long.
func readOrder(w http.ResponseWriter, r *http.Request, order any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 2*maxEvent)).Decode(order)
	if err != nil {
		problem(w, http.StatusBadRequest, "the event cannot be read: "+err.Error())
	}
	return err == nil
}

func (c *Console) call(w http.ResponseWriter, r *http.Request, function string, event []byte) {
	if !json.Valid(event) {
		problem(w, http.StatusBadRequest, "the event is not JSON: mend it, or load a file that is")
		return
	}
	if len(event) > maxEvent {
		problem(w, http.StatusBadRequest, "the event is longer than the 6 MB that Lambda takes")
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

func (c *Console) found(w http.ResponseWriter, r *http.Request) (*Request, bool) {
	q, ok := c.recorder.find(r.PathValue("id"))
	if !ok {
		problem(w, http.StatusNotFound, "this request is no longer kept")
	}
	return q, ok
}
