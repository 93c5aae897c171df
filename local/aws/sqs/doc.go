// Package sqs simulates Amazon SQS, with standard and FIFO queues, in both of its protocols:
// AWS JSON 1.0, which the SDKs use, and the query protocol, which older command line tools
// use.
//
// [New] makes a [Service], which has the queues that [Service.Prepare] commits. It is an
// aws.Service: callers are authenticated and authorized before it. It does not depend on
// where queues are declared, or on who consumes them. Its methods for the console need no
// signature: [Service.Queues], [Service.Peek], [Service.Send], [Service.Redrive] and
// [Service.Purge]. Nor do those for event source mappings: [Service.Receive] and
// [Service.Delete].
//
// Errors have the codes, texts and statuses that were recorded from the service
// (TestRefusals, TestQueryProtocolBytes). Random operations agree with a slow reference
// (TestRandomOperations). Stored messages survive a crash within a write
// (TestCrashWithinALine); those in flight are visible again (TestMessagesAreKept).
//
// It is not Admiral-Piett/goaws v0.4.5, which has its queues in a package variable, so that a
// process has one endpoint; supports only the query protocol; has no content-based
// deduplication, no redrive and no file; checks for messages every 100 ms; makes them visible
// again by a periodic task; and needs version 1 of the SDK.
//
// # Differences
//
// From the real service:
//
//   - Queues are declared in the program: operations that create, change, tag or delete one,
//     or list tags, are refused (TestRefusals, TestSDKErrors).
//   - A standard queue keeps its order, delivers once and answers a receive with all
//     available messages; the service does so at best. Handlers must not rely on it
//     (TestVisibilityTimeout).
//   - A queue's numbers are exact, and changes are visible immediately
//     (TestVisibilityTimeout).
//   - Requests are not throttled, and a FIFO queue's throughput limits are accepted without
//     effect (TestDeduplication). A group on a standard queue makes it fair there and changes
//     nothing here (TestFairQueues).
//   - SenderId is the account, not the caller (TestConsumer).
//   - ReceiveRequestAttemptId has no effect (TestReceiveRequestAttemptID).
//   - Queue policies are not evaluated, and encryption is an attribute without effect
//     (TestQueueAttributes).
//   - A task that moves messages without a rate ends immediately (TestSDK). Tasks are lost
//     when the process ends.
//   - A message is stored when its request is answered, unless the machine, not the process,
//     fails at that moment (TestMessagesAreKept).
//   - Of the 120,000 messages in flight, those behind the ones that a receive returns are not
//     counted (TestOverLimit).
//
// Assumed, because no evidence was found:
//
//   - Moving a message back from a dead-letter queue resets its receive count
//     (TestMoveTasks).
//   - A duplicate is answered with the ID and the sequence number of the first message
//     (TestDeduplication).
//   - A receipt handle of another queue is not valid (TestRefusals).
package sqs
