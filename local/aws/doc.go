// Package aws implements the AWS endpoint that handlers of the local cloud call. It verifies
// the signature of each request, evaluates the policies of the function's own role, and
// passes what IAM would allow to the service. It refuses what IAM would refuse, in AWS's
// words and the service's own shape.
//
// It implements no service's protocol: each is a [Service] in its own package, and they do
// not depend on each other. Only sts:GetCallerIdentity is served by the package itself. It
// does not listen, does not check the Host header, and starts no function: [Options] Caller
// returns the owner of an access key ID.
//
// [New] makes an [Endpoint]. [Endpoint.Prepare] checks a [Config], and the commit that it
// returns serves it. [Endpoint.Handler] answers 503 before the first
// (TestHandlerBeforeTheFirstCommit).
//
// # Order of checks
//
// Origin header, form of the signature, size of the body (64 MiB), access key ID, session
// token, credential scope, time, signed headers, signature, hash of the body; then whether
// the service is served, the service's parsing, the policies, and the service's answer. The
// first check that fails is the answer.
//
// # Differences
//
// Known differences from the real service:
//
//   - It uses plain HTTP, and policies see what is true when deployed: aws:SecureTransport is
//     "true" (TestConditionsOfEveryRequest).
//   - A browser's request is refused by its Origin header, with or without CORS: only
//     handlers and tools call the endpoint. When deployed, S3 receives a page's presigned
//     upload (TestOriginIsRefused).
//   - A body has at most 64 MiB, where S3 accepts 5 GB in one request (TestBodyLimit).
//   - The developer may do everything (TestDeveloperMayDoEverything). A function that has no
//     role in the configuration may do nothing (TestRefusalWordsOfServices).
//   - Only identity policies and the permissions boundary are evaluated: no resource policy,
//     session policy or organization's policy (TestParseRefuses).
//   - A refusal ends with a sentence that AWS does not have: how to fix it
//     (TestRefusalWords).
//   - A service that is not served here answers 501 (TestNotServed).
//   - Forwarded calls are signed with the key in the target's URL, or otherwise with the
//     account ID as the key ID and an arbitrary secret: never with the function's
//     (TestForward). If no Service reads the requests, policies are not evaluated
//     (TestForwardWithoutService).
//   - With Deployed, AWS answers and authorizes the calls of functions, with the rights of
//     the function's own role; the services here answer only the developer
//     (TestForwardDeployed). A presigned URL that a function makes then leads here, where it
//     is forwarded like any call.
//   - A Caller with a Refusal may call nothing, and gets the reason (TestRefusedCaller).
//   - STS serves only GetCallerIdentity, and the unique IDs of roles are derived from their
//     ARNs (TestGetCallerIdentity).
//   - The regions of S3, STS and the global services are the stack's own: a signature for
//     another one is refused (TestAttacks).
//
// Assumed, because no evidence was found:
//
//   - A request that is not signed and names no service is answered as S3 would, if S3 is
//     served (TestUnsignedRequestsInEachShape).
//   - If both the role's policies and its boundary lack the action, the words are those for
//     the policies (TestRefusalWords).
package aws
