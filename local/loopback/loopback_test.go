package loopback

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// listening returns servers of both kinds without a handler: requests that pass the
// check of the Host header get 503, others 421.
func listening(t *testing.T) []*Server {
	t.Helper()
	var servers []*Server
	for _, cfg := range []Config{{Name: "site"}, {Name: "console", EndWithClient: true}} {
		s, err := Listen(cfg)
		if err != nil {
			t.Fatal(err)
		}
		failed := make(chan error, 2)
		s.Serve(failed)
		t.Cleanup(func() {
			if err := s.Close(); err != nil || len(failed) > 0 {
				t.Errorf("closing: %v, %d listeners failed", err, len(failed))
			}
		})
		servers = append(servers, s)
	}
	return servers
}

// TestListenersAreOnLoopbackOnly by their addresses, and since no other address of
// this machine answers.
func TestListenersAreOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	servers := listening(t)
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range servers {
		for _, l := range s.listeners {
			addr := netip.MustParseAddrPort(l.Addr().String())
			if !addr.Addr().IsLoopback() || addr.Port() == 0 {
				t.Errorf("the %s listens on %s", s.cfg.Name, addr)
			}
		}
		for _, a := range addresses {
			ip := a.(*net.IPNet).IP
			if ip.IsLoopback() || ip.IsLinkLocalUnicast() {
				continue // a link-local address needs a zone
			}
			conn, err := net.DialTimeout("tcp", net.JoinHostPort(ip.String(), s.Port()), time.Second)
			if err == nil {
				conn.Close()
				t.Errorf("the %s answers on %s", s.cfg.Name, ip)
			}
		}
	}
}

// TestBothLoopbackAddressesServe if the machine has both.
func TestBothLoopbackAddressesServe(t *testing.T) {
	t.Parallel()
	servers := listening(t)
	want := 1
	if hasIPv6(t) {
		want = 2
	}
	for _, s := range servers {
		if len(s.listeners) != want {
			t.Errorf("the %s: expected %d listeners, got %d", s.cfg.Name, want, len(s.listeners))
		}
		for _, l := range s.listeners {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", l.Addr())
			answer, _ := io.ReadAll(conn)
			conn.Close()
			if !strings.HasPrefix(string(answer), "HTTP/1.1 503 ") {
				t.Errorf("the %s on %s: got %q", s.cfg.Name, l.Addr(), answer)
			}
		}
	}
}

func hasIPv6(t *testing.T) bool {
	t.Helper()
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	l.Close()
	return true
}

// TestPortInUse on either address is an error that says what to do.
func TestPortInUse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, network, address, where string }{
		{"127.0.0.1", "tcp4", "127.0.0.1:0", ""},
		{"::1 only", "tcp6", "[::1]:0", " on ::1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			other, err := net.Listen(test.network, test.address)
			if err != nil {
				if test.network == "tcp6" && !hasIPv6(t) {
					return // no program can listen there
				}
				t.Fatal(err)
			}
			defer other.Close()
			port, _ := strconv.Atoi(portOf(other))
			_, err = Listen(Config{Name: "site", Port: port})
			want := fmt.Sprintf("port %d, for the site, is in use%s: stop the program that uses it, or choose other ports, such as with -port %d", port, test.where, otherPort(port))
			if err == nil || err.Error() != want {
				t.Errorf("expected %q, got %v", want, err)
			}
			if l, err := net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(port)); test.network == "tcp6" {
				if err != nil {
					t.Fatalf("the port on 127.0.0.1 was not given back: %v", err)
				}
				l.Close()
			} else if !errors.Is(err, syscall.EADDRINUSE) {
				t.Errorf("expected the other program to keep its port, got %v", err)
			}
		})
	}
}

func TestOtherPort(t *testing.T) {
	t.Parallel()
	for port, want := range map[int]int{3000: 4000, 3002: 4000, 8080: 9000, 80: 3000, 63_999: 64_000, 64_000: 65_000, 65_533: 3000} {
		if got := otherPort(port); got != want {
			t.Errorf("%d: expected %d, got %d", port, want, got)
		}
	}
}

