package standin

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"time"

	"api-auth-jwt-auth0/local/aws/policy"
)

// Options configure a broker.
type Options struct {
	Region  string // eu-west-1 if it is empty
	Account string // 123456789012 if it is empty

	// Keys are the keys that may connect, by access key ID.
	Keys map[string]Key

	// Key returns a key that is not among Keys, such as that of a function's process, which
	// is made when that starts. It may be called concurrently. Nil means no others.
	Key func(accessKeyID string) (Key, bool)

	// OnPublish decides the fate of a message that a client is allowed to publish, and of a
	// will. It may be called concurrently, and must not wait for a client. Nil delivers all.
	OnPublish func(Message) Fate

	// TLS, if not nil, makes the broker serve https and wss.
	TLS *tls.Config

	// Now is the clock for signatures, for the connections of a client ID, and for the
	// messages a second; nil means time.Now.
	Now func() time.Time

	// Second is the length of a second of keep-alive; zero means a second. IoT Core accepts
	// no keep-alive below 30 seconds, and drops a client that is silent for 45.
	Second time.Duration

	// Unlimited removes the limits on messages and bytes a second.
	Unlimited bool
}

// A Key holds what belongs to an access key ID.
type Key struct {
	Secret       string
	SessionToken string    // empty if the key is not temporary
	Expiration   time.Time // zero: never
	// Policies are IAM policy documents in JSON. Without any, all of IoT Core is allowed.
	Policies []string
}

// allowAll is the policy of a key without policies. It has the condition that a will needs.
const allowAll = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Action": "iot:Connect", "Resource": "*",
	 "Condition": {"ForAllValues:StringEquals": {"iot:ConnectAttributes": ["LastWill", "PersistentConnect"]}}},
	{"Effect": "Allow", "NotAction": "iot:Connect", "Resource": "*"}]}`

// A principal is a key with its parsed policies.
type principal struct {
	accessKeyID string
	key         Key
	policies    policy.Policies
}

func newPrincipal(accessKeyID string, key Key) (*principal, error) {
	p := &principal{accessKeyID: accessKeyID, key: key}
	documents := key.Policies
	if len(documents) == 0 {
		documents = []string{allowAll}
	}
	for _, text := range documents {
		document, err := policy.Parse([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", accessKeyID, err)
		}
		p.policies.Identity = append(p.policies.Identity, document)
	}
	return p, nil
}

func (o *Options) setDefaults() {
	o.Region = cmp.Or(o.Region, "eu-west-1")
	o.Account = cmp.Or(o.Account, "123456789012")
	o.Second = cmp.Or(o.Second, time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.OnPublish == nil {
		o.OnPublish = func(Message) Fate { return Deliver }
	}
}
