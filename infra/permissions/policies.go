package permissions

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

type document struct {
	Version   string
	Statement []statement
}

// A statement is a statement of a policy file, in readable form.
type statement struct {
	Sid       string
	Effect    string
	Action    []string
	Resource  []string
	Condition conditions `json:",omitempty"`
}

// changes are the operations of the deploying role, in addition to reading.
var changes = []Operation{Create, Update, Delete}

// Files returns the policies by the names of their files in .github/aws.
func Files() (map[string][]byte, error) {
	files := map[string][]byte{}
	for name, statements := range map[string][]statement{
		"read-policy.json":      derive(needed(Read)),
		"deploy-policy.json":    append(derive(neededBy(changes, needs)), denials()...),
		"resources-policy.json": derive(neededBy(changes, usedNeeds)),
		"boundary-policy.json":  append(derive(used), ownBuckets()),
		"live-policy.json":      derive(developers),
	} {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(document{Version: "2012-10-17", Statement: statements}); err != nil {
			return nil, err
		}
		files[name] = text.Bytes()
	}
	return files, nil
}

// used limits the roles of functions and schedules: to writing to their stack's log groups,
// to what the uses and the sources of infra's kinds of resources allow, to invoking the
// stack's functions, and to reaching developers of a live stack, each on resources with the
// stack's name.
var used = []grant{
	"logs:CreateLogStream log-stream", "logs:PutLogEvents log-stream",
	"dynamodb:BatchGetItem table", "dynamodb:BatchWriteItem table", "dynamodb:ConditionCheckItem table", "dynamodb:DeleteItem table",
	"dynamodb:GetItem table", "dynamodb:PutItem table", "dynamodb:Query table", "dynamodb:Query index", "dynamodb:Scan table",
	"dynamodb:Scan index", "dynamodb:UpdateItem table",
	"dynamodb:DescribeStream stream", "dynamodb:GetRecords stream", "dynamodb:GetShardIterator stream", "dynamodb:ListStreams stream",
	"sqs:DeleteMessage queue", "sqs:GetQueueAttributes queue", "sqs:ReceiveMessage queue", "sqs:SendMessage queue",
	"s3:AbortMultipartUpload object", "s3:DeleteObject object", "s3:GetObject object", "s3:PutObject object", "s3:ListBucket bucket",
	"ssm:GetParameter parameter",
	"lambda:InvokeFunction function",
	"iot:Connect function-client", "iot:Subscribe function-filter", "iot:Receive presence-topic", "iot:Receive beat-topic",
	"iot:Receive environment-topic", "iot:Publish session-topic",
}

// developers lists the grants of developers whose machines answer for a live stack: to
// announce themselves, to receive what functions send to a session and to answer, and to
// assume the roles of functions that trust them. A last will needs a condition of the
// connection, and the right to publish on its topic. No message is retained.
// https://docs.aws.amazon.com/iot/latest/developerguide/retained-message-policy-examples.html
// https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html
var developers = []grant{
	"iot:Connect developer-client",
	"iot:Subscribe presence-filter", "iot:Subscribe session-filter", "iot:Receive presence-topic", "iot:Receive session-topic",
	"iot:Publish presence-topic", "iot:Publish beat-topic", "iot:Publish environment-topic",
	"sts:AssumeRole role",
}

// ownBuckets denies the buckets of the site and of the access logs, which also have the
// stack's name. Buckets that handlers use cannot have such names.
func ownBuckets() statement {
	return statement{
		Sid: "NeverTheSite", Effect: "Deny", Action: []string{"s3:*"},
		Resource: []string{"arn:aws:s3:::PROJECT--STACK--logs-*", "arn:aws:s3:::PROJECT--STACK--site-*"},
	}
}

// denials denies what no policy of the role can then grant: to remove the boundary from a
// role, and to change the boundary.
func denials() []statement {
	return []statement{
		{Sid: "NeverUnbound", Effect: "Deny", Action: []string{"iam:DeleteRolePermissionsBoundary"}, Resource: []string{"*"}},
		{
			Sid: "NeverTheBoundary", Effect: "Deny", Resource: []string{boundaryARN},
			Action: []string{"iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"},
		},
	}
}

// derive groups grants into a few readable statements: those with a condition by condition,
// the others by service. An action next to a resource type that it does not support allows
// nothing; statements are separate where it would allow more.
func derive(grants []grant) []statement {
	found := map[string]*statement{}
	for _, g := range grants {
		for _, name := range g.guards() {
			sid := g.sid(name)
			if found[sid] == nil {
				found[sid] = &statement{Sid: sid, Effect: "Allow", Condition: name.conditions()}
			}
			found[sid].Action = append(found[sid].Action, g.action())
			found[sid].Resource = append(found[sid].Resource, g.kind().pattern)
		}
	}
	var statements []statement
	for _, sid := range slices.Sorted(maps.Keys(found)) {
		s := found[sid]
		slices.Sort(s.Action)
		slices.Sort(s.Resource)
		s.Action, s.Resource = slices.Compact(s.Action), slices.Compact(s.Resource)
		statements = append(statements, *s)
	}
	return statements
}

// sid returns the ID of the statement for a grant with a guard.
func (g grant) sid(name guard) string {
	service := serviceNames[g.service()]
	switch {
	case g.kindName() == "" && name == "":
		return service + "Anything"
	case g.kindName() == "":
		return service + string(name)
	case name != "":
		return string(name)
	case g.kind().pattern == partsOfAPIs:
		return service + "Parts"
	case g.service() == "iot": // topics to receive from and to publish to are distinct
		_, verb, _ := strings.Cut(g.action(), ":")
		return service + verb
	case g.service() == "s3": // objects of both buckets may be deleted, only the site's may be put
		return service + map[string]string{"bucket": "Buckets", "object": "Files", "site-object": "SiteFiles"}[g.kindName()]
	}
	return service
}

var serviceNames = map[string]string{
	"acm": "Certificates", "apigateway": "API", "cloudfront": "CloudFront", "cloudwatch": "CloudWatch", "dynamodb": "Tables",
	"iam": "Roles", "iot": "Live", "lambda": "Functions", "logs": "Logs", "route53": "Records", "s3": "S3", "scheduler": "Schedules", "sns": "Topics",
	"sqs": "Queues", "ssm": "Parameters", "sts": "FunctionRoles",
}
