package sqs

import (
	"testing"
	"time"
)

func TestDeadLetters(t *testing.T) {
	for _, kind := range []string{"standard", "fifo"} {
		t.Run(kind, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				queue, dead, groupID := "q", "dead", object{}
				queues := []Queue{standard("q", redriveTo("dead", "2")), standard("dead")}
				if kind == "fifo" {
					queue, dead, groupID = "q.fifo", "dead.fifo", group("g")
					queues = []Queue{fifo("q", byContent, redriveTo("dead.fifo", "2")), fifo("dead")}
				}
				s := newService(t, Options{}, queues...)
				send(t, s, queue, "a", groupID, attribute("k", "String", "v"), object{"MessageBody": "a"})
				for range 2 {
					equal(t, "received", receiveAll(t, s, queue).bodies, []string{"a"})
					pass(DefaultVisibilityTimeout)
				}
				send(t, s, queue, "b", groupID)
				// It is moved by the receive that would be the third.
				equal(t, "before", counts(t, s, dead), Counts{})
				equal(t, "the next goes on", receiveAll(t, s, queue).bodies, []string{"b"})
				equal(t, "after", counts(t, s, dead), Counts{Visible: 1})

				got := call(t, s, "ReceiveMessage", dead, object{"AttributeNames": []string{"ApproximateReceiveCount", "DeadLetterQueueSourceArn"}, "MessageAttributeNames": []string{"k"}}).ok()
				m := got.body["Messages"].([]any)[0].(object)
				equal(t, "attributes", m["Attributes"], any(object{"ApproximateReceiveCount": "3", "DeadLetterQueueSourceArn": arnOf + queue}))
				equal(t, "its own attributes", m["MessageAttributes"], any(object{"k": object{"DataType": "String", "StringValue": "v"}}))
			})
		})
	}
}

// TestDeadLetterRetention: of a standard queue it counts from when a message was sent,
// of a FIFO queue from when it was moved.
func TestDeadLetterRetention(t *testing.T) {
	bubble(t, func(t *testing.T) {
		short := func(q *Queue) { q.Retention = 2 * time.Minute }
		s := newService(t, Options{}, standard("q", redriveTo("dead", "1")), standard("dead", short), fifo("q", byContent, redriveTo("dead.fifo", "1")), fifo("dead", short))
		send(t, s, "q", "a")
		send(t, s, "q.fifo", "a", group("g"))
		for range 2 {
			receiveAll(t, s, "q")
			receiveAll(t, s, "q.fifo")
			pass(time.Minute)
		}
		equal(t, "standard", counts(t, s, "dead"), Counts{})
		equal(t, "FIFO", counts(t, s, "dead.fifo"), Counts{Visible: 1})
	})
}

// deadLetters returns a service whose dead-letter queue has a message of each of two
// queues.
func deadLetters(t *testing.T) *Service {
	t.Helper()
	s := newService(t, Options{}, standard("q1", redriveTo("dead", "1")), standard("q2", redriveTo("dead", "1")), standard("dead"), standard("other"))
	for _, q := range []string{"q1", "q2"} {
		send(t, s, q, q)
		receiveAll(t, s, q)
		pass(DefaultVisibilityTimeout)
		receiveAll(t, s, q)
	}
	equal(t, "dead letters", counts(t, s, "dead"), Counts{Visible: 2})
	return s
}

