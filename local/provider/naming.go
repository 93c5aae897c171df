package provider

import (
	"fmt"
	"regexp"
	"strings"
)

// A Naming determines the names of resources of a type.
type Naming struct {
	Property string         // the input with the name
	max      int            // characters
	pattern  string         // what the whole name must match
	lower    bool           // generated names are in lower case
	reserved *regexp.Regexp // names that the service reserves; nil for none
	// suffix ends generated names, depending on the resource's inputs; nil for none.
	suffix func(inputs map[string]any) string
}

// Propose returns the name that the provider generates from a proposal of the engine or
// its own, for a resource with these inputs. Like the real provider, it does not shorten
// names: a proposal that is too long is an error.
func (n *Naming) Propose(proposal string, inputs map[string]any) (string, error) {
	if n.lower {
		proposal = strings.ToLower(proposal)
	}
	if n.suffix != nil {
		proposal += n.suffix(inputs)
	}
	return proposal, n.check(proposal)
}

func (n *Naming) check(name string) error {
	if name == "" || len(name) > n.max {
		return fmt.Errorf("expected a name of 1 to %d characters, got %q with %d", n.max, name, len(name))
	}
	if !regexp.MustCompile(`^(?:` + n.pattern + `)$`).MatchString(name) {
		return fmt.Errorf("expected a name that matches %s, got %q", n.pattern, name)
	}
	if n.reserved != nil && n.reserved.MatchString(name) {
		return fmt.Errorf("expected a name that does not match %s, which is reserved, got %q", n.reserved, name)
	}
	return nil
}

// rule accepts the names of the type.
func (n *Naming) rule() rule { return rule{check: ofString(n.check)} }

// The limits of the services.
var (
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
	roleNaming = &Naming{Property: "name", max: 64, pattern: `[\w+=,.@-]+`}
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
	rolePolicyNaming = &Naming{Property: "name", max: 128, pattern: `[\w+=,.@-]+`}
	// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
	functionNaming = &Naming{Property: "name", max: 64, pattern: `[a-zA-Z0-9_-]+`}
	// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
	permissionNaming = &Naming{Property: "statementId", max: 100, pattern: `[a-zA-Z0-9_-]+`}
	// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
	logGroupNaming = &Naming{Property: "name", max: 512, pattern: `[.\-_/#A-Za-z0-9]+`}
	// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
	metricFilterNaming = &Naming{Property: "name", max: 512, pattern: `[^:*]+`}
	// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html
	deliveryNaming = &Naming{Property: "name", max: 60, pattern: `[\w-]+`}
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
	alarmNaming = &Naming{Property: "name", max: 255, pattern: `.+`}
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
	dashboardNaming = &Naming{Property: "dashboardName", max: 255, pattern: `[A-Za-z0-9_-]+`}
	// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
	topicNaming = &Naming{Property: "name", max: 256, pattern: `[A-Za-z0-9_-]+`}
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	bucketNaming = &Naming{Property: "bucket", max: 63, lower: true, pattern: `[a-z0-9]([a-z0-9.-]{1,61})[a-z0-9]`}
	// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html
	edgeFunctionNaming = &Naming{Property: "name", max: 64, pattern: `[a-zA-Z0-9_-]{1,64}`}
	// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
	accessControlNaming = &Naming{Property: "name", max: 64, pattern: `[a-zA-Z0-9_.-]+`}
	// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html
	headersPolicyNaming = &Naming{Property: "name", max: 128, pattern: `[a-zA-Z0-9_.-]+`}
	// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
	apiNaming = &Naming{Property: "name", max: 128, pattern: `.+`}
	// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
	authorizerNaming = &Naming{Property: "name", max: 128, pattern: `.+`}
	// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
	stageNaming = &Naming{Property: "name", max: 128, pattern: `[a-zA-Z0-9_-]+|\$default`}
	// https://auth0.com/docs/api/management/v2/clients/post-clients
	clientNaming = &Naming{Property: "name", max: 256, pattern: `[^<>]+`}
	// No limit is documented for these two; 255 is the limit of the provider's
	// generated names. https://auth0.com/docs/api/management/v2/roles/post-roles
	tenantRoleNaming = &Naming{Property: "name", max: 255, pattern: `[^<>]+`}
	actionNaming     = &Naming{Property: "name", max: 255, pattern: `[^<>]+`}
	// https://auth0.com/docs/api/management/v2/resource-servers/post-resource-servers
	resourceServerNaming = &Naming{Property: "name", max: 200, pattern: `[^<>]+`}
)
