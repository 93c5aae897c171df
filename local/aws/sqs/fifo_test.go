package sqs

import (
	"fmt"
	"testing"
	"time"
)

func group(name string) object { return object{"MessageGroupId": name} }

// TestFIFOGroups as recorded from the service: a message in flight blocks those behind it
// in its group, and no other.
func TestFIFOGroups(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, fifo("f", byContent))
		for _, m := range []string{"g1-m1", "g2-m1", "g1-m2", "g1-m3", "g3-m1"} {
			send(t, s, "f.fifo", m, group(m[:2]))
		}
		// As many of a group as possible come first.
		first := receiveAll(t, s, "f.fifo", object{"MaxNumberOfMessages": 2})
		equal(t, "first", first.bodies, []string{"g1-m1", "g1-m2"})
		second := receiveAll(t, s, "f.fifo", object{"MaxNumberOfMessages": 1})
		equal(t, "the next group", second.bodies, []string{"g2-m1"})
		remove(t, s, "f.fifo", first.handles[0]).ok()
		equal(t, "group 1 is blocked still", receiveAll(t, s, "f.fifo").bodies, []string{"g3-m1"})
		remove(t, s, "f.fifo", first.handles[1]).ok()
		equal(t, "group 1 goes on", receiveAll(t, s, "f.fifo").bodies, []string{"g1-m3"})
		pass(DefaultVisibilityTimeout)
		equal(t, "all that is left", receiveAll(t, s, "f.fifo").bodies, []string{"g2-m1", "g1-m3", "g3-m1"})
	})
}

// TestFIFOVisibilityWithinAGroup as recorded: what is in front of a message that stays
// hidden comes back, and what is behind it does not.
func TestFIFOVisibilityWithinAGroup(t *testing.T) {
	for extended, want := range [][]string{nil, {"foo"}, {"foo", "bar"}} {
		t.Run(fmt.Sprint(extended), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newService(t, Options{}, fifo("f", byContent, func(q *Queue) { q.VisibilityTimeout = time.Second }))
				for _, m := range []string{"foo", "bar", "baz"} {
					send(t, s, "f.fifo", m, group("1"))
				}
				handle := receiveAll(t, s, "f.fifo").handles[extended]
				call(t, s, "ChangeMessageVisibility", "f.fifo", object{"ReceiptHandle": handle, "VisibilityTimeout": 4}).ok()
				pass(2 * time.Second)
				equal(t, "received", receiveAll(t, s, "f.fifo").bodies, want)
			})
		})
	}
}

func TestFIFOHandleExpires(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, fifo("f", byContent))
		send(t, s, "f.fifo", "a", group("g"))
		handle := receiveAll(t, s, "f.fifo").handles[0]
		pass(DefaultVisibilityTimeout)
		want := "com.amazon.coral.service#InvalidParameterValueException: Value " + handle + " for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
		equal(t, "after its timeout", remove(t, s, "f.fifo", handle).refusal(), want)
		again := receiveAll(t, s, "f.fifo").handles[0]
		equal(t, "stale", remove(t, s, "f.fifo", handle).refusal(), want)
		remove(t, s, "f.fifo", again).ok()
		remove(t, s, "f.fifo", again).ok() // twice
	})
}