func TestMoveTasks(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := deadLetters(t)
		start := func(input object) answer { return call(t, s, "StartMessageMoveTask", "", input) }
		list := func() []any {
			results, _ := call(t, s, "ListMessageMoveTasks", "", object{"SourceArn": arnOf + "dead", "MaxResults": 10}).ok().body["Results"].([]any)
			return results
		}
		equal(t, "no destination", start(object{"SourceArn": arnOf + "dead", "DestinationArn": arnOf + "none"}).refusal(),
			"com.amazonaws.sqs#ResourceNotFoundException: The resource that you specified for the DestinationArn parameter doesn't exist.")
		started := time.Now().UnixMilli()
		handle := start(object{"SourceArn": arnOf + "dead", "DestinationArn": arnOf + "other", "MaxNumberOfMessagesPerSecond": 1}).ok().body["TaskHandle"]
		equal(t, "a second task", start(object{"SourceArn": arnOf + "dead"}).refusal(),
			"com.amazon.coral.service#InvalidParameterValueException: There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
		equal(t, "running", list(), []any{object{"TaskHandle": handle, "Status": "RUNNING", "SourceArn": arnOf + "dead", "DestinationArn": arnOf + "other",
			"MaxNumberOfMessagesPerSecond": 1.0, "ApproximateNumberOfMessagesMoved": 1.0, "ApproximateNumberOfMessagesToMove": 2.0, "StartedTimestamp": float64(started)}})
		canceled := call(t, s, "CancelMessageMoveTask", "", object{"TaskHandle": handle}).ok().body
		equal(t, "canceled", canceled, object{"ApproximateNumberOfMessagesMoved": 1.0})
		pass(time.Minute)
		equal(t, "other", counts(t, s, "other"), Counts{Visible: 1})

		start(object{"SourceArn": arnOf + "dead"}).ok()
		equal(t, "back at its source", counts(t, s, "q2"), Counts{Visible: 1})
		if all := list(); len(all) != 2 || all[0].(object)["Status"] != "COMPLETED" || all[1].(object)["Status"] != "CANCELLED" {
			t.Errorf("unexpected tasks %v", all)
		}
		// It can be received as often as a new one.
		equal(t, "received", receiveAll(t, s, "q2").bodies, []string{"q2"})
		equal(t, "unknown task", call(t, s, "CancelMessageMoveTask", "", object{"TaskHandle": "eCA=" + ""}).refusal(),
			"com.amazon.coral.service#InvalidParameterValueException: Value for parameter TaskHandle is invalid.")
	})
}

func TestMoveTaskAtARate(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := deadLetters(t)
		call(t, s, "StartMessageMoveTask", "", object{"SourceArn": arnOf + "dead", "MaxNumberOfMessagesPerSecond": 1}).ok()
		equal(t, "first", counts(t, s, "dead"), Counts{Visible: 1})
		pass(time.Second)
		equal(t, "second", counts(t, s, "dead"), Counts{})
		pass(time.Second)
		equal(t, "q1", counts(t, s, "q1"), Counts{Visible: 1})
		equal(t, "q2", counts(t, s, "q2"), Counts{Visible: 1})
	})
}

func TestRedriveByHand(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := deadLetters(t)
		moved, err := s.Redrive("dead")
		if moved != 2 || err != nil {
			t.Errorf("expected 2 messages, got %d, %v", moved, err)
		}
		equal(t, "q1", counts(t, s, "q1"), Counts{Visible: 1})
		if _, err := s.Redrive("q1"); err == nil || err.Error() != "InvalidParameterValueException: Source queue must be configured as a Dead Letter Queue." {
			t.Errorf("unexpected %v", err)
		}
		for _, status := range s.Queues() {
			if status.Name == "dead" {
				equal(t, "sources", status.Sources, []string{"q1", "q2"})
			}
			if status.Name == "q1" {
				equal(t, "dead-letter queue", status.DeadLetterQueue, "dead")
			}
		}
	})
}

func TestPurge(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, standard("q"))
		send(t, s, "q", "a")
		call(t, s, "PurgeQueue", "q", nil).ok()
		equal(t, "counts", counts(t, s, "q"), Counts{})
		a := call(t, s, "PurgeQueue", "q", nil)
		equal(t, "refusal", a.refusal(), "com.amazonaws.sqs#PurgeQueueInProgress: Only one PurgeQueue operation on q is allowed every 60 seconds.")
		equal(t, "status", a.status, 403)
		send(t, s, "q", "a")
		if err := s.Purge("q"); err != nil { // by hand, at any time
			t.Fatal(err)
		}
		equal(t, "counts", counts(t, s, "q"), Counts{})
		pass(purgePause)
		call(t, s, "PurgeQueue", "q", nil).ok()
	})
}
