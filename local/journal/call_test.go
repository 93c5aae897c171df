package journal

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// TestCallsBelongToTheirInvocation, whether they are reported before its function is
// known to have it, while it runs, or after its end.
func TestCallsBelongToTheirInvocation(t *testing.T) {
	t.Parallel()
	j, got := newJournal()
	call := Call{Service: "dynamodb", Action: "PutItem", Resource: "things", Start: testTime, End: testTime.Add(time.Millisecond), Status: 200}
	refused := Call{Service: "sqs", Action: "SendMessage", Status: 403, Refusal: "no policy allows it"}
	_, record := j.Begin(t.Context(), Entry{Via: "queue"})
	j.Call("one", call)
	j.Call("another", call)
	record.Queued("one")
	j.Call("one", refused)
	if got.counts() != [3]int{1, 1, 0} {
		t.Fatalf("got %v", got.counts())
	}
	if e := got.began[0]; len(e.Calls) != 1 || e.Calls[0] != call {
		t.Errorf("expected the call before, got %+v", e.Calls)
	}
	if e := got.changed[0]; len(e.Calls) != 2 || e.Calls[1] != refused || !e.Running {
		t.Errorf("expected the refused call, got %+v", e)
	}
	record.End(nil, nil)
	j.Call("one", call)
	if e := got.ended[0]; len(e.Calls) != 2 {
		t.Errorf("got %+v", e)
	}
	if e := got.changed[1]; len(e.Calls) != 3 || e.Running || e.Status != 200 {
		t.Errorf("expected the late call, got %+v", e)
	}
}

// TestCallsOfManyInvocationsAtOnce: each entry has its own, all of them.
func TestCallsOfManyInvocationsAtOnce(t *testing.T) {
	t.Parallel()
	j, got := newJournal()
	const invocations, calls = 40, 25
	var running sync.WaitGroup
	for i := range invocations {
		id := fmt.Sprint(i)
		running.Go(func() {
			_, record := j.Begin(t.Context(), Entry{Via: "stream"})
			var calling sync.WaitGroup
			for c := range calls {
				calling.Go(func() { j.Call(id, Call{Resource: id, Action: fmt.Sprint(c)}) })
			}
			record.Queued(id)
			if i%2 == 0 { // otherwise some are late
				calling.Wait()
			}
			record.End(nil, nil)
			calling.Wait()
		})
	}
	running.Wait()
	most := map[string]*Entry{}
	for _, e := range append(got.ended, got.changed...) {
		if before := most[e.ID]; before == nil || len(e.Calls) > len(before.Calls) {
			most[e.ID] = e
		}
	}
	for i := range invocations {
		e, seen := most[fmt.Sprint(i)], map[string]bool{}
		for _, c := range e.Calls {
			seen[c.Resource+" "+c.Action] = c.Resource == e.ID
		}
		if len(seen) != calls || len(e.Calls) != calls {
			t.Errorf("invocation %d: expected %d calls, got %v", i, calls, e.Calls)
		}
	}
	if len(j.early) != 0 {
		t.Errorf("%d early calls are kept", len(j.early))
	}
}

func TestCallsAreBounded(t *testing.T) {
	t.Parallel()
	j, got := newJournal()
	_, record := j.Begin(t.Context(), Entry{Via: "queue"})
	for range maxCalls + 10 {
		j.Call("i", Call{})
	}
	record.Queued("i")
	if e := got.began[0]; len(e.Calls) != maxCalls {
		t.Errorf("got %d calls", len(e.Calls))
	}
	j.Call("i", Call{})
	record.End(nil, nil)
	if e := got.ended[0]; len(e.Calls) != maxCalls || e.MoreCalls != 1 {
		t.Errorf("got %d calls and %d more", len(e.Calls), e.MoreCalls)
	}
}

// TestLateCallsAreBounded: neither invocations that no record has nor ended ones are
// kept for ever, and large ones less long.
func TestLateCallsAreBounded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		event int
		kept  int
	}{{"many", 0, maxEnded}, {"large", maxEndedBytes / 4, 3}, {"too large", 2 * maxEndedBytes, 0}} {
		j, got := newJournal()
		for i := range 2 * maxEnded {
			j.Call(fmt.Sprint("unknown", i), Call{})
			_, record := j.Begin(t.Context(), Entry{Via: "queue", Event: make([]byte, test.event)})
			record.Queued(fmt.Sprint(i))
			record.End(nil, nil)
		}
		if len(j.early) > maxEarly || len(j.invocations) != test.kept || len(j.ended) != test.kept || j.endedBytes > maxEndedBytes {
			t.Errorf("%s: %d invocations with %d bytes and %d early ones are kept", test.name, len(j.invocations), j.endedBytes, len(j.early))
		}
		j.Call(fmt.Sprint(2*maxEnded-1), Call{})
		j.Call("0", Call{})
		if n := len(got.changed); n != min(test.kept, 1) {
			t.Errorf("%s: expected the latest to be changed, got %d", test.name, n)
		}
	}
}
