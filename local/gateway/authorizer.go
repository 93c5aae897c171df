package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"strings"
	"time"
)

// algorithms are the accepted signature algorithms. The documentation says
// "RSA-based algorithms" without a list; RSA-PSS is excluded, the stricter reading.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
var algorithms = []string{"RS256", "RS384", "RS512"}

// authorizer is a compiled JWTAuthorizer.
type authorizer struct {
	issuer    string
	audiences []string
	source    identitySource
	keys      *keySource
	now       func() time.Time
}

func newAuthorizer(a *JWTAuthorizer, keys *keySource, now func() time.Time) *authorizer {
	source, _ := parseIdentitySource(a.IdentitySource) // validated
	return &authorizer{
		issuer:    a.Issuer,
		audiences: a.Audiences,
		source:    source,
		keys:      keys,
		now:       now,
	}
}

// refusal is why a request was not authorized.
type refusal struct {
	failure   *failure
	challenge string // www-authenticate
	logged    string // $context.authorizer.error
	reason    string // the same for developers, without the error code
	cause     error  // for the log and for developers
}

// authorize follows the documented workflow in order: the identity source, the
// token's form, its algorithm, its key and signature, its issuer, audience and
// times, and last its scopes. The first failure determines the response.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func (a *authorizer) authorize(r *http.Request, scopes []string) (*identity, *refusal) {
	token := a.source.token(r)
	if token == "" {
		missing := "no token in " + a.source.text
		return nil, &refusal{failure: unauthorized, challenge: "Bearer", logged: missing, reason: missing}
	}
	claims, err := a.verify(r.Context(), token)
	if err != nil {
		var bad *tokenError
		errors.As(err, &bad) // verify returns nothing else
		return nil, &refusal{
			failure: unauthorized,
			challenge: fmt.Sprintf(`Bearer scope="%s" error="invalid_token" error_description="%s"`,
				strings.Join(scopes, " "), bad.description),
			logged: "invalid_token: " + bad.description,
			reason: bad.description,
			cause:  bad.cause,
		}
	}
	if len(scopes) == 0 {
		return &identity{claims: claims}, nil
	}
	granted := claims.grantedScopes(scopes)
	if len(granted) == 0 {
		description := fmt.Sprintf("expected scopes: %v", scopes)
		return nil, &refusal{
			failure: forbidden,
			challenge: fmt.Sprintf(`Bearer scope="%s" error="insufficient_scope" error_description="%s"`,
				strings.Join(scopes, " "), description),
			logged: "insufficient_scope: " + description,
			reason: "the token has none of the route's scopes: " + strings.Join(scopes, ", "),
		}
	}
	return &identity{claims: claims, scopes: granted}, nil
}

// verify checks everything except scopes, and returns the token's claims. The error
// is a *tokenError.
func (a *authorizer) verify(ctx context.Context, token string) (*claims, error) {
	payload, err := signedPayload(ctx, token, a.keys)
	if err != nil {
		return nil, err
	}
	c, err := readClaims(payload)
	if err != nil {
		return nil, err
	}
	return c, c.check(a.issuer, a.audiences, a.now())
}

// identitySource is where in a request the token is.
type identitySource struct {
	text   string
	name   string // of the header, canonical, or of the query parameter
	header bool
}

func parseIdentitySource(text string) (identitySource, error) {
	if name, ok := strings.CutPrefix(text, "$request.header."); ok && headerName.MatchString(name) {
		return identitySource{text, textproto.CanonicalMIMEHeaderKey(name), true}, nil
	}
	if name, ok := strings.CutPrefix(text, "$request.querystring."); ok && name != "" {
		return identitySource{text, name, false}, nil
	}
	return identitySource{}, fmt.Errorf(
		"identity source: expected $request.header.NAME or $request.querystring.NAME, got %q", text)
}

// token returns the bare token, empty when there is none. Two values are joined, as
// headers in an event are, and are then not a token.
func (s identitySource) token(r *http.Request) string {
	values := r.Header[s.name]
	if !s.header {
		values = nil
		for _, p := range parseQuery(r.URL.RawQuery) {
			if p.name == s.name {
				values = p.values
			}
		}
	}
	return strings.TrimPrefix(strings.Join(values, ","), "Bearer ")
}
