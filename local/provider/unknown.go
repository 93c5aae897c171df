package provider

import "strings"

// anything accepts every value.
var anything = rule{}

// createUnknown sets the name from the inputs, or one generated from the logical name,
// and an ARN of the resource's service.
func createUnknown(token string) creator {
	kind := strings.ToLower(token[strings.LastIndex(token, ":")+1:])
	return func(c Cloud, r Resource) (string, map[string]any) {
		name := text(r, "name")
		if name == "" {
			name = r.Name + "-" + Suffix(r.Seed)
		}
		computed := map[string]any{"name": name}
		if service := Service(token); service != "" {
			computed["arn"] = c.arn(service, kind+"/"+name)
		}
		return name, computed
	}
}

// Service returns the AWS service of a resource type, as in signatures and ARNs, such as
// "kinesis", or "" for another provider's type.
func Service(token string) string {
	module, ok := strings.CutPrefix(token, "aws:")
	if !ok {
		return ""
	}
	module, _, _ = strings.Cut(module, "/")
	return module
}
