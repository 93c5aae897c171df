package standin

import (
	"slices"
	"strings"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"api-auth-jwt-auth0/local/live/mqtt"
)

// A hook implements IoT Core's behavior in the engine.
type hook struct {
	broker.HookBase
	broker *Broker
}

// Provides implements broker.Hook.
func (h *hook) Provides(b byte) bool {
	return slices.Contains([]byte{broker.OnConnect, broker.OnConnectAuthenticate, broker.OnSessionEstablished, broker.OnDisconnect,
		broker.OnPacketRead, broker.OnACLCheck, broker.OnSubscribe, broker.OnSubscribed, broker.OnPublish}, b)
}

// OnConnect rejects a client ID, a will or a keep-alive that IoT Core does not accept.
func (h *hook) OnConnect(cl *broker.Client, pk packets.Packet) error {
	c := cl.Net.Conn.(*conn)
	refuse := func(code packets.Code) error {
		h.broker.engine.SendConnack(cl, code, false, nil)
		return code
	}
	if code := h.broker.checkConnect(c, pk); code != packets.CodeSuccess {
		return refuse(code)
	}
	if pk.Connect.WillFlag {
		c.will = &Message{From: cl.ID, Topic: pk.Connect.WillTopic, Payload: pk.Connect.WillPayload, Retain: pk.Connect.WillRetain, QoS: pk.Connect.WillQos, Will: true}
		cl.Properties.Will = broker.Will{} // OnDisconnect publishes it
	}
	keepAlive := keepAlive(pk.Connect.Keepalive)
	if keepAlive != pk.Connect.Keepalive {
		cl.State.Keepalive, cl.State.ServerKeepalive = keepAlive, true
	}
	c.startIdle(h.broker.idleAfter(keepAlive), func() {
		h.broker.engine.DisconnectClient(cl, packets.ErrKeepAliveTimeout)
	})
	return nil
}

// keepAlive returns the effective keep-alive, in seconds, for the one a client requests.
// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
func keepAlive(asked uint16) uint16 {
	const least, most = uint16(mqtt.MinKeepAlive / time.Second), uint16(mqtt.MaxKeepAlive / time.Second)
	if asked == 0 {
		return most
	}
	return min(max(asked, least), most)
}

// idleAfter returns how long a client may be silent before it is dropped.
func (b *Broker) idleAfter(keepAlive uint16) time.Duration {
	return time.Duration(keepAlive) * b.options.Second * 3 / 2
}

// OnConnectAuthenticate accepts every client: its URL was verified.
func (h *hook) OnConnectAuthenticate(*broker.Client, packets.Packet) bool { return true }

// OnSessionEstablished wakes waiters when a client is connected.
func (h *hook) OnSessionEstablished(*broker.Client, packets.Packet) { h.broker.log.update(func() {}) }

// OnDisconnect publishes the will of a client that did not disconnect itself.
// https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
func (h *hook) OnDisconnect(cl *broker.Client, _ error, _ bool) {
	c := cl.Net.Conn.(*conn)
	if c.will != nil && cl.StopCause() != packets.CodeDisconnect {
		h.broker.pass(*c.will)
	}
}

// OnPacketRead checks a client's packets.
func (h *hook) OnPacketRead(cl *broker.Client, pk packets.Packet) (packets.Packet, error) {
	c := cl.Net.Conn.(*conn)
	c.heardPacket(h.broker.idleAfter(cl.State.Keepalive))
	code := packets.CodeSuccess
	switch pk.FixedHeader.Type {
	case packets.Publish:
		code = h.broker.checkPublish(c, cl.ID, pk)
	case packets.Subscribe:
		code = h.broker.checkSubscribe(c, cl, pk)
	case packets.Auth, packets.Pubrec, packets.Pubrel, packets.Pubcomp:
		code = packets.ErrProtocolViolation
	}
	if code != packets.CodeSuccess {
		h.broker.engine.DisconnectClient(cl, code)
		return pk, packets.ErrRejectPacket // the one error that keeps the engine from processing the packet
	}
	return pk, nil
}

// OnSubscribe withholds retained messages from subscriptions with wildcards, and removes the
// options that IoT Core does not document.
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-retain
func (h *hook) OnSubscribe(cl *broker.Client, pk packets.Packet) packets.Packet {
	c := cl.Net.Conn.(*conn)
	for i := range pk.Filters {
		f := &pk.Filters[i]
		f.RetainAsPublished, f.NoLocal = false, false
		if isWildcard(f.Filter) {
			f.RetainHandling = 2 // never send retained messages
			continue
		}
		c.mu.Lock()
		c.exact[f.Filter]++
		c.mu.Unlock()
	}
	return pk
}

// OnSubscribed wakes waiters.
func (h *hook) OnSubscribed(*broker.Client, packets.Packet, []byte) { h.broker.log.update(func() {}) }

func isWildcard(filter string) bool { return strings.ContainsAny(filter, "+#") }

// OnACLCheck is called before a message is published, and once for each filter of a
// SUBSCRIBE, both of which OnPacketRead has checked. It is also called before a message is
// delivered, which needs iot:Receive and counts as one of the messages a second. A filter
// without wildcards looks like the topic of a delivery, so OnSubscribe records it.
func (h *hook) OnACLCheck(cl *broker.Client, topic string, write bool) bool {
	c, ok := cl.Net.Conn.(*conn)
	if !ok || write || isWildcard(topic) || c.subscribing(topic) {
		return true
	}
	if !h.broker.allowed(c, cl.ID, "iot:Receive", "topic/"+topic, nil) {
		return false
	}
	if !c.sends.AllowN(h.broker.options.Now(), 1) {
		h.broker.refuse(Refusal{c.accessKeyID, cl.ID, "receiving on " + topic, "more than 100 messages a second: discarded"})
		return false
	}
	return true
}

func (c *conn) subscribing(filter string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.exact[filter] == 0 {
		return false
	}
	c.exact[filter]--
	return true
}

// OnPublish passes on an allowed message.
func (h *hook) OnPublish(cl *broker.Client, pk packets.Packet) (packets.Packet, error) {
	c, ok := cl.Net.Conn.(*conn)
	if !ok {
		return pk, nil // injected
	}
	if !c.sends.AllowN(h.broker.options.Now(), 1) {
		h.broker.refuse(Refusal{c.accessKeyID, cl.ID, "publishing on " + pk.TopicName, "more than 100 messages a second: discarded"})
		if pk.FixedHeader.Qos > 0 {
			return pk, packets.ErrQuotaExceeded
		}
		return pk, packets.ErrRejectPacket
	}
	h.broker.pass(Message{From: cl.ID, Topic: pk.TopicName, Payload: pk.Payload, Retain: pk.FixedHeader.Retain, QoS: pk.FixedHeader.Qos})
	return pk, packets.CodeSuccessIgnore // acknowledged, and not delivered: pass did
}
