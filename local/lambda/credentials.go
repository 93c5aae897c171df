package lambda

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
)

// Credentials are those with which a process signs its calls to AWS. Each process has
// its own, as each execution environment of Lambda does; they end with it.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
}

// newCredentials makes credentials in the form of those of a role. A key of a role
// starts with ASIA, and has no letters that base 32 lacks.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func newCredentials() Credentials {
	var random [10 + 30 + 48]byte
	rand.Read(random[:])
	return Credentials{
		AccessKeyID:     "ASIA" + base32.StdEncoding.EncodeToString(random[:10]),
		SecretAccessKey: base64.StdEncoding.EncodeToString(random[10:40]),
		SessionToken:    base64.StdEncoding.EncodeToString(random[40:]),
	}
}

// A Caller is the process that signs with an access key.
type Caller struct {
	Credentials
	Function   string // its name
	Invocation string // the request ID of the invocation that it has now; empty between two
}

// Caller returns the process that has an access key, and whether one that runs does.
func (s *Service) Caller(accessKeyID string) (Caller, bool) {
	s.mu.RLock()
	p := s.signers[accessKeyID]
	s.mu.RUnlock()
	if p == nil {
		return Caller{}, false
	}
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	c := Caller{Credentials: p.credentials, Function: p.pool.function.Name}
	if p.inv != nil {
		c.Invocation = p.inv.id
	}
	return c, true
}
