// Package permissions lists the permissions that a deployment of the program needs: which IAM
// actions each resource needs, and on what, when it is created, read, updated and deleted.
// The policies under .github/aws are derived from it. Its tests keep them equal, and the
// tests of infra and local/enginetest evaluate them for every resource that the program
// creates.
//
// It depends only on the types and inputs of the program's resources, and the program does
// not import it.
package permissions

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Operation is a deployment's operation on a resource.
type Operation string

// The operations of the Pulumi engine.
const (
	Create Operation = "create"
	Read   Operation = "read"
	Update Operation = "update"
	Delete Operation = "delete"
)

// Operations are all of them.
var Operations = []Operation{Create, Read, Update, Delete}

// A Resource is a deployed resource in its provider's terms.
type Resource struct {
	Type    string // such as "aws:iam/role:Role"
	ID      string // the physical one
	Region  string
	Account string
	Inputs  map[string]any

	Project, Stack string // the tags of everything that can be tagged
}

// A Call is one request that IAM authorizes.
type Call struct {
	Action   string
	Resource string // an ARN; "*" for an action without a resource type
	// Context has every condition key of the action and the resource, without values if the
	// request has none.
	Context map[string][]string
}

// Calls returns the requests of an operation, including those of Read, with which every
// operation ends. boundary is the ARN of the policy that limits the roles.
func Calls(op Operation, r Resource, boundary string) ([]Call, error) {
	need, known := needs[r.Type]
	if !known {
		need, known = usedNeeds[r.Type]
	}
	if !known {
		return nil, fmt.Errorf("no permissions are listed for %s: add it to needs in infra/permissions/needs.go", r.Type)
	}
	var calls []Call
	for _, o := range []Operation{op, Read} {
		for _, g := range need.grants(o) {
			if !g.applies(r) {
				continue
			}
			arn, err := g.kind().arnOf(r)
			if err != nil {
				return nil, fmt.Errorf("%s %q, %s: %w", r.Type, r.ID, g, err)
			}
			calls = append(calls, Call{Action: g.action(), Resource: arn, Context: g.context(o, r, boundary)})
		}
		if op == Read {
			break
		}
	}
	return calls, nil
}

// A grant is an action and the kind of resource that it is for, in one line: "iam:CreateRole
// role". An action without a resource type has no second word.
type grant string

func (g grant) action() string {
	action, _, _ := strings.Cut(string(g), " ")
	return action
}

func (g grant) service() string {
	service, _, _ := strings.Cut(string(g), ":")
	return service
}

func (g grant) kindName() string {
	_, name, _ := strings.Cut(string(g), " ")
	return name
}

func (g grant) kind() kind {
	if g.kindName() == "" {
		return anything
	}
	return kinds[g.service()+" "+g.kindName()]
}

// applies reports whether a grant is for this resource: there are two kinds of log
// groups.
func (g grant) applies(r Resource) bool {
	vended := strings.HasPrefix(cmp.Or(r.text("logGroupName"), r.ID), "/aws/vendedlogs/")
	switch g.kindName() {
	case "log-group":
		return !vended
	case "vended-log-group":
		return vended
	}
	return true
}

// context returns the keys that the reference lists for the action and the resource type,
// with the request's values.
func (g grant) context(op Operation, r Resource, boundary string) map[string][]string {
	context := map[string][]string{}
	for _, key := range strings.Fields(actions[g.action()].keys) {
		for _, name := range spread(key) {
			context[name] = r.value(name, boundary)
		}
	}
	if !g.kind().tagged {
		return context
	}
	_, tagging := context["aws:RequestTag/Project"]
	before := op == Create && tagging // the resource, or its tags, do not exist yet
	context["aws:ResourceTag/Project"], context["aws:ResourceTag/Stack"] = nil, nil
	if slices.Contains(g.kind().owners, r.Type) && !before {
		context["aws:ResourceTag/Project"], context["aws:ResourceTag/Stack"] = texts(r.Project), texts(r.Stack)
	}
	return context
}

// spread replaces the key of any tag with the keys of the program's tags.
func spread(key string) []string {
	if key == "aws:RequestTag" {
		return []string{key + "/Project", key + "/Stack"}
	}
	return []string{key}
}

// value returns the value of a condition key in a request for r.
func (r Resource) value(key, boundary string) []string {
	switch key {
	case "aws:RequestTag/Project", "aws:RequestTag/Stack":
		tags, _ := r.Inputs["tags"].(map[string]any)
		return texts(tags[strings.TrimPrefix(key, "aws:RequestTag/")])
	case "iam:PermissionsBoundary":
		return texts(boundary)
	case "iam:PassedToService":
		if r.Type == "aws:scheduler/schedule:Schedule" {
			return texts("scheduler.amazonaws.com")
		}
		return texts("lambda.amazonaws.com")
	case "lambda:FunctionArn":
		return texts(r.Inputs["functionName"])
	case "lambda:Principal":
		return texts(r.Inputs["principal"])
	case "acm:DomainNames":
		return texts(r.Inputs["domainName"])
	case "acm:ValidationMethod":
		return texts(r.Inputs["validationMethod"])
	case "sns:Protocol":
		return texts(r.Inputs["protocol"])
	case "route53:ChangeResourceRecordSetsNormalizedRecordNames":
		return texts(strings.ToLower(strings.TrimSuffix(r.text("name"), ".")))
	case "route53:ChangeResourceRecordSetsRecordTypes":
		return texts(r.Inputs["type"])
	}
	return nil
}

// text returns the input at a path such as "role" or "target.roleArn", or "".
func (r Resource) text(path string) string {
	inputs := r.Inputs
	for {
		name, rest, nested := strings.Cut(path, ".")
		if !nested {
			text, _ := inputs[name].(string)
			return text
		}
		inputs, _ = inputs[name].(map[string]any)
		path = rest
	}
}

func texts(value any) []string {
	if text, _ := value.(string); text != "" {
		return []string{text}
	}
	return nil
}

// needed returns the grants of all types for these operations, sorted.
func needed(during ...Operation) []grant {
	return neededBy(during, needs, usedNeeds)
}

// neededBy returns the grants of the types in some tables.
func neededBy(during []Operation, tables ...map[string]operations) []grant {
	var all []grant
	for _, table := range tables {
		for _, need := range table {
			for _, op := range during {
				all = append(all, need.grants(op)...)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
