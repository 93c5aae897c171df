// Package policy evaluates IAM policies as AWS does for one request: identity policies, and
// the permissions boundary that limits them.
//
// A [Document] is parsed strictly: what IAM would refuse, and what this package could only
// misread, is an error. Evaluation does not guess either. An unknown condition operator,
// condition key or policy variable denies the request, whatever its statement's effect, and
// the decision gives the reason.
//
// It does not evaluate resource policies, session policies, service control policies or trust
// policies, so Principal and NotPrincipal are errors.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
//
// # Differences
//
//   - Version 2008-10-17, the default of a policy without a Version, is refused: see
//     TestParseRefuses.
//   - A policy variable, such as ${aws:username}, denies the actions of its statement; so do
//     the operators for addresses and binary values: see TestPolicyVariablesDeny and
//     TestUnknownConditionsDeny.
//   - A key for which no service of this machine has a value denies, such as aws:SourceIp,
//     which is not the deployed function's: see TestUnknownConditionsDeny.
//   - An operator without ForAllValues or ForAnyValue on a key with several values denies:
//     see TestUnknownConditionsDeny.
//   - A value that the operator cannot compare, such as a text with NumericEquals, is an
//     error in a policy and denies in a request: see TestParseRefuses and
//     TestUnknownConditionsDeny.
//   - If neither an identity policy nor the boundary allows a request, the decision is the
//     identity policies': see TestDenyWinsAndBoundaryLimits.
package policy
