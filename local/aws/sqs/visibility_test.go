package sqs

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestVisibilityTimeout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, standard("q"))
		send(t, s, "q", "a")
		first := receiveAll(t, s, "q")
		equal(t, "first", first.bodies, []string{"a"})
		equal(t, "in flight", counts(t, s, "q"), Counts{InFlight: 1})
		pass(DefaultVisibilityTimeout - time.Millisecond)
		equal(t, "too early", receiveAll(t, s, "q").bodies, nil)
		pass(time.Millisecond)
		second := receiveAll(t, s, "q", object{"VisibilityTimeout": 5})
		equal(t, "again", second.bodies, []string{"a"})
		pass(5 * time.Second)
		equal(t, "after its own timeout", counts(t, s, "q"), Counts{Visible: 1})

		// The first handle is stale, and deletes nothing. The second still does.
		remove(t, s, "q", first.handles[0]).ok()
		equal(t, "after a stale handle", counts(t, s, "q"), Counts{Visible: 1})
		remove(t, s, "q", second.handles[0]).ok()
		equal(t, "after the current handle", counts(t, s, "q"), Counts{})
		remove(t, s, "q", second.handles[0]).ok()
	})
}

func TestChangeVisibility(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, standard("q"))
		send(t, s, "q", "a")
		change := func(handle string, seconds int) string {
			return call(t, s, "ChangeMessageVisibility", "q", object{"ReceiptHandle": handle, "VisibilityTimeout": seconds}).refusal()
		}
		first := receiveAll(t, s, "q").handles[0]
		equal(t, "longer", change(first, 100), "")
		pass(99 * time.Second)
		equal(t, "still hidden", receiveAll(t, s, "q").bodies, nil)
		equal(t, "ended", change(first, 0), "")
		equal(t, "visible", counts(t, s, "q"), Counts{Visible: 1})
		equal(t, "after its end", change(first, 10), "") // as recorded from the service
		equal(t, "hidden again", counts(t, s, "q"), Counts{InFlight: 1})
		pass(10 * time.Second)
		receiveAll(t, s, "q")
		if got := change(first, 10); !strings.HasSuffix(got, "Reason: Message does not exist or is not available for visibility timeout change.") {
			t.Errorf("stale: unexpected %q", got)
		}
	})
}

func TestDelay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, standard("q", func(q *Queue) { q.Delay = 10 * time.Second }), fifo("f", byContent, func(q *Queue) { q.Delay = 10 * time.Second }))
		send(t, s, "q", "queue's")
		send(t, s, "q", "none", object{"DelaySeconds": 0})
		send(t, s, "q", "own", object{"DelaySeconds": 20})
		send(t, s, "f.fifo", "f", object{"MessageGroupId": "g", "DelaySeconds": 0}) // means the queue's
		equal(t, "counts", counts(t, s, "q"), Counts{Visible: 1, Delayed: 2})
		equal(t, "at once", receiveAll(t, s, "q").bodies, []string{"none"})
		equal(t, "FIFO at once", receiveAll(t, s, "f.fifo").bodies, nil)
		pass(10 * time.Second)
		equal(t, "later", receiveAll(t, s, "q").bodies, []string{"queue's"})
		equal(t, "FIFO later", receiveAll(t, s, "f.fifo").bodies, []string{"f"})
		pass(10 * time.Second)
		equal(t, "last", receiveAll(t, s, "q").bodies, []string{"own"})
	})
}

func TestRetention(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, standard("q", func(q *Queue) { q.Retention = time.Minute }))
		send(t, s, "q", "old")
		pass(30 * time.Second)
		send(t, s, "q", "new")
		pass(30 * time.Second)
		equal(t, "counts", counts(t, s, "q"), Counts{Visible: 1})
		peeked, err := s.Peek("q", 10)
		if err != nil || len(peeked) != 1 || peeked[0].Body != "new" {
			t.Errorf("unexpected messages %v, %v", peeked, err)
		}
		equal(t, "received", receiveAll(t, s, "q").bodies, []string{"new"})
	})
}

// waits runs a receive that waits, and returns what it received and after what time.
func waits(t *testing.T, s *Service, queue string, seconds int) func() (received, time.Duration) {
	start, result := time.Now(), make(chan received, 1)
	var took time.Duration
	go func() {
		r := receiveAll(t, s, queue, object{"WaitTimeSeconds": seconds})
		took = time.Since(start)
		result <- r
	}()
	synctest.Wait()
	return func() (received, time.Duration) { return <-result, took }
}

