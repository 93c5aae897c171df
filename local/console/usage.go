package console

import (
	"slices"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/journal"
)

// Bounds of what is kept of calls: resources, and the latest calls of each.
const (
	maxUsedResources = 200
	maxUsages        = 10
)

// Usage is an invocation's use of a resource.
type Usage struct {
	Request string `json:"request"` // the ID in the list
	Handler string `json:"handler"`
	Action  string `json:"action"`
	At      int64  `json:"at"`
	Status  int    `json:"status"`
	Refused bool   `json:"refused"`
}

// usages are the latest calls of each resource, the newest first.
type usages map[resourceName][]usage

type resourceName struct{ service, name string }

type usage struct {
	request, handler string
	call             journal.Call
}

// add adds the calls of an entry that its previous version, which may be nil, does
// not have.
func (u usages) add(before, e *journal.Entry) {
	known := 0
	if before != nil {
		known = len(before.Calls)
	}
	for _, call := range e.Calls[min(known, len(e.Calls)):] {
		for _, name := range resourcesOf(call) {
			u.put(resourceName{call.Service, name}, usage{e.ID, e.Function, call})
		}
	}
}

// resourcesOf are the resources that a call names: several tables or secrets, or the
// bucket of an object.
func resourcesOf(call journal.Call) []string {
	if call.Resource == "" {
		return nil
	}
	if call.Service == "s3" { // a key may have a comma
		bucket, _, _ := strings.Cut(call.Resource, "/")
		return []string{bucket}
	}
	return strings.Split(call.Resource, ", ")
}

// put adds a call, unless it is known from an entry that was forgotten meanwhile.
func (u usages) put(key resourceName, one usage) {
	list := u[key]
	if slices.ContainsFunc(list, func(other usage) bool { return other == one }) {
		return
	}
	u[key] = append([]usage{one}, list[:min(len(list), maxUsages-1)]...)
	if len(u) > maxUsedResources {
		u.dropOldest()
	}
}

// dropOldest forgets the resource that was not used for the longest time.
func (u usages) dropOldest() {
	var oldest resourceName
	var at time.Time
	for key, list := range u {
		if latest := list[0].call.End; at.IsZero() || latest.Before(at) {
			oldest, at = key, latest
		}
	}
	delete(u, oldest)
}

// usage lists the latest calls of a resource.
func (r *Recorder) usage(service, name string) []Usage {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []Usage{}
	for _, u := range r.used[resourceName{service, name}] {
		list = append(list, Usage{
			Request: u.request, Handler: u.handler, Action: u.call.Action,
			At: u.call.Start.UnixMilli(), Status: u.call.Status, Refused: u.call.Refusal != "",
		})
	}
	return list
}
