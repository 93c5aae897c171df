// Package expression parses and evaluates DynamoDB's expressions: conditions, filters, key
// conditions, updates and projections.
//
// A [Scope] holds the placeholders of one request, parses its expressions, and records which
// placeholders they use. Parsed expressions are safe for concurrent use. Errors are in the
// service's words, without the "Invalid ConditionExpression: " that the caller adds.
//
// It does not depend on tables, keys or requests.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
package expression
