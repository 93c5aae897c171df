// Package engine has no code but tests: they drive the real Pulumi engine, by
// its CLI and the Automation API, with the program of infra and with provider
// plugins that hold everything in a folder (local/provider).
//
// So plans, state, secrets, replacements, deletions and concurrency are the
// engine's own; AWS and Auth0 are not there.
//
// # Differences
//
//   - But for TestReadmeDeploysAndRemovesBothStacks and
//     TestTemplateMakesAProject, the program runs inside the test (an inline
//     program), not as a process that `pulumi up` compiles. Those two have a
//     language host of their own (pulumi-language-go).
//   - The Automation API deploys without the preview that a person gets first:
//     see TestProtectedResourcesSurviveADestroyWithoutPreview.
//   - The plugins know what the rows of local/provider say, and refuse more: see
//     TestAnyStackNameGivesValidNames.
package engine
