// Package wiring turns a resource graph into the configurations of the emulators,
// and into what the console shows of it. It is the only package that knows what
// resource types of AWS and Auth0 mean; it serves nothing.
package wiring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/stack"
)

// Services are the configurations of the local cloud's servers, as a resource graph
// describes them.
type Services struct {
	Tenant    auth0.Config
	Functions lambda.Config
	API       gateway.Config
	Site      cdn.Config

	Labels map[string]string // a function's name for people, by its physical name
}

// Read returns the services that a resource graph describes. Every resource must be
// understood, with every property: one that would be deployed but not served here is
// an error that names it. All problems are joined.
func Read(graph *stack.Graph) (Services, error) {
	w := &wiring{graph: graph}
	w.checkTypes()
	s := Services{
		Tenant:    w.tenant(),
		Functions: w.functions(),
		API:       w.api(),
		Site:      w.site(),
		Labels:    map[string]string{},
	}
	for _, r := range graph.Of(functionType) {
		s.Labels[r.Output("name")] = r.Parent[strings.LastIndex(r.Parent, ":")+1:]
	}
	return s, errors.Join(w.problems...)
}

// wiring collects what is wrong with a graph.
type wiring struct {
	graph    *stack.Graph
	problems []error
}

func (w *wiring) problem(r *stack.Resource, format string, args ...any) {
	w.problems = append(w.problems, fmt.Errorf("%s: %w", r.URN, fmt.Errorf(format, args...)))
}

// served are the resource types that the wiring serves, each read by strict
// into the struct that says which properties have an effect.
var served = map[string]bool{
	clientType: true, clientCredentialsType: true, clientGrantType: true, resourceServerType: true, scopesType: true,
	apiType: true, authorizerType: true, integrationType: true, routeType: true, stageType: true,
	functionType: true, permissionType: true,
	distributionType: true, edgeFunctionType: true, headersPolicyType: true,
	bucketType: true, bucketPolicyType: true, objectType: true,
}

// inert are the resource types without an effect on one machine, with the
// properties that they may have.
var inert = map[string][]string{
	"aws:cloudwatch/logGroup:LogGroup":                                                           {"name", "retentionInDays", "tags"},
	"aws:iam/role:Role":                                                                          {"assumeRolePolicy", "tags"},
	"aws:iam/rolePolicy:RolePolicy":                                                              {"policy", "role"},
	"aws:cloudfront/originAccessControl:OriginAccessControl":                                     {"description", "originAccessControlOriginType", "signingBehavior", "signingProtocol"},
	"aws:acm/certificate:Certificate":                                                            {"domainName", "tags", "validationMethod"},
	"aws:acm/certificateValidation:CertificateValidation":                                        {"certificateArn", "validationRecordFqdns"},
	"aws:cloudwatch/dashboard:Dashboard":                                                         {"dashboardBody", "dashboardName"},
	"aws:cloudwatch/logDelivery:LogDelivery":                                                     {"deliveryDestinationArn", "deliverySourceName", "recordFields", "tags"},
	"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination":                               {"deliveryDestinationConfiguration", "outputFormat", "tags"},
	"aws:cloudwatch/logDeliverySource:LogDeliverySource":                                         {"logType", "resourceArn", "tags"},
	"aws:cloudwatch/logMetricFilter:LogMetricFilter":                                             {"logGroupName", "metricTransformation", "pattern"},
	"aws:cloudwatch/metricAlarm:MetricAlarm":                                                     {"alarmActions", "alarmDescription", "comparisonOperator", "datapointsToAlarm", "evaluationPeriods", "metricQueries", "okActions", "tags", "threshold", "treatMissingData"},
	"aws:route53/record:Record":                                                                  {"aliases", "allowOverwrite", "name", "records", "ttl", "type", "zoneId"},
	"aws:sns/topic:Topic":                                                                        {"tags"},
	"aws:sns/topicPolicy:TopicPolicy":                                                            {"arn", "policy"},
	"aws:sns/topicSubscription:TopicSubscription":                                                {"endpoint", "protocol", "topic"},
	"pulumi:providers:aws":                                                                       {"profile", "region", "skipCredentialsValidation", "skipRegionValidation"},
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":                       {"bucket", "rules"},
	"aws:s3/bucketLoggingV2:BucketLoggingV2":                                                     {"bucket", "targetBucket", "targetPrefix"},
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     {"bucket", "rule"},
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     {"blockPublicAcls", "blockPublicPolicy", "bucket", "ignorePublicAcls", "restrictPublicBuckets"},
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": {"bucket", "rules"},
}

// checkTypes refuses resources of a type that is neither served nor inert, and
// unknown properties of inert ones.
func (w *wiring) checkTypes() {
	for _, r := range w.graph.Resources {
		allowed, isInert := inert[r.Type]
		switch {
		case r.Component || served[r.Type]:
		case !isInert:
			w.problem(r, "the local cloud does not serve the resource type %s: add it to local/wiring", r.Type)
		default:
			for name := range r.Inputs {
				if !slices.Contains(allowed, name) {
					w.problem(r, "the local cloud does not know the property %q of %s: add it to local/wiring", name, r.Type)
				}
			}
		}
	}
}

// noEffect marks a property that is deployed and means nothing here.
type noEffect = json.RawMessage

// read decodes a resource's inputs strictly: a property that is not in T is a
// problem, as is a value of another type.
func read[T any](w *wiring, r *stack.Resource) T {
	var value T
	text, err := json.Marshal(withFiles(r.Inputs))
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		err = decoder.Decode(&value)
	}
	if err != nil {
		w.problem(r, "the local cloud does not understand a property of %s: %w (see local/wiring)", r.Type, err)
	}
	return value
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

// withFiles replaces assets and archives by files.
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
