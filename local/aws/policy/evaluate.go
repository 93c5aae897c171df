package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Request is one action on one resource. An AWS operation that needs several actions is
// several requests.
type Request struct {
	Action   string // such as "s3:GetObject"
	Resource string // an ARN; "*" for an action without a resource type
	Context  Context
}

// Context maps the condition keys of a request to their values. A key without values is known
// to the service and absent from the request; a key that is not in the map is unknown. Names
// are compared case-insensitively.
type Context map[string][]string

// get expects a name in lower case.
func (c Context) get(name string) (values []string, known bool) {
	for key, values := range c {
		if strings.EqualFold(key, name) {
			return values, true
		}
	}
	return nil, false
}

// Policies are the policies of one principal.
type Policies struct {
	Identity []*Document
	// Boundary limits what Identity allows. Nil means no boundary.
	Boundary *Document
}

// HaveConditions reports whether any statement has a condition. If none has, the Context of a
// request is not used.
func (p Policies) HaveConditions() bool {
	has := func(d *Document) bool {
		return d != nil && slices.ContainsFunc(d.statements, func(s statement) bool { return len(s.conditions) > 0 })
	}
	return has(p.Boundary) || slices.ContainsFunc(p.Identity, has)
}

// A Decision is whether a request is allowed, and why.
type Decision struct {
	Allowed bool
	Reason  string // names the statement that decided

	// What refused the request; all false if it is allowed, or if no statement of an identity
	// policy allows it.
	Explicit bool // a statement that denies
	Boundary bool // the permissions boundary
	Unknown  bool // an unknown condition
}

// Evaluate decides whether a request is allowed. A statement that denies wins over those that
// allow. Otherwise a statement of Identity must allow it and, if there is a Boundary, one of
// that, too.
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

// evaluate also expects the request's action in lower case.
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

// applies reports whether a statement applies to a request. It checks for unknowns first, so
// that no other condition hides one.
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

// variable returns the first value that has a policy variable.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func variable(values []string) (unknown string) {
	for _, v := range values {
		if strings.Contains(v, "${") {
			return fmt.Sprintf("the policy variable in %q is not known here", v)
		}
	}
	return ""
}

// covers reports whether a pattern of is matches text or, if is is empty, no pattern of not
// does.
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
