// Package stack runs the Pulumi program in process, on in-memory providers, and
// returns the resources that it registered as a plain Graph. DeployAnew does the
// same in another process, with the program as its sources are now.
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
//   - Inputs are checked by the rows of local/provider and by what the wiring
//     refuses, and no further: see TestUnknownTypeIsRefused.
//   - Physical names are the logical ones with a hash of the URN in place of
//     random digits: see TestGraphIsReproducible.
//   - Each run is the stack's first: a reference to its own outputs finds none.
//     See TestGraphIsReproducible.
//   - A provider that the program makes has no effect on values: what is in
//     us-east-1 for CloudFront's sake always is. See TestOwnProviderIsAccepted.
//   - A domain's record leads to Origins.Domain; see TestOwnProviderIsAccepted.
//   - Every account is 000000000000: see TestGraphIsReproducible.
package stack
