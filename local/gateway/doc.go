// Package gateway stands in for an API Gateway HTTP API: it chooses the stage
// and the route, answers CORS preflights, throttles, verifies JSON Web Tokens,
// calls a function with an event in payload format 2.0, and turns what the
// function returned into an answer. A request that the real service refuses is
// refused here, with the same status, headers and body.
//
// [New] makes a [Gateway]. [Gateway.Prepare] checks a [Config] and returns a commit
// function that starts serving it, in place of any earlier one
// (TestPrepareKeepsKeysAndBuckets). [Gateway.Handler] answers 503 before the first
// (TestHandlerBeforeTheFirstCommit). A function is whatever [Options] Invoke calls.
//
// The package does not listen, does not check the Host header, runs no function,
// caches no decision (each request's signature is verified; only keys are cached,
// as documented), and requests only the discovery documents and keys of
// authorizers. The server in front must refuse requests with ambiguous framing:
// net/http refuses most (TestSmuggledRequestsAreRefused), but accepts a bare LF as
// a line end, joins folded headers, and ignores the length of a chunked body
// (TestChunksWinOverALength). Put a framing.Listener beneath it.
//
// # Order of checks
//
// Size of the headers, stage, route, throttle, then for a route with an
// authorizer: token present, three segments, header, algorithm, critical
// headers, key ID, key, signature, form of the claims, iss, aud or client_id,
// exp, nbf, iat, scopes; then the size of the body, the integration, and the
// shape of its output. The first that fails is the
// answer. The documentation gives this order for the claims; see
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
//
// # Differences
//
// Known differences from the real service:
//
//   - An issuer and its keys may be plain http on this machine
//     (TestPrepareReportsEveryProblem).
//   - x-forwarded-proto and x-forwarded-port describe how the client reached the
//     gateway, so they are http and a local port (TestPrivateEvent).
//   - A route may have no timeout, for a function under a debugger
//     (TestNoTimeout).
//   - There are no stage variables, custom domains, client certificates, Lambda or
//     IAM authorizers, parameter mappings, integrations other than Lambda in
//     payload format 2.0, and no throttle of a single route; an access log variable
//     that belongs to one of these is "-", or an error when only a Lambda
//     authorizer fills it (TestLogFormat).
//   - The account's own throttle is not modelled, only the stage's
//     (TestThrottle). A stage without one has the account's default rate
//     (TestThrottleDefaults).
//   - Redirects of an issuer are not followed (TestIssuerFaults).
//
// Assumed, because no evidence was found; the stricter or simpler choice:
//
//   - 429, 431 and 400 have the bodies in failure.go; 403, 413, 429, 431, 503
//     and 400 are application/json (TestAssumedFailureTexts). The 10,240
//     bytes count the request line and each header's name and value, without
//     line ends (TestHeaderLimit).
//   - A path that is not UTF-8 when decoded is a 400 (TestFailureBytes), and one
//     that cannot be decoded gets net/http's own. A target is not cleaned, and may
//     have non-ASCII bytes (TestAssumedTargetsAreTakenAsTheyAre).
//   - An encoded "?" ends the path, before a route is chosen, and what follows it
//     is lost: https://github.com/middleapi/standard-server/pull/93 reports, from
//     live captures, that HTTP APIs cut rawPath there. That routes match what is
//     left is assumed (TestAssumedPathEndsAtAnEncodedQuestionMark).
//   - Routes match case by case (TestAssumedRoutesAreCaseSensitive) on the
//     decoded path (TestAssumedRoutesMatchDecodedPaths); methods other than
//     the seven that HTTP APIs log are a 404 on every route
//     (TestAssumedUnknownMethodIs404).
//   - A literal segment wins over a variable even where only ANY is defined
//     for it (TestRouteChoice).
//   - RSA-PSS is refused (TestTokens, TestWycheproofSignatures), and so are keys
//     under 2048 bits or over 4096, keys with the alg, use or key_ops of something
//     else, with d, or not in their shortest form (TestKeys), keys with the
//     fingerprint of the ROCA vulnerability (TestWycheproofKeys), and two keys with
//     one ID (TestAssumedSharedKeyIDNamesNeither). A token's alg must be its key's,
//     if the key has one.
//   - A critical header, b64 or zip make a token invalid; so do JSON that names a
//     member twice, a number that does not fit a float64, text that is not UTF-8, and
//     base64url with padding, line breaks or unused bits set (TestTokens).
//   - "Bearer " is stripped once and only in this spelling; two values of the
//     identity source are no token (TestIdentitySource).
//   - exp is required. exp > now, nbf <= now and iat <= now, to the millisecond and
//     without leeway. The documentation says "before" for the last two, but then a
//     fresh token would fail for a second. A date is a number from 0 to the end of
//     the year 9999, fractions included (TestTokens).
//   - The descriptions in token.go's second list (TestTokens), and, in the access
//     log, $context.authorizer.error of a request without a token or scope
//     (TestAccessLog).
//   - The scope challenge lists every scope of the route; seen for two scopes
//     (TestAssumedScopeChallengeNamesAll).
//   - jwt.scopes in the event are the route's scopes that the token has
//     (TestAssumedScopesAreThoseOfTheRoute), and null on a route without
//     scopes, as measured (TestScopesAreNullOnRouteWithoutScopes).
//   - Unknown key IDs cause a fetch, at most ten at once and then ten per second,
//     for which their requests wait (TestAssumedFetchesAreBounded,
//     TestAssumedRotationIsSeenAtOnce, TestRotationUnderFlood). Keys older than two
//     hours are not used, even if the issuer is down
//     (TestAssumedOldKeysAreNotUsed). A discovery document is bounded like the
//     keys, and both when decompressed (TestIssuerFaults,
//     TestIssuerFaultsOverHTTP).
//   - Text bodies that are not UTF-8 are sent in base64
//     (TestAssumedTextThatIsNotUTF8IsBase64). In a header or a query each byte that is
//     not UTF-8 becomes U+FFFD (TestAssumedHeaderBytesThatAreNoUTF8AreReplaced). A
//     query that cannot be decoded stays as it is
//     (TestAssumedQueryThatCannotBeDecodedStays). Headers are joined by commas without
//     a space; x-amzn-trace-id is always new; hop-by-hop headers are left out;
//     content-length is always present (TestPrivateEvent).
//   - A function keeps running when its client disconnects
//     (TestAssumedInvocationOutlivesClient).
//   - A function's headers must be strings and its statusCode from 200 to 599
//     (TestBadAnswersAre500). An empty content-type is not sent
//     (TestAssumedContentTypes). multiValueHeaders are ignored
//     (TestAssumedMultiValueHeadersAreIgnored). A function cannot set date,
//     content-length, apigw-requestid or a hop-by-hop header (TestAnswerBytes).
//   - A preflight's answer is a 204, without CORS headers for another origin
//     (TestAssumedPreflightBytes, TestCORS), and no answer has a vary header. The
//     gateway's own failures have no CORS headers
//     (TestAssumedFailuresHaveNoCORSHeaders). A preflight that matches a route with
//     an authorizer needs a token, as documented for $default
//     (TestPreflightToAuthorizedRoute).
//   - requestTimeEpoch is in milliseconds (TestAccessLogVariables).
package gateway
