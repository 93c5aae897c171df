// Package console serves the page on which a developer watches and controls the
// local cloud.
//
// A [Recorder] keeps the latest entries of the journal, the latest calls to each resource
// of AWS, and log lines, in bounded memory. A [Console], built by [New] from a [Config],
// streams them to the page as server-sent events, and does what the page requests through
// the functions of its Config. The page's source is web/console.
//
// The console can call functions and change the tenant, so only its own page may use
// it: everything except the page's files needs a request that no other origin can
// send. Origin and Sec-Fetch-Site must be the console's own, and changes also
// need an Origin header, a token that only the page has read,
// and a JSON body (TestOtherOriginsGetNothing, TestChangesNeedTheToken). The
// page's policy has no unsafe-* (TestEveryAnswerIsHardened). Signatures of
// tokens, opaque tokens, cookies and the stack's secrets do not reach the page
// (TestMaskedEventIsSentAgain, TestStackHidesSecrets), with one exception: a token of
// the local tenant, made for a command that the user copies, goes to the clipboard
// and not onto the page (TestTokenIsMadeOnDemand,
// TestExplorerCopiesACommandWithAToken). The browser's storage for the tab keeps the
// explorer's calls without credentials, which are recognized by name and shape
// (TestExplorerKeepsItsCalls).
//
// The contents of tables, queues and buckets are also shown only to the page
// (TestDataIsBehindTheToken), with secrets masked by the rules for bodies; keys of items
// are sealed (TestDataQuestions). The page shows only whether a secret has a value, and
// can set one (TestDataIsShownAndChanged).
//
// The package does not listen and does not check the Host header, on which the
// comparison of origins rests: the server in front does
// (TestConsoleChecksHost in package main). It must not know the
// emulators or Pulumi: package main converts what they report into the types here.
// It keeps nothing on disk.
//
// # Differences
//
// There is no such page on AWS or Auth0. What it shows is incomplete:
//
//   - Only the latest requests and lines are kept, by number and by size
//     (TestRecorderKeepsTheLatestWithinItsBounds). Of a long log the first and the
//     latest lines are kept, and a line between them says how many are missing and
//     where to find them (TestLongLogKeepsBothEnds, TestCutCountsEveryLine). Long
//     texts are cut for the page, except events (TestLongEventStaysWhole), and
//     binary ones are left out (TestLongAndBinaryTexts).
//   - Eight pages are served at once; another is refused with the reason
//     (TestStreamsAreBounded), and one that reads nothing is dropped; recording
//     never waits for a page (TestReaderThatNeverReadsIsDropped).
//   - A request is listed as soon as the gateway has its headers. Until its answer
//     it is running; its spans are known at its end
//     (TestConsoleShowsARequestWhileItRuns,
//     TestRunningRequestIsStreamedToTheConsole). One that is no longer among the
//     latest is forgotten, and is listed again at its end
//     (TestRunningRequestIsForgotten).
//   - Secrets are masked by their names and shapes, as documented in package
//     redact. A saved event lists what was masked in it (TestSavedEventSaysWhatIsMasked).
//     An answer that has members named cookies or authorization lacks their
//     values (TestMaskedEventIsSentAgain).
//   - The view of data reads and changes resources as their owner: no policy is
//     evaluated, messages are shown without being received, and changes count as no
//     invocation's (TestDataIsShownAndChanged). It shows 25 items of a table at a time
//     and the first 50 messages of a queue; an object of more than 1 MiB has no
//     content there (TestDataQuestions). An item with a masked value cannot be edited,
//     only written again (TestDataChanges).
//   - The latest 10 calls to each of 200 resources are kept (TestUsageIsBounded), for
//     longer than their requests.
//   - Spans are measured by the emulators on this machine. The edge includes the
//     site's own time. A process that starts for a request counts as its cold
//     start, from when the request was queued at the earliest; other waiting is the
//     queue
//     (TestConsoleShowsARequestFromEdgeToHandler).
//   - A token from the explorer needs no sign-in and no grant
//     (TestExplorerCallsAsAnyone).
//   - "Clear" empties a list on one page, not here
//     (TestConsoleClears).
//   - A user is added, changed and deleted without Auth0's Management API, by the
//     rules of a sign-up (TestUsersAreKeptFromTheConsole).
//   - A revoked or expired grant gives no new tokens. The API accepts its
//     earlier access tokens until they expire, as with Auth0
//     (TestTenantIsDrivenFromTheConsole).
//   - A replay calls the function with the recorded event, without the gateway: its
//     token is not verified again (TestReplayCallsTheFunctionWithTheVeryEvent). An
//     event that was edited or comes from a file is not compared with what the
//     gateway would send (TestReplayTakesAnotherEvent,
//     TestFunctionIsCalledWithAnEvent). A saved event lacks the signature of its
//     token (TestSavedEventLacksTheSignature).
package console
