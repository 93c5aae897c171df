// Package framing refuses HTTP/1 requests whose end is ambiguous: those that two
// servers in a row could take for two different requests. A [Listener] stands in
// front of a server of net/http, and refuses what that server is lenient about:
//
//   - a line that ends in a bare LF, or has a CR elsewhere
//   - a folded header, also in a trailer
//   - an empty line before a request
//   - a length with a transfer coding, or one that is given twice
//   - a transfer coding in another version than HTTP/1.1
//   - white space after a chunk's size
//
// Everything else is left to net/http, which refuses more. The package reads only
// the two headers that give a body's length, buffers only the current line, and
// does not support HTTP/2.
//
// See https://www.rfc-editor.org/rfc/rfc9112#section-11.2
//
// # Differences
//
// How API Gateway and CloudFront answer such requests is not documented.
// Assumed, the stricter choice; the tests named here send the bytes to a whole
// server of the local cloud:
//
//   - None of them reaches a function. The answer is net/http's own 400, its
//     501 for an unknown transfer coding, or the handler's where the ambiguity
//     is in a body (TestSmuggledRequestsAreRefused). The connection then ends
//     (TestRefusalEndsTheConnection); after an empty line between two requests
//     it ends without an answer (TestEmptyLineEndsTheConnection).
//   - A later version of HTTP/1 is treated as HTTP/1.1, except for chunks
//     (TestValidFramings). HTTP/2 is not supported (TestPrefaceOfHTTP2IsRefused).
//   - A body of which nothing arrives for 30 seconds is abandoned: the handler's
//     400, or the answer that it had without the body, and the connection ends
//     (TestIdleBodyTimesOut). One that keeps arriving may take any time
//     (TestEachReadExtendsTheDeadline).
//   - Headers beyond 64 KB get net/http's own 431, fewer the API's
//     (TestHeaderLimits).
//   - The host of a target in absolute form is used instead of the Host header, as
//     RFC 9112, section 3.2.2, requires. A host that is not this machine's gets a
//     421 (TestHostCheck).
package framing
