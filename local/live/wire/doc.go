// Package wire is the protocol between the bridge in a deployed function and the
// session of a developer: topics, presence, who gets a request, sealed frames, and the
// state machine of an invocation on each side. Package live describes the exchange.
//
// The package is pure: it opens no connection and reads no clock. Both sides feed what
// they receive, and the time, into a [Call] (the bridge's side of one invocation) or a
// [Desk] (the session's side of all), and publish the frames that Poll returns. A test
// can thus run thousands of exchanges over a network of its own.
//
// Nothing that comes from outside is trusted: a frame that is truncated, of another
// invocation, replayed or forged is ignored.
package wire
