package artifact

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// registry points npm at an address, with an empty cache.
func registry(t *testing.T, address net.Addr) Builder {
	t.Helper()
	t.Setenv("npm_config_registry", "http://"+address.String()+"/")
	t.Setenv("npm_config_cache", t.TempDir())
	t.Setenv("npm_config_update_notifier", "true") // the default
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "npm_config_proxy", "npm_config_https_proxy"} {
		t.Setenv(name, "")
	}
	root := t.TempDir()
	write(t, filepath.Join(root, "web", "package.json"), `{"name": "web", "dependencies": {"absent": "1.0.0"}}`)
	write(t, filepath.Join(root, "web", "package-lock.json"), `{"name": "web", "lockfileVersion": 3, "packages": {
		"": {"name": "web", "dependencies": {"absent": "1.0.0"}},
		"node_modules/absent": {"version": "1.0.0"}}}`)
	return Builder{Root: root, CacheDir: t.TempDir()}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestRefusingRegistryIsReported(t *testing.T) {
	l := listen(t)
	l.Close() // connections are refused from here on
	b := registry(t, l.Addr())
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // npm itself would try for 70 s
	defer cancel()
	err := b.InstallPackages(ctx)
	if err == nil || !strings.Contains(err.Error(), "npm cannot reach its registry") || !strings.Contains(err.Error(), l.Addr().String()) {
		t.Errorf("expected the registry to be named, got %v", err)
	}
}

// TestSilentRegistryIsReported: npm itself prints nothing for minutes.
func TestSilentRegistryIsReported(t *testing.T) {
	l := listen(t)
	b := registry(t, l.Addr())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { // npm gets no answer, and later connections are refused
		if conn, err := l.Accept(); err == nil {
			l.Close()
			<-ctx.Done()
			conn.Close()
		}
	}()
	noted := ""
	b.Report = func(s Step) {
		if s.Note != "" {
			noted = s.Note
			cancel()
		}
	}
	err := b.InstallPackages(ctx)
	if err == nil || !strings.Contains(noted, "npm is waiting for its registry http://"+l.Addr().String()) {
		t.Errorf("expected a note about the registry, got %q and %v", noted, err)
	}
}
