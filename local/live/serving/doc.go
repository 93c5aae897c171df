// Package serving runs the invocations of a deployed stack that a session of package
// live has claimed: in processes of this machine, built from the sources here.
//
// A function has the environment of the deployed one, which each invocation brings
// along, and the deployed one's time: what is left of it is the invocation's deadline,
// and one that is over is not begun. Its calls to AWS are refused at the local endpoint,
// or, where the session asks for credentials, go to AWS itself with the rights of its
// own role; the credentials are in memory alone, and each process asks for those of the
// invocation that it has.
//
// Each invocation is an entry of the journal, by way of "live". Its spans are those of
// the exchange (offer, claim, transfer), and then the run, in which the spans of any
// other invocation are.
//
// The package must know neither where invocations come from nor the local cloud: what is
// built, and when an invocation must wait for a build, its Options say.
package serving
