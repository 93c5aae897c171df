// Package eventsource stands in for Lambda's event source mappings: it polls queues
// and reads the streams of tables, and invokes functions with batches of what it finds.
//
// A [Service] is made by [New] for life and follows what [Service.Prepare] commits.
// It reaches queues by the functions in [Options], and receives a table's changes by
// [Service.OnChange]. It must not know what serves either, nor what runs functions.
//
// Nothing is lost while mappings are replaced: one that is replaced finishes its batch,
// and the next mapping of a stream goes on where it ended. A message or a change that
// could not be processed is processed again, as documented.
//
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
//
// # Differences
//
// From the real service:
//
//   - A queue's batches run in five invocations at a time, or in as many as the
//     maximum concurrency says. Lambda begins with five and scales up
//     (TestQueueConcurrency).
//   - Filter criteria, tumbling windows, provisioned pollers and sources but queues
//     and tables' streams are refused (TestPrepareReportsEveryProblem).
//   - A stream is one shard. Its records are kept for a day, up to 64 MiB of them
//     (TestStreamRetention), and forgotten when the process ends.
//   - The function's role is not asked for the permissions to poll
//     (TestQueueEvent).
//   - A mapping works as soon as it is committed; Lambda takes up to minutes, and
//     may miss changes at LATEST meanwhile (TestStartingPosition).
//
// Assumed, because no evidence was found:
//
//   - With ReportBatchItemFailures an output that is neither an object nor null nor an
//     empty list fails the whole batch (TestBatchItemFailures).
//   - A sequence number that is not of the batch fails the whole batch
//     (TestBatchItemFailures).
//   - A stream's batch that fails is tried again after 1 s and then after twice as
//     long, up to 60 s (TestAssumedStreamBackoff).
//   - A partial success of a stream's batch does not begin its attempts again
//     (TestAssumedPartialSuccessKeepsAttempts).
//   - A FIFO queue's messages behind one that failed, in the same batch but too large
//     for the same event, wait for it (TestEventsStayBelowTheLimit).
package eventsource
