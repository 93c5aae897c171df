// Package attribute implements the values that DynamoDB stores: their types, their JSON form,
// numbers of 38 digits, sizes, equality, and an encoding of keys whose bytes sort as the
// values do.
//
// A [Value] is immutable, so values are shared between items, indexes and stream records
// without copies.
//
// It does not depend on tables, requests or expressions.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
package attribute
