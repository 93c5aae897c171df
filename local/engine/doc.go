// Package engine is for tests that drive the real Pulumi engine, with the program
// of infra and with provider plugins that hold everything in a folder
// (local/provider). Its own tests and those in failures do so by the Automation
// API (deployment), those in commands by the CLI, as a person does. They are
// packages of their own so that each has its own time limit.
//
// So plans, state, secrets, replacements, deletions and concurrency are the
// engine's own; AWS and Auth0 are not there.
//
// # Differences
//
//   - By the Automation API the program runs inside the test (an inline
//     program), not as a process that `pulumi up` compiles. By the CLI it is
//     compiled, by a language host of the tests' own (pulumi-language-go): see
//     TestReadmeDeploysAndRemovesBothStacks.
//   - The Automation API deploys without the preview that a person gets first:
//     see TestProtectedStackRefusesEveryDestroy.
//   - The plugins know what the rows of local/provider say, and refuse more: see
//     TestAnyStackNameGivesValidNames.
package engine