func TestLongPolling(t *testing.T) {
	for name, test := range map[string]struct {
		queue Queue
		then  func(t *testing.T, s *Service)
		after time.Duration
		want  []string
	}{
		"nothing":     {standard("q"), func(*testing.T, *Service) {}, 20 * time.Second, nil},
		"a message":   {standard("q"), func(t *testing.T, s *Service) { pass(3 * time.Second); send(t, s, "q", "a") }, 3 * time.Second, []string{"a"}},
		"a delay":     {standard("q"), func(t *testing.T, s *Service) { send(t, s, "q", "a", object{"DelaySeconds": 4}) }, 4 * time.Second, []string{"a"}},
		"a long one":  {standard("q"), func(t *testing.T, s *Service) { send(t, s, "q", "a", object{"DelaySeconds": 21}) }, 20 * time.Second, nil},
		"a visible":   {standard("q"), func(t *testing.T, s *Service) { send(t, s, "q", "a", object{"DelaySeconds": 1}); pass(time.Second) }, time.Second, []string{"a"}},
		"one by hand": {standard("q"), func(t *testing.T, s *Service) { s.Send("q", Sending{Body: "c"}) }, 0, []string{"c"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newService(t, Options{}, test.queue)
				wait := waits(t, s, "q", 20)
				test.then(t, s)
				got, took := wait()
				equal(t, "received", got.bodies, test.want)
				equal(t, "after", took, test.after)
			})
		})
	}
}

func TestLongPollingSeesWhatComesBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, standard("q", func(q *Queue) { q.ReceiveWait = 15 * time.Second }), fifo("f", byContent))
		send(t, s, "q", "a")
		receiveAll(t, s, "q", object{"VisibilityTimeout": 12})
		wait := waits(t, s, "q", 20)
		got, took := wait()
		equal(t, "received", got.bodies, []string{"a"})
		equal(t, "after its timeout", took, 12*time.Second)

		wait = waits(t, s, "q", 20)
		call(t, s, "ChangeMessageVisibility", "q", object{"ReceiptHandle": got.handles[0], "VisibilityTimeout": 0}).ok()
		got, took = wait()
		equal(t, "received", got.bodies, []string{"a"})
		equal(t, "at once", took, time.Duration(0))

		// Of a group, the next message comes when the one before is deleted.
		send(t, s, "f.fifo", "1", object{"MessageGroupId": "g"})
		first := receiveAll(t, s, "f.fifo", object{"MaxNumberOfMessages": 1})
		send(t, s, "f.fifo", "2", object{"MessageGroupId": "g"})
		wait = waits(t, s, "f.fifo", 20)
		pass(2 * time.Second)
		remove(t, s, "f.fifo", first.handles[0]).ok()
		got, took = wait()
		equal(t, "received", got.bodies, []string{"2"})
		equal(t, "with the deletion", took, 2*time.Second)

		// The queue's own wait time is the default.
		start := time.Now()
		equal(t, "nothing", receiveAll(t, s, "q").bodies, nil)
		equal(t, "waited", time.Since(start), 15*time.Second)
	})
}

// TestLongPollingReceivers: each message goes to one of those who wait.
func TestLongPollingReceivers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, standard("q"))
		var all []func() (received, time.Duration)
		for range 20 {
			all = append(all, waits(t, s, "q", 20))
		}
		for i := range 10 {
			send(t, s, "q", fmt.Sprint(i))
		}
		seen, empty := map[string]int{}, 0
		for _, wait := range all {
			got, _ := wait()
			for _, body := range got.bodies {
				seen[body]++
			}
			if len(got.bodies) == 0 {
				empty++
			}
		}
		for body, n := range seen {
			if n != 1 {
				t.Errorf("message %s was received %d times", body, n)
			}
		}
		if len(seen) != 10 || empty < 10 {
			t.Errorf("expected 10 messages and at least 10 empty answers, got %v, %d", seen, empty)
		}
	})
}

func TestLongPollingEndsWithTheQueue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newService(t, Options{}, standard("q"))
		refusal := make(chan string)
		go func() {
			refusal <- call(t, s, "ReceiveMessage", "q", object{"WaitTimeSeconds": 20}).refusal()
		}()
		synctest.Wait()
		prepare(t, s, endpoint)
		equal(t, "refusal", <-refusal, "com.amazonaws.sqs#QueueDoesNotExist: The specified queue does not exist.")
	})
}

func TestOverLimit(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, standard("q"))
	for range maximumInFlight + 1 {
		if _, err := s.Send("q", Sending{Body: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	s.mu.Lock()
	got, err := s.take(s.queues["q"], s.options.Now(), maximumInFlight+1, time.Hour)
	s.mu.Unlock()
	if err != nil || len(got) != maximumInFlight {
		t.Fatalf("expected %d messages, got %d, %v", maximumInFlight, len(got), err)
	}
	equal(t, "refusal", call(t, s, "ReceiveMessage", "q", nil).refusal(), "com.amazonaws.sqs#OverLimit: The maximum number of in flight messages is reached.")
}
