package loopback

import (
	"slices"
	"strings"
	"testing"
)

// The answers to requests with ambiguous framing, and to those that net/http refuses
// by itself.
const (
	refused     = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"
	unsupported = "HTTP/1.1 501 Not Implemented\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\nUnsupported transfer encoding"
	badBody     = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 25\r\nContent-Type: application/json\r\napigw-requestid: X\r\nDate: X\r\n\r\n" + `{"message":"Bad Request"}`
)

// refusedFor returns net/http's answer with a reason.
func refusedFor(reason string) string {
	return strings.TrimSuffix(strings.Replace(refused, "400 Bad Request\r\n", "400 Bad Request: "+reason+"\r\n", 1), "400 Bad Request") +
		"400 Bad Request: " + reason
}

// TestSmuggledRequestsAreRefused sends what two servers in a row could parse as
// different requests. There is one answer, compared byte by byte, and no invocation,
// neither for the request nor for the one hidden in it.
func TestSmuggledRequestsAreRefused(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	const (
		post   = "POST /a HTTP/1.1\r\nHost: HOST\r\n"
		get    = "GET /a HTTP/1.1\r\nHost: HOST\r\n"
		te     = "Transfer-Encoding: chunked\r\n"
		hidden = "GET /hidden HTTP/1.1\r\nHost: HOST\r\n\r\n"
	)
	for _, test := range []struct{ name, raw, want string }{
		{"CL.TE", post + "Content-Length: 6\r\n" + te + "\r\n0\r\n\r\n" + hidden, refused},
		{"CL.TE, the length spans the hidden request", post + "Content-Length: 70\r\n" + te + "\r\n0\r\n\r\n" + hidden, refused},
		{"TE.CL", post + te + "Content-Length: 4\r\n\r\n2c\r\n" + hidden + "\r\n0\r\n\r\n", refused},
		{"TE.0", post + te + "Content-Length: 0\r\n\r\n0\r\n\r\n" + hidden, refused},
		{"TE.TE, another coding second", post + te + "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" + hidden, unsupported},
		{"TE.TE, twice the same", post + te + te + "\r\n0\r\n\r\n" + hidden, unsupported},
		{"TE.TE, list", post + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" + hidden, unsupported},
		{"TE.TE, unknown coding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden, unsupported},
		{"TE.TE, empty coding", post + "Transfer-Encoding:\r\n\r\n0\r\n\r\n" + hidden, unsupported},
		{"TE.TE, quoted coding", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + hidden, unsupported},
		{"TE.TE, comma", post + "Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n" + hidden, unsupported},
		{"TE.TE, parameter", post + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n" + hidden, unsupported},
		{"TE.TE, vertical tab", post + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n" + hidden, refused},
		{"TE.TE, Kelvin sign for k", post + "Transfer-Encoding: chun\u212Aed\r\n\r\n0\r\n\r\n" + hidden, unsupported},
		{"TE.TE, line break in it", post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + hidden, refused},
		{"unknown coding beside a length", post + "Content-Length: 5\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n" + hidden, refused},
		{"chunks in HTTP/1.0", "POST /a HTTP/1.0\r\nHost: HOST\r\nConnection: keep-alive\r\n" + te + "\r\n0\r\n\r\n" + hidden, refused},
		{"coding beside a length in HTTP/1.0", "POST /a HTTP/1.0\r\nHost: HOST\r\nConnection: keep-alive\r\nContent-Length: 5\r\n" + te + "\r\n0\r\n\r\n" + hidden, refused},
		{"underscore for hyphen", post + "Transfer_Encoding: chunked\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\n0\r\n\r\n" + hidden, refused},

		{"two lengths", post + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + hidden, refused},
		{"two lengths, the same", post + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n" + hidden, refused},
		{"two lengths in another case", post + "content-length: 0\r\nCONTENT-LENGTH: 0\r\n\r\n" + hidden, refused},
		{"list of lengths", post + "Content-Length: 0, 0\r\n\r\n" + hidden, refused},
		{"length with a plus", post + "Content-Length: +0\r\n\r\n" + hidden, refused},
		{"length negative", post + "Content-Length: -1\r\n\r\n" + hidden, refused},
		{"length hexadecimal", post + "Content-Length: 0x0\r\n\r\n" + hidden, refused},
		{"length fractional", post + "Content-Length: 0.0\r\n\r\n" + hidden, refused},
		{"length with a space in it", post + "Content-Length: 0 0\r\n\r\n" + hidden, refused},
		{"length empty", post + "Content-Length:\r\n\r\n" + hidden, refused},
		{"length beyond 63 bits", post + "Content-Length: 18446744073709551616\r\n\r\n" + hidden, refused},
		{"length of other digits", post + "Content-Length: \u0660\r\n\r\n" + hidden, refused},

		{"space before the colon", post + "Content-Length : 0\r\n\r\n" + hidden, refusedFor("invalid header name")},
		{"space before the colon of the coding", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden, refusedFor("invalid header name")},
		{"tab before the colon", post + "Content-Length\t: 0\r\n\r\n" + hidden, refused},
		{"no colon", post + "Content-Length\r\n\r\n" + hidden, refused},
		{"no name", post + ": 0\r\n\r\n" + hidden, refused},
		{"NUL in a name", post + "Content-Length\x00: 0\r\n\r\n" + hidden, refused},
		{"NUL in a value", post + "X-A: a\x00b\r\n\r\n" + hidden, refused},
		{"CR in a value", post + "X-A: a\rContent-Length: 44\r\n\r\n" + hidden, refused},
		{"NUL in the target", "GET /a\x00 HTTP/1.1\r\nHost: HOST\r\n\r\n" + hidden, refused},
		{"folded header", get + "X-A: b\r\n c\r\n\r\n" + hidden, refused},
		{"folded header, tab", get + "X-A: b\r\n\tContent-Length: 44\r\n\r\n" + hidden, refused},
		{"folded first header", "GET /a HTTP/1.1\r\n Host: HOST\r\nHost: HOST\r\n\r\n" + hidden, refused},
		{"folded length", post + "Content-Length:\r\n 0\r\n\r\n" + hidden, refused},
		{"line of white space", get + " \r\n\r\n" + hidden, refused},

		{"bare LF after the request line", "GET /a HTTP/1.1\nHost: HOST\r\n\r\n" + hidden, refused},
		{"bare LF after a header", get + "X-A: b\nX-C: d\r\n\r\n" + hidden, refused},
		{"bare LF hides a length", post + "X-A: b\nContent-Length: 44\r\n\r\n" + hidden, refused},
		{"bare LF ends the head", "GET /a HTTP/1.1\r\nHost: HOST\r\n\n" + hidden, refused},
		{"bare LF throughout", "GET /a HTTP/1.1\nHost: HOST\n\n" + hidden, refused},
		{"bare CR ends the head", get + "\r\r\n" + hidden, refused},
		{"empty line before the request", "\r\n" + get + "\r\n" + hidden, refused},

		{"request line with a tab", "GET\t/a\tHTTP/1.1\r\nHost: HOST\r\n\r\n" + hidden, refused},
		{"request line with two spaces", "GET  /a HTTP/1.1\r\nHost: HOST\r\n\r\n" + hidden, refused},
		{"request line with a space at its end", "GET /a HTTP/1.1 \r\nHost: HOST\r\n\r\n" + hidden, refused},
		{"request line without version", "GET /a\r\nHost: HOST\r\n\r\n" + hidden, refused},
		{"version in lower case", "GET /a http/1.1\r\nHost: HOST\r\n\r\n" + hidden, refused},
		{"version with two digits", "GET /a HTTP/1.10\r\nHost: HOST\r\n\r\n" + hidden, refused},
		{"HTTP/2", "GET /a HTTP/2.0\r\nHost: HOST\r\n\r\n" + hidden, strings.ReplaceAll(refused, "400 Bad Request", "505 HTTP Version Not Supported: unsupported protocol version")},
		{"no host", "GET /a HTTP/1.1\r\n\r\n" + hidden, refusedFor("missing required Host header")},
		{"two hosts", get + "Host: HOST\r\n\r\n" + hidden, refused},

		{"chunk size with a prefix", post + te + "\r\n0x1\r\na\r\n0\r\n\r\n" + hidden, badBody},
		{"chunk size with a sign", post + te + "\r\n+1\r\na\r\n0\r\n\r\n" + hidden, badBody},
		{"chunk size negative", post + te + "\r\n-1\r\na\r\n0\r\n\r\n" + hidden, badBody},
		{"chunk size empty", post + te + "\r\n\r\n" + hidden, badBody},
		{"chunk size beyond 64 bits", post + te + "\r\n10000000000000001\r\na\r\n0\r\n\r\n" + hidden, badBody},
		{"chunk size with a space", post + te + "\r\n1 \r\na\r\n0\r\n\r\n" + hidden, badBody},
		{"chunk size with bare LF", post + te + "\r\n1\na\r\n0\r\n\r\n" + hidden, badBody},
		{"chunk extension with bare LF", post + te + "\r\n1;a\nb\r\na\r\n0\r\n\r\n" + hidden, badBody},
		{"chunk longer than its size", post + te + "\r\n1\r\nab\r\n0\r\n\r\n" + hidden, badBody},
		{"chunk ends with bare LF", post + te + "\r\n1\r\na\n0\r\n\r\n" + hidden, badBody},
		{"last chunk with bare LF", post + te + "\r\n0\n\n" + hidden, badBody},
		{"trailer with bare LF", post + te + "\r\n0\r\nX-A: b\n\r\n" + hidden, badBody},
		{"trailer folded", post + te + "\r\n0\r\nX-A: b\r\n c\r\n\r\n" + hidden, badBody},
		{"length longer than the body", post + "Content-Length: 1000\r\n\r\n" + hidden, badBody},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := exchange(t, api.server, test.raw)
			if got != test.want {
				t.Errorf("expected\n%q, got\n%q", test.want, got)
			}
			if seen := api.invocations(); len(seen) > 0 {
				t.Errorf("the function got %q", seen)
			}
		})
	}
}

// TestRefusalEndsTheConnection: valid requests before an ambiguous one are answered,
// those after it are not.
func TestRefusalEndsTheConnection(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	const good = "POST /good HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\n\r\n1"
	for _, test := range []struct{ name, bad string }{
		{"CL.TE", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
		{"bare LF", "GET /a HTTP/1.1\nHost: HOST\n\n"},
		{"folded header", "GET /a HTTP/1.1\r\nHost: HOST\r\nX: y\r\n z\r\n\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := answers(t, exchange(t, api.server, good+good+test.bad+good))
			if want := []string{"200 POST /good 1", "200 POST /good 1", "400 400 Bad Request"}; !slices.Equal(got, want) {
				t.Errorf("expected %q, got %q", want, got)
			}
			if seen := api.invocations(); len(seen) != 2 {
				t.Errorf("the function got %q", seen)
			}
		})
	}
}

// TestEmptyLineEndsTheConnection without an answer; net/http by itself would ignore it
// after a POST.
func TestEmptyLineEndsTheConnection(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	const good = "POST /good HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\n\r\n1"
	got := answers(t, exchange(t, api.server, good+"\r\n"+good))
	if seen := api.invocations(); len(seen) != 1 || !slices.Equal(got, []string{"200 POST /good 1"}) {
		t.Errorf("expected one request, got %q and %q", seen, got)
	}
}

// TestPrefaceOfHTTP2IsRefused: net/http passes it to the handler, without a host.
func TestPrefaceOfHTTP2IsRefused(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	got := answers(t, exchange(t, api.server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET /hidden HTTP/1.1\r\nHost: HOST\r\n\r\n"))
	if seen := api.invocations(); len(seen) > 0 || len(got) != 1 || !strings.HasPrefix(got[0], "421 ") {
		t.Errorf("expected one 421, got %q and the requests %q", got, seen)
	}
}

// TestAmbiguousBodyThroughTheSite is refused by the site as by the API: 400, without an
// invocation.
func TestAmbiguousBodyThroughTheSite(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	site := serveHandler(t, siteBefore(t, api).Handler())
	for _, body := range []string{"3\r\nabcd\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n0\r\nX: y\r\n z\r\n\r\n", "3\r\nab"} {
		got := answers(t, exchange(t, site, "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n"+body))
		if len(got) != 1 || !strings.HasPrefix(got[0], "400 ") {
			t.Errorf("%q: expected one 400, got %q", body, got)
		}
		if seen := api.invocations(); len(seen) > 0 {
			t.Errorf("%q: the function got %q", body, seen)
		}
	}
}

// TestUnreadBodyIsNotARequest: an answer before the body is read does not turn the
// body into a request.
func TestUnreadBodyIsNotARequest(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	const hidden = "GET /hidden HTTP/1.1\r\nHost: HOST\r\n\r\n"
	for _, test := range []struct{ name, raw, want string }{
		{"too large", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 10485761\r\n\r\n" + hidden, "413 "},
		{"too large, after 100-continue", "POST /a HTTP/1.1\r\nHost: HOST\r\nExpect: 100-continue\r\nContent-Length: 10485761\r\n\r\n" + hidden, "413 "},
		{"another host", "POST /a HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1000\r\n\r\n" + hidden, "421 "},
		{"no such method", "TRACE /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\n" + hidden, "404 "},
		{"another expectation", "POST /a HTTP/1.1\r\nHost: HOST\r\nExpect: x\r\nContent-Length: 1000\r\n\r\n" + hidden, "417 "},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := answers(t, exchange(t, api.server, test.raw))
			if len(got) != 1 || !strings.HasPrefix(got[0], test.want) {
				t.Errorf("expected one answer of %q, got %q", test.want, got)
			}
			if seen := api.invocations(); len(seen) > 0 {
				t.Errorf("the function got %q", seen)
			}
		})
	}
}
