// Package journal keeps one record of each request: where it entered, how it was answered,
// the function that was called for it, where the time went, and the AWS calls that the
// function made. An invocation without a request, such as one of a queue or a replay, has a
// record of the same kind.
//
// A record begins where the request enters: [Journal.Handler] wraps each server. The
// request's context carries it ([From]), so each stage adds its part. Readers receive an
// [Entry], a copy, through the callbacks of [Options].
//
// A request that the site forwards to the API is one request, with one record. No header
// marks it: [Journal.PassOn] notes the local address of the connection on which the site
// sends it, which is the remote address that the API sees. HTTP/1.1 has one request at a time
// on a connection.
//
// The package depends neither on the emulators, which report to package cloud, nor on the
// readers, terminal and console. It masks nothing: the code that shows an entry does.
//
// # Differences
//
// Nothing on AWS joins these facts. A record is incomplete if:
//
//   - the site answers a request itself although the API has it, such as when the API takes
//     too long. The site's answer is then a separate entry
//     (TestSiteThatGivesUpAnswersByItself). It is recognized by its status, so that a site's
//     function that changes the status of the API's answer looks the same
//     (TestSiteThatChangesTheStatusAnswersByItself);
//   - an AWS call is reported long after its invocation ended: only the latest ended records
//     are kept for that (TestLateCallsAreBounded);
//   - an invocation makes more than 1,000 AWS calls: the others are only counted
//     (TestCallsAreBounded).
package journal
