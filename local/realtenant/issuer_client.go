package realtenant

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// issuerClient sends the requests to an OpenID Connect issuer that need no
// credentials.
type issuerClient struct {
	http *http.Client // nil means the system's roots and proxy
}

// issuerTimeout is longer than API Gateway's, which the local gateway has: a first
// connection through a VPN may be slow, and must not look like a missing tenant.
const issuerTimeout = 15 * time.Second

// maxDocument is much larger than any discovery document or login page, in bytes.
const maxDocument = 1 << 20

// get returns an answer and its body, without following redirects.
func (c issuerClient) get(ctx context.Context, target string) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, issuerTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, nil, err
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if c.http != nil {
		client.Transport = c.http.Transport
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, nil, unreachable(request.URL.Host, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxDocument))
	if err != nil {
		return nil, nil, unreachable(request.URL.Host, err)
	}
	return response, body, nil
}

// unreachable explains why a tenant cannot be reached, and what to do.
func unreachable(host string, err error) error {
	fix := "check the network, or set HTTPS_PROXY if this network needs a proxy"
	var noHost *net.DNSError
	switch {
	case errors.As(err, new(*tls.CertificateVerificationError)):
		fix = "a proxy may intercept TLS: add its CA to the system's, or to a file that SSL_CERT_FILE names"
	case errors.As(err, &noHost) && noHost.IsNotFound:
		fix = "check that auth0:domain is the tenant's domain"
	}
	return fmt.Errorf("the tenant %s cannot be reached: %w: %s", host, withoutURL(err), fix)
}

// withoutURL removes the URL, which may be long, from an error.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// discover checks the discovery document of the tenant at a URL, which has no
// trailing slash: the issuer must be exactly this tenant.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
func (c issuerClient) discover(ctx context.Context, tenant string) error {
	response, body, err := c.get(ctx, tenant+"/.well-known/openid-configuration")
	if err != nil {
		return err
	}
	var document struct {
		Issuer        string `json:"issuer"`
		Authorization string `json:"authorization_endpoint"`
		Token         string `json:"token_endpoint"`
		JWKS          string `json:"jwks_uri"`
	}
	if response.StatusCode != http.StatusOK || json.Unmarshal(body, &document) != nil {
		return fmt.Errorf("%s is not an Auth0 tenant: it has no discovery document (status %d): check that auth0:domain is the tenant's domain", tenant, response.StatusCode)
	}
	if document.Issuer != tenant+"/" {
		return fmt.Errorf("the tenant at %s has the issuer %q, so that no API would accept its tokens: set auth0:domain to the issuer's domain", tenant, document.Issuer)
	}
	for _, endpoint := range []string{document.Authorization, document.Token, document.JWKS} {
		if !strings.HasPrefix(endpoint, tenant+"/") {
			return fmt.Errorf("the tenant at %s has an endpoint on another host, %q, which the site's content security policy would block", tenant, endpoint)
		}
	}
	return nil
}

// login is a login as the site requests it.
type login struct{ clientID, siteURL, audience string }

// A loginError is the tenant's refusal of all logins of the site.
type loginError struct {
	status            int
	code, description string // empty if the tenant does not redirect to the callback
}

func (e *loginError) Error() string {
	if e.code == "" {
		return fmt.Sprintf("status %d", e.status)
	}
	return e.code + ", " + e.description
}

// tryLogin requests a login as the site does, but without a page (prompt=none). The
// tenant should redirect to the callback with the error that nobody is signed in. If
// it does not redirect there, the client or its callback is unknown: a *loginError
// without a code.
// https://auth0.com/docs/authenticate/login/configure-silent-authentication
// https://auth0.com/docs/authenticate/login/auth0-universal-login/error-pages
func (c issuerClient) tryLogin(ctx context.Context, tenant string, l login) error {
	site := &oauth2.Config{
		ClientID:    l.clientID,
		RedirectURL: l.siteURL,
		Scopes:      []string{"openid"},
		Endpoint:    oauth2.Endpoint{AuthURL: tenant + "/authorize"},
	}
	response, _, err := c.get(ctx, site.AuthCodeURL("try", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()),
		oauth2.SetAuthURLParam("audience", l.audience), oauth2.SetAuthURLParam("prompt", "none")))
	if err != nil {
		return err
	}
	to, err := response.Location()
	if err != nil || to.Scheme+"://"+to.Host != l.siteURL {
		return &loginError{status: response.StatusCode}
	}
	switch code := to.Query().Get("error"); code {
	case "login_required", "consent_required", "interaction_required":
		return nil
	default:
		return &loginError{response.StatusCode, code, to.Query().Get("error_description")}
	}
}
