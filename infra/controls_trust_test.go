package infra_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"api-auth-jwt-auth0/local/stack"
)

// roleARN is the ARN of one role.
var roleARN = regexp.MustCompile(`^arn:aws:iam::\d{12}:role/[^*]+$`)

// trustIsNarrow requires that only services and single roles can assume a role.
func trustIsNarrow(r *stack.Resource) string {
	text, _ := r.Inputs["assumeRolePolicy"].(string)
	var trust struct{ Statement []statement }
	if err := json.Unmarshal([]byte(text), &trust); err != nil || len(trust.Statement) == 0 {
		return "trusts " + text
	}
	for _, s := range trust.Statement {
		if (s.Principal.Service == "") == (s.Principal.AWS == "") || s.Principal.AWS != "" && !roleARN.MatchString(s.Principal.AWS) || !slices.Equal(s.Action, []string{"sts:AssumeRole"}) {
			return fmt.Sprintf("trusts %+v", s)
		}
	}
	return ""
}
