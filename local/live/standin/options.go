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

	// Keys are who may connect, by access key ID.
	Keys map[string]Key

	// Key returns a key that is not among Keys, such as that of a function's process, which
	// is made when that starts. It may be called concurrently. Nil: there are no others.
	Key func(accessKeyID string) (Key, bool)

	// OnPublish decides what becomes of a message that a client is allowed to publish, and
	// of a will. It may be called concurrently, and must not wait for a client. Nil: each is
	// delivered.
	OnPublish func(Message) Fate

	// TLS serves https and wss where it is not nil.
	TLS *tls.Config

	// Now is the clock of signatures, of the connections of a client ID, and of the
	// messages a second; time.Now if it is nil.
	Now func() time.Time

	// Second is how long a second of a keep-alive is; a second if it is zero. IoT Core
	// takes no keep-alive below 30 of them, and drops who is silent for 45.
	Second time.Duration

	// Unlimited lifts the limits of messages and bytes a second.
	Unlimited bool
}

// A Key is what belongs to an access key ID.
type Key struct {
	Secret       string
	SessionToken string    // empty where the key is not temporary
	Expiration   time.Time // zero: never
	// Policies are IAM policy documents, in JSON. None: everything of IoT Core is allowed.
	Policies []string
}

// allowAll is what a key without policies may do. It has the condition without which there is
// no will.
const allowAll = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Action": "iot:Connect", "Resource": "*",
	 "Condition": {"ForAllValues:StringEquals": {"iot:ConnectAttributes": ["LastWill", "PersistentConnect"]}}},
	{"Effect": "Allow", "NotAction": "iot:Connect", "Resource": "*"}]}`

// A principal is a key whose policies are parsed.
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