// TestHostCheck: only this machine's names with the server's port are served.
func TestHostCheck(t *testing.T) {
	t.Parallel()
	servers := listening(t)
	for _, s := range servers {
		for _, test := range []struct{ name, target, host, want string }{
			{"localhost", "/", "localhost:PORT", "503"},
			{"IPv4", "/", "127.0.0.1:PORT", "503"},
			{"IPv6", "/", "[::1]:PORT", "503"},
			{"absolute form", "http://localhost:PORT/", "localhost:PORT", "503"},

			{"another name", "/", "evil.example", "421"},
			{"another name, this port", "/", "evil.example:PORT", "421"},
			{"no port", "/", "localhost", "421"},
			{"empty port", "/", "localhost:", "421"},
			{"another port", "/", "localhost:1", "421"},
			{"port with zeros", "/", "localhost:0PORT", "421"},
			{"trailing dot", "/", "localhost.:PORT", "421"},
			{"upper case", "/", "LocalHost:PORT", "421"},
			{"user", "/", "a@localhost:PORT", "400"},
			{"user that looks like us", "/", "localhost:PORT@evil.example", "400"},
			{"prefix", "/", "localhost.evil.example:PORT", "421"},
			{"suffix", "/", "evil-localhost:PORT", "421"},
			{"subdomain", "/", "a.localhost:PORT", "421"},
			{"comma", "/", "localhost:PORT,evil.example", "421"},
			{"list", "/", "evil.example, localhost:PORT", "400"},
			{"slash", "/", "localhost:PORT/evil.example", "400"},
			{"empty", "/", "", "421"},
			{"any address", "/", "0.0.0.0:PORT", "421"},
			{"another loopback address", "/", "127.0.0.2:PORT", "421"},
			{"short address", "/", "127.1:PORT", "421"},
			{"decimal address", "/", "2130706433:PORT", "421"},
			{"hexadecimal address", "/", "0x7f000001:PORT", "421"},
			{"IPv4 in IPv6", "/", "[::ffff:127.0.0.1]:PORT", "421"},
			{"IPv6 written out", "/", "[0:0:0:0:0:0:0:1]:PORT", "421"},
			{"IPv6 without brackets", "/", "::1:PORT", "421"},
			{"IPv6 with a zone", "/", "[::1%25lo]:PORT", "421"},

			// The target's host is used, not the header's (RFC 9112, section 3.2.2).
			{"absolute form of another name", "http://evil.example/", "localhost:PORT", "421"},
			{"absolute form, another header", "http://localhost:PORT/", "evil.example", "503"},
			{"absolute form with a user", "http://a@localhost:PORT/", "localhost:PORT", "503"},
			{"absolute form with a user that looks like us", "http://localhost:PORT@evil.example/", "localhost:PORT", "421"},
			{"absolute form in upper case", "http://LocalHost:PORT/", "localhost:PORT", "421"},
		} {
			port := strings.NewReplacer("PORT", s.Port())
			raw := "GET " + port.Replace(test.target) + " HTTP/1.1\r\nHost: " + port.Replace(test.host) + "\r\nConnection: close\r\n\r\n"
			if got := exchange(t, s, raw); statusOf(got) != test.want {
				t.Errorf("%s, %s: expected %s, got %q", s.cfg.Name, test.name, test.want, got)
			}
		}
	}
}

// TestHostCheckHasNoGaps: requests that net/http would answer by itself, or that have
// no path, are checked as well.
func TestHostCheckHasNoGaps(t *testing.T) {
	t.Parallel()
	servers := listening(t)
	for _, s := range servers {
		for raw, want := range map[string]string{
			"OPTIONS * HTTP/1.1\r\nHost: evil.example\r\n\r\n":                        "421",
			"OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n":                                "503",
			"CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\n\r\n":                 "421",
			"CONNECT HOST HTTP/1.1\r\nHost: evil.example\r\n\r\n":                     "503",
			"GET / HTTP/1.0\r\n\r\n":                                                  "421",
			"GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n":                            "421",
			"GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: HOST\r\n\r\n":  "421",
			"GET / HTTP/1.1\r\nHost: evil.example\r\nForwarded: host=HOST\r\n\r\n":    "421",
			"GET / HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://HOST\r\n\r\n":     "421",
			"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: host\r\n\r\n":        "421",
			"GET / HTTP/1.1\r\nHost: HOST\r\nX-Forwarded-Host: evil.example\r\n\r\n":  "503",
			"POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1\r\n\r\na":     "421",
			"GET //evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n":              "421",
			"GET http:///absolute HTTP/1.1\r\nHost: evil.example\r\n\r\n":             "421",
			"GET http:opaque HTTP/1.1\r\nHost: evil.example\r\n\r\n":                  "421",
			"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\n\r\n":     "421",
			"HEAD / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n":      "421",
			"GET / HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\n\r\n":      "421",
			"GET / HTTP/1.1\r\nHost: evil.example\r\nExpect: 100-continue\r\n\r\n":    "421",
			"TRACE / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n":     "421",
			"OPTIONS / HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://HOST\r\n\r\n": "421",
		} {
			if got := exchange(t, s, raw); statusOf(got) != want {
				t.Errorf("%s, %q: expected %s, got %q", s.cfg.Name, raw, want, got)
			}
		}
	}
}

// statusOf returns the status of the first answer.
func statusOf(answers string) string {
	_, rest, _ := strings.Cut(answers, " ")
	status, _, _ := strings.Cut(rest, " ")
	return status
}
