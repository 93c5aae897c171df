package cloud

import "time"

// A Signer is the process of a function that signs with an access key, and the policies of
// the function's role.
type Signer struct {
	SecretAccessKey, SessionToken string
	Expiration                    time.Time // zero while the process runs
	Policies                      []string  // in JSON
}

// Signer returns the owner of an access key, for stand-ins of AWS services outside of this
// package: the Broker.
func (c *Cloud) Signer(accessKeyID string) (s Signer, known bool) {
	caller, known := c.functions.Caller(accessKeyID)
	if !known {
		return Signer{}, false
	}
	role := c.observer.deployedServices().Roles[caller.Function]
	return Signer{
		SecretAccessKey: caller.SecretAccessKey, SessionToken: caller.SessionToken, Expiration: caller.Expiration,
		Policies: role.Policies,
	}, true
}
