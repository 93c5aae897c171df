package provider

// functions are the providers' functions that a program may call.
var functions = map[string]func(c Cloud, args map[string]any) map[string]any{
	"aws:index/getCallerIdentity:getCallerIdentity": func(Cloud, map[string]any) map[string]any {
		return map[string]any{"id": account, "accountId": account, "arn": "arn:aws:iam::" + account + ":user/deployer", "userId": "deployer"}
	},
	"aws:index/getRegion:getRegion": func(c Cloud, _ map[string]any) map[string]any {
		return map[string]any{"id": c.Region, "name": c.Region}
	},
}

// Call answers a provider's function.
func Call(c Cloud, token string, args map[string]any) (result map[string]any, known bool) {
	f, known := functions[token]
	if !known {
		return nil, false
	}
	return f(c, args), true
}
