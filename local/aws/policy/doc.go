// Package policy evaluates IAM policies as AWS does for one request: identity
// policies, and the permissions boundary that limits them.
//
// A [Document] is parsed strictly: what IAM would refuse, and what this package
// could only misread, is an error. Evaluation never guesses either. A condition
// operator, a condition key or a policy variable that is not known denies the request,
// whichever effect its statement has, and the decision says so.
//
// It does not evaluate resource policies, session policies, service control
// policies or trust policies, so that Principal and NotPrincipal are errors.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
//
// # Differences
//
//   - Version 2008-10-17, which a policy without a Version has, is refused: see
//     TestParseRefuses.
//   - A policy variable, such as ${aws:username}, denies the actions of its statement; so do
//     the operators for addresses and binary values: see TestPolicyVariablesDeny and
//     TestUnknownConditionsDeny.
//   - A key that no service of this machine has a value for denies, such as
//     aws:SourceIp, which is not the deployed function's: see
//     TestUnknownConditionsDeny.
//   - An operator without ForAllValues or ForAnyValue on a key with several
//     values denies: see TestUnknownConditionsDeny.
//   - A value that the operator cannot compare, such as a text with NumericEquals, is an
//     error in a policy and denies in a request: see TestParseRefuses and
//     TestUnknownConditionsDeny.
//   - Where neither an identity policy nor the boundary allows a request, the decision is
//     the identity policies': see TestDenyWinsAndBoundaryLimits.
package policy
