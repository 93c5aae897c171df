package permissions

import (
	"maps"
	"strings"
)

// conditions are the Condition of a statement, by operator and key.
type conditions map[string]map[string][]string

// A guard is the name of a condition of grants.
type guard string

// guardOf lists the grants that have a condition, by the whole grant, or by the
// action for every kind.
var guardOf = map[grant][]guard{
	"iam:CreateRole":                 {"RolesWithBoundary"},
	"iam:DeleteRole":                 {"RolesWithBoundary"},
	"iam:DeleteRolePolicy":           {"RolesWithBoundary"},
	"iam:PutRolePermissionsBoundary": {"RolesWithBoundary"},
	"iam:PutRolePolicy":              {"RolesWithBoundary"},
	"iam:UpdateAssumeRolePolicy":     {"RolesWithBoundary"},
	"iam:PassRole":                   {"RolesToServices"},

	"iot:Connect developer-client": {"DevelopersConnect"},

	"lambda:AddPermission":                  {"FunctionsForAPIGateway"},
	"lambda:CreateEventSourceMapping":       {"Mappings"},
	"lambda:UpdateEventSourceMapping":       {"Mappings"},
	"lambda:DeleteEventSourceMapping":       {"Mappings"},
	"lambda:TagResource eventSourceMapping": {"TagsOfNew"},
	"sns:Subscribe":                         {"TopicsByEmail"},

	"acm:RequestCertificate":                                    {"OfDomain"},
	"acm:AddTagsToCertificate":                                  {"TagsOfNew"},
	"acm:DeleteCertificate":                                     {"OwnByTags"},
	"apigateway:POST Apis":                                      {"NewWithTags"},
	"apigateway:PATCH Api":                                      {"OwnByTags"},
	"apigateway:DELETE Api":                                     {"OwnByTags"},
	"cloudfront:CreateDistribution":                             {"NewWithTags"},
	"cloudfront:TagResource":                                    {"TagsOfNew"},
	"cloudfront:UpdateDistribution":                             {"OwnByTags"},
	"cloudfront:DeleteDistribution":                             {"OwnByTags"},
	"cloudfront:AllowVendedLogDeliveryForResource distribution": {"OwnByTags"},

	"logs:CreateDelivery delivery":              {"NewWithTags"},
	"logs:TagResource delivery":                 {"TagsOfNew"},
	"logs:UpdateDeliveryConfiguration delivery": {"OwnByTags"},
	"logs:DeleteDelivery":                       {"OwnByTags"},
	"logs:CreateLogGroup vended-log-group":      {"NewWithTags"},
	"logs:TagResource vended-log-group":         {"TagsOfNew"},
	"logs:PutRetentionPolicy vended-log-group":  {"OwnByTags"},
	"logs:DeleteLogGroup vended-log-group":      {"OwnByTags"},
	"logs:PutMetricFilter vended-log-group":     {"OwnByTags"},
	"logs:DeleteMetricFilter vended-log-group":  {"OwnByTags"},

	"route53:ChangeResourceRecordSets": {"RecordsOfSite", "RecordsOfProof"},
}

// guards returns a grant's guards; a grant without a condition has the empty guard.
func (g grant) guards() []guard {
	for _, key := range []grant{g, grant(g.action())} {
		if found, ok := guardOf[key]; ok {
			return found
		}
	}
	return []guard{""}
}

// boundaryARN is the ARN of the policy that limits the roles of functions and schedules. A
// deployment has no permissions for its name, or for those of the roles that deploy.
const boundaryARN = "arn:aws:iam::ACCOUNT:policy/github-PROJECT-STACK-functions"

// conditions returns a guard's conditions. A ForAllValues operator is true for an absent key,
// so there is a Null condition, too.
func (g guard) conditions() conditions {
	switch g {
	case "RolesWithBoundary":
		return conditions{"StringEquals": {"iam:PermissionsBoundary": {boundaryARN}}}
	case "RolesToServices":
		return conditions{"StringEquals": {"iam:PassedToService": {"lambda.amazonaws.com", "scheduler.amazonaws.com"}}}
	case "DevelopersConnect": // with a last will, which IoT Core refuses otherwise, and without a persistent session
		return conditions{"ForAllValues:StringEquals": {"iot:ConnectAttributes": {"LastWill"}}}
	case "FunctionsForAPIGateway":
		return conditions{"StringEquals": {"lambda:Principal": {"apigateway.amazonaws.com"}}}
	case "Mappings": // their IDs are generated; each belongs to one function
		return conditions{"ArnLike": {"lambda:FunctionArn": {kinds["lambda function"].pattern}}}
	case "TopicsByEmail":
		return conditions{"StringEquals": {"sns:Protocol": {"email"}}}
	case "NewWithTags":
		return conditions{"StringEquals": tags("aws:RequestTag")}
	case "OwnByTags":
		return conditions{"StringEquals": tags("aws:ResourceTag")}
	case "TagsOfNew": // not tagged yet, or already tagged as the stack's
		return conditions{"StringEquals": tags("aws:RequestTag"), "StringEqualsIfExists": tags("aws:ResourceTag")}
	case "OfDomain":
		equal := tags("aws:RequestTag")
		maps.Copy(equal, map[string][]string{"acm:ValidationMethod": {"DNS"}})
		return conditions{
			"StringEquals":              equal,
			"ForAllValues:StringEquals": {"acm:DomainNames": {"DOMAIN"}},
			"Null":                      {"acm:DomainNames": {"false"}},
		}
	case "RecordsOfSite":
		return records("StringEquals", "DOMAIN", "A", "AAAA")
	case "RecordsOfProof":
		return records("StringLike", "_*.DOMAIN", "CNAME")
	}
	return nil
}

func tags(key string) map[string][]string {
	return map[string][]string{key + "/Project": {"PROJECT"}, key + "/Stack": {"STACK"}}
}

// records limits a change of a zone to records of a name and some types.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
func records(operator, name string, types ...string) conditions {
	const prefix = "route53:ChangeResourceRecordSets"
	names, kinds := prefix+"NormalizedRecordNames", prefix+"RecordTypes"
	c := conditions{
		"ForAllValues:" + operator:  {names: {name}},
		"ForAllValues:StringEquals": {kinds: types},
		"Null":                      {names: {"false"}, kinds: {"false"}},
	}
	if strings.HasSuffix(operator, "Equals") {
		c["ForAllValues:StringEquals"] = map[string][]string{names: {name}, kinds: types}
	}
	return c
}
