package wiring

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

// pictured are the resource types that stand in the console's picture of the
// stack, in lanes from the viewer to the tenant. All others stand with one of
// these.
var pictured = map[string]struct {
	lane  int
	title string // the input that tells one from another; empty: the name
}{
	provider.CloudFrontDistribution: {0, ""},
	provider.APIGatewayAPI:          {1, ""},
	provider.S3Bucket:               {1, ""},
	provider.APIGatewayRoute:        {2, "routeKey"},
	provider.LambdaFunction:         {3, ""},
	provider.APIGatewayAuthorizer:   {3, ""},
	provider.Auth0ResourceServer:    {4, "identifier"},
	provider.Auth0Client:            {4, "name"},
}

// serviceNames are those of the modules in resource types.
var serviceNames = map[string]string{
	"aws:acm": "Certificate Manager", "aws:apigatewayv2": "API Gateway", "aws:cloudfront": "CloudFront",
	"aws:cloudwatch": "CloudWatch", "aws:iam": "IAM", "aws:lambda": "Lambda", "aws:route53": "Route 53",
	"aws:s3": "S3", "aws:sns": "SNS", "auth0:index": "Auth0", "pulumi:providers": "Pulumi",
}

// DescribeStack lists what a graph holds for the console.
func DescribeStack(graph *stack.Graph) console.Stack {
	s := console.Stack{Outputs: plainJSON(graph.Exports)}
	for _, r := range graph.Resources {
		if r.Component {
			continue
		}
		service, kind := kindOf(r.Type)
		resource := console.Resource{
			URN: r.URN, Type: r.Type, Name: r.Name, ID: r.ID, Service: service, Kind: kind, Title: ownName(r.Name), Lane: -1,
			Inputs: plainJSON(r.Inputs), Outputs: plainJSON(r.Outputs),
			Dependencies: append([]string{}, r.Dependencies...), Secrets: r.Secrets,
		}
		if place, ok := pictured[r.Type]; ok {
			resource.Lane = place.lane
			if title, ok := r.Inputs[place.title].(string); ok {
				resource.Title = title
			}
		}
		s.Resources = append(s.Resources, resource)
	}
	return s
}

// kindOf splits provider.S3Object into S3 and BucketObjectv2.
func kindOf(resourceType string) (service, kind string) {
	parts := strings.Split(resourceType, ":")
	kind = parts[len(parts)-1]
	module := strings.Join(parts[:len(parts)-1], ":")
	module, _, _ = strings.Cut(module, "/")
	return cmp.Or(serviceNames[module], module), kind
}

// plainJSON replaces files by their paths and texts.
func plainJSON(properties map[string]any) map[string]any {
	plain := map[string]any{}
	text, err := json.Marshal(withFiles(properties))
	if err == nil {
		err = json.Unmarshal(text, &plain)
	}
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	return plain
}

// Differences lists what two stacks have otherwise, but for their own names in
// names and values.
func Differences(here, there *stack.Graph, hereName, thereName string) []console.Difference {
	mine, others := byName(here), byName(there)
	hereIDs, thereIDs := idsOf(mine), idsOf(others)
	list := []console.Difference{}
	for key, r := range mine {
		if others[key] == nil {
			list = append(list, console.Difference{Type: r.Type, Name: key[1], Here: true})
			continue
		}
		for _, name := range unionOf(r.Inputs, others[key].Inputs) {
			a, b := neutral(r.Inputs[name], hereName, hereIDs), neutral(others[key].Inputs[name], thereName, thereIDs)
			if !reflect.DeepEqual(a, b) {
				if slices.Contains(r.Secrets, name) || slices.Contains(others[key].Secrets, name) {
					a, b = "(secret)", "(another secret)"
				}
				list = append(list, console.Difference{Type: r.Type, Name: key[1], Property: name, Here: a, There: b})
			}
		}
	}
	for key, r := range others {
		if mine[key] == nil {
			list = append(list, console.Difference{Type: r.Type, Name: key[1], There: true})
		}
	}
	slices.SortFunc(list, func(a, b console.Difference) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Property, b.Property))
	})
	return list
}

// byName finds a graph's resources by type and by their own name.
func byName(graph *stack.Graph) map[[2]string]*stack.Resource {
	found := map[[2]string]*stack.Resource{}
	for _, r := range graph.Resources {
		if !r.Component {
			found[[2]string{r.Type, ownName(r.Name)}] = r
		}
	}
	return found
}

// ownName is a logical name without the project and the stack (infra/name.go).
func ownName(name string) string {
	if _, short, found := strings.Cut(name, "--"); found {
		_, short, _ = strings.Cut(short, "--")
		return short
	}
	return name
}

// idsOf replaces the IDs of resources, which differ from stack to stack and mean
// nothing, by their names.
func idsOf(resources map[[2]string]*stack.Resource) *strings.Replacer {
	names := map[string]string{}
	for key, r := range resources {
		if len(r.ID) >= 8 {
			names[r.ID] = "{" + key[1] + "}"
		}
	}
	ids := slices.SortedFunc(maps.Keys(names), func(a, b string) int { // longer ones first: some hold others
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	var pairs []string
	for _, id := range ids {
		pairs = append(pairs, id, names[id])
	}
	return strings.NewReplacer(pairs...)
}

// generated are the made-up ends of physical names.
var generated = regexp.MustCompile(`-[0-9a-f]{7}\b`)

// neutral is a value without the stack's name and what is made up.
func neutral(value any, stackName string, ids *strings.Replacer) any {
	plain := plainJSON(map[string]any{"value": value})["value"]
	if plain == nil {
		return nil
	}
	text, err := json.Marshal(plain)
	if err != nil {
		return plain
	}
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(stackName) + `\b`)
	text = []byte(ids.Replace(string(text)))
	text = generated.ReplaceAll(word.ReplaceAll(text, []byte("{stack}")), nil)
	var same any
	if json.Unmarshal(text, &same) != nil {
		return plain
	}
	return same
}

func unionOf(a, b map[string]any) []string {
	var names []string
	for _, m := range []map[string]any{a, b} {
		for name := range m {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
