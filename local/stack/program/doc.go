// Package program runs the Pulumi program on in-memory providers and returns the
// registered resources as a stack.Graph. It runs in the process that package stack
// starts, and is the only package of the local cloud that links Pulumi's SDKs.
//
// There is no engine, plugin or state: each resource is created immediately, in
// memory. The values that AWS or Auth0 would return are derived from its URN, so that
// the same program gives the same graph. Package local/provider determines these
// values, and what is refused.
//
// # Differences
//
//   - Inputs are checked only by the rows of local/provider and by the wiring. A
//     resource of a type without a row is accepted with any inputs, and has a name
//     and an ARN: see TestUnknownTypeIsRegistered.
//   - Physical names are the logical ones with a hash of the URN in place of
//     random digits: see TestGraphIsReproducible.
//   - Each run is the stack's first: a reference to its own outputs finds none.
//     See TestGraphIsReproducible.
//   - A provider that the program creates has no effect on values: CloudFront's
//     resources in us-east-1 are always there. See TestOwnProviderIsAccepted.
//   - A domain's record resolves to Origins.Domain; see TestOwnProviderIsAccepted.
//   - Every account is 000000000000: see TestGraphIsReproducible.
package program
