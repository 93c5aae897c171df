// Package expression parses and evaluates DynamoDB's expressions: conditions,
// filters, key conditions, updates and projections.
//
// A [Scope] has the placeholders of one request and parses its expressions; it
// knows afterwards which of them no expression used. What is parsed may be used
// concurrently. Errors are in the service's words, without the "Invalid
// ConditionExpression: " that the caller adds.
//
// It knows nothing of tables, keys or requests.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
package expression
