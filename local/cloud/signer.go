package cloud

import "time"

// A Signer is the process of a function that signs with an access key, and what the role
// of the function allows.
type Signer struct {
	SecretAccessKey, SessionToken string
	Expiration                    time.Time // zero while the process runs
	Policies                      []string  // in JSON
}

// Signer returns who signs with an access key, for what stands in for a service of AWS
// outside of this package: the Broker.
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
