package infra

import "regexp"

// policyPattern matches the ARN of a managed policy, of an account or of AWS itself.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
var policyPattern = regexp.MustCompile(`^arn:aws(-[a-z-]+)?:iam::([0-9]{12}|aws):policy/([!-~]{1,510}/)?[0-9A-Za-z_+=,.@-]{1,128}$`)

// managedPolicy reads the ARN of a managed policy, or "".
func (s *settings) managedPolicy(key string) string {
	arn, _ := s.own(key, `""`)
	if arn != "" && !policyPattern.MatchString(arn) {
		s.problem(key, `""`, "expected the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/NAME, or nothing; got %q", arn)
	}
	return arn
}
