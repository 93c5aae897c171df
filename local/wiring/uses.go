package wiring

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/provider"
)

// Use is what a function's role allows on one resource.
type Use struct {
	Handler string
	Actions []string // without the service, such as "PutItem"; sorted
}

// uses returns what each function may do, by the ARN of the resource. It omits statements
// about patterns other than an ARN and what is below it.
func (w *wiring) uses() map[string][]Use {
	uses := map[string][]Use{}
	roles := w.functionRoles()
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		actions := map[string][]string{} // by ARN
		for _, text := range roles[name].Policies {
			for _, s := range allowed(text) {
				for _, arn := range w.resourcesOf(s.Resource) {
					actions[arn] = append(actions[arn], s.Action...)
				}
			}
		}
		for arn, allowed := range actions {
			for i, action := range allowed {
				allowed[i] = action[strings.Index(action, ":")+1:]
			}
			slices.Sort(allowed)
			uses[arn] = append(uses[arn], Use{Handler: roles[name].Handler, Actions: slices.Compact(allowed)})
		}
	}
	return uses
}

// resourcesOf returns the ARNs of the resources that patterns name, entirely or in part.
func (w *wiring) resourcesOf(patterns []string) (arns []string) {
	for _, resourceType := range []string{provider.DynamoDBTable, provider.SQSQueue, provider.S3Bucket, provider.SSMParameter} {
		for _, r := range w.graph.Of(resourceType) {
			arn := r.Output("arn")
			if slices.ContainsFunc(patterns, func(p string) bool { return p == arn || strings.HasPrefix(p, arn+"/") }) {
				arns = append(arns, arn)
			}
		}
	}
	return arns
}

// A grant is the part of a policy's statement that uses needs.
type grant struct {
	Effect           string
	Action, Resource oneOrMore
}

// allowed returns the statements of a policy that allow something. The endpoint reports
// policies that cannot be read.
func allowed(text string) []grant {
	var document struct{ Statement []grant }
	if json.Unmarshal([]byte(text), &document) != nil {
		return nil
	}
	return slices.DeleteFunc(document.Statement, func(s grant) bool { return s.Effect != "Allow" })
}

// oneOrMore is a string or a list of strings.
type oneOrMore []string

func (o *oneOrMore) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(o))
}
