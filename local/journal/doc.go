// Package journal keeps the one record of each request: where it entered, how it was
// answered, the function that was called for it, where the time went, and the AWS
// calls that the function made. An invocation that no request caused, such as one of
// a queue or a replay, has a record of the same kind.
//
// A record begins where the request enters: [Journal.Handler] wraps each server. The
// request's context carries it ([From]), so that whoever handles the request adds what
// it knows. Readers receive an [Entry], a copy, through the callbacks of [Options].
//
// A request that the site passes on to the API is one request, with one record. No
// header says so: [Journal.PassOn] notes the local address of the connection on which
// the site sends it, which is the remote address that the API sees. HTTP/1.1 has one
// request at a time on a connection.
//
// The package must know neither the emulators, which report to package cloud, nor the
// readers, terminal and console. It masks nothing: whoever shows an entry does.
//
// # Differences
//
// Nothing on AWS joins these facts. What a record says is incomplete where:
//
//   - the site answers a request by itself although the API has it, such as when the
//     API takes too long. The site's answer is then an entry of its own
//     (TestSiteThatGivesUpAnswersByItself). It is recognized by its status, so that a
//     site's function that changes the status of the API's answer looks the same
//     (TestSiteThatChangesTheStatusAnswersByItself);
//   - an AWS call is reported long after its invocation ended: only the latest ended
//     records are kept for that (TestLateCallsAreBounded);
//   - an invocation makes more than 1,000 AWS calls: the others are only counted
//     (TestCallsAreBounded).
package journal
