package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Request is one action on one resource. An operation of AWS that needs
// several is several requests.
type Request struct {
	Action   string // such as "s3:GetObject"
	Resource string // an ARN; "*" for an action without a resource type
	Context  Context
}

// Context are the values of the condition keys of a request. A key without a
// value is one that the service knows and the request does not have; a key that
// is not in it is not known. Names are compared without their case.
type Context map[string][]string

// get takes a name in lower case.
func (c Context) get(name string) (values []string, known bool) {
	for key, values := range c {
		if strings.EqualFold(key, name) {
			return values, true
		}
	}
	return nil, false
}

// Policies are what decides about the requests of one principal.
type Policies struct {
	Identity []*Document
	// Boundary limits what Identity allows. Nil means that there is none.
	Boundary *Document
}

// HaveConditions reports whether any statement has a condition. Where none has, the
// Context of a request is not looked at.
func (p Policies) HaveConditions() bool {
	has := func(d *Document) bool {
		return d != nil && slices.ContainsFunc(d.statements, func(s statement) bool { return len(s.conditions) > 0 })
	}
	return has(p.Boundary) || slices.ContainsFunc(p.Identity, has)
}

// A Decision says whether a request is allowed, and why.
type Decision struct {
	Allowed bool
	Reason  string // names the statement that decided

	// What refused the request; all false where it is allowed, or where no statement
	// of an identity policy allows it.
	Explicit bool // a statement that denies
	Boundary bool // the permissions boundary
	Unknown  bool // a condition that is not known here
}

// Evaluate decides about a request: a statement that denies wins over those
// that allow, and a request is allowed where a statement of Identity and, where
// there is a Boundary, one of that allow it.
func (p Policies) Evaluate(r Request) Decision {
	action := strings.ToLower(r.Action)
	identity := evaluate(p.Identity, r, action)
	if p.Boundary == nil || identity.Explicit || identity.Unknown {
		return identity
	}
	boundary := evaluate([]*Document{p.Boundary}, r, action)
	if boundary.Allowed || !identity.Allowed && !boundary.Explicit && !boundary.Unknown {
		return identity
	}
	boundary.Boundary = true
	boundary.Reason = "the permissions boundary: " + boundary.Reason
	return boundary
}

// evaluate takes the request's action in lower case too.
func evaluate(documents []*Document, r Request, action string) Decision {
	var decision Decision
	for _, d := range documents {
		for i := range d.statements {
			s := &d.statements[i]
			applies, unknown := s.applies(r, action)
			switch {
			case unknown != "":
				return Decision{Reason: s.name(i) + ": " + unknown, Unknown: true}
			case applies && s.Effect == "Deny":
				return Decision{Reason: s.name(i) + " denies", Explicit: true}
			case applies && !decision.Allowed:
				decision = Decision{Allowed: true, Reason: s.name(i) + " allows"}
			}
		}
	}
	if !decision.Allowed {
		decision.Reason = fmt.Sprintf("no statement allows %s on %s", r.Action, r.Resource)
	}
	return decision
}

// applies reports whether a statement is about a request. What is unknown is
// looked for first: no other condition may hide it.
func (s *statement) applies(r Request, action string) (applies bool, unknown string) {
	if !covers(s.action, s.notAction, action) {
		return false, ""
	}
	if unknown := cmp.Or(variable(s.Resource), variable(s.NotResource)); unknown != "" {
		return false, unknown
	}
	if !covers(s.Resource, s.NotResource, r.Resource) {
		return false, ""
	}
	applies = true
	for _, c := range s.conditions {
		is, unknown := c.true(r.Context)
		if unknown != "" {
			return false, unknown
		}
		applies = applies && is
	}
	return applies, ""
}

// variable names the first value that has a policy variable.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func variable(values []string) (unknown string) {
	for _, v := range values {
		if strings.Contains(v, "${") {
			return fmt.Sprintf("the policy variable in %q is not known here", v)
		}
	}
	return ""
}

// covers reports whether one of is matches, or where there is not instead, none
// of that.
func covers(is, not []string, text string) bool {
	if len(not) > 0 {
		return !anyMatches(not, text)
	}
	return anyMatches(is, text)
}

func anyMatches(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, text) })
}

func lower(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = strings.ToLower(text)
	}
	return out
}
