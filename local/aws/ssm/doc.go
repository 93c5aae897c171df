// Package ssm stands in for the Parameter Store of AWS Systems Manager: it answers
// GetParameter, GetParameters and GetParametersByPath with the parameters that a
// program declares. Parameters are written by the program alone, so that every other
// operation is refused in words.
//
// It must not know where values come from: a [Config] has them. A value is in
// answers, and never in a log, an error, or the text of a [Parameter].
//
// A parameter whose value this machine does not have is there, and reading it fails
// with the words of its declaration (TestMissingValue).
//
// # Differences
//
//   - Each parameter has one version at a time, whose number counts the values since
//     the process started; earlier ones are not kept, and there are no labels
//     (TestVersions).
//   - Without decryption, the value of a SecureString is a text that no key decrypts
//     (TestDecryption).
//   - GetParameters and GetParametersByPath fail for a parameter without a value,
//     where there is no such state on AWS (TestMissingValue).
//   - A page of GetParametersByPath is as long as it may be; on AWS it can be shorter
//     (TestByPath).
//   - Filters are refused (TestRefusals), and so are operations that write
//     (TestRefusals).
//   - There are no parameters of other accounts, no policies, no data types but text,
//     and none of AWS's own public parameters (TestRefusals).
//
// Assumed, without evidence:
//
//   - The message of a ParameterNotFound is in our own words; AWS sends none
//     (TestRefusals).
package ssm
