package gateway

import (
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
)

// hopByHop are the headers between two peers only (RFC 9110, section 7.6.1),
// and those that the event writes itself.
var hopByHop = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Te": true,
	"Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
	"Cookie": true, "Content-Length": true, "X-Amzn-Trace-Id": true,
	"X-Forwarded-For": true, "X-Forwarded-Port": true, "X-Forwarded-Proto": true,
}

// appendCookies splits the cookie headers into one string per cookie.
func appendCookies(b []byte, lines []string) []byte {
	first := true
	for _, line := range lines {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie == "" {
				continue
			}
			if first {
				b = append(b, `,"cookies":[`...)
			} else {
				b = append(b, ',')
			}
			b = appendQuoted(b, cookie)
			first = false
		}
	}
	if first {
		return b
	}
	return append(b, ']')
}

// appendHeaders writes the headers, lower case and sorted, duplicates joined
// by commas, with those that API Gateway adds.
func (x *exchange) appendHeaders(b []byte, bodyBytes int) []byte {
	var room [32]string
	names := room[:0]
	for name := range x.request.Header {
		if !hopByHop[name] && !x.namedByConnection(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	b = append(b, `,"headers":{"content-length":"`...)
	b = strconv.AppendInt(b, int64(bodyBytes), 10)
	b = append(b, `","host":`...)
	b = appendQuoted(b, x.request.Host)
	for _, name := range names {
		b = append(b, ',', '"')
		b = appendLower(b, name)
		b = append(b, `":`...)
		b = appendJoined(b, x.request.Header[name])
	}
	return x.appendForwarded(b)
}

// namedByConnection reports whether the client declared a header to be for
// the next peer only.
func (x *exchange) namedByConnection(name string) bool {
	for _, line := range x.request.Header["Connection"] {
		for token := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(token), name) {
				return true
			}
		}
	}
	return false
}

// appendForwarded appends the headers that describe the client. Addresses that the
// client claims precede the observed one, so the last one can be trusted; its
// protocol, port and trace are replaced.
func (x *exchange) appendForwarded(b []byte) []byte {
	b = append(b, `,"x-amzn-trace-id":"Root=1-`...)
	b = appendHex(b, uint64(x.start.Unix()), 8)
	b = append(b, '-')
	b = appendHex(b, rand.Uint64(), 16)
	b = appendHex(b, rand.Uint64(), 8)
	b = append(b, `","x-forwarded-for":"`...)
	for _, before := range x.request.Header["X-Forwarded-For"] {
		b = appendEscaped(b, before)
		b = append(b, ", "...)
	}
	b = appendEscaped(b, x.sourceIP())
	proto, port := "http", "80"
	if x.request.TLS != nil {
		proto, port = "https", "443"
	}
	if _, explicit, err := net.SplitHostPort(x.request.Host); err == nil {
		port = explicit
	}
	b = append(b, `","x-forwarded-port":`...)
	b = appendQuoted(b, port)
	b = append(b, `,"x-forwarded-proto":`...)
	b = appendQuoted(b, proto)
	return append(b, '}')
}

// sourceIP is the address of the peer, regardless of the headers.
func (x *exchange) sourceIP() string {
	host, _, err := net.SplitHostPort(x.request.RemoteAddr)
	if err != nil {
		return x.request.RemoteAddr
	}
	return host
}

// appendLower appends a header's name, whose bytes net/http has checked.
func appendLower(b []byte, name string) []byte {
	for _, c := range []byte(name) {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// appendHex appends the low digits of v.
func appendHex(b []byte, v uint64, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b = append(b, hexDigits[v>>shift&15])
	}
	return b
}
