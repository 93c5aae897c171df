// Package wire implements the protocol between the bridge in a deployed function and a
// developer's session: topics, presence, the choice of a developer, sealed frames, and the
// state machine of an invocation on each side. Package live describes the exchange.
//
// The package opens no connection and reads no clock. Each side passes received frames and
// the time to a [Call] (the bridge's side of one invocation) or a [Desk] (the session's side
// of all), and publishes the frames that Poll returns. A test can thus run thousands of
// exchanges over a simulated network.
//
// Input is not trusted: a frame that is truncated, replayed, forged or of another invocation
// is ignored.
package wire
