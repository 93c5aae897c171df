// Package policy writes the policy documents of IAM and of resources. Package
// local/aws/policy reads and evaluates them.
package policy

import "encoding/json"

// A Document is an IAM or resource policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type Document struct {
	Version   string
	Statement []Statement
}

// A Statement allows or denies actions on resources.
type Statement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal *Principal `json:",omitempty"`
	Action    []string
	Resource  []string  `json:",omitempty"`
	Condition Condition `json:",omitempty"`
}

// A Condition gives the values of condition keys by operator.
type Condition map[string]map[string]string

// A Principal is an AWS service, such as "lambda.amazonaws.com", or in AWS the ARN of
// a role or "*" for everyone, which only a Deny may name.
type Principal struct {
	Service string `json:",omitempty"`
	AWS     string `json:",omitempty"`
}

// Everyone is the principal of statements that deny.
var Everyone = &Principal{AWS: "*"}

// version is the current version of the policy language.
const version = "2012-10-17"

// Text returns the document of the statements, as JSON.
func Text(statements ...Statement) (string, error) {
	text, err := json.Marshal(Document{Version: version, Statement: statements})
	return string(text), err
}

// DenyPlain denies the actions without TLS to everyone.
func DenyPlain(action string, resources ...string) Statement {
	return Statement{
		Sid: "TLSOnly", Effect: "Deny", Principal: Everyone,
		Action: []string{action}, Resource: resources,
		Condition: Condition{"Bool": {"aws:SecureTransport": "false"}},
	}
}

// ServiceRole returns the trust policy of a role for a service of AWS, such as
// "lambda.amazonaws.com".
func ServiceRole(service string, condition Condition) (string, error) {
	return Text(assumes(Principal{Service: service}, condition))
}

// ServiceAndRoles is ServiceRole for a role that other roles, by their ARNs, may assume
// as well.
func ServiceAndRoles(service string, roleARNs ...string) (string, error) {
	statements := []Statement{assumes(Principal{Service: service}, nil)}
	for _, arn := range roleARNs {
		statements = append(statements, assumes(Principal{AWS: arn}, nil))
	}
	return Text(statements...)
}

func assumes(who Principal, condition Condition) Statement {
	return Statement{Effect: "Allow", Principal: &who, Action: []string{"sts:AssumeRole"}, Condition: condition}
}
