// Package program runs the Pulumi program on in-memory providers and returns the
// resources that it registered as a stack.Graph. It is the other process of package
// stack, and the only package of the local cloud that links Pulumi's SDKs.
//
// No engine, no plugin and no state stand behind the program here: each resource is
// created at once, in memory, with the values that AWS or Auth0 would return derived
// from its URN, so that the same program gives the same graph. Which values those
// are, and what is refused, is up to local/provider.
//
// # Differences
//
//   - Inputs are checked by the rows of local/provider and by what the wiring
//     refuses, and no further. A resource of a type without a row is accepted with
//     any, and has a name and an ARN: see TestUnknownTypeIsRegistered.
//   - Physical names are the logical ones with a hash of the URN in place of
//     random digits: see TestGraphIsReproducible.
//   - Each run is the stack's first: a reference to its own outputs finds none.
//     See TestGraphIsReproducible.
//   - A provider that the program makes has no effect on values: what is in
//     us-east-1 for CloudFront's sake always is. See TestOwnProviderIsAccepted.
//   - A domain's record resolves to Origins.Domain; see TestOwnProviderIsAccepted.
//   - Every account is 000000000000: see TestGraphIsReproducible.
package program
