// Package standin is a tenant under HTTPS that stands in for Auth0 in tests, at a
// domain that does not exist. Only tests use it.
package standin

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	"api-auth-jwt-auth0/local/auth0"
)

// Domain is the tenant's domain. The DNS has no names under .test (RFC 2606).
const Domain = "tenant.test"

// The tenant's application and API.
const (
	ClientID = "HmZ4WkRmJ0hQd1xJ7m0vKq3sT8yB2nLc"
	Audience = "https://api-auth-jwt-auth0/dev"
)

// User exists in the tenant.
var User = auth0.ReadyUser{Email: "dev@example.com", Password: "local-password", Name: "Dev User"}

// A Tenant serves HTTPS with a certificate of its own authority.
type Tenant struct {
	Server *httptest.Server
	Roots  *x509.CertPool
	CA     []byte // the authority's certificate, as PEM
	Key    string // the hash of the server's public key, for Chromium's flag
}

// Start starts a tenant that has the site's application, at these origins, and the
// dev stack's API.
func Start(origins ...string) (*Tenant, error) {
	tenant, err := auth0.New(auth0.Options{Issuer: "https://" + Domain + "/", ReadyUser: &User})
	if err != nil {
		return nil, err
	}
	commit, err := tenant.Prepare(context.Background(), auth0.Config{
		Clients: []auth0.Client{{
			ID: ClientID, Name: "The site", FirstParty: true,
			Callbacks: origins, LogoutURLs: origins, WebOrigins: origins,
			GrantTypes:   []string{"authorization_code", "refresh_token"},
			RefreshToken: auth0.RefreshTokenPolicy{Rotating: true},
		}},
		APIs: []auth0.API{{
			Identifier: Audience, Name: "The API", AllowOfflineAccess: true, SkipConsentForFirstParty: true,
			Scopes: []auth0.Scope{{Value: "read:private", Description: "Call the private route"}},
		}},
		ClientGrants: []auth0.ClientGrant{{ClientID: ClientID, Audience: Audience, Scopes: []string{"read:private"}}},
	})
	if err != nil {
		return nil, err
	}
	commit()
	return ServeTLS(tenant.Handler())
}

// ServeTLS serves a handler with a certificate for Domain, of a new authority.
func ServeTLS(handler http.Handler) (*Tenant, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: Domain}, DNSNames: []string{Domain},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	s := &Tenant{Server: httptest.NewUnstartedServer(handler), Roots: x509.NewCertPool()}
	authority, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return nil, err
	}
	s.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority})
	signed, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(spki)
	s.Key = base64.StdEncoding.EncodeToString(hash[:])
	s.Roots.AppendCertsFromPEM(s.CA)
	s.Server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{signed, authority}, PrivateKey: key}}}
	s.Server.StartTLS()
	return s, nil
}

// Address returns the address on which the tenant listens.
func (s *Tenant) Address() string { return s.Server.Listener.Addr().String() }

// Client returns a client that resolves Domain to the tenant and trusts these roots.
func (s *Tenant) Client(roots *x509.CertPool) *http.Client {
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			if address == Domain+":443" {
				return d.DialContext(ctx, network, s.Address())
			}
			return nil, &net.DNSError{Err: "no such host", Name: address, IsNotFound: true}
		},
	}}
}

// Tunnel handles CONNECT as a proxy that resolves the tenant's domain.
func (s *Tenant) Tunnel(w http.ResponseWriter, r *http.Request) {
	target := r.Host
	if target == Domain+":443" {
		target = s.Address()
	}
	there, err := net.Dial("tcp", target)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer there.Close()
	w.WriteHeader(http.StatusOK)
	here, sent, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	go func() {
		io.Copy(there, sent) // with what the server read before Hijack
		there.Close()
	}()
	io.Copy(here, there)
}
