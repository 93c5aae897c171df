package infra_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/stack"
)

// A resourceCheck returns what is wrong with one resource, or "".
type resourceCheck func(r *stack.Resource) string

// each checks every resource of a type.
func each(resourceType string, check resourceCheck) func(*stack.Graph) []string {
	return func(g *stack.Graph) []string {
		var problems []string
		for _, r := range g.Of(resourceType) {
			if problem := check(r); problem != "" {
				problems = append(problems, r.URN+": "+problem)
			}
		}
		return problems
	}
}

// everyBucketHas requires a valid resource of a type for every bucket.
func everyBucketHas(resourceType string, check resourceCheck) func(*stack.Graph) []string {
	return func(g *stack.Graph) []string {
		var problems []string
		for _, b := range g.Of(bucket) {
			i := slices.IndexFunc(g.Of(resourceType), func(r *stack.Resource) bool { return r.Inputs["bucket"] == b.ID })
			if i < 0 {
				problems = append(problems, b.URN+" has no "+resourceType)
			} else if problem := check(g.Of(resourceType)[i]); problem != "" {
				problems = append(problems, g.Of(resourceType)[i].URN+": "+problem)
			}
		}
		return problems
	}
}

// property follows a path of names into a resource's inputs.
func property(r *stack.Resource, path ...string) any {
	var value any = r.Inputs
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

func is(want any, path ...string) resourceCheck {
	return func(r *stack.Resource) string {
		if got := property(r, path...); got != want {
			return fmt.Sprintf("%s: expected %v, got %v", strings.Join(path, "."), want, got)
		}
		return ""
	}
}

func has(path ...string) resourceCheck {
	return func(r *stack.Resource) string {
		if text, _ := property(r, path...).(string); text == "" {
			return strings.Join(path, ".") + " is missing"
		}
		return ""
	}
}

func routesStateAuthorization(g *stack.Graph) []string {
	return each(apiRoute, func(r *stack.Resource) string {
		switch r.Inputs["authorizationType"] {
		case "JWT":
			if scopes, _ := r.Inputs["authorizationScopes"].([]any); r.Inputs["authorizerId"] == nil || len(scopes) == 0 {
				return "JWT without authorizer or scope"
			}
		case "NONE":
		default:
			return "no authorization stated"
		}
		return ""
	})(g)
}

func onlyPublicIsOpen(g *stack.Graph) []string {
	return each(apiRoute, func(r *stack.Resource) string {
		if r.Inputs["authorizationType"] != "JWT" && r.Inputs["routeKey"] != "GET /public" {
			return fmt.Sprintf("%v is open to everyone", r.Inputs["routeKey"])
		}
		return ""
	})(g)
}

// behaviors returns all cache behaviors of a distribution.
func behaviors(r *stack.Resource) []map[string]any {
	all := []any{r.Inputs["defaultCacheBehavior"]}
	ordered, _ := r.Inputs["orderedCacheBehaviors"].([]any)
	return objects(append(all, ordered...))
}

func objects(list []any) []map[string]any {
	var out []map[string]any
	for _, element := range list {
		object, _ := element.(map[string]any)
		out = append(out, object)
	}
	return out
}

func behaviorsEncrypt(r *stack.Resource) string {
	for _, b := range behaviors(r) {
		if p := b["viewerProtocolPolicy"]; p != "https-only" && p != "redirect-to-https" {
			return fmt.Sprintf("a behavior has the viewer protocol policy %v", p)
		}
	}
	return ""
}

func distributionIsLogged(g *stack.Graph) []string {
	var problems []string
	for _, d := range g.Of(distribution) {
		logged := slices.ContainsFunc(g.Of(logSource), func(source *stack.Resource) bool {
			return source.Inputs["resourceArn"] == d.Output("arn") && source.Inputs["logType"] == "ACCESS_LOGS" && delivered(g, source)
		})
		if !logged {
			problems = append(problems, d.URN+" has no log that is delivered to a bucket of the stack")
		}
	}
	return problems
}

func delivered(g *stack.Graph, source *stack.Resource) bool {
	for _, delivery := range g.Of(logDelivery) {
		for _, destination := range g.Of(logDestination) {
			for _, b := range g.Of(bucket) {
				if delivery.Inputs["deliverySourceName"] == source.Output("name") &&
					delivery.Inputs["deliveryDestinationArn"] == destination.Output("arn") &&
					property(destination, "deliveryDestinationConfiguration", "destinationResourceArn") == b.Output("arn") {
					return true
				}
			}
		}
	}
	return false
}

// hasDomain reports whether the distribution has aliases. Without them it uses
// CloudFront's certificate.
func hasDomain(r *stack.Resource) bool {
	aliases, _ := r.Inputs["aliases"].([]any)
	return len(aliases) > 0
}

func ownCertificate(r *stack.Resource) string {
	if hasDomain(r) {
		return has("viewerCertificate", "acmCertificateArn")(r)
	}
	return ""
}

func servesBySNI(r *stack.Resource) string {
	if hasDomain(r) {
		return is("sni-only", "viewerCertificate", "sslSupportMethod")(r)
	}
	return is(true, "viewerCertificate", "cloudfrontDefaultCertificate")(r)
}

func recommendedTLS(r *stack.Resource) string {
	if hasDomain(r) {
		return is("TLSv1.2_2021", "viewerCertificate", "minimumProtocolVersion")(r)
	}
	return ""
}

func customOrigins(r *stack.Resource) []map[string]any {
	list, _ := r.Inputs["origins"].([]any)
	var custom []map[string]any
	for _, o := range objects(list) {
		if config, ok := o["customOriginConfig"].(map[string]any); ok {
			custom = append(custom, config)
		}
	}
	return custom
}

func originsEncrypt(r *stack.Resource) string {
	for _, o := range customOrigins(r) {
		if o["originProtocolPolicy"] != "https-only" {
			return fmt.Sprintf("an origin has the protocol policy %v", o["originProtocolPolicy"])
		}
	}
	return ""
}

func originsSpeakTLS12(r *stack.Resource) string {
	for _, o := range customOrigins(r) {
		if protocols, _ := o["originSslProtocols"].([]any); !slices.Equal(protocols, []any{any("TLSv1.2")}) {
			return fmt.Sprintf("an origin speaks %v", protocols)
		}
	}
	return ""
}

// s3Origins returns a distribution's origins, except for custom ones.
func s3Origins(r *stack.Resource) []map[string]any {
	list, _ := r.Inputs["origins"].([]any)
	return slices.DeleteFunc(objects(list), func(o map[string]any) bool { return o["customOriginConfig"] != nil })
}

func originsAreSigned(r *stack.Resource) string {
	for _, o := range s3Origins(r) {
		if id, _ := o["originAccessControlId"].(string); id == "" {
			return fmt.Sprintf("the origin %v has no access control", o["originId"])
		}
	}
	return ""
}

func originsExist(g *stack.Graph) []string {
	return each(distribution, func(r *stack.Resource) string {
		for _, o := range s3Origins(r) {
			if !slices.ContainsFunc(g.Of(bucket), func(b *stack.Resource) bool { return b.Output("bucketRegionalDomainName") == o["domainName"] }) {
				return fmt.Sprintf("the origin %v is no bucket of the stack", o["domainName"])
			}
		}
		return ""
	})(g)
}

var functionSource = regexp.MustCompile(`^arn:aws:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+/api/(GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS|\*)/`)

func permissionIsNarrow(r *stack.Resource) string {
	if source, _ := r.Inputs["sourceArn"].(string); r.Inputs["principal"] != "apigateway.amazonaws.com" || !functionSource.MatchString(source) {
		return fmt.Sprintf("expected a permission for API Gateway and one route, got %v for %q", r.Inputs["principal"], source)
	}
	return ""
}

func blocksAll(r *stack.Resource) string {
	for _, name := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
		if r.Inputs[name] != true {
			return name + " is off"
		}
	}
	return ""
}

