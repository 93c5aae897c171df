// Package sqs serves queues as Amazon SQS does, standard and FIFO, in both of its
// protocols: AWS JSON 1.0, which the SDKs speak, and the query protocol, which older
// command lines do.
//
// A [Service] is made by [New] for life and has the queues that [Service.Prepare]
// commits. It is an aws.Service: who calls and what they may is decided before it. It
// must not know where queues are declared, nor who consumes them. What it does for the
// console has no signature: [Service.Queues], [Service.Peek], [Service.Send],
// [Service.Redrive] and [Service.Purge]; and what it does for event source mappings
// neither: [Service.Receive] and [Service.Delete].
//
// Errors have the codes, texts and statuses that were recorded from the service
// (TestRefusals, TestQueryProtocolBytes). Random operations agree with a slow reference
// (TestRandomOperations). Messages that are kept survive a crash within a write
// (TestCrashWithinALine); those in flight are visible again (TestMessagesAreKept).
//
// It is not Admiral-Piett/goaws v0.4.5, which has its queues in a package variable, so
// that a process has one endpoint; speaks the query protocol alone; has no
// content-based deduplication, no redrive and no file; looks for messages every 100 ms;
// makes them visible again by a task that runs now and then; and needs version 1 of the
// SDK.
//
// # Differences
//
// From the real service:
//
//   - Queues are declared in the program: operations that create, change, tag or
//     delete one, or list tags, are refused (TestRefusals, TestSDKErrors).
//   - A standard queue keeps its order, delivers once and answers a receive with all
//     that there is; the service does so at best. Handlers must not rely on it
//     (TestVisibilityTimeout).
//   - A queue's numbers are exact, and changes show at once (TestVisibilityTimeout).
//   - Requests are not throttled, and a FIFO queue's throughput limits are accepted
//     without effect (TestDeduplication). A group on a standard queue makes it fair
//     there and changes nothing here (TestFairQueues).
//   - SenderId is the account, not the caller (TestConsumer).
//   - ReceiveRequestAttemptId has no effect (TestReceiveRequestAttemptID).
//   - Queue policies are not evaluated, and encryption is an attribute without effect
//     (TestQueueAttributes).
//   - A task that moves messages without a rate is over at once
//     (TestSDK). Tasks are forgotten when the process ends.
//   - A message is kept when its request is answered, unless the machine, not the
//     process, fails just then (TestMessagesAreKept).
//   - Of the 120,000 messages in flight, those that lie behind the ones that a
//     receive returns are not counted (TestOverLimit).
//
// Assumed, because no evidence was found:
//
//   - A message that is moved back from a dead-letter queue begins its receives again
//     (TestMoveTasks).
//   - A duplicate is answered with the ID and the sequence number of the first
//     message (TestDeduplication).
//   - A receipt handle of another queue is not valid (TestRefusals).
package sqs
