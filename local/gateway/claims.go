package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxNumericDate is the last second of the year 9999. A later date is refused,
// since some readers would overflow.
const maxNumericDate = 253_402_300_799

// claims are a token's claims as written in it.
type claims struct{ object }

// readClaims reads a payload that was signed, as strictly as parseTokenObject does.
// The error is a *tokenError.
func readClaims(payload []byte) (*claims, error) {
	members, err := parseTokenObject(payload)
	if err != nil {
		return nil, &tokenError{malformed, fmt.Errorf("claims: %w", err)}
	}
	return &claims{members}, nil
}

// check verifies the claims in the documented order.
func (c *claims) check(issuer string, audiences []string, now time.Time) error {
	if got, ok := c.text("iss"); !ok || got != issuer {
		return &tokenError{description: wrongIssuer}
	}
	if !c.hasAudience(audiences) {
		return &tokenError{description: wrongAudience}
	}
	for _, date := range []struct {
		claim    string
		required bool
		fails    string
		isValid  func(date, now float64) bool
	}{
		{"exp", true, expired, func(exp, now float64) bool { return exp > now }},
		{"nbf", false, notYetValid, func(nbf, now float64) bool { return nbf <= now }},
		{"iat", false, issuedInFuture, func(iat, now float64) bool { return iat <= now }},
	} {
		value := c.get(date.claim)
		if value == nil && !date.required {
			continue
		}
		seconds, ok := numericDate(value)
		switch {
		case value != nil && !ok:
			return &tokenError{description: fmt.Sprintf(wrongClaimValue, date.claim)}
		case value == nil || !date.isValid(seconds, float64(now.UnixMilli())/1000):
			return &tokenError{description: date.fails}
		}
	}
	return nil
}

// hasAudience accepts any one of the audiences. An aud that is not a string or an
// array of strings matches none. client_id counts only in a token without aud.
func (c *claims) hasAudience(audiences []string) bool {
	aud := c.get("aud")
	if aud == nil {
		clientID, ok := c.text("client_id")
		return ok && slices.Contains(audiences, clientID)
	}
	if single, ok := stringValue(aud); ok {
		return slices.Contains(audiences, single)
	}
	list, ok := stringValues(aud)
	return ok && slices.ContainsFunc(list, func(a string) bool { return slices.Contains(audiences, a) })
}

// numericDate reads the NumericDate of RFC 7519, section 2: a JSON number,
// which may have a fraction.
func numericDate(value []byte) (seconds float64, ok bool) {
	seconds, err := strconv.ParseFloat(string(value), 64)
	return seconds, err == nil && seconds >= 0 && seconds <= maxNumericDate
}

// grantedScopes returns those of the route's scopes that the token has in scope
// or scp, each a list of words or an array.
func (c *claims) grantedScopes(route []string) (granted []string) {
	for _, name := range []string{"scope", "scp"} {
		value := c.get(name)
		list, ok := stringValues(value)
		if !ok {
			text, _ := stringValue(value)
			list = strings.Split(text, " ")
		}
		for _, scope := range list {
			if slices.Contains(route, scope) && !slices.Contains(granted, scope) {
				granted = append(granted, scope)
			}
		}
	}
	return granted
}

// identity is what a function receives about a verified token.
type identity struct {
	claims *claims
	scopes []string // nil on a route without scopes
}

// appendTo appends requestContext.authorizer.
func (id *identity) appendTo(b []byte) []byte {
	b = append(b, `,"authorizer":{"jwt":{"claims":{`...)
	first := true
	for _, m := range id.claims.object {
		if isNull(m.value) {
			continue // measured: such a claim is left out
		}
		if !first {
			b = append(b, ',')
		}
		b = appendQuoted(b, m.name)
		b = append(b, ':')
		b = appendClaim(b, m.value)
		first = false
	}
	b = append(b, `},"scopes":`...)
	if id.scopes == nil {
		return append(b, `null}}`...)
	}
	for i, scope := range id.scopes {
		b = append(b, "[,"[min(i, 1)])
		b = appendQuoted(b, scope)
	}
	return append(b, `]}}`...)
}

// appendClaim appends a claim's value as a JSON string. A string is copied as
// written in the token.
func appendClaim(b, value []byte) []byte {
	if value[0] == '"' {
		return append(b, value...)
	}
	return appendQuoted(b, claimText(value))
}

// claimText returns a claim as API Gateway prints it: numbers and booleans as
// written in the token, an array as Go prints one, an object as JSON. Measured at
// https://github.com/floci-io/floci/pull/2011
func claimText(value []byte) string {
	switch value[0] {
	case '"':
		return unquote(value)
	case '{':
		var compact bytes.Buffer
		_ = json.Compact(&compact, value) // valid, since it was parsed
		return compact.String()
	case '[':
		var texts []string
		for _, element := range elements(value) {
			texts = append(texts, claimText(element))
		}
		return "[" + strings.Join(texts, " ") + "]"
	}
	return string(value)
}
