package action

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// An Outcome is the result of a sign-in, which each Action in turn can change.
type Outcome struct {
	// Scopes are those of the access token.
	Scopes []string
	// AccessClaims and IDClaims are added to the tokens.
	AccessClaims, IDClaims map[string]json.RawMessage
	// Denied refuses the sign-in, with a reason for the client. No further Action runs.
	Denied bool
	Reason string
}

func (o *Outcome) clone() *Outcome {
	c := *o
	c.Scopes = slices.Clone(o.Scopes)
	c.AccessClaims, c.IDClaims = maps.Clone(o.AccessClaims), maps.Clone(o.IDClaims)
	return &c
}

func (o *Outcome) deny(reason string) { o.Denied, o.Reason = true, reason }

func (o *Outcome) addScope(scope string) {
	if !slices.Contains(o.Scopes, scope) {
		o.Scopes = append(o.Scopes, scope)
	}
}

func (o *Outcome) removeScope(scope string) {
	o.Scopes = slices.DeleteFunc(o.Scopes, func(s string) bool { return s == scope })
}

// claim sets a claim of the access token or the ID token, and reports whether its name
// is free.
func (o *Outcome) claim(token, name string, value json.RawMessage) bool {
	if slices.Contains(reserved, name) {
		return false
	}
	claims := &o.AccessClaims
	if token != "access" {
		claims = &o.IDClaims
	}
	if *claims == nil {
		*claims = map[string]json.RawMessage{}
	}
	(*claims)[name] = value
	return true
}

func (o *Outcome) claimBytes() int {
	size := 0
	for _, claims := range []map[string]json.RawMessage{o.AccessClaims, o.IDClaims} {
		for name, value := range claims {
			size += len(name) + len(value)
		}
	}
	return size
}

// reserved are the names that Auth0 restricts, and those of OpenID Connect's claims.
// https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
// https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
var reserved = strings.Fields(`
	acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty dest
	entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act mky nbf
	nonce object_id org_id org_name orig origid permissions roles rph s_hash scope sid sip_callid sip_cseq_num
	sip_date sip_from_tag sip_via_branch sub sub_jwk toe txn typ uuid vot vtm x5t#S256
	name given_name family_name middle_name nickname preferred_username profile picture website email
	email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at`)
