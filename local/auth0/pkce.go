package auth0

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"regexp"
)

// Shapes of a challenge by S256 and of a verifier.
// https://www.rfc-editor.org/rfc/rfc7636#section-4.1
var (
	challengeShape = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	verifierShape  = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)
)

// checkChallenge requires a challenge by S256. Auth0 also accepts "plain", which
// does not protect against anyone who can read the request.
func checkChallenge(p params) *oauthError {
	switch {
	case p["code_challenge"] == "":
		return errMissing("code_challenge")
	case p["code_challenge_method"] != "S256":
		return errInvalidRequest("code_challenge_method must be S256")
	case !challengeShape.MatchString(p["code_challenge"]):
		return errInvalidRequest("code_challenge must be 43 base64url characters")
	}
	return nil
}

// verifies reports whether the challenge was derived from this verifier.
func verifies(verifier, challenge string) bool {
	if !verifierShape.MatchString(verifier) {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(made), []byte(challenge)) == 1
}
