package aws

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// An Identity is a verified caller in STS's terms.
type Identity struct {
	ARN     string // such as "arn:aws:sts::123456789012:assumed-role/ROLE/FUNCTION"
	UserID  string // unique ID of the role, ":" and the name of the function
	Account string // 12 digits
}

type identityKey struct{}

// IdentityOf returns the verified caller of a request that a Service reads or serves, from
// the request's context. It is zero for any other context.
func IdentityOf(ctx context.Context) Identity {
	identity, _ := ctx.Value(identityKey{}).(Identity)
	return identity
}

// identity returns the identity of the caller. Lambda names a session after the function.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
func (x *exchange) identity() Identity {
	account := x.config.AccountID
	if x.caller.Function == "" {
		arn := "arn:aws:iam::" + account + ":user/developer"
		return Identity{ARN: arn, UserID: uniqueID("AIDA", arn), Account: account}
	}
	arn := cmp.Or(x.principals[x.caller.Function].role.ARN, x.caller.Function)
	role := arn[strings.LastIndex(arn, "/")+1:]
	return Identity{
		ARN:     "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + x.caller.Function,
		UserID:  uniqueID("AROA", arn) + ":" + x.caller.Function,
		Account: account,
	}
}

// uniqueID derives a unique ID of 21 characters from an ARN.
func uniqueID(prefix, arn string) string {
	sum := sha256.Sum256([]byte(arn))
	return prefix + base32.StdEncoding.EncodeToString(sum[:])[:17]
}
