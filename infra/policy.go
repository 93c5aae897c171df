package infra

import "encoding/json"

// A Policy is an IAM or resource policy document.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type Policy struct {
	Version   string
	Statement []Statement
}

// A Statement allows or denies actions on resources.
type Statement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal *Principal `json:",omitempty"`
	Action    []string
	Resource  []string                     `json:",omitempty"`
	Condition map[string]map[string]string `json:",omitempty"`
}

// A Principal is an AWS service, such as "lambda.amazonaws.com", or with AWS
// set to "*" everyone, which only a Deny may name.
type Principal struct {
	Service string `json:",omitempty"`
	AWS     string `json:",omitempty"`
}

// policyVersion is the current version of the policy language.
const policyVersion = "2012-10-17"

// policy returns the document of the statements, as JSON.
func policy(statements ...Statement) (string, error) {
	text, err := json.Marshal(Policy{Version: policyVersion, Statement: statements})
	return string(text), err
}
