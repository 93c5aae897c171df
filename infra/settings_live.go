package infra

import "regexp"

// live reads whether developers' machines may answer requests to the stack. A protected stack
// has users, whose requests no developer may see.
func (s *settings) live(key string, protect bool) bool {
	text, ok := s.own(key, "false")
	switch {
	case ok && text != "true" && text != "false":
		s.problem(key, "false", "expected true or false, got %q", text)
	case text == "true" && protect:
		s.problem(key, "false", "developers' machines would answer the users of a stack with %s: use a stack without it, such as dev", ProtectSetting)
	}
	return text == "true" && !protect
}

// rolePattern matches the ARN of a role, which may have a path, as those of IAM Identity
// Center do.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
var rolePattern = regexp.MustCompile(`^arn:aws(-[a-z-]+)?:iam::[0-9]{12}:role/([!-~]{1,510}/)?[0-9A-Za-z_+=,.@-]{1,64}$`)

// role reads the ARN of a role, or "".
func (s *settings) role(key string) string {
	arn, _ := s.own(key, `""`)
	if arn != "" && !rolePattern.MatchString(arn) {
		s.problem(key, `""`, "expected the ARN of a role, such as arn:aws:iam::123456789012:role/developers, or nothing; got %q", arn)
		return ""
	}
	return arn
}
