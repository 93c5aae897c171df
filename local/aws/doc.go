// Package aws is the one AWS endpoint that handlers of the local cloud call: it
// verifies the signature of each request, evaluates the policies of the function's
// own role, and hands what IAM would allow to the service that serves it. What IAM
// would refuse is refused here, in AWS's words and the service's own shape.
//
// It knows no service's protocol: each is a [Service] in a package of its own, and
// none of them knows another. Only sts:GetCallerIdentity is served by the package
// itself. It does not listen, does not check the Host header, and starts no function:
// [Options] Caller says whose an access key ID is.
//
// An [Endpoint] is made by [New] for life. [Endpoint.Prepare] checks a [Config], and the
// commit that it returns serves it. [Endpoint.Handler] answers 503 before the first
// (TestHandlerBeforeTheFirstCommit).
//
// # Order of checks
//
// Origin header, form of the signature, size of the body (64 MiB), access key ID, session
// token, credential scope, time, signed headers, signature, hash of the body; then whether
// the service is served, what the service reads, the policies, and the service's answer.
// The first that fails is the answer.
//
// # Differences
//
// Known differences from the real service:
//
//   - It speaks plain HTTP, and policies see what is true when deployed:
//     aws:SecureTransport is "true" (TestConditionsOfEveryRequest).
//   - A browser's request is refused by its Origin header, with CORS or without: only
//     handlers and tools call the endpoint. A presigned upload from a page is
//     for S3 to receive when deployed (TestOriginIsRefused).
//   - A body has at most 64 MiB, where S3 takes 5 GB in one request
//     (TestBodyLimit).
//   - The developer may do everything (TestDeveloperMayDoEverything). A function that
//     has no role in the configuration may do nothing (TestRefusalWordsOfServices).
//   - Only identity policies and the permissions boundary are evaluated: no resource
//     policy, session policy or organization's policy (TestParseRefuses).
//   - A refusal ends with a sentence that AWS does not have: how to fix it
//     (TestRefusalWords).
//   - A service that nobody serves here answers 501 (TestNotServed).
//   - A service whose calls are forwarded gets them signed with the key in the
//     target's URL, or else with the account ID as the key ID and any secret: never with
//     the function's (TestForward). Where no Service reads its requests, its policies are
//     not evaluated (TestForwardWithoutService).
//   - With Deployed, AWS answers the calls of functions and decides about them, with the
//     rights of the function's own role; the services here answer the developer alone
//     (TestForwardDeployed). A presigned URL that a function makes then leads here, where it
//     is forwarded like any call.
//   - A Caller with a Refusal may call nothing, and is told why (TestRefusedCaller).
//   - STS serves GetCallerIdentity alone, and the unique IDs of roles are derived from
//     their ARNs (TestGetCallerIdentity).
//   - S3's regions, STS's and those of the global services are the stack's own: a
//     signature for another one is refused (TestAttacks).
//
// Assumed, because no evidence was found:
//
//   - A request that is not signed and names no service is answered as S3 would, if S3 is
//     served (TestUnsignedRequestsInEachShape).
//   - Where both the role's policies and its boundary lack the action, the words are
//     those for the policies (TestRefusalWords).
package aws
