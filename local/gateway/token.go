package gateway

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// tokenError is what is wrong with a token. The description is sent to the client,
// so it contains nothing that a client sent, except the name of a known algorithm.
type tokenError struct {
	description string
	cause       error
}

func (e *tokenError) Error() string { return e.description }
func (e *tokenError) Unwrap() error { return e.cause }

// Descriptions observed on the real service.
const (
	wrongSegments   = "token contains an invalid number of segments"
	wrongIssuer     = "issuer does not match"
	wrongAudience   = "the token does not have a valid audience"
	expired         = "the token has expired"
	discoveryFailed = "OIDC discovery endpoint communication error"
	jwksFailed      = "JWKS communication error"
	// And "signing method ES256 is invalid".
)

// Descriptions that are assumed; see the package's "Differences".
const (
	malformed       = "token is malformed"
	noAlgorithm     = "signing method (alg) is unspecified"
	unknownMethod   = "signing method (alg) is unavailable"
	criticalHeader  = "the token has a critical header that is not supported"
	noKeyID         = "the token does not have a key ID"
	unknownKeyID    = "the token does not have a valid key ID"
	wrongSignature  = "signature is invalid"
	notYetValid     = "the token is not valid yet"
	issuedInFuture  = "the token was issued in the future"
	wrongClaimValue = "%s is invalid"
)

func wrongMethod(algorithm string) *tokenError {
	return &tokenError{description: "signing method " + algorithm + " is invalid"}
}

// tokenHeader is what the gateway reads of a token's header. Everything else, such
// as jku, x5u, jwk and x5c, is neither followed nor trusted.
type tokenHeader struct{ algorithm, kid string }

// signedPayload returns a token's payload when its signature is valid under the
// issuer's key. It performs every step for a JWS in compact serialization (RFC
// 7515, section 5.2). The payload need not be JSON: what is not signed is not
// parsed. The error is a *tokenError.
func signedPayload(ctx context.Context, token string, keys *keySource) ([]byte, error) {
	header, err := readTokenHeader(token)
	if err != nil {
		return nil, err
	}
	key, err := keys.key(ctx, header.kid)
	if err != nil {
		return nil, err
	}
	if key.algorithm != "" && key.algorithm != header.algorithm {
		return nil, wrongMethod(header.algorithm)
	}
	dot := strings.LastIndexByte(token, '.')
	signed, signature := token[:dot], token[dot+1:]
	_, payload, _ := strings.Cut(signed, ".")
	octets, err := decodeSegment("signature", signature)
	if err != nil {
		return nil, err
	}
	content, err := decodeSegment("payload", payload)
	if err != nil {
		return nil, err
	}
	if !key.verified.has(token) {
		if err := jwt.GetSigningMethod(header.algorithm).Verify(signed, octets, key.rsa); err != nil {
			return nil, &tokenError{wrongSignature, err}
		}
		key.verified.add(token)
	}
	return content, nil
}

// decodeSegment reads base64url in its one canonical form. The error is a
// *tokenError.
func decodeSegment(name, segment string) ([]byte, error) {
	octets, err := base64.RawURLEncoding.Strict().DecodeString(segment)
	if err != nil {
		return nil, &tokenError{malformed, fmt.Errorf("%s: %w", name, err)}
	}
	return octets, nil
}

// readTokenHeader performs the steps that need no key.
func readTokenHeader(token string) (h tokenHeader, err error) {
	if strings.Count(token, ".") != 2 {
		return h, &tokenError{description: wrongSegments}
	}
	if strings.ContainsFunc(token, notInToken) {
		return h, &tokenError{malformed, errors.New("a byte outside of base64url")}
	}
	encoded, _, _ := strings.Cut(token, ".")
	text, err := decodeSegment("header", encoded)
	if err != nil {
		return h, err
	}
	members, err := parseTokenObject(text)
	if err != nil {
		return h, &tokenError{malformed, fmt.Errorf("header: %w", err)}
	}
	if h.algorithm, err = readAlgorithm(members); err != nil {
		return h, err
	}
	// An extension that the reader does not know makes a token invalid: RFC 7515,
	// section 4.1.11, and for b64 RFC 7797, section 6. zip is a header of encrypted
	// tokens: RFC 7516, section 4.1.3.
	if members.get("crit") != nil || members.get("b64") != nil || members.get("zip") != nil {
		return h, &tokenError{description: criticalHeader}
	}
	if h.kid, _ = members.text("kid"); h.kid == "" {
		return h, &tokenError{description: noKeyID}
	}
	return h, nil
}

// notInToken is needed because the decoder skips line breaks.
func notInToken(c rune) bool {
	return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.')
}

// readAlgorithm distinguishes algorithms as golang-jwt does: known, but not
// accepted here, and unknown. Only a known one is repeated to the client.
func readAlgorithm(header object) (string, error) {
	algorithm, ok := header.text("alg")
	switch {
	case !ok:
		return "", &tokenError{description: noAlgorithm}
	case slices.Contains(algorithms, algorithm):
		return algorithm, nil
	case jwt.GetSigningMethod(algorithm) == nil:
		return "", &tokenError{description: unknownMethod}
	}
	return "", wrongMethod(algorithm)
}
