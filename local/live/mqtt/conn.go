package mqtt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eclipse/paho.golang/packets"
)

// A Conn is a connection to the broker. It is safe for concurrent use.
type Conn struct {
	config Config
	socket *socket
	reader *bufio.Reader
	heard  atomic.Pointer[time.Time]

	life context.Context         // ends with the connection; its cause is Err
	end  context.CancelCauseFunc // use fail
	done chan struct{}

	writing  chan struct{} // holds a token while a packet is written
	received chan *packets.Publish
	pings    pings
	acks     *acks
}

// backlog is how many messages wait for OnMessage before reading from the broker stops.
const backlog = 64

// closeTimeout is how long Close waits for the broker to close.
const closeTimeout = time.Second

// Dial connects to the broker. ctx limits the attempt, which takes at most ten seconds, not
// the connection. The error is a *HandshakeError if the signature was refused, and a *Refusal
// if the policy does not allow the client ID or the will.
func Dial(ctx context.Context, cfg Config) (*Conn, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	u, err := cfg.url(ctx)
	if err != nil {
		return nil, err
	}
	c := &Conn{config: cfg, done: make(chan struct{}), writing: make(chan struct{}, 1), received: make(chan *packets.Publish, backlog), acks: newAcks()}
	c.life, c.end = context.WithCancelCause(context.Background())
	c.markHeard()
	if c.socket, err = open(ctx, u, cfg.Now, c.markHeard); err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", u.Host, err)
	}
	c.reader = bufio.NewReader(c.socket)
	interval, err := c.connect(ctx)
	if err != nil {
		c.socket.close()
		return nil, fmt.Errorf("connecting to %s as %q: %w", u.Host, cfg.ClientID, err)
	}
	go c.run(interval)
	return c, nil
}

// connect sends CONNECT, and returns the interval between pings.
func (c *Conn) connect(ctx context.Context) (time.Duration, error) {
	release := context.AfterFunc(ctx, c.socket.close)
	defer release()
	if err := c.socket.write(encode(c.connectPacket())); err != nil {
		return 0, firstError(ctx.Err(), err)
	}
	packet, err := readPacket(c.reader)
	if err != nil {
		return 0, firstError(ctx.Err(), lost(err))
	}
	ack, ok := packet.Content.(*packets.Connack)
	switch {
	case !ok:
		return 0, fmt.Errorf("the broker answered %s, expected CONNACK", packet.PacketType())
	case ack.ReasonCode != 0:
		return 0, &Refusal{"CONNACK", ack.ReasonCode, reasonString(ack.Properties)}
	case !release():
		return 0, ctx.Err()
	}
	interval := c.config.KeepAlive
	if seconds := ack.Properties.ServerKeepAlive; seconds != nil && *seconds > 0 {
		interval = min(interval, time.Duration(*seconds)*time.Second)
	}
	return interval, nil
}

func (c *Conn) connectPacket() *packets.Connect {
	receiveMaximum, maximumPacket := uint16(backlog), uint32(MaxPacket)
	p := &packets.Connect{
		ProtocolName: "MQTT", ProtocolVersion: 5, CleanStart: true, ClientID: c.config.ClientID,
		KeepAlive:  uint16((c.config.KeepAlive + time.Second - 1) / time.Second),
		Properties: &packets.Properties{ReceiveMaximum: &receiveMaximum, MaximumPacketSize: &maximumPacket},
	}
	if will := c.config.Will; will != nil {
		p.WillFlag, p.WillQOS, p.WillRetain = true, 1, will.Retain
		p.WillTopic, p.WillMessage, p.WillProperties = will.Topic, will.Payload, &packets.Properties{}
	}
	return p
}

// run serves the connection until it ends.
func (c *Conn) run(interval time.Duration) {
	var serving sync.WaitGroup
	serving.Go(c.handOver)
	serving.Go(func() { c.keepAlive(interval) })
	err := c.read()
	c.fail(err)
	close(c.received)
	serving.Wait()
	close(c.done)
}

// read reads packets until the connection ends.
func (c *Conn) read() error {
	for {
		packet, err := readPacket(c.reader)
		if err != nil {
			return lost(err)
		}
		switch p := packet.Content.(type) {
		case *packets.Publish:
			if p.QoS > 1 {
				return fmt.Errorf("the broker sent a message at QoS %d", p.QoS)
			}
			select {
			case c.received <- p:
			case <-c.life.Done():
				return context.Cause(c.life)
			}
		case *packets.Puback, *packets.Suback:
			c.acks.resolve(packet)
		case *packets.Pingresp:
			c.pings.answer()
		case *packets.Disconnect:
			return &Refusal{"DISCONNECT", p.ReasonCode, reasonString(p.Properties)}
		default:
			return fmt.Errorf("the broker sent an unexpected %s", packet.PacketType())
		}
	}
}

// handOver delivers and acknowledges messages until the connection has ended.
func (c *Conn) handOver() {
	for p := range c.received {
		c.config.OnMessage(Message{Topic: p.Topic, Payload: p.Payload, Retain: p.Retain})
		if p.QoS == 1 {
			ack := &packets.Puback{PacketID: p.PacketID, Properties: &packets.Properties{}}
			c.write(c.life, ack, nil) // an error has ended the connection
		}
	}
}

