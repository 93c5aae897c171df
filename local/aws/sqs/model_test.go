package sqs

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// model is a slow and simple queue that a service is compared with: a slice of messages,
// each rule written as one sentence of the documentation.
type model struct {
	isFIFO   bool
	maximum  int // receives before a message is a dead letter
	messages []*modelMessage
	dead     []string
	dedup    map[string]time.Time
}

type modelMessage struct {
	body, group, handle string
	hiddenUntil         time.Time
	received            int
}

func (m *model) send(body, group, dedup string, now time.Time, delay time.Duration) {
	if at, seen := m.dedup[dedup]; m.isFIFO && seen && now.Sub(at) < deduplicationWindow {
		return
	}
	m.dedup[dedup] = now
	m.messages = append(m.messages, &modelMessage{body: body, group: group, hiddenUntil: now.Add(delay)})
}

// available are the messages that may be received at a time, in order. One of a
// group is when all before it of the group are.
func (m *model) available(now time.Time) []*modelMessage {
	var all []*modelMessage
	blocked := map[string]bool{}
	for _, message := range m.messages {
		hidden := message.hiddenUntil.After(now)
		if hidden {
			blocked[message.group] = true
		}
		if !hidden && (!m.isFIFO || !blocked[message.group]) {
			all = append(all, message)
		}
	}
	return all
}

// receive returns the bodies; handles are set by the caller.
func (m *model) receive(limit int, now time.Time, visibility time.Duration) []*modelMessage {
	var got []*modelMessage
	group := "" // that is being received
	for len(got) < limit {
		rest := slices.DeleteFunc(m.available(now), func(x *modelMessage) bool { return slices.Contains(got, x) })
		if len(rest) == 0 {
			break
		}
		next := rest[0]
		if m.isFIFO { // as many of a group as possible
			if i := slices.IndexFunc(rest, func(x *modelMessage) bool { return x.group == group }); i >= 0 {
				next = rest[i]
			}
		}
		group = next.group
		if next.received >= m.maximum {
			m.dead = append(m.dead, next.body)
			m.remove(next)
			continue
		}
		got = append(got, next)
	}
	for _, message := range got {
		message.received++
		message.hiddenUntil = now.Add(visibility)
	}
	return got
}

func (m *model) remove(message *modelMessage) {
	m.messages = slices.DeleteFunc(m.messages, func(x *modelMessage) bool { return x == message })
}

// TestRandomOperations compares queues with the model, step by step.
func TestRandomOperations(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			bubble(t, func(t *testing.T) { compareWithModel(t, rand.New(rand.NewPCG(seed, 7)), seed%2 == 0) })
		})
	}
}

func compareWithModel(t *testing.T, random *rand.Rand, isFIFO bool) {
	maximum := 2 + random.IntN(3)
	queue, dead, queues := "q", "dead", []Queue{standard("q", redriveTo("dead", fmt.Sprint(maximum))), standard("dead")}
	if isFIFO {
		queue, dead = "q.fifo", "dead.fifo"
		queues = []Queue{fifo("q", redriveTo("dead.fifo", fmt.Sprint(maximum))), fifo("dead")}
	}
	s := newService(t, Options{}, queues...)
	m := &model{isFIFO: isFIFO, maximum: maximum, dedup: map[string]time.Time{}}
	var handled []*modelMessage // with a handle, in flight or not
	for step := range 150 {
		now := time.Now()
		switch random.IntN(8) {
		case 0, 1, 2:
			body, input, delay := fmt.Sprint("m", step), object{}, random.IntN(3)
			group, dedup := fmt.Sprint("g", random.IntN(3)), fmt.Sprint("d", random.IntN(40))
			if isFIFO {
				delay = 0
				input["MessageGroupId"], input["MessageDeduplicationId"] = group, dedup
			} else {
				input["DelaySeconds"] = delay
			}
			send(t, s, queue, body, input)
			m.send(body, group, dedup, now, time.Duration(delay)*time.Second)
		case 3, 4:
			limit, visibility := 1+random.IntN(10), random.IntN(6)
			got := receiveAll(t, s, queue, object{"MaxNumberOfMessages": limit, "VisibilityTimeout": visibility})
			want := m.receive(limit, now, time.Duration(visibility)*time.Second)
			var bodies []string
			for i, message := range want {
				bodies = append(bodies, message.body)
				if i < len(got.handles) {
					message.handle = got.handles[i]
				}
			}
			equal(t, fmt.Sprint("step ", step, ": received"), got.bodies, bodies)
			handled = append(handled, want...)
		case 5:
			if len(handled) > 0 {
				message := handled[random.IntN(len(handled))]
				gone := !slices.Contains(m.messages, message)
				refused := remove(t, s, queue, message.handle).status != 200
				wantRefused := isFIFO && !gone && !message.hiddenUntil.After(now)
				equal(t, fmt.Sprint("step ", step, ": deletion refused"), refused, wantRefused)
				if !refused {
					m.remove(message)
				}
			}
		case 6:
			if len(handled) > 0 {
				message, seconds := handled[random.IntN(len(handled))], random.IntN(8)
				a := call(t, s, "ChangeMessageVisibility", queue, object{"ReceiptHandle": message.handle, "VisibilityTimeout": seconds})
				wantRefused := !slices.Contains(m.messages, message) || isFIFO && !message.hiddenUntil.After(now)
				equal(t, fmt.Sprint("step ", step, ": change refused"), a.status != 200, wantRefused)
				if !wantRefused {
					message.hiddenUntil = now.Add(time.Duration(seconds) * time.Second)
				}
			}
		case 7:
			pass(time.Duration(1+random.IntN(90)) * time.Second / 10)
		}
		if t.Failed() {
			return
		}
	}
	peeked, err := s.Peek(dead, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, message := range peeked {
		bodies = append(bodies, message.Body)
	}
	equal(t, "dead letters", bodies, m.dead)
	c := counts(t, s, queue)
	equal(t, "messages", c.Visible+c.InFlight+c.Delayed, len(m.messages))
}
