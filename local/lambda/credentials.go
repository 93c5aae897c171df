package lambda

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"net/http"
	"slices"
	"time"
)

// Credentials sign a process's calls to AWS. Each process has its own, as each execution
// environment of Lambda does.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
}

// newCredentials makes credentials in the form of a role's. A role's key starts with ASIA,
// and has only letters of base 32.
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
	Function   string    // its name
	Invocation string    // the request ID of the invocation that it has now; empty between two
	Expiration time.Time // of the credentials; zero while the process runs
}

// The credentials of a process outlive it, as those of a role do: a URL that it has signed
// for someone else is used later. On Lambda they last for hours.
const (
	credentialsOutlive = 6 * time.Hour
	maxEndedCallers    = 1000
)

// Caller returns the process that has an access key, and whether there is one that runs or
// has ended recently.
func (s *Service) Caller(accessKeyID string) (Caller, bool) {
	s.mu.RLock()
	p := s.signers[accessKeyID]
	ended, isEnded := s.endedCaller(accessKeyID)
	s.mu.RUnlock()
	if p == nil {
		return ended, isEnded
	}
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	c := Caller{Credentials: p.credentials, Function: p.pool.function.Name}
	if p.inv != nil {
		c.Invocation = p.inv.id
	}
	return c, true
}

// endedCaller returns a process that has ended. s.mu must be held.
func (s *Service) endedCaller(accessKeyID string) (Caller, bool) {
	i := slices.IndexFunc(s.endedCallers, func(c Caller) bool { return c.AccessKeyID == accessKeyID })
	if i < 0 || !time.Now().Before(s.endedCallers[i].Expiration) {
		return Caller{}, false
	}
	return s.endedCallers[i], true
}

// keepCredentials keeps the credentials of a process that has ended. s.mu must be held.
func (s *Service) keepCredentials(p *process) {
	s.endedCallers = append(s.endedCallers, Caller{
		Credentials: p.credentials, Function: p.pool.function.Name, Expiration: time.Now().Add(credentialsOutlive),
	})
	if n := len(s.endedCallers) - maxEndedCallers; n > 0 {
		s.endedCallers = slices.Delete(s.endedCallers, 0, n)
	}
}

// credentialsPath is below a process's own path. The SDK of a delegated function finds its
// credentials there.
const credentialsPath = "credentials"

// delegatedFor is how long an SDK may keep those credentials. It requests them again some
// minutes earlier.
const delegatedFor = 15 * time.Minute

// serveCredentials answers a process's SDK with the credentials of its invocation or, before
// the first, those of the function's latest one.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
func serveCredentials(w http.ResponseWriter, p *process) {
	p.pool.mu.Lock()
	c := p.pool.delegated
	if p.inv != nil && p.inv.credentials != nil {
		c = p.inv.credentials
	}
	p.pool.mu.Unlock()
	if c == nil {
		reply(w, http.StatusServiceUnavailable, struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		}{"NoCredentials", "no invocation has brought credentials yet"})
		return
	}
	reply(w, http.StatusOK, struct {
		AccessKeyID     string `json:"AccessKeyId"`
		SecretAccessKey string
		Token           string
		Expiration      time.Time
	}{c.AccessKeyID, c.SecretAccessKey, c.SessionToken, time.Now().Add(delegatedFor).UTC()})
}
