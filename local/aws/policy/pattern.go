package policy

import (
	"strings"
	"unicode/utf8"
)

// matches reports whether text matches a pattern: "*" matches any text, including the empty
// one, and "?" any one character. In a resource, "*" also matches colons and slashes.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func matches(pattern, text string) bool {
	star, retry := -1, 0 // the last "*", and where in text it ends for now
	i, j := 0, 0
	for j < len(text) {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, retry = i, j
			i++
		case i < len(pattern) && pattern[i] == '?':
			i++
			j += width(text[j:])
		case i < len(pattern) && pattern[i] == text[j]:
			i++
			j++
		case star >= 0:
			retry += width(text[retry:])
			i, j = star+1, retry
		default:
			return false
		}
	}
	return strings.Trim(pattern[i:], "*") == ""
}

// width returns the length of the first character in bytes.
func width(text string) int {
	_, n := utf8.DecodeRuneInString(text)
	return n
}

// matchesARN compares the six parts of two ARNs separately.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
func matchesARN(pattern, arn string) bool {
	p, a := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(p) != 6 || len(a) != 6 {
		return false
	}
	for i := range p {
		if !matches(p[i], a[i]) {
			return false
		}
	}
	return true
}
