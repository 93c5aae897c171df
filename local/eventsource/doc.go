// Package eventsource simulates Lambda's event source mappings: it polls queues, reads the
// streams of tables, and invokes functions with batches of records.
//
// [New] makes a [Service], which follows what [Service.Prepare] commits. It accesses queues
// by the functions in [Options], and receives a table's changes by [Service.OnChange]. It
// does not depend on what serves either, or on what runs functions.
//
// Nothing is lost while mappings are replaced: a replaced mapping finishes its batch, and the
// next mapping of a stream continues where it ended. A message or a change that could not be
// processed is processed again, as documented.
//
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
//
// # Differences
//
// From the real service:
//
//   - A queue's batches run in five invocations at a time, or as many as the maximum
//     concurrency allows. Lambda begins with five and scales up (TestQueueConcurrency).
//   - Filter criteria, tumbling windows, provisioned pollers and sources other than queues
//     and tables' streams are refused (TestPrepareReportsEveryProblem).
//   - A stream is one shard. Its records are kept for a day, up to 64 MiB of them
//     (TestStreamRetention), and lost when the process ends.
//   - The function's role needs no permissions to poll (TestQueueEvent).
//   - A mapping works as soon as it is committed; Lambda takes up to minutes, and may miss
//     changes at LATEST meanwhile (TestStartingPosition).
//
// Assumed, because no evidence was found:
//
//   - With ReportBatchItemFailures an output that is neither an object nor null nor an empty
//     list fails the whole batch (TestBatchItemFailures).
//   - A sequence number that is not in the batch fails the whole batch
//     (TestBatchItemFailures).
//   - A stream's failed batch is retried after 1 s and then after twice as long, up to 60 s
//     (TestAssumedStreamBackoff).
//   - A partial success of a stream's batch does not reset its attempts
//     (TestAssumedPartialSuccessKeepsAttempts).
//   - A FIFO queue's messages behind a failed one, in the same batch but too large for the
//     same event, wait for it (TestEventsStayBelowTheLimit).
package eventsource
