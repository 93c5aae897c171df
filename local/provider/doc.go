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
// Add a row to aws.go or auth0.go, with a rule for each property. A property that
// no row names, however deep, is refused with the resource's name: it would
// otherwise be deployed without any test having seen it.
//
// A rule refuses what the provider's own validation refuses in a plan, and what
// the service refuses later, when it deploys; its source stands beside it. Read
// hashicorp/terraform-provider-aws and auth0/terraform-provider-auth0 for the
// first, the service's API reference for the second. Then give
// TestRulesDrawTheLine a value that is refused, and its neighbor that is not.
//
// # Differences
//
//   - A row names the properties that the program may set, not all that the
//     real type has, and some values that no stack of this project needs are
//     refused too: other runtimes than Go's, other protocols than HTTP and
//     e-mail. See TestUnknownPropertyIsRefused, TestRulesDrawTheLine.
//   - Hosts and URLs of this machine are taken, since the local cloud returns
//     them: see TestTheLocalCloudsHostsAreTaken.
//   - What only an account knows is not checked: whether an ARN exists, whether
//     a certificate is for a name, quotas that an account shares: see
//     TestRulesDrawTheLine, whose ARNs are of nothing.
//   - Every account is 000000000000: see TestComputedValues.
package provider
