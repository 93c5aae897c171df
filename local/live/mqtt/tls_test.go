package mqtt_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
)

// endpointVariable has the endpoint that the other process of TestTLS connects to.
const endpointVariable = "MQTT_TEST_ENDPOINT"

// TestTLS: the system's roots decide whether a broker is trusted. A process reads them once,
// so another process, with other roots, connects.
func TestTLS(t *testing.T) {
	t.Parallel()
	if endpoint := os.Getenv(endpointVariable); endpoint != "" {
		must(t, dial(t, config(endpoint, "c")).Ping(t.Context()))
		return
	}
	certificate, root := selfSigned(t)
	b := newBroker(t, func(o *standin.Options) {
		o.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2", "http/1.1"}}
	})
	endpoint := strings.Replace(b.URL(), "127.0.0.1", "localhost", 1)
	var unknown x509.UnknownAuthorityError
	if _, err := mqtt.Dial(t.Context(), config(endpoint, "c")); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("with the system's own roots: expected %T, got %v", unknown, err)
	}
	for _, test := range []struct {
		name, endpoint string
		want           bool
	}{
		{"the certificate's name", endpoint, true},
		{"another name", b.URL(), false},
	} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTLS$")
		cmd.Env = append(os.Environ(), endpointVariable+"="+test.endpoint, "SSL_CERT_FILE="+root, "SSL_CERT_DIR="+t.TempDir())
		if out, err := cmd.CombinedOutput(); (err == nil) != test.want {
			t.Errorf("%s: got %v: %s", test.name, err, out)
		}
	}
}

// selfSigned returns a certificate for localhost and its file.
func selfSigned(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a test's broker"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	file := filepath.Join(t.TempDir(), "root.pem")
	must(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
