// Package policy evaluates IAM policies as AWS does for one request: identity
// policies, and the permissions boundary that limits them.
//
// A [Document] is parsed strictly: what IAM would refuse, and what this package
// could only guess at, is an error. Evaluation never guesses either. A condition
// operator or key that is not known denies the request, whichever effect its
// statement has, and the decision says so.
//
// It does not evaluate resource policies, session policies, service control
// policies or trust policies, so that Principal and NotPrincipal are errors.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
//
// # Differences
//
//   - Version 2008-10-17, policy variables, and the numeric, date, binary and
//     address operators are not evaluated: see TestParseRefuses and
//     TestUnknownConditionsDeny.
//   - The values of a condition are strings; IAM takes JSON's booleans and
//     numbers too: see TestParseRefuses.
//   - An operator without ForAllValues or ForAnyValue on a key with several
//     values denies: see TestUnknownConditionsDeny.
package policy
