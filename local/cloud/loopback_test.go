package cloud

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/loopback"
)

// listening is a Cloud that has its ports and no stack yet.
func listening(t *testing.T) *Cloud {
	t.Helper()
	cloud, err := Listen(Config{Root: "../..", Stack: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	return cloud
}

// TestPortOfTheTenantInUse: the third port counts as much as the first.
func TestPortOfTheTenantInUse(t *testing.T) {
	t.Parallel()
	first := listening(t)
	port, _ := strconv.Atoi(first.tenant.Port())
	_, err := Listen(Config{Root: "../..", Stack: "dev", Port: port - 2})
	if err == nil || !strings.Contains(err.Error(), "is in use") || !strings.Contains(err.Error(), "-port") {
		t.Fatalf("expected a port in use, got %v", err)
	}
}

// TestTargetsWithoutPath are refused by all three of a running stack; net/http
// by itself would answer the first with a 200.
func TestTargetsWithoutPath(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	for _, s := range []*loopback.Server{cloud.site, cloud.api, cloud.tenant, cloud.console} {
		for _, target := range []string{"OPTIONS *", "GET *", "CONNECT HOST"} {
			host := "localhost:" + s.Port()
			conn, err := net.Dial("tcp", "127.0.0.1:"+s.Port())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", strings.ReplaceAll(target, "HOST", host), host)
			got, _ := io.ReadAll(conn)
			conn.Close()
			if !strings.HasPrefix(string(got), "HTTP/1.1 4") {
				t.Errorf("%s, %s: got %q", s.URL(), target, got)
			}
		}
	}
}
