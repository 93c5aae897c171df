// Package serving runs the invocations of a deployed stack that a session of package live has
// claimed, in processes on this machine that are built from the local sources.
//
// A function runs with the environment of the deployed function, which each invocation
// carries, and with the remaining time of the invocation as its deadline. An invocation
// without time left is not started. Calls to AWS are refused at the local endpoint. If the
// session asks for credentials, they go to AWS instead, with the rights of the function's
// role. The credentials are kept in memory only, and each process gets those of its current
// invocation.
//
// Each invocation is a journal entry, via "live". Its spans are those of the exchange (offer,
// claim, transfer), followed by the run, which contains the spans of any other invocation.
//
// The package depends neither on the source of the invocations nor on the local cloud. Its
// Options provide what is built, and whether an invocation must wait for a build.
package serving
