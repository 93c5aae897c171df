package aws

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws/policy"
)

// authorize evaluates the policies of the caller's role for everything that an operation
// needs. The developer may do everything.
func (x *exchange) authorize(o Operation) error {
	if x.caller.Function == "" || len(o.Requests) == 0 {
		return nil
	}
	p, known := x.principals[x.caller.Function]
	if !known {
		return x.denied(o.Requests[0], policy.Decision{}, fmt.Sprintf("The function %s has no role here.", x.caller.Function))
	}
	for _, r := range o.Requests {
		if p.policies.HaveConditions() {
			context := x.commonContext()
			maps.Copy(context, r.Context)
			r.Context = context
		}
		if decision := p.policies.Evaluate(r); !decision.Allowed {
			return x.denied(r, decision, remedy(p.role.Handler, cmp.Or(x.config.Labels[r.Resource], o.Resource), r, decision))
		}
	}
	return nil
}

// commonContext returns the condition keys of every service. A key without a value is one
// that a function's request never has.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
func (x *exchange) commonContext() policy.Context {
	now := x.call.Start.UTC()
	identity := x.identity()
	account := x.config.AccountID
	return policy.Context{
		"aws:CurrentTime":           {now.Format(time.RFC3339)},
		"aws:EpochTime":             {strconv.FormatInt(now.Unix(), 10)},
		"aws:PrincipalAccount":      {account},
		"aws:PrincipalArn":          {x.principals[x.caller.Function].role.ARN},
		"aws:PrincipalIsAWSService": {"false"},
		"aws:PrincipalType":         {"AssumedRole"},
		"aws:RequestedRegion":       {x.config.Region},
		"aws:ResourceAccount":       {account},
		"aws:SecureTransport":       {"true"}, // when deployed
		"aws:SourceAccount":         nil,
		"aws:SourceArn":             nil,
		"aws:SourceOwner":           nil,
		"aws:userid":                {identity.UserID},
		"aws:username":              nil,
		"aws:ViaAWSService":         {"false"},
		"lambda:SourceFunctionArn":  {"arn:aws:lambda:" + x.config.Region + ":" + account + ":function:" + x.caller.Function},
		"aws:CalledVia":             nil,
	}
}

// denied returns a refusal in AWS's words, followed by how to fix it in ours.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func (x *exchange) denied(r policy.Request, d policy.Decision, remedy string) *Error {
	e := &Error{Status: http.StatusBadRequest, Code: "AccessDeniedException"}
	action, resource := r.Action, r.Resource
	switch x.call.Service {
	case "s3": // observed: https://github.com/aws-samples/serverless-patterns/pull/2457
		e.Status, e.Code = http.StatusForbidden, "AccessDenied"
		resource = `"` + resource + `"`
	case "sqs": // observed: https://github.com/aws/serverless-application-model/issues/3633
		action = strings.ToLower(action)
	}
	e.Message = fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", x.identity().ARN, action, resource, why(action, d))
	x.call.Refusal = e.Message
	e.Message += ". " + remedy
	return e
}

// why returns AWS's words for a decision. A decision that is unknown here has the words for a
// missing statement.
func why(action string, d policy.Decision) string {
	kind, article := "identity-based policy", "an"
	if d.Boundary {
		kind, article = "permissions boundary", "a"
	}
	if d.Explicit {
		return "with an explicit deny in " + article + " " + kind
	}
	return "because no " + kind + " allows the " + action + " action"
}

// remedy says how to allow a request.
func remedy(handler, resource string, r policy.Request, d policy.Decision) string {
	switch {
	case d.Unknown:
		return fmt.Sprintf("It may be allowed when deployed: %s. Use a condition that the local cloud evaluates.", d.Reason)
	case d.Explicit:
		return fmt.Sprintf("To allow it, change what denies it: %s.", d.Reason)
	case d.Boundary:
		return fmt.Sprintf("To allow it, add %s to the policy that is the setting permissionsBoundary.", r.Action)
	case resource == "":
		resource = r.Resource
	}
	return fmt.Sprintf("To allow it, in infra/resources.go add to the Uses of %q one of %s that has %s, or add the action to its Statements.", handler, resource, r.Action)
}
