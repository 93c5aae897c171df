package mqtt

import (
	"context"
	"sync"

	"github.com/eclipse/paho.golang/packets"
)

// maxInFlight limits the requests that wait for an answer. It is below any broker's Receive
// Maximum: IoT Core's is 100.
// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
const maxInFlight = 16

// acks are the requests that wait for an answer, by packet ID.
type acks struct {
	slots   chan struct{}
	mu      sync.Mutex
	waiting map[uint16]chan *packets.ControlPacket
	last    uint16
}

func newAcks() *acks {
	return &acks{slots: make(chan struct{}, maxInFlight), waiting: map[uint16]chan *packets.ControlPacket{}}
}

// expect allocates an ID for a request. The answer is sent on the channel.
func (a *acks) expect(ctx, life context.Context) (uint16, <-chan *packets.ControlPacket, error) {
	select {
	case a.slots <- struct{}{}:
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	case <-life.Done():
		return 0, nil, life.Err()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.last++; a.last == 0 || a.waiting[a.last] != nil; a.last++ {
	}
	answer := make(chan *packets.ControlPacket, 1)
	a.waiting[a.last] = answer
	return a.last, answer, nil
}

// resolve passes an answer to its request. An answer to no pending request is ignored.
func (a *acks) resolve(answer *packets.ControlPacket) {
	if waiting := a.take(answer.PacketID()); waiting != nil {
		waiting <- answer
	}
}

// forget releases an ID.
func (a *acks) forget(id uint16) { a.take(id) }

func (a *acks) take(id uint16) chan *packets.ControlPacket {
	a.mu.Lock()
	defer a.mu.Unlock()
	waiting := a.waiting[id]
	if waiting != nil {
		delete(a.waiting, id)
		<-a.slots
	}
	return waiting
}