// deniesPlain requires that all unencrypted requests are denied.
func deniesPlain(action string) resourceCheck {
	return func(r *stack.Resource) string {
		for _, s := range statements(r) {
			if s.Effect == "Deny" && s.Principal.AWS == "*" && slices.Contains(s.Action, action) && s.Condition["Bool"]["aws:SecureTransport"] == "false" {
				return ""
			}
		}
		return "unencrypted requests are not denied"
	}
}

// noOtherAccount requires that policies allow only services, each for a source in the
// stack's own account.
func noOtherAccount(resourceType string) func(*stack.Graph) []string {
	return each(resourceType, func(r *stack.Resource) string {
		for _, s := range statements(r) {
			if s.Effect == "Allow" && (s.Principal.AWS != "" || s.Principal.Service == "" || !s.hasSource()) {
				return fmt.Sprintf("allows %+v without a source of its own", s)
			}
		}
		return ""
	})
}

// hasSource reports whether a statement names the one resource on whose behalf
// a service may act. An ARN contains its account, except for buckets, whose
// statements need it separately.
func (s statement) hasSource() bool {
	for _, operator := range []string{"StringEquals", "ArnLike"} {
		for key, value := range s.Condition[operator] {
			if strings.EqualFold(key, "aws:SourceArn") && !strings.HasPrefix(value, "*") {
				return accountOf(value) != "" || s.Condition["StringEquals"]["aws:SourceAccount"] != ""
			}
		}
	}
	return false
}

func accountOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 4 {
		return parts[4]
	}
	return ""
}

// bucketsAreLogged requires logging of every bucket except the one for logs.
func bucketsAreLogged(g *stack.Graph) []string {
	var problems []string
	for _, b := range g.Of(bucket) {
		logged := slices.ContainsFunc(g.Of(bucketLogging), func(r *stack.Resource) bool {
			return r.Inputs["bucket"] == b.ID || r.Inputs["targetBucket"] == b.ID
		})
		if !logged {
			problems = append(problems, b.URN+" is not logged")
		}
	}
	return problems
}

func lifecycleIsOn(r *stack.Resource) string {
	rules, _ := r.Inputs["rules"].([]any)
	for _, rule := range objects(rules) {
		if rule["status"] == "Enabled" {
			return ""
		}
	}
	return "no rule is enabled"
}

func actionsAreNamed(r *stack.Resource) string {
	for _, s := range statements(r) {
		for _, action := range s.Action {
			if strings.Contains(action, "*") {
				return "allows " + action
			}
		}
	}
	return ""
}

// below matches resources whose names are not known in advance: the streams of one log
// group, the indexes of one table, the objects of one bucket and, for a live stack, the
// client IDs and topics of one function, and the topics of its developers.
var below = regexp.MustCompile(`^arn:aws:(logs:[a-z0-9-]+:\d{12}:log-group:[^:*]+:|dynamodb:[a-z0-9-]+:\d{12}:table/[^/*]+/index/|s3:::[^/*]+/[^*]*|` +
	`iot:[a-z0-9-]+:\d{12}:topic/live/[^/*]+/[^/*]+/(dev|beat|to)/)\*$|` +
	`^arn:aws:iot:[a-z0-9-]+:\d{12}:(client/[^/*?]+--fn-[^/*?]+-|topic(filter)?/live/[^/*?]+/[^/*?]+/env/[^/*?]+-)\?{16}$`)

func resourcesAreNamed(r *stack.Resource) string {
	for _, s := range statements(r) {
		for _, resource := range s.Resource {
			if strings.ContainsAny(resource, "*?") && !below.MatchString(resource) {
				return "allows something on " + resource
			}
		}
	}
	return ""
}

func ownPoliciesOnly(r *stack.Resource) string {
	if r.Inputs["managedPolicyArns"] != nil {
		return fmt.Sprintf("has %v", r.Inputs["managedPolicyArns"])
	}
	return ""
}

func encrypts(r *stack.Resource) string {
	rules, _ := r.Inputs["rules"].([]any)
	for _, rule := range objects(rules) {
		byDefault, _ := rule["applyServerSideEncryptionByDefault"].(map[string]any)
		if byDefault["sseAlgorithm"] == "AES256" || byDefault["sseAlgorithm"] == "aws:kms" {
			return ""
		}
	}
	return "not encrypted by default"
}

// whereProtected requires that a property is true exactly if the resource is protected.
func whereProtected(path ...string) resourceCheck {
	return func(r *stack.Resource) string { return is(r.Protected, path...)(r) }
}

// queuesHaveDeadLetters requires that every queue has a dead-letter queue, or is the
// dead-letter queue of a single queue.
func queuesHaveDeadLetters(g *stack.Graph) []string {
	var problems []string
	for _, q := range g.Of(sqsQueue) {
		if q.Inputs["redrivePolicy"] != nil {
			continue
		}
		reserved := slices.ContainsFunc(g.Of(redriveAllowance), func(r *stack.Resource) bool {
			text, _ := r.Inputs["redriveAllowPolicy"].(string)
			return r.Inputs["queueUrl"] == q.ID && strings.Contains(text, `"byQueue"`)
		})
		if !reserved {
			problems = append(problems, q.URN+" has no dead-letter queue, and is none")
		}
	}
	return problems
}

// everyQueueHasTLS requires a policy of every queue that denies unencrypted requests.
func everyQueueHasTLS(g *stack.Graph) []string {
	var problems []string
	for _, q := range g.Of(sqsQueue) {
		has := slices.ContainsFunc(g.Of(queuePolicy), func(r *stack.Resource) bool {
			return r.Inputs["queueUrl"] == q.ID && deniesPlain("sqs:*")(r) == ""
		})
		if !has {
			problems = append(problems, q.URN+" accepts unencrypted requests")
		}
	}
	return problems
}
