// Package ssm simulates the Parameter Store of AWS Systems Manager: it answers GetParameter,
// GetParameters and GetParametersByPath with the parameters that a program declares. Only the
// program writes parameters, so every other operation is refused with an explanation.
//
// It does not depend on where values come from: a [Config] has them. Values are only in
// responses, never in a log, an error, or the text of a [Parameter].
//
// A parameter whose value this machine does not have exists, and reading it fails with the
// words of its declaration (TestMissingValue).
//
// # Differences
//
//   - Each parameter has one version at a time, whose number counts the values since the
//     process started; earlier ones are not kept, and there are no labels (TestVersions).
//   - Without decryption, the value of a SecureString is a text that no key decrypts
//     (TestDecryption).
//   - GetParameters and GetParametersByPath fail for a parameter without a value; AWS has no
//     such state (TestMissingValue).
//   - A page of GetParametersByPath is as long as it may be; on AWS it can be shorter
//     (TestByPath).
//   - Filters are refused (TestRefusals), and so are operations that write (TestRefusals).
//   - There are no parameters of other accounts, no policies, no data types other than text,
//     and none of AWS's own public parameters (TestRefusals).
//
// Assumed, without evidence:
//
//   - The message of a ParameterNotFound is in our own words; AWS sends none (TestRefusals).
package ssm
