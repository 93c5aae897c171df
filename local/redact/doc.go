// Package redact masks secrets, and escapes control characters, in what the local
// cloud shows, prints and saves. The console, the terminal and the output of -json
// share it, so that all of them hide the same. It must not know where a text comes
// from or goes to.
//
// A secret is recognized in two ways:
//
//   - by structure: the value of a header, cookie, JSON member, query or form
//     parameter, part of a multipart body or log attribute with a secret name
//     (see [Secret])
//   - by shape: the signature of a signed or encrypted token, and credentials
//     after the name of their scheme
//
// Both are recognized inside each encoding that HTTP and logs use: percent
// escapes, base64, gzip, JSON within JSON strings, also where the JSON was cut
// off, and one token over several log lines ([Lines]).
//
// What is needed for debugging is kept: the names of headers and parameters,
// schemes, and the header and claims of a token, which are useless without the
// signature.
//
// # Differences
//
// There is no masking on AWS: a handler's log reaches CloudWatch as written.
//
//   - A secret under a name that only the application knows, or without a name, is
//     shown (TestUnknownSecretsAreShown).
//   - A value named code or token is masked if it looks random: at least 16
//     characters without a space, and a digit among them (TestText).
//   - Less than 16 characters of a signature at the start of a log line, whose
//     token began on the line before, are shown (TestTokenOverLines).
package redact