// Publish publishes a message, at QoS 1 if it is retained and otherwise at QoS 0. At QoS 1
// the error is a *Refusal if the broker rejects the message. ctx limits the wait, not a write
// that has begun. If a write takes longer than ten seconds, the connection is lost.
func (c *Conn) Publish(ctx context.Context, m Message) error {
	if err := checkTopic(m.Topic, false); err != nil {
		return err
	}
	p := &packets.Publish{Topic: m.Topic, Payload: m.Payload, Retain: m.Retain, Properties: &packets.Properties{}}
	if size := len(m.Payload) + len(m.Topic) + publishOverhead; size > MaxPacket {
		return fmt.Errorf("publishing to %q: a packet of %d bytes, IoT Core takes %d", m.Topic, size, MaxPacket)
	}
	if !m.Retain {
		return c.write(ctx, p, nil)
	}
	p.QoS = 1
	answer, err := c.request(ctx, func(id uint16) packets.Packet { p.PacketID = id; return p })
	if err != nil {
		return fmt.Errorf("publishing to %q: %w", m.Topic, err)
	}
	ack, ok := answer.Content.(*packets.Puback)
	if !ok {
		return fmt.Errorf("publishing to %q: the broker answered %s", m.Topic, answer.PacketType())
	}
	if ack.ReasonCode >= 0x80 {
		return fmt.Errorf("publishing to %q: %w", m.Topic, &Refusal{"PUBACK", ack.ReasonCode, reasonString(ack.Properties)})
	}
	return nil
}

// publishOverhead is the size of a PUBLISH without topic and payload: type, remaining length,
// length of the topic, packet ID, length of the properties.
const publishOverhead = 1 + 4 + 2 + 2 + 1

// Subscribe subscribes to topics, in requests of eight. The subscriptions are active when
// Subscribe returns; their first messages may arrive earlier.
func (c *Conn) Subscribe(ctx context.Context, filters ...string) error {
	for _, filter := range filters {
		if err := checkTopic(filter, true); err != nil {
			return err
		}
	}
	for len(filters) > 0 {
		n := min(len(filters), MaxFilters)
		if err := c.subscribe(ctx, filters[:n]); err != nil {
			return fmt.Errorf("subscribing to %q: %w", filters[:n], err)
		}
		filters = filters[n:]
	}
	return nil
}

func (c *Conn) subscribe(ctx context.Context, filters []string) error {
	p := &packets.Subscribe{Properties: &packets.Properties{}}
	for _, filter := range filters {
		p.Subscriptions = append(p.Subscriptions, packets.SubOptions{Topic: filter, QoS: 1})
	}
	answer, err := c.request(ctx, func(id uint16) packets.Packet { p.PacketID = id; return p })
	if err != nil {
		return err
	}
	ack, ok := answer.Content.(*packets.Suback)
	if !ok || len(ack.Reasons) != len(filters) {
		return errMalformed
	}
	for i, code := range ack.Reasons {
		if code >= 0x80 {
			return fmt.Errorf("%q: %w", filters[i], &Refusal{"SUBACK", code, reasonString(ack.Properties)})
		}
	}
	return nil
}

// request writes a packet with an ID, and waits for the answer with the same ID.
func (c *Conn) request(ctx context.Context, packet func(id uint16) packets.Packet) (*packets.ControlPacket, error) {
	id, answer, err := c.acks.expect(ctx, c.life)
	if err != nil {
		return nil, c.cause(err)
	}
	if err := c.write(ctx, packet(id), nil); err != nil {
		c.acks.forget(id) // nothing, or half a packet, was written
		return nil, err
	}
	select {
	case packet := <-answer:
		return packet, nil
	case <-ctx.Done():
		return nil, ctx.Err() // the ID stays taken: an answer may still come
	case <-c.life.Done():
		return nil, context.Cause(c.life)
	}
}

// write writes a packet. before, if not nil, is called just before, in the order of the
// packets.
func (c *Conn) write(ctx context.Context, p packets.Packet, before func()) error {
	select {
	case c.writing <- struct{}{}:
		defer func() { <-c.writing }()
	case <-ctx.Done():
		return c.cause(ctx.Err())
	case <-c.life.Done():
		return context.Cause(c.life)
	}
	if err := errors.Join(c.life.Err(), ctx.Err()); err != nil {
		return c.cause(err)
	}
	if before != nil {
		before()
	}
	if err := c.socket.write(encode(p)); err != nil {
		c.fail(lost(err))
		return context.Cause(c.life)
	}
	return nil
}

// cause returns why the connection ended, or err if it has not ended.
func (c *Conn) cause(err error) error {
	return firstError(context.Cause(c.life), err)
}

// fail ends the connection. The first reason counts.
func (c *Conn) fail(err error) {
	c.end(err)
	c.socket.close()
}

// Done is closed when the connection has ended and the last OnMessage has returned.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Err returns nil until the connection ends, and then the reason: ErrClosed after Close, a
// *Refusal if the broker gave one.
func (c *Conn) Err() error { return context.Cause(c.life) }

// Close disconnects cleanly, so that no will is sent, and closes the connection. An error
// means that the broker may not have received the DISCONNECT. A second Close does nothing.
func (c *Conn) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	ended := c.life.Err() != nil
	err := c.write(ctx, &packets.Disconnect{Properties: &packets.Properties{}}, func() { c.end(ErrClosed) })
	select {
	case <-c.done: // the broker has closed
	case <-ctx.Done():
	}
	c.fail(ErrClosed)
	if err != nil && !ended {
		return fmt.Errorf("closing the connection: %w", err)
	}
	return nil
}

func lost(err error) error { return fmt.Errorf("the connection to the broker is lost: %w", err) }

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
