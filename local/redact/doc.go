// Package redact masks secrets, and escapes control characters, in what the
// local cloud shows, prints and saves. The console, the terminal and the lines
// of -json share it, so that what one of them hides none of the others shows.
//
// A secret is recognized in two ways:
//
//   - by structure: the value of a header, cookie, JSON member, query or form
//     parameter, part of a multipart body, element of XML, setting, field of a
//     printed value or log attribute whose name says that it is secret ([Value]
//     lists the names)
//   - by shape: the signature of a signed or encrypted token, credentials behind
//     the name of their scheme, a password in a URL, and a private key in PEM
//
// Both are looked for below each encoding that HTTP and logs use: percent
// escapes, base64, gzip, JSON within JSON strings, also where the JSON was cut
// off, and one token or private key over several log lines ([Lines]).
//
// What it costs to mask a text grows with its length, whatever it holds: texts come
// from whoever can send a request (TestTextsFullOfNames).
//
// What people debug with stays: the names of headers and parameters, schemes,
// and the header and claims of a token, which are worthless without the
// signature.
//
// # Differences
//
// There is no masking on AWS: a handler's log reaches CloudWatch as written.
//
//   - A secret under a name of the application's own, or without a name, is
//     shown (TestUnknownSecretsAreShown).
//   - A value named code, signature or token is masked where it looks random: at
//     least 16 characters without a space, and a digit among them (TestText).
//   - A value without quotes behind a colon is masked where there is a digit or an
//     equals sign in it, since "password: required" is a sentence
//     (TestUnknownSecretsAreShown).
//   - Less than 16 characters of a signature at the start of a log line, whose
//     token began on the line before, are shown (TestTokenOverLines).
package redact
