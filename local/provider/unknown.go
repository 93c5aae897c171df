package provider

import "strings"

// anything accepts every value.
var anything = rule{}

// createUnknown gives a resource the name that it asks for, or its own, and an ARN of
// its service.
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

// Service is the service of AWS that a resource type belongs to, in the words of
// signatures and ARNs, such as "kinesis"; empty for another provider's.
func Service(token string) string {
	module, ok := strings.CutPrefix(token, "aws:")
	if !ok {
		return ""
	}
	module, _, _ = strings.Cut(module, "/")
	return module
}
