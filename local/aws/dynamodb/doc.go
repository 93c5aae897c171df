// Package dynamodb simulates DynamoDB on one machine: the items of the tables that a program
// declares, and the operations that handlers use on them. It is an [aws.Service]: its caller
// verifies signatures and permissions.
//
// [New] makes an [Engine]. [Engine.Prepare] checks a [Config], and the commit that it returns
// serves it, at first or in place of another (TestReloadKeepsItems). Each request is read
// into a plan: the permissions that it needs (TestRequestsToIAM), and the function to run.
// Values are in package attribute, expressions in package expression. Both are compared with
// reference implementations (TestNumberReference, TestConditionReference), as are queries
// (TestQueryReference).
//
// Changes of a table with a stream are delivered in order, as the records that a function
// receives (TestStreamRecords, TestChangesAreInOrder). With a folder, items outlive the
// process (TestItemsSurviveARestart), even one that ends in the middle of a write
// (TestTornLastLine).
//
// The package does not listen, invokes no function, and depends neither on policies, Pulumi,
// nor the console.
//
// # Why not a library
//
// github.com/truora/minidyn v0.8.2 was tried with the AWS SDK. It orders the sort keys -10.5,
// -2, 0, 3, 9.99, 10 as text (-10.5 -2 0 10 3 9.99), and evaluates r < 5 in that order; adds
// in float64 (0.1 + 0.2 is 0.30000000000000004, and a number of 38 digits loses 22 by + 1);
// returns ScannedCount 0; stores items of 500 KB, keys of 3,000 bytes and empty keys; returns
// 2.3 MB on one page; reads an index consistently; executes a transaction twice if it is
// repeated with its token; accepts a path that is set twice; has neither ListTables nor a
// time to live nor streams; and has its own words for most errors. Its server links 24
// packages of the SDK, including DynamoDB's types and schemas, and takes three times as long
// to compile as this package.
//
// # Differences
//
// Known differences from the real service:
//
//   - The program declares the tables: operations that create, change or delete them are
//     refused. So are PartiQL, backups, exports, global tables, tags, resource policies and
//     the API of streams (TestOperationsThatAreNotServed).
//   - The parameters that expressions replaced are refused by name
//     (TestLegacyParametersAreRefused).
//   - Indexes are global ones with one or two keys; there are no local ones, so that no
//     response has metrics of item collections (TestDescriptions).
//   - Every read sees all earlier writes, even of an index and without ConsistentRead
//     (TestSparseIndex).
//   - Capacity is counted but not limited: nothing is throttled (TestConsumedCapacity).
//     Writes are sequential, so that transactions do not conflict (TestChangesAreInOrder).
//   - An expired item is deleted within a second; the service takes up to days. A handler
//     that does not check the time works here and reads expired items there (TestRunExpires,
//     TestExpire).
//   - A request that cannot be read fails with the service's code and other words. A
//     duplicate member and text that is not UTF-8 make a request unreadable
//     (TestRequestsThatCannotBeRead, TestParseValueRefuses).
//   - The service words some messages in two ways, by region: here they are without the "1
//     validation error detected:" that newer regions put before texts of their own, and name
//     the value and the member at fault (TestValidation). Values that are collections are not
//     repeated (TestBatchValidation). Unused placeholders are named in order
//     (TestPlaceholders).
//   - An updated item may have 400 KB. The service counts what UpdateItem writes, and some
//     bytes for each clause (TestItemOf400KB).
//   - A scan is in the order of a different hash than the service's (TestScanSegments), as
//     are entries of an index with the same keys (TestPagination).
//   - The IDs and sequence numbers of stream records have the service's form and are made
//     here (TestStreamRecords). There is one shard (TestChangesAreInOrder).
//   - A table that is no longer declared, or has other keys, loses its items
//     (TestTablesThatAreGone, TestReloadKeepsItems).
//   - The last writes before a power failure may be lost, since a write does not wait for the
//     disk (TestItemsSurviveARestart).
//
// Assumed, because no evidence was found; the stricter or simpler choice:
//
//   - A sum of more than 38 digits is refused (TestAssumedSumOf39Digits).
//   - A missing attribute equals nothing, not even another missing one, and <> is true of it.
//     size of a number or a boolean in an item makes a comparison false (TestConditions,
//     TestConditionReference).
//   - The words for an order of sets, for an expression that is too long and for IN with too
//     many operands, and which of several faults is reported (TestConditionRefuses).
//   - The words for a transaction of more than 4 MB (TestAssumedTransactionOf4MB), and that a
//     wrong key in a transaction is a reason for its cancellation
//     (TestTransactionValidation).
//   - A GetItem or BatchGetItem without a projection has the dynamodb:Select ALL_ATTRIBUTES
//     (TestAssumedSelectOfAReadWithoutProjection). dynamodb:Attributes are the attributes
//     that a request names, including those of its conditions; dynamodb:LeadingKeys of an
//     index are the values of the index's own partition key (TestRequestsToIAM).
//   - Members that a transaction's or a batch's response has for a table are named as the
//     request names it (TestBatchesWithTheSDK).
package dynamodb
