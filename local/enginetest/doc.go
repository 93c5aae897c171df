// Package enginetest provides what only the tests of the real Pulumi engine need: the CLI,
// provider plugins without a cloud, and the machine of one person.
//
// The engine runs the program of infra, with plugins for the resource types of
// local/provider that store resources in a folder: cli builds the CLI,
// pulumi-resource and plugin are the provider plugins, account is their folder,
// pulumi-language-go is the language host. Plans, state, secrets, replacements,
// deletions and concurrency are the engine's own; AWS and Auth0 are not involved.
//
// The tests of this package and of changes, protection and resources deploy with the
// Automation API (deployment), those of commands with the CLI, as a person does. They are
// separate packages so that each has its own time limit.
//
// The package depends neither on the local cloud nor on an emulator.
//
// # Differences
//
//   - With the Automation API the program runs inside the test (an inline
//     program), not as a process that `pulumi up` compiles. With the CLI it is
//     compiled by the tests' language host (pulumi-language-go): see
//     TestReadmeDeploysAndRemovesBothStacks.
//   - The Automation API deploys without the preview that a person gets first:
//     see TestProtectedStackRefusesEveryDestroy.
//   - The plugins use the rows of local/provider, and refuse more: see
//     TestAnyStackNameGivesValidNames.
package enginetest
