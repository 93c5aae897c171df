// Package enginetest provides what only the tests of the real Pulumi engine need: the CLI,
// provider plugins without a cloud behind them, and the machine of one person.
//
// The engine runs the program of infra, with plugins for the resource types of
// local/provider that keep what exists in a folder: cli builds the CLI,
// pulumi-resource and plugin are the provider plugins, account is their folder,
// pulumi-language-go is the language host. Plans, state, secrets, replacements,
// deletions and concurrency are the engine's own; AWS and Auth0 are not involved.
//
// The tests of this package and of changes, protection, resources and failures deploy by
// the Automation API (deployment), those of commands by the CLI, as a person does. They
// are packages of their own so that each has its own time limit.
//
// The package knows neither the local cloud nor an emulator.
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
package enginetest
