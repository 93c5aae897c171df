// Package action runs the code of Auth0 Actions of the trigger post-login, as a tenant
// does when people sign in and when refresh tokens are exchanged. An [Action] is made
// by [Compile], and run with an [Event] and the [Outcome] so far, which it changes.
//
// It serves what is documented of the event and the api object as far as the local
// tenant can know it: see [Event] and sandbox.js. Whatever else an Action reads or calls
// is an error that names it. There are no modules, no timers and no network.
//
// It must not know who runs Actions, nor how their outcome is used.
//
// # Differences
//
//   - members of the event that a tenant without these features lacks are undefined,
//     as with Auth0; others that are not here are errors, where Auth0 has them
//     (TestUnsupported)
//   - require, fetch and timers do not exist, and secrets are empty
//     (TestRefusals, TestUnsupported)
//   - scopes are added to and removed from those that the tenant would grant; Auth0
//     documents that Actions which change scopes override what roles give, and reports
//     differ on whether the others stay (TestScopes)
//   - a claim that Auth0 reserves, and one that OpenID Connect defines, is left out, with
//     a line in the log; Auth0 documents that it leaves out reserved ones, and allows
//     some of OpenID Connect's in access tokens (TestReservedClaims)
package action
