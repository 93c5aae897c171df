// Package cdn answers viewers as a CloudFront distribution does: behaviors in
// order, CloudFront functions run as they are deployed, S3 objects read under
// origin access control, custom origins reached over real connections, and a
// response-headers policy on every answer.
//
// It emulates one distribution, as far as a single-page app and its API need it.
// It has no cache, no custom error responses (they would turn an API's 403 into a
// page), no signed URLs, no geographic restriction, no origin groups, no
// Lambda@Edge, no TLS. Objects are in memory: no path reaches a file. It must not
// know what the files or the origins are for, nor where a configuration comes from.
//
// It is at least as strict as CloudFront: what CloudFront refuses is refused
// here with the same status, and a configuration or function that
// could not be deployed is an error of [Distribution.Prepare] that says how to fix it. A
// method that a behavior does not allow is 403, OPTIONS among them; an
// allowed OPTIONS goes to the origin, where a bucket without CORS answers
// 400 (TestMethods). An API's own 401, 403, 404 and 5xx pass unchanged, with
// WWW-Authenticate and without a content type if they have none
// (TestOriginErrorsPass), also to a browser that navigates there
// (TestAPIErrorIsNoPage). HEAD has the headers of GET (TestHeadIsGetWithoutBody),
// config.json is never cached (TestConfigurationIsNeverKept), no spelling of a path
// reaches another object (TestTraversal), and a request over the limits ends its
// connection (TestTooLargeRequestEndsTheConnection). The choice of behavior agrees
// with a slow reference (TestPrecedenceOfRandomBehaviors).
//
// # Differences
//
// From the real service:
//
//   - Nothing is cached: each request goes to the origin, X-Cache never says
//     Hit, and an object is never served stale. CloudFront, under
//     CachingOptimized, caches even no-cache objects for one second
//     (TestCacheClasses).
//   - The viewer protocol policy is checked but has no effect without TLS:
//     requests over HTTP are served, never redirected (TestObject).
//   - Compression is gzip only, in HTTP/1.1; CloudFront prefers Brotli
//     (TestGzipOnly). Compressed answers have a Content-Length.
//   - A run of a function may take five seconds of wall-clock time
//     (TestFunctionTimeLimit), where CloudFront allows about a millisecond of
//     computing. The limit cannot end a single match of a regular expression
//     with lookaheads or back references.
//   - Functions have no modules (crypto, querystring, buffer, cloudfront), no
//     key-value store, no rawQueryString, no atob: using them is an error
//     (TestFunctionFailures, TestPrepareRefuses). The interpreter is goja, not
//     njs: syntax beyond the documented list is refused (TestPrepareRefusesSyntax),
//     also some that njs may run; methods of built-in objects beyond it are
//     not, nor are async closures.
//   - A query string or cookies that a function changed are written in the
//     order of their names (TestFunctionChangesRequest).
//   - The origin is tried once and must be silent for the whole read timeout
//     before its first byte; a pause within a body is not timed
//     (TestOriginFailures).
//   - WebSockets are not forwarded (TestNoWebSocket).
//   - CloudFront-* request headers (device, country, address) are not added;
//     those that a viewer sends are removed, as CloudFront replaces them
//     (TestForwarding).
//   - Vary of a custom origin passes as it is; CloudFront removes some of its
//     values (TestCompressionOfCustomOrigin).
//   - Only managed policies are known, by their IDs (TestManagedPolicies). A
//     bucket receives no header and no query string of the viewer, and a policy
//     that forwards them is refused, as is a distribution that would list
//     its bucket at "/" (TestPrepareRefuses).
//   - Malformed requests (an invalid escape or header name) get the 400 of
//     Go's server, in plain text and without the policy's headers
//     (TestPaths, TestRequestForms). There is no HTTP/2 or 3.
//   - X-Amz-Cf-Pop is always the same, and no version or replication headers
//     of S3 are given (TestObject).
//
// Documented in two ways, of which the stricter is used: a whole request may
// have 20,480 bytes, not 32,768 (TestLimits).
//
// Assumed, without evidence:
//
//   - HEAD with a body is refused as GET is (TestAssumedHeadWithBodyIsRefused).
//   - A 304 repeats the weak tag that the viewer sent, and has Vary only with it;
//     a HEAD has the headers of a compressed GET without its length
//     (TestAssumedCompressionOfBodiless).
//   - Several valid ranges, at most 32, are answered as multipart/byteranges
//     (TestAssumedMultipleRanges). S3 alone would send the whole object.
//   - The last bytes of an empty object are 416, as a range from its first byte
//     on is known to be (TestAssumedLastBytesOfEmptyObject,
//     TestUnsatisfiableRange). Only the body of a 416 has the size.
//   - An offer of "*" does not include gzip, nor does gzip with an invalid weight
//     (TestCompression).
//   - S3's bodies for undecodable and for too long keys, and that a plus sign in
//     a path is a space (TestAssumedKeyErrors, TestPaths).
//   - The default root object replaces "/" after the viewer-request function has
//     run, so that the function sees "/" (TestAssumedRootObjectComesAfterFunction).
//   - Which headers reach an origin without an origin request policy
//     (TestAssumedForwardNone).
//   - Headers listed in Connection reach the origin, since CloudFront's list of
//     removed headers has no such rule; Keep-Alive, which is not in the list
//     either, does not (TestAssumedConnectionTakesNothingAway).
//   - A viewer-response function sees the response-headers policy's headers and
//     the viewer's original request (TestAssumedPolicyComesBeforeFunction).
//   - The sentence on the pages for a function's invalid answer and for a
//     malformed request (TestAssumedPageTexts).
//   - A PUT or DELETE that reaches S3 is 403, a POST or PATCH 405
//     (TestAssumedWritesToBucket).
//   - A body that is incomplete, or whose chunks are malformed, is an error of the
//     viewer and not of the origin: 400 (TestAssumedBrokenBodyIsTheViewers).
//   - The handler is a function declaration: a constant is not found
//     (TestAssumedHandlerIsDeclared).
package cdn
