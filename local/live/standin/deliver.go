package standin

import (
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// pass records a message, and treats it as OnPublish decides.
func (b *Broker) pass(m Message) {
	m.Payload = append([]byte(nil), m.Payload...)
	b.mu.Lock()
	decide := b.onPublish
	b.mu.Unlock()
	m.Fate = decide(m)
	if m.Fate.delay == 0 && !m.Fate.hold {
		for range m.Fate.copies {
			b.inject(m)
		}
	}
	b.log.update(func() {
		b.log.published = append(b.log.published, m)
		if m.Fate.hold {
			b.log.held = append(b.log.held, m)
		}
	})
	if m.Fate.delay > 0 {
		time.AfterFunc(m.Fate.delay, func() { b.inject(m) })
	}
}

// inject delivers a message to its subscribers, and retains it if it has Retain.
func (b *Broker) inject(m Message) {
	inline, _ := b.engine.Clients.Get(broker.InlineClientId)
	b.engine.InjectPacket(inline, packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Publish, Qos: m.QoS, Retain: m.Retain},
		TopicName:   m.Topic, Payload: m.Payload, PacketID: uint16(m.QoS), Created: time.Now().Unix(),
	})
	b.log.update(func() {})
}
