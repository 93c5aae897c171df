package main

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
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/auth0"
)

// standInDomain is the domain of the tenant that stands in for Auth0. Nothing
// under .test exists in the DNS (RFC 2606).
const standInDomain = "tenant.test"

const (
	standInClientID = "HmZ4WkRmJ0hQd1xJ7m0vKq3sT8yB2nLc"
	devAudience     = "https://api-auth-jwt-auth0/dev"
)

// A standIn is a tenant under HTTPS, with a certificate that only those trust who
// are given its roots.
type standIn struct {
	server *httptest.Server
	roots  *x509.CertPool
	ca     []byte // DER
	key    string // the hash of its public key, as Chromium takes it
}

// newStandIn starts one, for a site at these origins.
func newStandIn(t testing.TB, origins ...string) *standIn {
	t.Helper()
	s, err := startStandIn(origins)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.server.Close)
	return s
}

func startStandIn(origins []string) (*standIn, error) {
	tenant, err := auth0.New(auth0.Options{Issuer: "https://" + standInDomain + "/", ReadyUser: &readyUser})
	if err != nil {
		return nil, err
	}
	commit, err := tenant.Prepare(context.Background(), auth0.Config{
		Clients: []auth0.Client{{
			ID: standInClientID, Name: "The site", FirstParty: true,
			Callbacks: origins, LogoutURLs: origins, WebOrigins: origins,
			GrantTypes:   []string{"authorization_code", "refresh_token"},
			RefreshToken: auth0.RefreshTokenPolicy{Rotating: true},
		}},
		APIs: []auth0.API{{
			Identifier: devAudience, Name: "The API", AllowOfflineAccess: true, SkipConsentForFirstParty: true,
			Scopes: []auth0.Scope{{Value: "read:private", Description: "Call the private route"}},
		}},
		ClientGrants: []auth0.ClientGrant{{ClientID: standInClientID, Audience: devAudience, Scopes: []string{"read:private"}}},
	})
	if err != nil {
		return nil, err
	}
	commit()
	return serveTLS(tenant.Handler())
}

// serveTLS serves under a certificate for the domain, of an authority of its own.
func serveTLS(handler http.Handler) (*standIn, error) {
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
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: standInDomain}, DNSNames: []string{standInDomain},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	s := &standIn{server: httptest.NewUnstartedServer(handler), roots: x509.NewCertPool()}
	if s.ca, err = x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey); err != nil {
		return nil, err
	}
	signed, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(spki)
	s.key = base64.StdEncoding.EncodeToString(hash[:])
	s.roots.AppendCertsFromPEM(pemOf(s.ca))
	s.server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{signed, s.ca}, PrivateKey: key}}}
	s.server.StartTLS()
	return s, nil
}

func (s *standIn) address() string { return s.server.Listener.Addr().String() }

// client reaches the stand-in by its domain, and trusts these roots.
func (s *standIn) client(roots *x509.CertPool) *http.Client {
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			if address == standInDomain+":443" {
				return d.DialContext(ctx, network, s.address())
			}
			return nil, &net.DNSError{Err: "no such host", Name: address, IsNotFound: true}
		},
	}}
}

// tunnel is a proxy's CONNECT, which knows the stand-in by its domain.
func (s *standIn) tunnel(w http.ResponseWriter, r *http.Request) {
	target := r.Host
	if target == standInDomain+":443" {
		target = s.address()
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
		io.Copy(there, sent) // with what the server had read before it gave way
		there.Close()
	}()
	io.Copy(here, there)
}

// browserOptions make a browser find the stand-in and trust its certificate.
func (s *standIn) browserOptions() []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{
		chromedp.Flag("host-resolver-rules", "MAP "+standInDomain+":443 "+s.address()),
		chromedp.Flag("ignore-certificate-errors-spki-list", s.key),
	}
}
