package wiring

import (
	"cmp"
	"encoding/json"
	"strings"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

// diagramPlaces are the places of resource types in the console's diagram of the
// stack, in lanes from the viewer to the tenant. Other types are shown with a
// resource of one of these.
var diagramPlaces = map[string]struct {
	lane  int
	title string // the input that identifies a resource; the name if empty
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

// serviceNames are the services' names by the modules of resource types.
var serviceNames = map[string]string{
	"aws:acm": "Certificate Manager", "aws:apigatewayv2": "API Gateway", "aws:cloudfront": "CloudFront",
	"aws:cloudwatch": "CloudWatch", "aws:iam": "IAM", "aws:lambda": "Lambda", "aws:route53": "Route 53",
	"aws:dynamodb": "DynamoDB", "aws:s3": "S3", "aws:scheduler": "EventBridge Scheduler", "aws:sns": "SNS",
	"aws:sqs": "SQS", "aws:ssm": "Systems Manager", "auth0:index": "Auth0", "pulumi:providers": "Pulumi",
}

// DescribeStack returns the graph's resources and outputs for the console.
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
		if place, ok := diagramPlaces[r.Type]; ok {
			resource.Lane = place.lane
			if title, ok := r.Inputs[place.title].(string); ok {
				resource.Title = title
			}
		}
		s.Resources = append(s.Resources, resource)
	}
	return s
}

// kindOf splits a type such as provider.S3Object into S3 and BucketObjectv2.
func kindOf(resourceType string) (service, kind string) {
	parts := strings.Split(resourceType, ":")
	kind = parts[len(parts)-1]
	module := strings.Join(parts[:len(parts)-1], ":")
	module, _, _ = strings.Cut(module, "/")
	return cmp.Or(serviceNames[module], module), kind
}

// plainJSON converts properties to JSON's types; files become objects.
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
