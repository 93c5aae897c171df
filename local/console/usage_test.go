package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/local/journal"
)

func called(service, action, resource string, second int) journal.Call {
	at := testTime.Add(time.Duration(second) * time.Second)
	return journal.Call{Service: service, Action: action, Resource: resource, Start: at, End: at.Add(2 * time.Millisecond), Status: 200}
}

// TestUsageOfResources: each has its latest calls, once, the newest first, also those
// of a request that is no longer kept.
func TestUsageOfResources(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	calls := []journal.Call{
		called("dynamodb", "PutItem", "orders", 1),
		called("dynamodb", "BatchGetItem", "orders, people", 2),
		called("s3", "PutObject", "receipts/a, b/c", 3),
		called("sqs", "ReceiveMessage", "", 4),
	}
	for n := range len(calls) + 1 {
		r.Request(&journal.Entry{ID: "one", Function: "orders", Running: n < len(calls), Calls: calls[:n]})
	}
	for i := range maxRequests + 1 {
		r.Request(&journal.Entry{ID: fmt.Sprint("other ", i)})
	}
	r.Request(&journal.Entry{ID: "one", Function: "orders", Calls: calls}) // listed again
	for name, want := range map[resourceName][]string{
		{"dynamodb", "orders"}: {"BatchGetItem", "PutItem"},
		{"dynamodb", "people"}: {"BatchGetItem"},
		{"s3", "receipts"}:     {"PutObject"},
		{"s3", "b/c"}:          {},
		{"sqs", ""}:            {},
	} {
		got := []string{}
		for _, u := range r.usage(name.service, name.name) {
			if u.Request != "one" || u.Handler != "orders" {
				t.Errorf("%v: got %+v", name, u)
			}
			got = append(got, u.Action)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v: %s", name, diff)
		}
	}
}

func TestUsageIsBounded(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	for i := range 2 * maxUsedResources {
		r.Request(&journal.Entry{ID: fmt.Sprint(i), Calls: []journal.Call{
			called("dynamodb", "GetItem", fmt.Sprint("table-", i), i), called("dynamodb", "GetItem", "orders", i),
		}})
	}
	if len(r.used) != maxUsedResources {
		t.Errorf("expected %d resources, got %d", maxUsedResources, len(r.used))
	}
	if got := r.usage("dynamodb", "orders"); len(got) != maxUsages || got[0].Request != fmt.Sprint(2*maxUsedResources-1) {
		t.Errorf("expected the latest %d calls, got %+v", maxUsages, got)
	}
}

// TestCallsAreInTheDetail, masked and after the start of the request; the list has
// their number.
func TestCallsAreInTheDetail(t *testing.T) {
	t.Parallel()
	s := serve(t)
	refused := called("dynamodb", "Scan", "orders\u202e", 1)
	refused.Status, refused.Refusal = 400, "AccessDeniedException: password=hunter2"
	s.recorder.Request(&journal.Entry{
		ID: "one", Start: testTime, End: testTime.Add(2 * time.Second), MoreCalls: 3,
		Calls: []journal.Call{called("sqs", "SendMessage", "mails", 0), refused},
	})
	e, _ := s.recorder.find("one")
	if view := viewRequest(e); view.Calls != 5 || view.Refused != 1 {
		t.Errorf("expected 5 calls and 1 refused, got %+v", view)
	}
	_, body := s.ask(t, http.MethodGet, "/api/requests/one", "")
	var got detailView
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	want := []callView{
		{Service: "sqs", Action: "SendMessage", Resource: "mails", Took: 2, Status: 200},
		{Service: "dynamodb", Action: "Scan", Resource: `orders\u202e`, Start: 1000, Took: 2, Status: 400, Refusal: "AccessDeniedException: password=•••"},
	}
	if diff := cmp.Diff(want, got.Calls); diff != "" || got.MoreCalls != 3 {
		t.Errorf("%s; got %d more", diff, got.MoreCalls)
	}
}