func TestDeduplication(t *testing.T) {
	perGroup := func(q *Queue) { q.DeduplicationScope, q.ThroughputLimit = "messageGroup", "perMessageGroupId" }
	id := func(group, id string) object {
		return object{"MessageGroupId": group, "MessageDeduplicationId": id}
	}
	for name, test := range map[string]struct {
		queue         Queue
		first, second object
		bodies        [2]string
		after         time.Duration
		duplicate     bool
	}{
		"same ID":                  {fifo("f"), id("g", "1"), id("g", "1"), [2]string{"a", "b"}, 0, true},
		"just within the window":   {fifo("f"), id("g", "1"), id("g", "1"), [2]string{"a", "a"}, deduplicationWindow - 1, true},
		"after the window":         {fifo("f"), id("g", "1"), id("g", "1"), [2]string{"a", "a"}, deduplicationWindow, false},
		"another ID":               {fifo("f"), id("g", "1"), id("g", "2"), [2]string{"a", "a"}, 0, false},
		"another group":            {fifo("f"), id("g", "1"), id("h", "1"), [2]string{"a", "a"}, 0, true},
		"another group, its scope": {fifo("f", perGroup), id("g", "1"), id("h", "1"), [2]string{"a", "a"}, 0, false},
		"same group, its scope":    {fifo("f", perGroup), id("g", "1"), id("g", "1"), [2]string{"a", "a"}, 0, true},
		"same content":             {fifo("f", byContent), group("g"), group("g"), [2]string{"a", "a"}, 0, true},
		"other content":            {fifo("f", byContent), group("g"), group("g"), [2]string{"a", "b"}, 0, false},
		"an ID over the content":   {fifo("f", byContent), id("g", "1"), id("g", "2"), [2]string{"a", "a"}, 0, false},
		"an ID that is a content":  {fifo("f", byContent), group("g"), id("g", contentID("a")), [2]string{"a", "b"}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newService(t, Options{}, test.queue)
				first := send(t, s, "f.fifo", test.bodies[0], test.first).body
				// That it was received and deleted does not matter.
				remove(t, s, "f.fifo", receiveAll(t, s, "f.fifo").handles[0]).ok()
				pass(test.after)
				second := send(t, s, "f.fifo", test.bodies[1], test.second).body
				equal(t, "duplicate by its ID", first["MessageId"] == second["MessageId"], test.duplicate)
				equal(t, "duplicate by its sequence number", first["SequenceNumber"] == second["SequenceNumber"], test.duplicate)
				equal(t, "duplicate", len(receiveAll(t, s, "f.fifo").bodies) == 0, test.duplicate)
			})
		})
	}
}

func TestFIFOAttributes(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, fifo("f", byContent))
	sent := send(t, s, "f.fifo", "a", group("g")).body
	got := call(t, s, "ReceiveMessage", "f.fifo", object{"MessageSystemAttributeNames": []string{"SequenceNumber", "MessageGroupId", "MessageDeduplicationId"}}).ok().body
	equal(t, "attributes", got["Messages"].([]any)[0].(object)["Attributes"], any(object{
		"SequenceNumber": sent["SequenceNumber"], "MessageGroupId": "g", "MessageDeduplicationId": contentID("a")}))
}

// TestManyGroups: what is blocked does not cost a pass over the queue for each group.
func TestManyGroups(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, fifo("f", byContent))
	const groups = 2000
	for i := range groups {
		for j := range 3 {
			if _, err := s.Send("f.fifo", Sending{Body: fmt.Sprint(i, j), GroupID: fmt.Sprint(i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Each receive gets three groups as a whole and the first message of a fourth, which
	// blocks that one.
	seen := map[string]bool{}
	for range groups / 4 {
		for _, body := range receiveAll(t, s, "f.fifo").bodies {
			seen[body] = true
		}
	}
	equal(t, "messages", len(seen), groups/4*10)
	equal(t, "what is blocked", receiveAll(t, s, "f.fifo").bodies, nil)
}

// TestFairQueues: a standard queue takes a group and returns it, and keeps delivering.
func TestFairQueues(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, standard("q"))
	send(t, s, "q", "a", group("g"))
	send(t, s, "q", "b", group("g"))
	equal(t, "first", receiveAll(t, s, "q", object{"MaxNumberOfMessages": 1}).bodies, []string{"a"})
	got := call(t, s, "ReceiveMessage", "q", object{"AttributeNames": []string{"MessageGroupId", "MessageDeduplicationId", "SequenceNumber"}}).ok().body
	equal(t, "attributes", got["Messages"].([]any)[0].(object)["Attributes"], any(object{"MessageGroupId": "g"}))
}

func TestReceiveRequestAttemptID(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, fifo("f", byContent))
	send(t, s, "f.fifo", "a", group("g"))
	attempt := object{"ReceiveRequestAttemptId": "x"}
	equal(t, "first", receiveAll(t, s, "f.fifo", attempt).bodies, []string{"a"})
	equal(t, "second", receiveAll(t, s, "f.fifo", attempt).bodies, nil)
}
