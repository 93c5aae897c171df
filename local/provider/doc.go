// Package provider has one row for each resource type of AWS and Auth0 that the
// program uses: the properties that may be set, with a rule for each; which of them
// replace the resource when they change; how it is named; the values that its
// service computes; and whether the local cloud serves the type or it is inert
// there.
//
// The program's run on one machine (local/stack/program) creates resources by these
// rows, the wiring (local/wiring) accepts types and inert properties by them, and
// the plugins of the engine's tests (local/enginetest/plugin) serve them to the real
// Pulumi engine.
//
// The package holds no state, runs nothing, and imports neither Pulumi nor any
// other package of this project. It does not know how a type is served.
//
// # Adding a resource type
//
// Add its token and its row to aws.go or auth0.go, with a rule for each property. A
// property without a rule, at any depth, is refused with the resource's name: no
// test would have seen it before it is deployed. An inert type needs nothing else;
// any other is served in local/wiring, where TestEveryTypeIsServedOrInert looks.
//
// A rule refuses what the provider's own validation refuses in a plan, and what
// the service refuses later, when it deploys; its source stands beside it. Read
// hashicorp/terraform-provider-aws and auth0/terraform-provider-auth0 for the
// first, the service's API reference for the second. Then give
// TestRulesAtTheirEdges a value that is refused, and its neighbor that is accepted.
//
// # Differences
//
//   - A row names the properties that the program may set, not all that the
//     real type has, and some values that no stack of this project needs are
//     refused too: other runtimes than Go's, other protocols than HTTP and
//     e-mail. See TestUnknownPropertyIsRefused, TestRulesAtTheirEdges.
//   - Hosts and URLs of this machine are accepted, since the local cloud returns
//     them: see TestLocalHostsAreAccepted.
//   - What only an account knows is not checked: whether an ARN exists, whether
//     a certificate is for a name, quotas of an account: see
//     TestRulesAtTheirEdges, whose ARNs do not exist.
//   - Every account is 000000000000: see TestComputedValues.
package provider
