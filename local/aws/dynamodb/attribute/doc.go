// Package attribute holds the values that DynamoDB stores: their types, their
// JSON form, numbers of 38 digits, sizes, equality, and an encoding of keys whose
// bytes sort as the values do.
//
// A [Value] never changes once it is made, so values are shared between items,
// indexes and stream records without copies.
//
// It knows nothing of tables, requests or expressions.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
package attribute
