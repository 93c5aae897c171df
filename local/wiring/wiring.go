// Package wiring converts a resource graph to the configurations of the emulators, and to the
// console's view of it. It is the only package that knows how a resource type of AWS or Auth0
// is served.
//
// It serves and stores nothing, and depends neither on Pulumi nor on where the emulators
// listen. Package provider has the tables of the types' properties.
package wiring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/dynamodb"
	"api-auth-jwt-auth0/local/aws/s3"
	"api-auth-jwt-auth0/local/aws/scheduler"
	"api-auth-jwt-auth0/local/aws/sqs"
	"api-auth-jwt-auth0/local/aws/ssm"
	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/eventsource"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/secrets"
	"api-auth-jwt-auth0/local/stack"
)

// Services are the configurations of the local cloud's servers, derived from a resource
// graph.
type Services struct {
	Tenant    auth0.Config
	Functions lambda.Config
	API       gateway.Config
	Site      cdn.Config

	Roles      map[string]aws.Role // what functions may do, by physical name
	Tables     dynamodb.Config
	Queues     sqs.Config
	Buckets    s3.Config
	Parameters ssm.Config
	Schedules  scheduler.Config
	Mappings   eventsource.Config

	// Labels are the names in the program of functions, by physical name, and of what they
	// use and what invokes them, by ARN.
	Labels map[string]string
	// Uses are what functions may do with a resource, by its ARN.
	Uses map[string][]Use
	// Unserved are the resources of types that the local cloud does not implement.
	Unserved []Unserved
}

// Unserved is a resource that is deployed, but not served on this machine.
type Unserved struct {
	Type, Name string
	Service    string // of AWS, such as "kinesis"; empty for another provider's
}

// Read returns the services that a resource graph describes, with this machine's own values
// of its secrets. Every property of a known type must be known: one that would be deployed
// but not served here is an error that names it. All problems are joined.
func Read(graph *stack.Graph, values secrets.Values) (Services, error) {
	w := &wiring{graph: graph}
	w.checkInputs()
	s := Services{
		Tenant:    w.tenant(),
		Functions: w.functions(),
		API:       w.api(),
		Site:      w.site(),

		Roles:      w.functionRoles(),
		Tables:     w.tables(),
		Queues:     w.queues(),
		Buckets:    w.buckets(),
		Parameters: w.parameters(values),
		Schedules:  w.schedules(),
		Mappings:   w.mappings(),

		Labels:   w.labels(),
		Uses:     w.uses(),
		Unserved: w.unserved(),
	}
	return s, errors.Join(w.problems...)
}

// wiring collects the problems of a graph.
type wiring struct {
	graph    *stack.Graph
	problems []error
}

func (w *wiring) problem(r *stack.Resource, format string, args ...any) {
	w.problems = append(w.problems, fmt.Errorf("%s: %w", r.URN, fmt.Errorf(format, args...)))
}

// served are the resource types that the emulators serve, each with a check that
// its struct of inputs has a field for every property of a resource. All other
// types are inert in their rows of package provider.
var served = map[string]func(*stack.Resource) error{
	provider.Auth0Client:               check[clientInputs],
	provider.Auth0ClientCredentials:    check[credentialsInputs],
	provider.Auth0ClientGrant:          check[clientGrantInputs],
	provider.Auth0ResourceServer:       check[resourceServerInputs],
	provider.Auth0ResourceServerScopes: check[scopesInputs],
	provider.Auth0Role:                 check[roleInputs],
	provider.Auth0RolePermissions:      check[rolePermissionsInputs],
	provider.Auth0Action:               check[actionInputs],
	provider.Auth0TriggerAction:        check[triggerActionInputs],

	provider.LambdaFunction:        check[functionInputs],
	provider.LambdaPermission:      check[permissionInputs],
	provider.APIGatewayAPI:         check[apiInputs],
	provider.APIGatewayAuthorizer:  check[authorizerInputs],
	provider.APIGatewayIntegration: check[integrationInputs],
	provider.APIGatewayRoute:       check[routeInputs],
	provider.APIGatewayStage:       check[stageInputs],

	provider.CloudFrontDistribution:          check[distributionInputs],
	provider.CloudFrontFunction:              check[edgeFunctionInputs],
	provider.CloudFrontResponseHeadersPolicy: check[headersInputs],
	provider.DynamoDBTable:                   check[tableInputs],
	provider.IAMRole:                         check[functionRoleInputs],
	provider.IAMRolePolicy:                   check[rolePolicyInputs],
	provider.LambdaEventSourceMapping:        check[mappingInputs],
	provider.S3BucketCORS:                    check[corsInputs],
	provider.S3BucketLifecycle:               check[lifecycleInputs],
	provider.SchedulerSchedule:               check[scheduleInputs],
	provider.SQSQueue:                        check[queueInputs],
	provider.SQSRedriveAllowPolicy:           check[redriveAllowInputs],
	provider.SSMParameter:                    check[parameterInputs],

	provider.S3Bucket:       check[bucketInputs],
	provider.S3BucketPolicy: check[bucketPolicyInputs],
	provider.S3Object:       check[objectInputs],
}

// checkInputs refuses resources of unknown types, and unknown properties.
func (w *wiring) checkInputs() {
	for _, r := range w.graph.Resources {
		if r.Component {
			continue
		}
		row, known := provider.Lookup(r.Type)
		check, isServed := served[r.Type]
		switch {
		case !known: // see unserved
		case row.Inert:
			for _, err := range row.Check(r.Inputs) {
				w.problem(r, "%w", err)
			}
		case !isServed:
			w.problem(r, "the local cloud does not serve the resource type %s: serve it in local/wiring, or mark its row in local/provider as inert", r.Type)
		default:
			if err := check(r); err != nil {
				w.problem(r, "the local cloud does not serve a property of %s: %w: add it to the type's inputs in local/wiring", r.Type, err)
			}
		}
	}
}

// unserved returns the resources of unknown types.
func (w *wiring) unserved() (all []Unserved) {
	for _, r := range w.graph.Resources {
		if _, known := provider.Lookup(r.Type); !known && !r.Component {
			all = append(all, Unserved{Type: r.Type, Name: ownName(r.Name), Service: provider.Service(r.Type)})
		}
	}
	return all
}

// noEffect is a property that is deployed and has no effect here.
type noEffect = json.RawMessage

// read returns a resource's inputs. Its errors are those of check, which Read
// reports for every resource.
func read[T any](r *stack.Resource) T {
	value, _ := decode[T](r)
	return value
}

// check returns an error if T has no field for one of a resource's properties, or
// one of another type.
func check[T any](r *stack.Resource) error {
	_, err := decode[T](r)
	return err
}

func decode[T any](r *stack.Resource) (value T, err error) {
	text, err := json.Marshal(withFiles(r.Inputs))
	if err != nil {
		return value, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return value, decoder.Decode(&value)
}

// one returns the only resource of a type, or nil after a problem.
func (w *wiring) one(resourceType string) *stack.Resource {
	found := w.graph.Of(resourceType)
	if len(found) != 1 {
		w.problems = append(w.problems, fmt.Errorf("the local cloud serves one %s, and the program registers %d", resourceType, len(found)))
		return nil
	}
	return found[0]
}

// file is an asset or an archive: a file of this machine, or text.
type file struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// withFiles converts assets and archives to files.
func withFiles(inputs map[string]any) map[string]any {
	plain := map[string]any{}
	for name, value := range inputs {
		if f, ok := value.(stack.File); ok {
			value = file(f)
		}
		plain[name] = value
	}
	return plain
}
