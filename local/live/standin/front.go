package standin

import (
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"api-auth-jwt-auth0/local/aws/sigv4"
	"api-auth-jwt-auth0/local/live/mqtt"
)

// service is the device endpoint's service name in signatures.
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-client-disconnect
const service = "iotdevicegateway"

var upgrader = websocket.Upgrader{Subprotocols: []string{"mqtt"}, CheckOrigin: func(*http.Request) bool { return true }}

// serve accepts a WebSocket whose URL is signed, and serves its connection until it ends.
// https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
func (b *Broker) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/mqtt" {
		http.NotFound(w, r)
		return
	}
	p, err := b.authenticate(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	if !websocket.IsWebSocketUpgrade(r) || websocket.Subprotocols(r) == nil {
		http.Error(w, "expected a WebSocket of the subprotocol mqtt", http.StatusBadRequest)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	if ws.Subprotocol() != "mqtt" {
		ws.Close()
		return
	}
	c := newConn(b, p, ws)
	if !b.add(c) {
		c.cut()
		return
	}
	defer b.remove(c)
	life := time.AfterFunc(mqtt.MaxConnection, c.cut)
	defer life.Stop()
	b.engine.EstablishConnection("front", c) // the error is why the connection ended
	c.cut()
}

// authenticate verifies a presigned URL. Only the error's code may be sent to the client.
func (b *Broker) authenticate(r *http.Request) (*principal, error) {
	s, err := sigv4.Parse(r, service)
	if err != nil {
		b.refuse(Refusal{What: "signature", Reason: err.Error()})
		return nil, err
	}
	if s.Service != service || r.URL.Query().Get("X-Amz-Signature") == "" {
		err = &sigv4.Error{Status: 403, Code: "SignatureDoesNotMatch", Message: "Expected a URL that is signed for the service " + service + "."}
	} else {
		_, err = b.verifier().Verify(r, s, nil)
	}
	if err != nil {
		b.refuse(Refusal{AccessKeyID: s.AccessKeyID, What: "signature", Reason: err.Error()})
		return nil, err
	}
	p, err := b.principal(s.AccessKeyID)
	if err != nil {
		b.refuse(Refusal{AccessKeyID: s.AccessKeyID, What: "policies", Reason: err.Error()})
	}
	return p, err
}

// key returns the key with an ID.
func (b *Broker) key(accessKeyID string) (Key, bool) {
	if p, known := b.principals[accessKeyID]; known {
		return p.key, true
	}
	if b.options.Key == nil {
		return Key{}, false
	}
	return b.options.Key(accessKeyID)
}

// principal returns the principal of a known key ID.
func (b *Broker) principal(accessKeyID string) (*principal, error) {
	if p, known := b.principals[accessKeyID]; known {
		return p, nil
	}
	key, _ := b.key(accessKeyID)
	return newPrincipal(accessKeyID, key)
}

func (b *Broker) verifier() sigv4.Verifier {
	return sigv4.Verifier{Region: b.options.Region, Now: b.options.Now, Key: func(id string) (sigv4.Key, bool) {
		key, known := b.key(id)
		return sigv4.Key{Secret: key.Secret, SessionToken: key.SessionToken, Expiration: key.Expiration}, known
	}}
}

func (b *Broker) refuse(r Refusal) {
	b.log.update(func() { b.log.refused = append(b.log.refused, r) })
}

// add adds a connection, and reports whether the broker is running.
func (b *Broker) add(c *conn) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.server == nil {
		return false
	}
	b.conns[c] = true
	return true
}

func (b *Broker) remove(c *conn) {
	b.mu.Lock()
	delete(b.conns, c)
	b.mu.Unlock()
	b.log.update(func() {})
	close(c.gone)
}
