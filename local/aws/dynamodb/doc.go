// Package dynamodb stands in for DynamoDB on one machine: the items of the tables
// that a program declares, and the operations that handlers use on them. It is an
// [aws.Service]: who may call, and how a request is signed, is its caller's matter.
//
// An [Engine] is made by [New] for life. [Engine.Prepare] checks a [Config], and the
// commit that it returns serves it, at first or in place of another
// (TestReloadKeepsItems). Each request is read into a plan, which says what IAM must
// allow (TestRequestsToIAM) and what is done then. Values are in package attribute,
// expressions in package expression, both compared with references of their own
// (TestNumberReference, TestConditionReference), as queries are (TestQueryReference).
//
// Changes of a table with a stream come out in order, as the records that a function
// receives (TestStreamRecords, TestChangesAreInOrder). With a folder, items outlive
// the process (TestItemsSurviveARestart), also one that ends in the middle of a write
// (TestTornLastLine).
//
// The package does not listen, invokes no function, and knows neither policies of
// others, Pulumi, nor the console.
//
// # Why not a library
//
// github.com/truora/minidyn v0.8.2 was tried with the AWS SDK. It orders the sort
// keys -10.5, -2, 0, 3, 9.99, 10 as text (-10.5 -2 0 10 3 9.99), and finds by r < 5
// what that order has; adds in float64 (0.1 + 0.2 is 0.30000000000000004, and a
// number of 38 digits loses 22 by + 1); says ScannedCount 0; stores items of 500 KB,
// keys of 3,000 bytes and empty keys; returns 2.3 MB on one page; reads an index
// consistently; does a transaction twice that is sent again with its token; accepts a
// path that is set twice; has neither ListTables nor a time to live nor streams; and
// words most errors in its own way. Its server links 24 packages of the SDK, DynamoDB's
// types and schemas among them, and takes three times as long to compile as this
// package does.
//
// # Differences
//
// Known differences from the real service:
//
//   - The program declares the tables: operations that create, change or delete
//     them are refused. So are PartiQL, backups, exports, global tables, tags,
//     resource policies and the API of streams (TestOperationsThatAreNotServed).
//   - The parameters that expressions replaced are refused by name
//     (TestLegacyParametersAreRefused).
//   - Indexes are global ones with one or two keys; there are no local ones, so that
//     no answer has metrics of item collections (TestDescriptions).
//   - Every read sees all writes before it, also of an index and without
//     ConsistentRead (TestSparseIndex).
//   - Capacity is counted but not limited: nothing is throttled
//     (TestConsumedCapacity). Writes are done one after the other, so that no
//     transaction meets another (TestChangesAreInOrder).
//   - An expired item is deleted within a second, where the service takes up to days:
//     until then, a handler that does not look at the time works here and reads
//     expired items there (TestRunExpires, TestExpire).
//   - A request that cannot be read fails with the service's code and other words. A
//     member that is there twice and text that is no UTF-8 are such requests
//     (TestRequestsThatCannotBeRead, TestParseValueRefuses).
//   - The service words some messages in two ways, by region: here they are without
//     the "1 validation error detected:" that newer regions put before texts of
//     their own, and name the value and the member at fault
//     (TestValidation). Values that are collections are not repeated
//     (TestBatchValidation). Placeholders that are not used are named in order
//     (TestPlaceholders).
//   - An updated item may have 400 KB. The service counts what UpdateItem writes, and
//     some bytes for each clause (TestItemOf400KB).
//   - A scan is in the order of another hash than the service's (TestScanSegments),
//     and entries of an index with the same keys are too (TestPagination).
//   - The IDs and sequence numbers of stream records have the service's form and are
//     made here (TestStreamRecords). There is one shard (TestChangesAreInOrder).
//   - A table that is no longer declared, or with other keys, loses its items
//     (TestTablesThatAreGone, TestReloadKeepsItems).
//   - What was written in the moment before a power failure may be lost, since a
//     write does not wait for the disk (TestItemsSurviveARestart).
//
// Assumed, because no evidence was found; the stricter or simpler choice:
//
//   - A sum of more than 38 digits is refused (TestAssumedSumOf39Digits).
//   - A missing attribute equals nothing, not even another one that is missing, and
//     <> is true of it. size of a number or a boolean in an item makes a comparison
//     false (TestConditions, TestConditionReference).
//   - The words for an order of sets, for an expression that is too long and for IN
//     with too many operands, and of which fault a text with several is accused
//     (TestConditionRefuses).
//   - The words for a transaction of more than 4 MB (TestAssumedTransactionOf4MB), and
//     that a wrong key in a transaction is a reason for its cancellation
//     (TestTransactionValidation).
//   - A GetItem or BatchGetItem without a projection has the dynamodb:Select
//     ALL_ATTRIBUTES (TestAssumedSelectOfAReadWithoutProjection). dynamodb:Attributes
//     are the attributes that a request names, with those of its conditions;
//     dynamodb:LeadingKeys of an index are the values of the index's own partition
//     key (TestRequestsToIAM).
//   - Members that a transaction's or a batch's answer has for a table are named as
//     the request names it (TestBatchesWithTheSDK).
package dynamodb
