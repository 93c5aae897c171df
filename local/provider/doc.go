// Package provider has one row for each resource type of AWS and Auth0 that the
// program uses: the properties that may be set, with a rule for each; which of them
// replace the resource when they change; how it is named; the values that its
// service computes; and whether the local cloud serves the type or it is inert
// there.
//
// The local run of the program (local/stack/program) uses these rows to create
// resources, the wiring (local/wiring) to accept types and inert properties, and the
// plugins of the engine's tests (local/enginetest/plugin) to serve them to the real
// Pulumi engine.
//
// The package has no state, runs nothing, and imports neither Pulumi nor any other
// package of this project. It does not know how a type is served.
//
// # Adding a resource type
//
// Add its token and its row to aws.go, auth0.go or handler_resources.go, with a rule for
// each property. A property without a rule, at any depth, is refused with the resource's
// name, since no test would cover it before it is deployed. An inert type needs nothing
// else; any other type must be served in local/wiring (TestEveryTypeIsServedOrInert).
//
// A rule refuses what the provider's validation refuses in a plan, and what the service
// refuses later, during deployment. Its source is in its comment. Read
// hashicorp/terraform-provider-aws and auth0/terraform-provider-auth0 for the
// first, the service's API reference for the second. Then give
// TestRulesAtTheirEdges a value that is refused, and its neighbor that is accepted.
//
// # Differences
//
//   - A row has the properties that the program may set, not all of the real type.
//     Some values that no stack of this project needs are refused: runtimes other
//     than Go's, protocols other than HTTP and email. See
//     TestUnknownPropertyIsRefused, TestRulesAtTheirEdges.
//   - Local hosts and URLs are accepted, since the local cloud returns them: see
//     TestLocalHostsAreAccepted.
//   - What depends on an account is not checked: whether an ARN exists, whether a
//     certificate is for a name, quotas of an account: see TestRulesAtTheirEdges,
//     whose ARNs do not exist.
//   - Every account is 000000000000: see TestComputedValues.
package provider
