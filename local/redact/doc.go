// Package redact masks secrets, and escapes control characters, in what the local
// cloud shows, prints and saves. The console, the terminal and the output of -json
// share it, so that all of them hide the same. It must not know where a text comes
// from or goes to.
//
// A secret is recognized in two ways:
//
//   - by structure: the value of a header, cookie, JSON member, query or form
//     parameter, part of a multipart body, XML element, setting, field of a printed
//     value or log attribute with a secret name (see [Secret])
//   - by shape: the signature of a signed or encrypted token, credentials after the
//     name of their scheme, a password in a URL, and a private key in PEM
//
// Both are recognized inside each encoding that HTTP and logs use: percent
// escapes, base64, gzip, JSON within JSON strings, also where the JSON was cut
// off, and one token or private key over several log lines ([Lines]).
//
// The cost of masking is linear in the length of a text, whatever its content: any
// client can send one (TestTextsFullOfNames).
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
//   - A value named code, signature or token is masked if it looks random: at least
//     16 characters without a space, and a digit among them (TestText).
//   - A value without quotes after a colon is masked if it has a digit or an equals
//     sign in it, since "password: required" is a sentence
//     (TestUnknownSecretsAreShown).
//   - Less than 16 characters of a signature at the start of a log line, whose
//     token began on the line before, are shown (TestTokenOverLines).
package redact
