// Package console serves the page on which a developer sees what happens in the
// local cloud, as it happens, and drives it.
//
// A [Recorder] takes requests and log lines from whoever has them and keeps the
// latest, within bounds, in memory. A [Console], built by [New] from a [Config],
// streams them to the page as server-sent events and does what the page asks
// for by the functions of its Config. The page's source is web/console.
//
// The console can call functions and drive the tenant, so that only its own page
// may: everything but the page's files needs a request that no other origin can
// make. Origin and Sec-Fetch-Site must be the console's own, and what changes
// something also needs an Origin header, a token that only the page has read,
// and a JSON body (TestOtherOriginsGetNothing, TestChangesNeedTheToken). The
// page's policy has no unsafe-* (TestEveryAnswerIsHardened). Signatures of
// tokens, opaque tokens, cookies and the stack's secrets do not reach the page
// (TestMaskedEventIsSentAgain, TestStackHidesSecrets), but for one: a token of the local tenant, made when
// somebody asks for a command with it, goes to the clipboard and not onto the page
// (TestTokenIsMadeOnDemand, TestExplorerCopiesACommandWithAToken). The browser's
// storage for the tab keeps the explorer's calls without what their names and
// shapes give away as credentials (TestExplorerKeepsItsCalls).
//
// The package does not listen and does not check the Host header, on which the
// comparison of origins rests: the server in front does
// (TestConsoleAnswersToItsOwnNameOnly in package main). It knows none of the
// emulators, and no Pulumi: package main turns what they tell into the types
// here. It keeps nothing on disk.
//
// # Differences
//
// There is no such page on AWS or Auth0. What it shows differs from the whole
// truth:
//
//   - Only the latest requests and lines are there, by number and by size
//     (TestRecorderKeepsTheLatestWithinItsBounds). Of a long log the first and the
//     latest lines stay, and a line in their middle says how many are gone and where
//     to find them (TestLongLogKeepsBothEnds, TestCutCountsEveryLine). Long texts are cut for the page,
//     but for events (TestLongEventStaysWhole), and binary ones left out
//     (TestLongAndBinaryTexts).
//   - Eight pages are served at once; one more hears why it is not
//     (TestStreamsAreBounded), and one that reads nothing is dropped, while whoever
//     records waits for none of them (TestReaderThatNeverReadsIsDropped).
//   - A request is listed as soon as the gateway has its headers. Until its answer
//     it runs; whether it came through the site, and where its time went, is
//     known at its end (TestConsoleShowsARequestWhileItRuns,
//     TestRunningRequestIsStreamedToTheConsole). One that is no longer among the
//     latest is forgotten, and comes back with its end
//     (TestRunningRequestIsForgotten).
//   - Secrets are masked by their names and shapes, as package redact says. A
//     saved event lists what was masked in it (TestSavedEventSaysWhatIsMasked).
//     An answer that has members named cookies or authorization lacks their
//     values (TestMaskedEventIsSentAgain).
//   - A span is as long as the emulators measure it on this machine. The edge is
//     timed around the whole of the site's work, its own included. A process that
//     starts for a request counts as the request's cold start from when it was
//     queued at the earliest; waiting beyond that is the queue
//     (TestConsoleShowsARequestFromEdgeToHandler).
//   - A token from the explorer needs no sign-in and no grant
//     (TestExplorerCallsAsAnyone).
//   - "Clear" empties a list on one page; what was in it stays here
//     (TestConsoleClears).
//   - A user is added, changed and deleted without Auth0's Management API, by the
//     rules of a sign-up (TestUsersAreKeptFromTheConsole).
//   - A revoked or expired grant gives no new tokens. The API accepts the access
//     tokens it gave until they expire, as with Auth0
//     (TestTenantIsDrivenFromTheConsole).
//   - A replay calls the function with the recorded event, past the gateway: its
//     token is not verified again (TestReplayCallsTheFunctionWithTheVeryEvent). One that was
//     edited or comes from a file is not compared with what the gateway would send
//     (TestReplayTakesAnotherEvent,
//     TestFunctionIsCalledWithAnEvent). A saved event lacks the signature of its
//     token (TestSavedEventLacksTheSignature).
package console
