// Package stack runs the Pulumi program in process, on in-memory providers, and
// returns the resources that it registered as a plain Graph.
//
// The program is the very one that `pulumi up` runs. Here no engine, no plugin
// and no state stand behind it: each resource is created at once, in memory,
// with the values that AWS or Auth0 would return made from its URN, so that
// the same program gives the same graph.
//
// It does not say what a resource means; the wiring of the local cloud does. It
// knows which values a resource type returns, and refuses a type that it does
// not know by the resource's name.
//
// # Differences
//
//   - Nothing is checked as a provider would check it, beyond the types of the
//     SDK and what the wiring refuses: see TestUnknownTypeIsRefused.
//   - Physical names are the logical ones with a hash of the URN; the pattern of
//     pulumi:autonaming has no effect: see TestGraphIsReproducible.
//   - Every account is 000000000000: see TestGraphIsReproducible.
package stack
