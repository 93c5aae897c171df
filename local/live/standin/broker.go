package standin

import (
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"api-auth-jwt-auth0/local/live/mqtt"
)

// A Broker simulates AWS IoT Core. It is safe for concurrent use.
type Broker struct {
	options    Options
	principals map[string]*principal
	engine     *broker.Server
	address    string
	log        *log

	mu        sync.Mutex
	server    *http.Server // nil while the broker is stopped
	conns     map[*conn]bool
	connected map[string]time.Time // when each client ID connected last
	onPublish func(Message) Fate
}

// New returns a broker that listens on a free port of 127.0.0.1. The caller must Close it.
func New(options Options) (*Broker, error) {
	options.setDefaults()
	b := &Broker{options: options, principals: map[string]*principal{}, log: newLog(),
		conns: map[*conn]bool{}, connected: map[string]time.Time{}, onPublish: options.OnPublish}
	for id, key := range options.Keys {
		p, err := newPrincipal(id, key)
		if err != nil {
			return nil, err
		}
		b.principals[id] = p
	}
	b.engine = broker.New(&broker.Options{Capabilities: capabilities(), InlineClient: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err := b.engine.AddHook(&hook{broker: b}, nil); err != nil {
		return nil, err
	}
	return b, b.listen("127.0.0.1:0")
}

// capabilities returns those that IoT Core announces.
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-properties
func capabilities() *broker.Capabilities {
	c := broker.NewDefaultServerCapabilities()
	c.MaximumPacketSize = mqtt.MaxPacket
	c.MaximumQos, c.ReceiveMaximum, c.TopicAliasMaximum = 1, 100, 0
	c.MaximumMessageExpiryInterval = 0 // none, unless the publisher says so
	c.SharedSubAvailable, c.SubIDAvailable = 0, 0
	c.MinimumProtocolVersion = 5
	return c
}

// URL returns the broker's endpoint in the form of mqtt.Config: ws://127.0.0.1:PORT, or
// 127.0.0.1:PORT with TLS.
func (b *Broker) URL() string {
	if b.options.TLS != nil {
		return b.address
	}
	return "ws://" + b.address
}

func (b *Broker) listen(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("starting the broker: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.address = listener.Addr().String()
	if b.options.TLS != nil {
		listener = tls.NewListener(listener, b.options.TLS)
	}
	b.server = &http.Server{Handler: http.HandlerFunc(b.serve), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go b.server.Serve(listener)
	return nil
}

// Start makes a stopped broker listen again at the same address. It keeps its retained
// messages.
func (b *Broker) Start() error { return b.listen(b.address) }

// Stop cuts all connections and stops listening. It must not be called in OnPublish.
func (b *Broker) Stop() {
	b.mu.Lock()
	server := b.server
	b.server = nil
	b.mu.Unlock()
	if server != nil {
		server.Close()
	}
	for _, c := range b.all() {
		c.cut()
	}
	for _, c := range b.all() {
		<-c.gone
	}
}

// Close ends the broker.
func (b *Broker) Close() error {
	b.Stop()
	return nil
}

func (b *Broker) all() (conns []*conn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.conns {
		conns = append(conns, c)
	}
	return conns
}

// find returns the connection of a client.
func (b *Broker) find(clientID string) (*conn, error) {
	client, ok := b.engine.Clients.Get(clientID)
	if !ok || client.Closed() || client.Net.Inline {
		return nil, fmt.Errorf("client %q is not connected", clientID)
	}
	return client.Net.Conn.(*conn), nil
}

// Clients returns the IDs of the connected clients.
func (b *Broker) Clients() (ids []string) {
	for id, client := range b.engine.Clients.GetAll() {
		if !client.Closed() && !client.Net.Inline {
			ids = append(ids, id)
		}
	}
	return ids
}

// Kick disconnects a client as an administrator does, with a reason code.
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-client-disconnect
func (b *Broker) Kick(clientID string) error {
	client, ok := b.engine.Clients.Get(clientID)
	if !ok {
		return fmt.Errorf("client %q is not connected", clientID)
	}
	b.engine.DisconnectClient(client, packets.ErrAdministrativeAction)
	return nil
}

// Cut cuts a client's connection. The broker detects it immediately and sends the will.
func (b *Broker) Cut(clientID string) error {
	c, err := b.find(clientID)
	if err == nil {
		c.cut()
	}
	return err
}

// Freeze keeps a client's connection open but neither reads nor writes it until thaw is
// called, like a network that drops everything. The keep-alive continues.
func (b *Broker) Freeze(clientID string) (thaw func(), err error) {
	c, err := b.find(clientID)
	if err != nil {
		return nil, err
	}
	return c.freeze(), nil
}

// OnPublish replaces Options.OnPublish.
func (b *Broker) OnPublish(decide func(Message) Fate) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.onPublish = decide
}

// Retained returns the retained payload of a topic, or nil.
func (b *Broker) Retained(topic string) []byte {
	if kept, ok := b.engine.Topics.Retained.Get(topic); ok {
		return kept.Payload
	}
	return nil
}
