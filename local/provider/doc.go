// Package provider knows the resource types of AWS and Auth0 that the program
// uses: which properties each has, which of them replace it when they change,
// how it is named, and which values its service computes.
//
// Two users stand on this one table. The local cloud's in-process run
// (local/stack) creates resources by it, and the plugins of the engine's tests
// (local/provider/plugin) serve it to the real Pulumi engine.
//
// It holds no state, runs nothing and imports no Pulumi.
//
// # Adding a resource type
//
// Add a row to aws.go or auth0.go. A property that no row names is refused with
// the resource's name: it would otherwise be deployed without any test having
// seen it.
//
// # Differences
//
//   - A row names the properties that the program may set, not all that the
//     real type has: see TestUnknownPropertyIsRefused.
//   - Of values only names and the texts with a limit are checked: see
//     TestNamesKeepToTheirServicesLimits.
//   - Every account is 000000000000: see TestComputedValues.
package provider
